"""The first screen of the report: its headline, how predictions were made, and what to distrust."""

from collections.abc import Iterable, Mapping

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.words import counted
from dimser.report import heard
from dimser.report.comparing import limits
from dimser.report.sentences import bracketed, labels_among, listed
from dimser.report.tables import number

MOST_CORPORA = 3  # that a headline names one by one
LEAST = 0.015  # below 0, for the CCC of a mean to be a warning
ALIKE = 0.1  # mean correlation of the two speakers of a group from which it is a warning
FEW_CLUSTERS = 10  # with fewer, intervals are a warning
# What test and training utterances share, as `guard.csv` calls it.
SHARED = {
    "group": "are from a group (a session, say) that their training set holds, too",
    "audio": "have audio that their training set holds, too, sample by sample",
    "overlap": "overlap in time with an utterance of their training set",
    "text": "have a text that their training set holds, too: a method may know the sentence",
}


def headline(winners: dict[str, list[dict]]) -> list[str]:
    """Say in a sentence per corpus what is carried, by what, and of what there is no evidence.

    Args:
        winners: from `dimser.report.ranking.winners`, by the display name of the corpus.

    Example:
        >>> row = {"dimension": "arousal", "label": "WLM", "ccc": 0.61, "alike": 2, "others": 9}
        >>> headline({"VAM": [row | {"ccc_low": 0.5, "ccc_high": 0.7}]})
        ['In VAM, arousal is carried best by WLM or one of 2 others (CCC 0.61 [0.50, 0.70]).']
    """
    if len(winners) > MOST_CORPORA:
        counts = {d: _count(winners.values(), d) for d in DIMENSIONS}
        parts = [f"{d} in {carried} of {of}" for d, (carried, of) in counts.items() if of]
        return [f"Corpora with evidence of a dimension: {', '.join(parts)}."]
    return [_of_corpus(corpus, rows) for corpus, rows in winners.items()]


def _carried(row: dict) -> bool:
    return row["ccc"] is not None and (row["ccc_low"] is None or row["ccc_low"] > 0)


def _unsure(row: dict) -> bool:
    """Tell whether the highest CCC may be 0, but others are above it by themselves."""
    return not _carried(row) and bool(row.get("above"))


def _count(corpora: Iterable[list[dict]], dimension: str) -> tuple[int, int]:
    """Return in how many corpora there is evidence of a dimension, and how many have it."""
    own = [row for rows in corpora for row in rows if row["dimension"] == dimension]
    return sum(_carried(row) or _unsure(row) for row in own), len(own)


def _of_corpus(corpus: str, rows: list[dict]) -> str:
    rows = [row for row in rows if row["dimension"] in DIMENSIONS]
    said, verb = [], " is carried best"
    for row in filter(_carried, rows):
        alike = row["alike"] or 0
        others = {0: "", 1: " or one other"}.get(alike, f" or one of {alike} others")
        others = " or any other" if alike == row["others"] > 1 else others
        low, high = row["ccc_low"], row["ccc_high"]
        ccc = f"CCC {number(row['ccc'], 2)}{bracketed(low, high) or ', no interval'}"
        said.append(f"{row['dimension']}{verb} by {row['label']}{others} ({ccc})")
        verb = ""
    found = [", ".join(said)] * bool(said)
    if unsure := [row["dimension"] for row in rows if _unsure(row)]:
        plural = "s" * (len(unsure) > 1)
        found.append(f"the highest CCC{plural} of {listed(unsure)} cannot be distinguished from 0")
    if lacking := [row["dimension"] for row in rows if not _carried(row) and not _unsure(row)]:
        found.append(f"{'there is ' * (not found)}no evidence of {_either(lacking)}")
    return f"In {corpus}, {'; '.join(found)}."


def _either(names: list[str]) -> str:
    return listed(names).replace(" and ", " or ")


