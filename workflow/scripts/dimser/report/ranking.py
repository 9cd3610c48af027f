"""Which method is best in each dimension, which others may be, and how certain that is.

A method may be best unless a test shows that another one is better; otherwise it is ruled out
(`dimser.evaluation.comparison.best_p`).
"""

from collections.abc import Collection

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, MEAN
from dimser.core.words import counted
from dimser.report import heard
from dimser.report.comparing import next_best
from dimser.report.sentences import MOST, bracketed, listed, named
from dimser.report.tables import number


def against_best(scores: pd.DataFrame) -> pd.DataFrame:
    """Compare every method of a corpus with the one with the highest CCC.

    Args:
        scores: columns `method,dimension,ccc,may_be_best` and more.

    Returns:
        The scores with `from_best` (CCC minus that of the best method; 0 for the best) and `behind`
        (whether it is ruled out as best); sorted by dimension, and the best first. The best method
        is the best of those that were not trained on what they are tested on.
    """
    first = scores["dimension"].map([*DIMENSIONS, MEAN].index)
    ranked = scores.assign(first=first).sort_values(
        ["first", "ccc"], ascending=[True, False], kind="stable"
    )
    candidates = ranked["ccc"].mask(heard.trained(ranked))
    best = candidates.groupby(ranked["dimension"]).transform("first")
    behind = ranked["may_be_best"].eq(False) & ranked["may_be_best"].notna()
    table = ranked.assign(from_best=ranked["ccc"] - best, behind=behind)
    return table.drop(columns="first")


def winners(
    standings: pd.DataFrame,
    comparisons: pd.DataFrame,
    labels: dict[str, str],
    baselines: Collection[str] = (),
) -> list[dict]:
    """Describe the best method of each dimension, and how certain its lead is.

    Args:
        standings: from `against_best`, with `ccc_low,ccc_high,clusters,cluster_by`.
        comparisons: as `dimser.report.comparing.next_best` takes them.
        labels: display names of the methods.
        baselines: methods that are not representations: they are called baselines, and if one of
            them is best, the best representation is also named.

    Returns:
        The row of the best method with its `label`, None where a value is missing; a list of
        sentences, `sure`, and one on the next best method, `next` (or ""); how many of `others` may
        be best, `alike` (None where that is not tested); and `floor_label,floor_ccc` of the best
        baseline. If no CCC of a dimension is defined, `ccc` is None, and `label` says so.
    """
    labels = {m: f"{label} (baseline)" if m in baselines else label for m, label in labels.items()}
    rows = []
    for dimension, own in standings.groupby("dimension", sort=False):
        own = own[own["ccc"].notna()]
        trained = heard.trained(own)
        if own.empty or trained.all():
            label = "No defined CCC" if own.empty else "All methods were trained on this data"
            rows.append({"dimension": dimension, "label": label, "ccc": None})
            continue
        aside, own = own[trained], own[~trained]
        best, others = own.iloc[0], own.iloc[1:]
        shown = best.astype(object).where(best.notna(), None).to_dict()
        above = [labels[m] for m in others.loc[others["ccc_low"] > 0, "method"]]
        sure = [*_beside_zero(best, above), _may_be_best(best, others, labels)]
        sure += heard.set_aside(aside, best["ccc"], labels)
        if best["method"] in baselines:
            sure.append(_beaten(others, labels, baselines))
        pairs = comparisons[comparisons["dimension"] == dimension]
        after = next_best(best, others.iloc[0], pairs, labels) if len(others) else ""
        shown |= {"label": labels[best["method"]], "sure": sure, "next": after}
        tested = pd.notna(best["clusters"]) and others["best_p"].notna().any()
        alike = int((~others["behind"]).sum()) if tested else None
        shown |= {"alike": alike, "others": len(others), "above": len(above)}
        rows.append(shown | _floor(own, labels, baselines))
    return rows


def _floor(own: pd.DataFrame, labels: dict[str, str], baselines: Collection[str]) -> dict:
    """Return the best baseline of a dimension; None where there is none."""
    known = own[own["method"].isin([*baselines])]
    if known.empty:
        return {"floor_label": None, "floor_ccc": None}
    first = known.iloc[0]
    return {"floor_label": labels[first["method"]], "floor_ccc": first["ccc"]}


def _beaten(others: pd.DataFrame, labels: dict[str, str], baselines: Collection[str]) -> str:
    """Describe the best representation where a baseline is best; `others` come best first."""
    representations = others[~others["method"].isin(baselines)]
    if representations.empty:
        return "There are only baselines here, and no representation."
    first = representations.iloc[0]
    ahead = "No representation has a higher CCC"
    if first["method"] == others["method"].iloc[0]:
        return f"{ahead}."
    ccc = number(first["ccc"], 2) + bracketed(first["ccc_low"], first["ccc_high"])
    return f"{ahead}; the best of them is {labels[first['method']]} with {ccc}."


def _beside_zero(best: pd.Series, above: list[str]) -> list[str]:
    """Say so if a CCC is not shown to be above 0, and which others are by themselves."""
    if best["ccc_high"] < 0:
        return ["Its interval is below 0: predictions go against the labels."]
    if best["ccc_low"] <= 0 and above:
        return [f"Its interval includes 0, and {_those_of(above)} not."]
    if best["ccc_low"] <= 0:
        of = "agreement on the whole" if best["dimension"] == MEAN else best["dimension"]
        return [f"Its interval includes 0: no evidence of {of}."]
    return []


def _those_of(names: list[str]) -> str:
    return f"that of {names[0]} does" if len(names) == 1 else f"those of {named(names)} do"


def _may_be_best(best: pd.Series, others: pd.DataFrame, labels: dict[str, str]) -> str:
    """Say which other methods may be best, too; `others` come best first."""
    if pd.isna(best["clusters"]):
        return "Not tested, because the speakers are not known."
    if others.empty:
        return "There is no other method to compare it with."
    if others["best_p"].isna().all():
        clusters = counted(int(best["clusters"]), best["cluster_by"])
        return f"With {clusters}, no method can be ruled out as best."
    alike, out = (
        [labels[m] for m in others.loc[others["behind"].eq(ruled_out), "method"]]
        for ruled_out in (False, True)
    )
    if not alike:
        every = {1: "The other method is", 2: "Both other methods are"}
        return f"{every.get(len(out), f'All {len(out)} other methods are')} ruled out as best."
    if len(alike) > MOST >= len(out):
        every = f"All others but {listed(out)}" if out else "All others"
        return f"{every} may be best, too."
    rest = {0: "", 1: "; the other method is ruled out"}
    rest = rest.get(len(out), f"; the other {len(out)} are ruled out")
    return f"{named(alike)} may be best, too{rest}."
