"""The results of a run in sentences, computed from its tables."""

from collections.abc import Sequence

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, MEAN, labelled
from dimser.core.methods import parse
from dimser.core.words import counted
from dimser.corpora.corpus import known
from dimser.evaluation.comparison import ALPHA
from dimser.regression.registry import RECALIBRATED, REGRESSORS
from dimser.report.tables import number, p_value

FEW = 30  # speakers; with fewer, results by fold are told, too
MOST = 3  # names in a list
FEWEST = 6  # clusters, for a two-sided p of at most 0.05
LEANS = (  # simulated, see benchmarks
    "With few speakers, out-of-fold CCCs tend to be too low (with ten, by 0.05 in a simulation): "
    "each fold's model has learnt the mean label of all speakers but those that it predicts."
)
UNTESTED = (
    "The speakers are not known, so there are no intervals and no tests: differences may be due to "
    "chance."
)


def size(utterances: pd.DataFrame) -> str:
    """Describe how many utterances there are, and of how many speakers, as far as that is known.

    Args:
        utterances: column `speaker`.

    Example:
        >>> size(pd.DataFrame({"speaker": ["a", "a", "b"]}))
        '3 utterances of 2 speakers'
    """
    speakers = known(utterances["speaker"])
    count, unknown = counted(len(utterances), "utterance"), speakers.isna().sum()
    if unknown == len(speakers):
        return f"{count} of unknown speakers"
    of = f"of {counted(speakers.nunique(), 'speaker')}"
    if not unknown:
        return f"{count} {of}"
    return f"{count}: {len(speakers) - unknown:,} {of}, {unknown:,} of unknown ones"


def listed(names: Sequence[str]) -> str:
    """Return names with commas, and `and` before the last.

    Example:
        >>> listed(["valence", "arousal", "dominance"])
        'valence, arousal and dominance'
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def bracketed(low: float, high: float, digits: int = 2) -> str:
    """Return an interval in brackets, after a space; nothing where there is none."""
    return "" if pd.isna(low) else f" [{number(low, digits)}, {number(high, digits)}]"


def named(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many others there are.

    Example:
        >>> named(["A", "B", "C", "D", "E"]), named(["A", "B"])
        ('A, B, C and 2 more', 'A and B')
    """
    more = len(names) - MOST
    return f"{', '.join(names[:MOST])} and {more} more" if more > 0 else listed(names)


def what(dimension: str) -> str:
    """Return what a row's dimension is called in a sentence."""
    return "the mean over the dimensions" if dimension == MEAN else dimension


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


def beside_humans(scores: pd.DataFrame, annotation: pd.DataFrame) -> str:
    """Compare the best method with what one more rater would reach, and with what labels allow.

    Args:
        scores: columns `dimension,ccc` and more.
        annotation: columns `dimension,one_rater_ccc,ceiling_ccc`; may be empty.
    """
    human = annotation.set_index("dimension")[["one_rater_ccc", "ceiling_ccc"]].dropna()
    if human.empty:
        return "There are no ratings by several people to compare methods with."
    best = scores.groupby("dimension")["ccc"].max()
    parts = [
        f"{dimension} {number(best[dimension], 2)} by the best method, "
        f"{number(human.loc[dimension, 'one_rater_ccc'], 2)} by one more rater, "
        f"{number(human.loc[dimension, 'ceiling_ccc'], 2)} at most"
        for dimension in DIMENSIONS
        if dimension in human.index
    ]
    return (
        f"CCC with the labels, beside people: {'; '.join(parts)}. The rater's, and what the "
        "labels' reliability allows at most, follow from the raters' agreement."
    )


def over_folds(scores: pd.DataFrame, breakdown: pd.DataFrame) -> list[str]:
    """Describe how the best CCCs vary over folds, and lean, where there are few speakers.

    Args:
        scores: columns `method,dimension,ccc,speakers`.
        breakdown: columns `method,dimension,by,ccc`.

    Returns:
        Two sentences, or none if there are enough speakers.
    """
    speakers = scores["speakers"].max()
    if pd.isna(speakers) or speakers >= FEW:
        return []
    sd = breakdown[breakdown["by"] == "fold sd"].set_index(["method", "dimension"])["ccc"]
    defined = scores[scores["ccc"].notna()]
    best = defined.loc[defined.groupby("dimension")["ccc"].idxmax()].set_index("dimension")
    spread = {d: sd.get((best["method"][d], d)) for d in DIMENSIONS if d in best.index}
    parts = [f"{d} {number(value, 2)}" for d, value in spread.items() if pd.notna(value)]
    over = "Standard deviation of the best method's CCC over folds"
    return [f"{over}: {', '.join(parts)}.", LEANS] if parts else []