def protocol(folds: Iterable[dict]) -> str:
    """Say what the predictions were made from.

    Args:
        folds: settings of each corpus's folds, with defaults.

    Example:
        >>> print(protocol([{"test": ["Test1"], "by": "speaker"}]))
        Each method was trained once, and predicted the test parts that the corpus was published in.
    """
    fixed = ["test" in own for own in folds]
    across = "trained on all speaker-independent folds but one, and predicted the one left out"
    parts = "trained once, and predicted the test parts that the corpus was published in"
    if all(fixed):
        return f"Each method was {parts}."
    also = f"; of a corpus with fixed test parts, it was {parts}" if any(fixed) else ""
    return f"Each method was {across}{also}."


def distrust(
    tables: dict[str, pd.DataFrame],
    names: dict[str, str],
    feature_sets: list[str],
    baselines: dict[str, dict],
    stand_ins: Mapping[str, str],
) -> list[str]:
    """List what weakens the results on a corpus, the gravest first.

    Args:
        tables: of the corpus, by name: `scores`, `comparisons`, `guard`, `featurewise_null`.
        names: display names of feature sets and methods.
        feature_sets: ids of those of the corpus.
        baselines: their settings by id.
        stand_ins: ids of what rests on a model in place of a published one, and what it is called.
    """
    scores = tables["scores"]
    methods = scores["method"].unique()
    found = []
    if daggers := [stand_ins[method] for method in methods if method in stand_ins]:
        called = " or ".join(dict.fromkeys(daggers))
        found.append(
            f"{len(daggers)} of {counted(len(methods), 'method')} (†) "
            f"{'rests' if len(daggers) == 1 else 'rest'} on a model in place of a published one "
            f"({called}): no result of theirs is about the published model."
        )
    found += heard.told(scores, names)
    for features in feature_sets:
        null = tables["featurewise_null"]
        found += labels_among(names[features], null[null["features"] == features])
    shared = tables["guard"].groupby("what")["count"].sum()  # what was not checked is 0 here
    of = counted(int(scores["n"].max()), "test utterance")
    for what, how in SHARED.items():
        if shared.get(what, 0):
            found.append(f"{int(shared[what]):,} of {of} {how}.")
    rest, *others = limits(tables["comparisons"], scores)
    found += [rest] * (not scores["clusters"].max() >= FEW_CLUSTERS)
    found += [sentence for sentence in others if sentence.startswith("With")]
    found += _together(tables["comparisons"], scores)
    found += _no_better_than(scores, names, baselines)
    return found + _leaning(scores, names, baselines)


def _no_better_than(
    scores: pd.DataFrame, names: dict[str, str], baselines: dict[str, dict]
) -> list[str]:
    """Name the dimensions in which no method is shown to be better than a baseline."""
    may = scores["may_be_best"].eq(True) & scores["method"].isin([*baselines])
    own = scores[may & scores["dimension"].isin(DIMENSIONS)].sort_values("ccc", ascending=False)
    best = own.drop_duplicates("dimension").groupby("method", sort=False)["dimension"].agg(list)
    return [
        f"In {listed(dimensions)}, no method is shown to be better than the baseline "
        f"{names[method]}."
        for method, dimensions in best.items()
    ]


def _together(comparisons: pd.DataFrame, scores: pd.DataFrame) -> list[str]:
    """Warn where the speakers of a group err alike, and are taken to err independently."""
    by = scores["cluster_by"].iloc[0]
    shared = comparisons["shared_in_groups"].mean()
    if not (comparisons["cluster_by"] != by).any() or not shared > ALIKE:
        return []
    return [
        "Comparisons take the two speakers of a group to err independently; what they add to a "
        f"difference correlates by {number(shared, 2)} on average, so p is too small."
    ]


def _leaning(scores: pd.DataFrame, names: dict[str, str], baselines: dict[str, dict]) -> list[str]:
    """Explain a CCC below 0 of the mean of the training labels."""
    means = [name for name, entry in baselines.items() if entry["predictor"] == "mean"]
    own = scores[scores["method"].isin(means) & scores["dimension"].isin(DIMENSIONS)]
    if own.empty or not (lowest := own["ccc"].min()) < -LEAST:
        return []
    label = names[own.loc[own["ccc"].idxmin(), "method"]]
    return [
        f"{label} has CCCs down to {number(lowest, 2)}: each fold's mean leans away from the "
        "speakers that it predicts, so what carries nothing lies below 0, and other CCCs lean low."
    ]
