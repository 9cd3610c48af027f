"""How methods compare, in sentences computed from the tables of a run."""

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.methods import parse
from dimser.core.words import counted
from dimser.evaluation.comparison import ALPHA
from dimser.regression.registry import RECALIBRATED
from dimser.report.sentences import MOST, bracketed, listed, what
from dimser.report.tables import number, p_value

UNTESTED = (
    "The speakers are not known, so there are no intervals and no tests: differences may be due to "
    "chance."
)


def next_best(
    best: pd.Series, second: pd.Series, comparisons: pd.DataFrame, labels: dict[str, str]
) -> str:
    """Describe the second best method of a dimension, and how far behind it is.

    Args:
        best: `method,cluster_by` of the method with the highest CCC.
        second: `method,ccc` of the one with the second highest.
        comparisons: of the dimension, as `comparison` takes them, with `cluster_by`.
        labels: display names of the methods.
    """
    name = f"The next best is {labels[second['method']]}"
    both = [best["method"], second["method"]]
    pair = comparisons[comparisons[["method_a", "method_b"]].isin(both).all(axis=1)]
    if pair.empty:
        return f"{name} with a CCC of {number(second['ccc'], 2)}; the two were not compared."
    (row,) = pair.itertuples()
    if row.ccc_difference == 0:
        return f"{name} with the same CCC."
    by = "" if row.cluster_by == best["cluster_by"] else f"; by {row.cluster_by}s"
    return f"{name}: CCC lower by {_size(row)}{_p(row, by)}."


def comparison(row: tuple, labels: dict[str, str]) -> str:
    """Describe how two methods compare, in a sentence for a paper.

    Args:
        row: `dimension,method_a,method_b,ccc_difference,p_adjusted,low_adjusted,high_adjusted`.
        labels: display names of the methods.
    """
    a, b = labels[row.method_a], labels[row.method_b]
    if pd.isna(row.ccc_difference):
        return f"{a} and {b} cannot be compared in {what(row.dimension)}: a CCC is undefined."
    if row.ccc_difference == 0:
        return f"{a} and {b} have the same CCC in {what(row.dimension)}."
    first, second = (b, a) if row.ccc_difference < 0 else (a, b)
    if pd.isna(row.p_adjusted):
        names = f"than {second} in {what(row.dimension)}"
        return f"{first} has a CCC higher by {_size(row)} {names}, not tested."
    verb = "is" if row.p_adjusted <= ALPHA else "is not"
    names = f"{first} {verb} significantly better than {second}"
    return f"{names} in {what(row.dimension)}: CCC difference {_size(row)}{_p(row)}."


def _size(row: tuple) -> str:
    """Return a difference, with the interval that belongs to the corrected test where it tells.

    Where only a later step of the correction rejects, the first step's interval may hold 0; where
    there are very few clusters, it may hold nearly all values that there are. There are as many
    digits as show on which side of 0 an end is.
    """
    difference = abs(row.ccc_difference)
    low, high = row.low_adjusted, row.high_adjusted
    low, high = (-high, -low) if row.ccc_difference < 0 else (low, high)
    unclear = pd.isna(low) or high - low > 2 or (row.p_adjusted <= ALPHA and low <= 0)
    shown = [value for value in ([difference] if unclear else [low, high]) if round(value, 4)]
    digits = next((n for n in (2, 3) if all(round(value, n) for value in shown)), 4)
    least = f"less than {number(10.0**-digits, digits)}"
    size = number(difference, digits) if round(difference, digits) else least
    return size + ("" if unclear else bracketed(low, high, digits))


def _p(row: tuple, by: str = "") -> str:
    if pd.isna(row.p_adjusted):
        return ""
    text = p_value(row.p_adjusted)
    return f", p {text if text.startswith('<') else f'= {text}'} (corrected{by})"


def limits(comparisons: pd.DataFrame, scores: pd.DataFrame) -> list[str]:
    """Describe what the tests rest on, and warn if no difference can be significant.

    Args:
        comparisons: columns `p_smallest,clusters,cluster_by,shared_in_groups`.
        scores: columns `clusters,cluster_by`.

    Returns:
        At most three sentences.
    """
    if scores["clusters"].isna().all():
        return [UNTESTED]
    own, by = (scores[name].iloc[0] for name in ("clusters", "cluster_by"))
    found = [f"Intervals and the set of methods that may be best rest on {counted(int(own), by)}."]
    if comparisons.empty:
        return found
    first = comparisons.iloc[0]
    compared = counted(int(first["clusters"]), first["cluster_by"])
    if first["cluster_by"] != by:
        shared = comparisons["shared_in_groups"].mean()
        found.append(
            f"Comparisons go by {compared}, as there are too few groups for a test. That assumes "
            "that the two speakers of a group err independently: where they err alike, p is too "
            "small. Their contributions to a difference correlate by "
            f"{number(shared, 2)} on average (0 is expected if independent)."
        )
    if first["p_smallest"] > ALPHA:
        found.append(
            f"With {compared}, p cannot be below {first['p_smallest']:.2g}: no difference can be "
            "significant here, however large."
        )
    return found


