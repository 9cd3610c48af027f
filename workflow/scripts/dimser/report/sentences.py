"""The results of a run in sentences, computed from its tables."""

from collections.abc import Sequence

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.words import counted
from dimser.corpora.corpus import known
from dimser.evaluation.comparison import is_exact, smallest_p
from dimser.report.tables import ALPHA, number, p_value

# With fewer speakers, intervals are visibly too narrow: in simulations (2,000 runs each), 95 %
# intervals covered the truth in 80 % with 5 speakers, 89 % with 10, 92 % with 20, 94 % with 100.
FEW = 30
MOST = 3  # names in a list
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


def bracketed(low: float, high: float) -> str:
    """Return an interval in brackets, after a space; nothing where there is none."""
    return "" if pd.isna(low) else f" [{number(low, 2)}, {number(high, 2)}]"


def next_best(best: str, second: str, comparisons: pd.DataFrame, labels: dict[str, str]) -> str:
    """Describe the second best method of a dimension, and how far behind it is.

    Args:
        best: method with the highest CCC.
        second: method with the second highest.
        comparisons: of the dimension, columns `method_a,method_b,ccc_difference,low,high,p_holm`.
        labels: display names of the methods.
    """
    pair = comparisons[comparisons[["method_a", "method_b"]].isin([best, second]).all(axis=1)]
    lead = "".join(f": CCC lower by {_size(row)}{_p(row)}" for row in pair.itertuples())
    return f"The next best is {labels[second]}{lead}."


def comparison(row: tuple, labels: dict[str, str]) -> str:
    """Describe how two methods compare, in a sentence for a paper.

    Args:
        row: `dimension,method_a,method_b,ccc_difference,low,high,p_holm`.
        labels: display names of the methods.
    """
    if pd.isna(row.ccc_difference):
        a, b = labels[row.method_a], labels[row.method_b]
        return f"{a} and {b} cannot be compared in {row.dimension}: a CCC is undefined."
    turned = row.ccc_difference < 0
    first, second = (row.method_b, row.method_a) if turned else (row.method_a, row.method_b)
    if pd.isna(row.p_holm):
        names = f"than {labels[second]} in {row.dimension}"
        return f"{labels[first]} has a CCC higher by {_size(row)} {names}, not tested."
    verb = "is" if row.p_holm < ALPHA else "is not"
    names = f"{labels[first]} {verb} significantly better than {labels[second]}"
    return f"{names} in {row.dimension}: CCC difference {_size(row)}{_p(row)}."


def _size(row: tuple) -> str:
    low, high = (-row.high, -row.low) if row.ccc_difference < 0 else (row.low, row.high)
    return number(abs(row.ccc_difference), 2) + bracketed(low, high)


def _p(row: tuple) -> str:
    if pd.isna(row.p_holm):
        return ""
    text = p_value(row.p_holm)
    return f", p {text if text.startswith('<') else f'= {text}'} after Holm"


def limits(comparisons: pd.DataFrame, speakers: int, draws: int) -> list[str]:
    """Warn if no difference can be significant: too few speakers, or too few random swaps.

    Args:
        comparisons: column `dimension`.
        speakers: number of speakers.
        draws: number of random swaps of a test, unless it tries all swaps.

    Returns:
        One sentence, or none.
    """
    if pd.isna(speakers):
        return [UNTESTED]
    family = comparisons.groupby("dimension").size().max() if len(comparisons) else 0
    exact, smallest = is_exact(speakers, draws), smallest_p(speakers, draws)
    if smallest * family < ALPHA:
        return []
    reason = counted(speakers, "speaker") if exact else counted(draws, "random swap")
    remedy = "" if exact else "raise `bootstrap.resamples`, "
    family, least = counted(family, "comparison"), min(1, smallest * family)
    return [
        f"With {reason}, p cannot be below {smallest:.2g}, and after Holm over {family} the "
        f"smallest cannot be below {least:.2g}: no difference can be significant here, however "
        f"large. Compare fewer methods, {remedy}or look at the intervals."
    ]


def helping_fusions(comparisons: pd.DataFrame, labels: dict[str, str]) -> str:
    """List the early fusions that are significantly better than each of their parts.

    Args:
        comparisons: columns `dimension,method_a,method_b,ccc_difference,p_holm`.
        labels: display names of the methods.
    """
    leads = {}
    for row in comparisons.itertuples():
        beyond = row.p_holm < ALPHA
        leads[row.dimension, row.method_a, row.method_b] = beyond and row.ccc_difference > 0
        leads[row.dimension, row.method_b, row.method_a] = beyond and row.ccc_difference < 0
    compared = {(one, other) for _, one, other in leads}
    fusions = dict.fromkeys(
        one
        for one, _ in compared
        if "+" in one and all((one, part) in compared for part in one.split("+"))
    )
    helping = [
        f"{labels[fusion]} ({dimension})"
        for fusion in fusions
        for dimension in DIMENSIONS
        if all(leads.get((dimension, fusion, part), False) for part in fusion.split("+"))
    ]
    if not fusions:
        return "No fusion was compared with all of its parts."
    if comparisons["p_holm"].isna().all():
        return "No fusion was tested against its parts."
    every = "both" if all(fusion.count("+") == 1 for fusion in fusions) else "all"
    if not helping:
        return f"No fusion is significantly better than {every} of its parts (0 of {len(fusions)})."
    return f"Fusions significantly better than {every} of their parts: {', '.join(helping)}."


def beside_humans(scores: pd.DataFrame, annotation: pd.DataFrame) -> str:
    """Compare the best method with one rater's agreement with the others.

    Args:
        scores: columns `dimension,ccc` and more.
        annotation: columns `dimension,human_ccc`; may be empty.
    """
    human = annotation.set_index("dimension")["human_ccc"].dropna()
    if human.empty:
        return "The corpus ships no ratings by several people to compare methods with."
    best = scores.groupby("dimension")["ccc"].max()
    parts = [
        f"{dimension}: best method {number(best[dimension], 2)}, "
        f"one rater {number(human[dimension], 2)}"
        for dimension in DIMENSIONS
        if dimension in human
    ]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]} (CCC with the labels, and with the other raters)."


def few_speakers(scores: pd.DataFrame, breakdown: pd.DataFrame) -> list[str]:
    """Warn if there are few speakers, and describe how the best CCCs vary over folds.

    Args:
        scores: columns `method,dimension,ccc,speakers`.
        breakdown: columns `method,dimension,by,ccc`.

    Returns:
        One sentence, or none if there are enough speakers.
    """
    speakers = scores["speakers"].max()
    if pd.isna(speakers) or speakers >= FEW:
        return []
    sd = breakdown[breakdown["by"] == "fold sd"].set_index(["method", "dimension"])["ccc"]
    defined = scores[scores["ccc"].notna()]
    best = defined.loc[defined.groupby("dimension")["ccc"].idxmax()].set_index("dimension")
    spread = {d: sd.get((best["method"][d], d)) for d in DIMENSIONS if d in best.index}
    parts = [f"{d} {number(value, 2)}" for d, value in spread.items() if pd.notna(value)]
    over = f" Standard deviation of the best method's CCC over folds: {', '.join(parts)}."
    few = f"With {counted(speakers, 'speaker')}, intervals are somewhat too narrow."
    return [f"{few}{over if parts else ''}"]


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
