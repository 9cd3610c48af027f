"""How each method compares with the best of its dimension, and how certain that is."""

from collections.abc import Collection

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.words import counted
from dimser.report.sentences import MOST, bracketed, limits, next_best
from dimser.report.tables import ALPHA, number


def against_best(scores: pd.DataFrame, comparisons: pd.DataFrame, draws: int) -> pd.DataFrame:
    """Compare every method of a corpus with the one with the highest CCC.

    Args:
        scores: columns `method,dimension,ccc,speakers` and more.
        comparisons: columns `dimension,method_a,method_b,p_holm`; one row per pair.
        draws: number of random swaps of a test, unless it tries all swaps.

    Returns:
        The scores with `from_best` (CCC minus that of the best method; 0 for the best), `p_holm`
        (of the comparison with the best; NaN for the best), `behind` (whether that is below
        `ALPHA`) and `told` (whether the test can reach such a p at all); sorted by dimension, and
        the best first.
    """
    first = scores["dimension"].map(DIMENSIONS.index)
    ranked = scores.assign(first=first).sort_values(
        ["first", "ccc"], ascending=[True, False], kind="stable"
    )
    best = ranked.groupby("dimension")[["method", "ccc"]].transform("first")
    pairs = comparisons.set_index(["dimension", "method_a", "method_b"])["p_holm"].to_dict()
    keys = list(zip(ranked["dimension"], ranked["method"], best["method"], strict=True))
    p = [pairs.get((d, a, b), pairs.get((d, b, a))) for d, a, b in keys]
    p = pd.Series(p, ranked.index, dtype=float)
    told = not limits(comparisons, scores["speakers"].max(), draws)
    lead = {"from_best": ranked["ccc"] - best["ccc"], "p_holm": p, "behind": p < ALPHA}
    table = ranked.assign(**lead, told=told)
    return table.drop(columns="first")


def winners(
    standings: pd.DataFrame,
    comparisons: pd.DataFrame,
    labels: dict[str, str],
    baselines: Collection[str] = (),
) -> list[dict]:
    """Describe the best method of each dimension, and how certain its lead is.

    Args:
        standings: from `against_best`, with `ccc_low,ccc_high,speakers`.
        comparisons: columns `dimension,method_a,method_b,ccc_difference,low,high,p_holm`.
        labels: display names of the methods.
        baselines: methods that are not representations; if one of them is best, the best
            representation is also named.

    Returns:
        The row of the best method with its `label`, None where a value is missing, and the
        sentences `sure`. If no CCC of a dimension is defined, `ccc` is None, and `label` says so.
    """
    rows = []
    for dimension, own in standings.groupby("dimension", sort=False):
        own = own[own["ccc"].notna()]
        if own.empty:
            rows.append({"dimension": dimension, "label": "No defined CCC", "ccc": None})
            continue
        best, others = own.iloc[0], own.iloc[1:]
        shown = best.astype(object).where(best.notna(), None).to_dict()
        sure = [_sure(best, others, labels)]
        if len(others):
            pairs = comparisons[comparisons["dimension"] == dimension]
            sure.append(next_best(best["method"], others["method"].iloc[0], pairs, labels))
        if best["method"] in baselines:
            sure += _beaten(best, others, labels, baselines)
        rows.append(shown | {"label": labels[best["method"]], "sure": " ".join(sure)})
    return rows


def _beaten(
    best: pd.Series, others: pd.DataFrame, labels: dict[str, str], baselines: Collection[str]
) -> list[str]:
    """Describe the best representation where a baseline is best; `others` come best first."""
    representations = others[~others["method"].isin(baselines)]
    if representations.empty:
        return []
    first = representations.iloc[0]
    ahead = f"{labels[best['method']]} is a baseline: no representation has a higher CCC"
    if first["method"] == others["method"].iloc[0]:
        return [f"{ahead}."]
    ccc = number(first["ccc"], 2) + bracketed(first["ccc_low"], first["ccc_high"])
    return [f"{ahead}; the best of them is {labels[first['method']]} with {ccc}."]


def _sure(best: pd.Series, others: pd.DataFrame, labels: dict[str, str]) -> str:
    if pd.isna(best["speakers"]):
        return "Not tested, because the speakers are not known."
    alike = [labels[method] for method in others.loc[~others["behind"], "method"]]
    if best["ccc_high"] < 0:
        ends = f"up to {number(best['ccc_high'], 2)}, is below 0"
        return f"Its interval, {ends}: no evidence of {best['dimension']}."
    if best["ccc_low"] <= 0:
        ends = f"from {number(best['ccc_low'], 2)}, includes 0"
        return f"Its interval, {ends}: no evidence of {best['dimension']}."
    if others.empty:
        return "There is no other method to compare it with."
    if not alike:
        every = {1: "the other method", 2: "both other methods"}
        every = every.get(len(others), f"all {len(others)} other methods")
        return f"Significantly better than {every}."
    if not best["told"]:
        return (
            "No difference can be significant in this test "
            f"({counted(best['speakers'], 'speaker')}, {len(others) + 1} methods)."
        )
    more = f" and {len(alike) - MOST} more" if len(alike) > MOST else ""
    if len(alike) == len(others):
        return f"Not significantly better than {', '.join(alike[:MOST])}{more}."
    return (
        f"Significantly better than {len(others) - len(alike)} of {len(others)} other methods, "
        f"but not than {', '.join(alike[:MOST])}{more}."
    )
