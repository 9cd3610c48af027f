"""What every corpus goes through, whatever its format: labels, usable audio, shards."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pandas as pd

from dimser.core import audio
from dimser.core.dimensions import DIMENSIONS
from dimser.core.job import progress
from dimser.corpora import labels
from dimser.corpora.corpus import Corpus

MANY_RATERS = 50  # with more, the log only summarises their weights


def label(
    corpus: Corpus, scale: tuple[float, float], consensus: str, name: str
) -> tuple[pd.DataFrame, list[str]]:
    """Add labels in [0, 1] to the utterances of a corpus.

    Args:
        corpus: as read.
        scale: lowest and highest value of labels and ratings.
        consensus: `corpus` (the labels that it ships), or `mean` or `ewe` of its ratings.
        name: of the corpus, for messages.

    Returns:
        The utterances with columns `valence,arousal,dominance`, and what is wrong with labels and
        ratings.
    """
    table, problems = corpus.utterances.copy(), []
    dimensions = list(DIMENSIONS)
    ships_labels = set(dimensions) <= set(table.columns)
    judged = [table] if ships_labels else []
    judged += [] if corpus.ratings is None else [corpus.ratings]
    if corpus.scale and tuple(corpus.scale) != tuple(scale):
        problems.append(
            f"{name}: the labels of this corpus go from {corpus.scale[0]:g} to "
            f"{corpus.scale[1]:g}, but `scale` is {scale[0]:g} to {scale[1]:g}; correct `scale`."
        )
        judged = []  # values outside a wrong scale say nothing
    for values, dimension in product(judged, dimensions):
        outside = ~values[dimension].between(*scale) & values[dimension].notna()
        problems += [
            f"{name}: {dimension} {value:g} of utterance {utterance!r} lies outside the scale "
            f"{scale[0]:g} to {scale[1]:g}; correct the value or `scale`."
            for utterance, value in values.loc[outside, ["id", dimension]].itertuples(index=False)
        ]
    if corpus.ratings is not None:
        twice = corpus.ratings[corpus.ratings.duplicated(["id", "rater"], keep=False)]
        problems += [
            f"{name}: rater {rater!r} has rated utterance {utterance!r} {count} times; keep one "
            "rating."
            for (utterance, rater), count in twice.value_counts(["id", "rater"]).items()
        ]
    if consensus == "corpus" and not ships_labels:
        problems.append(
            f"{name}: the corpus has ratings, but no labels; set `consensus` to mean or ewe."
        )
    elif consensus != "corpus" and corpus.ratings is None:
        problems.append(
            f"{name}: the corpus has no ratings, so `consensus: {consensus}` cannot be computed; "
            "set `consensus: corpus`."
        )
    elif consensus != "corpus" and not corpus.problems:
        merged, weights = labels.consensus(corpus.ratings, consensus)
        if len(weights) > MANY_RATERS:
            weights = weights.describe()
        logging.info("Weights of the raters (%s):\n%s", consensus, weights.round(3).to_string())
        table[dimensions] = merged.reindex(table["id"]).to_numpy()
        ships_labels = True
    if ships_labels:
        problems += [
            f"{name}: utterance {utterance!r} has no {dimension} label; rate it or remove it."
            for dimension in dimensions
            for utterance in table.loc[table[dimension].isna(), "id"]
        ]
        table[dimensions] = labels.to_unit(table[dimensions], scale)
    return table, problems


def inspect_audio(
    utterances: pd.DataFrame, min_duration: float, threads: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read each utterance's audio once.

    Args:
        utterances: columns `id,file,start,end`.
        min_duration: shortest usable utterance in seconds.
        threads: number of files to read at the same time.

    Returns:
        The usable utterances with columns `duration` (seconds), `level` (dB) and `digest`; and the
        others as a table `id,file,reason`.
    """
    rows = utterances[["file", "start", "end"]].itertuples(index=False, name=None)
    with ThreadPoolExecutor(threads) as pool:
        jobs = pool.map(lambda row: audio.inspect(*row, min_duration), rows)
        checks = list(progress(jobs, "Check audio", "utterance", total=len(utterances)))
    columns = ["duration", "level", "digest", "reason"]
    checked = pd.DataFrame(checks, columns=columns, index=utterances.index)
    utterances = pd.concat([utterances, checked], axis=1)
    usable = utterances["reason"] == ""
    return utterances[usable], utterances.loc[~usable, ["id", "file", "reason"]]


def shard_of(utterance: str, shards: int) -> int:
    """Return an utterance's shard, from a digest of its id: adding others does not move it.

    Example:
        >>> [shard_of(name, 4) for name in ("spk01_001", "spk01_002", "spk01_003")]
        [0, 3, 2]
    """
    digest = hashlib.blake2b(utterance.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % shards
