"""The corpora and results of a run in sentences, computed from its tables, and their words."""

from collections.abc import Sequence

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, MEAN
from dimser.core.words import counted
from dimser.corpora.corpus import known
from dimser.evaluation.scores import of_all
from dimser.report.tables import number

FEW = 30  # speakers; with fewer, results by fold are told, too
MOST = 3  # names in a list
FEWEST = 6  # clusters, for a two-sided p of at most 0.05
LEANS = (  # simulated, see benchmarks
    "With few speakers, out-of-fold CCCs tend to be too low (with ten, by 0.05 in a simulation): "
    "each fold's model has learnt the mean label of all speakers but those that it predicts."
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


def of_sets_alone(
    scores: pd.DataFrame, feature_sets: Sequence[str], labels: dict[str, str]
) -> list[str]:
    """Describe which feature set alone carries a dimension best, and which is next.

    Args:
        scores: columns `method,dimension,ccc,ccc_low,ccc_high`.
        feature_sets: their ids.
        labels: display names by id.

    Returns:
        A sentence, or none where fewer than two sets were scored.
    """
    own = scores[scores["method"].isin(feature_sets) & scores["ccc"].notna()]
    parts = []
    for dimension in DIMENSIONS:
        ordered = own[own["dimension"] == dimension].sort_values("ccc", ascending=False)
        if len(ordered) > 1:
            (first, best), (second, following) = (
                (labels[row.method], number(row.ccc, 2) + bracketed(row.ccc_low, row.ccc_high))
                for row in ordered.head(2).itertuples()
            )
            parts.append(f"{first} in {dimension} ({best}; next {second}: {following})")
    return [f"Best feature set by itself: {listed(parts)}."] if parts else []


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


def tube(shrinkage: pd.DataFrame) -> list[str]:
    """Describe how much of the labels' spread a support vector regression does not punish.

    Args:
        shrinkage: columns `dimension,epsilon,epsilon_sd`, and perhaps `part`.

    Returns:
        One sentence, or none where epsilon is no setting, is tuned, or is in units of the labels.
    """
    first = of_all(shrinkage).dropna(subset="epsilon_sd").drop_duplicates("dimension")
    if first["epsilon"].nunique() != 1:
        return []
    parts = [f"{row.epsilon_sd:.2f} of {row.dimension}" for row in first.itertuples()]
    return [
        f"Epsilon ({first['epsilon'].iloc[0]:g}), below which errors cost nothing in training, is "
        f"in standard deviations of the labels {listed(parts)}: the more, the more predictions "
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
        groups: columns `by,name,dimension,count,share_above`, the kinds with the most significant
            features first.

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
        shares = [
            f"{row['share_above'] * row['count']:,.0f} of {row['count']:,} {row['name']}"
            for row in kinds.to_dict("records")
        ]
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


def audit_state(cells: pd.DataFrame, checks: pd.DataFrame) -> str:
    """Describe how many published values were reproduced.

    Args:
        cells: column `verdict`; empty if none of the corpora is in the published table.
        checks: findings, column `source`.
    """
    if cells.empty and checks["source"].eq("planted").any():
        return "These are demo corpora, in which findings were planted."
    if cells.empty:
        return "None of these corpora is in the published table: there is nothing to audit."
    counts = cells["verdict"].replace({"differs": "different"}).value_counts()
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    return f"Of {counted(len(cells), 'published value')}: {verdicts}."
