"""How each method compares with the best of its dimension, and how certain that is."""

from collections.abc import Collection

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, MEAN
from dimser.report.sentences import bracketed, named, next_best
from dimser.report.tables import number


def against_best(scores: pd.DataFrame) -> pd.DataFrame:
    """Compare every method of a corpus with the one with the highest CCC.

    Args:
        scores: columns `method,dimension,ccc,may_be_best` and more.

    Returns:
        The scores with `from_best` (CCC minus that of the best method; 0 for the best) and `behind`
        (whether it cannot be the best); sorted by dimension, and the best first.
    """
    first = scores["dimension"].map([*DIMENSIONS, MEAN].index)
    ranked = scores.assign(first=first).sort_values(
        ["first", "ccc"], ascending=[True, False], kind="stable"
    )
    best = ranked.groupby("dimension")["ccc"].transform("first")
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
        standings: from `against_best`, with `ccc_low,ccc_high,clusters`.
        comparisons: as `dimser.report.sentences.comparison` takes them.
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
    """Say which other methods may be best, too."""
    if pd.isna(best["clusters"]):
        return "Not tested, because the speakers are not known."
    if best["ccc_high"] < 0:
        return _nothing(best["dimension"], f"up to {number(best['ccc_high'], 2)}, is below 0")
    if best["ccc_low"] <= 0:
        return _nothing(best["dimension"], f"from {number(best['ccc_low'], 2)}, includes 0")
    if others.empty:
        return "There is no other method to compare it with."
    if others["best_p"].isna().all():
        return "There are too few speakers or groups to exclude any other method."
    alike = [labels[method] for method in others.loc[~others["behind"], "method"]]
    if not alike:
        every = {1: "The other method is", 2: "Both other methods are"}
        every = every.get(len(others), f"All {len(others)} other methods are")
        return f"{every} significantly worse."
    if len(alike) == len(others):
        return "None of the others is significantly worse: any may be best."
    return f"{named(alike)} may be best, too; the others are significantly worse."


def _nothing(dimension: str, ends: str) -> str:
    """Say that an interval shows nothing."""
    of = "" if dimension == MEAN else f": no evidence of {dimension}"
    return f"Its interval, {ends}{of}."
