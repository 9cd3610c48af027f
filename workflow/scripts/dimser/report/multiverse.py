"""What a multiverse comes to, in sentences."""

import pandas as pd

from dimser.report.tables import number


def leading(ranks: pd.DataFrame, effects: pd.DataFrame, labels: dict[str, str]) -> list[str]:
    """Say which method leads in how many analyses, and which choice its lead rests on most.

    Args:
        ranks: columns `dimension,method,rank,analyses,share`.
        effects: columns `dimension,method,choice,lead_share`.
        labels: display names of the methods.

    Returns:
        At most two sentences; none where there is no choice, or no other method.

    Example:
        >>> ranks = pd.DataFrame({"dimension": "valence", "method": ["a", "b"], "rank": [1.0, 2.0],
        ...                       "analyses": [3, 3], "share": [0.75, 0.75]})
        >>> effects = pd.DataFrame({"dimension": ["valence"], "method": ["a"],
        ...                         "choice": ["scaling"], "lead_share": [0.625]})
        >>> for sentence in leading(ranks, effects, {"a": "WLM"}):  # doctest: +ELLIPSIS
        ...     print(sentence)
        WLM leads in valence in 3 of 4 analyses. All ... about chance.
        The lead varies most with scaling in valence (0.62 of its variance).
    """
    if effects.empty or ranks["method"].nunique() < 2:
        return []
    counts, choices = [], []
    for dimension, own in ranks.groupby("dimension", sort=False):
        total = round((own["analyses"] / own["share"]).iloc[0])
        of = f"{total:,} analyses" if not counts else f"{total:,}"
        first = own[own["rank"] == 1].sort_values("analyses", ascending=False, kind="stable")
        if first.empty:
            counts.append(f"no method leads alone in {dimension}")
            continue
        best = first.iloc[0]
        name = labels[best["method"]]
        counts.append(f"{name} leads in {dimension} in {best['analyses']:,} of {of}")
        rest = effects[effects["dimension"].eq(dimension) & effects["method"].eq(best["method"])]
        rest = rest.dropna(subset="lead_share").sort_values("lead_share", kind="stable")
        if len(rest):
            most = rest.iloc[-1]
            share = number(most["lead_share"], 2)
            choices.append(f"{most['choice']} in {dimension} ({share} of its variance)")
    said = "; ".join(counts)
    found = [
        f"{said[0].upper()}{said[1:]}. All analyses predict the same speakers, so this says "
        "nothing about chance."
    ]
    return found + [f"The lead varies most with {', '.join(choices)}."] * bool(choices)