def helping_fusions(comparisons: pd.DataFrame, labels: dict[str, str]) -> list[str]:
    """List the fusions that are significantly better than each of their parts.

    Args:
        comparisons: columns `dimension,method_a,method_b,ccc_difference,p_adjusted`.
        labels: display names of the methods.

    Returns:
        One sentence, or none if there is no fusion.
    """
    leads = {}
    for row in comparisons.itertuples():
        beyond = row.p_adjusted <= ALPHA
        leads[row.dimension, row.method_a, row.method_b] = beyond and row.ccc_difference > 0
        leads[row.dimension, row.method_b, row.method_a] = beyond and row.ccc_difference < 0
    compared = {(one, other) for _, one, other in leads if RECALIBRATED not in parse(one).modifiers}
    fusions = {
        one: parts
        for one, _ in compared
        if len(parts := parse(one).parts) > 1 and all((one, part) in compared for part in parts)
    }
    helping = [
        f"{labels[fusion]} ({dimension})"
        for fusion, parts in fusions.items()
        for dimension in DIMENSIONS
        if all(leads.get((dimension, fusion, part), False) for part in parts)
    ]
    if not any("+" in one for one, _ in compared):
        return []
    if not fusions:
        return ["No fusion was compared with all of its parts."]
    if comparisons["p_adjusted"].isna().all():
        return ["No fusion was tested against its parts."]
    every = "both" if all(len(parts) == 2 for parts in fusions.values()) else "all"
    if not helping:
        none = f"No fusion is significantly better than {every} of its parts"
        return [f"{none} (0 of {len(fusions)})."]
    return [f"Fusions significantly better than {every} of their parts: {', '.join(helping)}."]


def cost_of_concatenation(
    scores: pd.DataFrame, comparisons: pd.DataFrame, labels: dict[str, str], fusion: str
) -> list[str]:
    """Describe where concatenation loses what its best part has, and whether balance keeps it.

    Args:
        scores: columns `method,dimension,ccc`.
        comparisons: as `comparison` takes them.
        labels: display names of the methods.
        fusion: how methods fuse that do not say it.

    Returns:
        A sentence for each significant loss, the largest first, at most `MOST`; one if there is
        none; nothing where no fusion is both concatenated and balanced, or none was tested.
    """
    parsed = {method: parse(method) for method in scores["method"].unique()}
    kinds = {
        (name.parts, *(name.modifiers or (fusion,))): method
        for method, name in parsed.items()
        if len(name.parts) > 1
    }
    both = [
        (parts, kinds[parts, "concatenated"], kinds[parts, "balanced"])
        for parts in dict.fromkeys(parts for parts, *_ in kinds)
        if (parts, "concatenated") in kinds and (parts, "balanced") in kinds
    ]
    ccc = scores.set_index(["method", "dimension"])["ccc"].dropna().to_dict()
    rows = {(row.dimension, row.method_a, row.method_b): row for row in comparisons.itertuples()}
    tried, losses = 0, []
    for parts, concatenated, balanced in both:
        for dimension in DIMENSIONS:
            known_parts = [part for part in parts if (part, dimension) in ccc]
            if not known_parts:
                continue
            best = max(known_parts, key=lambda part: ccc[part, dimension])
            loss, other = (_against(rows, dimension, m, best) for m in (concatenated, balanced))
            if loss is None or other is None or pd.isna([loss[0], loss[1].p_adjusted]).any():
                continue
            tried += 1
            if loss[0] < 0 and loss[1].p_adjusted <= ALPHA:
                added = listed([labels[part] for part in parts if part != best])
                said = f"lowers {dimension} by {_size(loss[1])}; balanced, {_kept(*other)}"
                losses.append(
                    (loss[0], f"Adding {added} to {labels[best]} by concatenation {said}.")
                )
    if tried and not losses:
        return [f"No concatenation is significantly worse than its best part (0 of {tried})."]
    return [sentence for _, sentence in sorted(losses)[:MOST]]


def _against(rows: dict, dimension: str, one: str, other: str) -> tuple[float, tuple] | None:
    """Return how much higher the CCC of one method is than another's, and the row that says so."""
    if (dimension, one, other) in rows:
        row = rows[dimension, one, other]
        return row.ccc_difference, row
    row = rows.get((dimension, other, one))
    return (-row.ccc_difference, row) if row else None


def _kept(difference: float, row: tuple) -> str:
    """Say what a fusion does to the CCC of its best part."""
    if row.p_adjusted <= ALPHA:
        return f"it {'lowers' if difference < 0 else 'raises'} it by {_size(row)}"
    return f"not significantly (by {_size(row)})" if difference < 0 else "it does not"