def tube(utterances: pd.DataFrame, config: dict) -> list[str]:
    """Describe how much of the labels' spread a support vector regression does not punish.

    Args:
        utterances: labels in [0, 1].
        config: keys `regressor` and `svr`, with defaults.

    Returns:
        One sentence, or none where epsilon is no setting, is tuned, or is in units of the labels.
    """
    svr = config["svr"]
    takes = {own.name for own in REGRESSORS[config["regressor"]].needs}
    if "epsilon" not in takes or svr["units"] != "scale" or "epsilon" in svr.get("tune", {}):
        return []
    spread = {name: utterances[name].std(ddof=0) for name in labelled(utterances)}
    parts = [f"{svr['epsilon'] / sd:.2f} of {name}" for name, sd in spread.items() if sd > 0]
    if not parts:
        return []
    return [
        f"Epsilon ({svr['epsilon']:g}), below which errors cost nothing in training, is in "
        f"standard deviations of the labels {listed(parts)}: the more, the more predictions "
        "shrink towards the mean, and the lower is the CCC, whatever a representation carries."
    ]


def unusual(description: pd.DataFrame) -> list[str]:
    """List in what respects audio or raters stand out.

    Args:
        description: columns `of,what,unusual`.

    Returns:
        One sentence, or none if nothing does.
    """
    found = description[description["unusual"] > 0]
    parts = [f"{row.what} {row.unusual:,.0f}" for row in found.itertuples()]
    return [f"Unusual (see Labels and audio): {', '.join(parts)}."] if parts else []


def untested_features(null: pd.DataFrame) -> list[str]:
    """Warn if single features cannot be significant: too few clusters.

    Args:
        null: columns `clusters,cluster_by`.

    Returns:
        One sentence, or none.
    """
    few = null[null["clusters"] < FEWEST]
    if few.empty:
        return []
    count = counted(int(few["clusters"].iloc[0]), few["cluster_by"].iloc[0])
    return [f"With {count}, no single feature can be significant, however high its CCC."]


def carrying_features(features: str, groups: pd.DataFrame) -> list[str]:
    """Describe which kinds of features carry a dimension by themselves.

    Args:
        features: display name of the feature set.
        groups: columns `by,name,dimension,share_above`, the highest shares first.

    Returns:
        One sentence, or none if the names of the features are unknown.
    """
    if groups.empty:
        return []
    above = groups[groups["share_above"] > 0]
    parts = []
    for dimension in (name for name in DIMENSIONS if name in set(groups["dimension"])):
        own = above[above["dimension"] == dimension]
        kinds = own[own["by"] == "group"].head(MOST)
        shares = [f"{_percent(row.share_above)} of {row.name}" for row in kinds.itertuples(False)]
        functionals = own.loc[own["by"] == "functional", "name"].head(MOST)
        best = f" (functionals: {', '.join(functionals)})" if len(functionals) else ""
        parts.append(f"{dimension} {', '.join(shares) or 'none'}{best}")
    return [f"Significant single features of {features}: {'; '.join(parts)}."]


def labels_among(features: str, null: pd.DataFrame) -> list[str]:
    """Ask about features that are so like a label that they may be it.

    Args:
        features: display name of the feature set.
        null: columns `dimension,like_label`.
    """
    return [
        f"Is the {row.dimension} label among the features {features}? {row.like_label} correlates "
        "with it by more than 0.99. If so, leave it out of the table: its results mean nothing."
        for row in null.dropna(subset="like_label").itertuples()
    ]


def _percent(share: float) -> str:
    return "<1 %" if share < 0.01 else f"{100 * share:.0f} %"


def audit_state(cells: pd.DataFrame) -> str:
    """Describe how many published values were reproduced.

    Args:
        cells: column `verdict`; empty if none of the corpora is in the published table.
    """
    if cells.empty:
        return "None of these corpora is in the published table: there is nothing to audit."
    counts = cells["verdict"].replace({"differs": "different"}).value_counts()
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    return f"Of {counted(len(cells), 'published value')}: {verdicts}."
