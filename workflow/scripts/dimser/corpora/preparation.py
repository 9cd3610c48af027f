"""What every corpus goes through, whatever its format: labels, usable audio, shards."""

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.job import progress
from dimser.corpora import labels
from dimser.corpora.corpus import Corpus, Finding
from dimser.corpora.inspection import Heard, inspect

MANY_RATERS = 50  # with more, the log only summarises their weights


def label(
    corpus: Corpus,
    scale: tuple[float, float],
    consensus: str,
    name: str,
    dimensions: Sequence[str] = DIMENSIONS,
    out_of_scale: str = "error",
) -> tuple[pd.DataFrame, list[str]]:
    """Add labels in [0, 1] to the utterances of a corpus.

    Args:
        corpus: as read; what is done to values outside the scale is added to its findings and to
            `left_out`.
        scale: lowest and highest value of labels and ratings.
        consensus: `corpus` (the labels that it ships), or `mean` or `ewe` of its ratings.
        name: of the corpus, for messages.
        dimensions: what the corpus is labelled in.
        out_of_scale: values outside the scale are an `error`; `clip` brings them to its end, `drop`
            leaves out utterances with such a label and ratings with such a value.

    Returns:
        The utterances with columns `valence,arousal,dominance`, the others empty, and what is wrong
        with labels and ratings.
    """
    others = dict.fromkeys((own for own in DIMENSIONS if own not in dimensions), np.nan)
    if corpus.ratings is not None:
        corpus.ratings = corpus.ratings.assign(**others)
    if {*DIMENSIONS} <= {*corpus.utterances}:
        corpus.utterances = corpus.utterances.assign(**others)
    problems = _onto_scale(corpus, scale, out_of_scale, consensus, name)
    table = corpus.utterances[~corpus.utterances["id"].isin(corpus.left_out)].copy()
    if corpus.ratings is not None:
        twice = corpus.ratings[corpus.ratings.duplicated(["id", "rater"], keep=False)]
        problems += [
            f"{name}: rater {rater!r} has rated utterance {utterance!r} {count} times; keep one "
            "rating."
            for (utterance, rater), count in twice.value_counts(["id", "rater"]).items()
        ]
    if consensus == "corpus" and not {*DIMENSIONS} <= {*table}:
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
        weights = weights[labelled(merged)]
        if len(weights) > MANY_RATERS:
            weights = weights.describe()
        logging.info("Weights of the raters (%s):\n%s", consensus, weights.round(3).to_string())
        table[[*DIMENSIONS]] = merged.reindex(table["id"]).to_numpy()
    if {*DIMENSIONS} <= {*table}:
        had = [own for own in dimensions if own in labelled(table)]
        if bare := [own for own in dimensions if own not in had and len(table) and had]:
            problems.append(
                f"{name}: no utterance has a {' or '.join(bare)} label; set "
                f"`dimensions: [{', '.join(had)}]`, or correct the corpus."
            )
        problems += [
            f"{name}: utterance {utterance!r} has no {dimension} label; rate it or remove it."
            for dimension in dimensions
            if dimension not in bare
            for utterance in table.loc[table[dimension].isna(), "id"]
        ]
        table[[*DIMENSIONS]] = labels.to_unit(table[[*DIMENSIONS]], scale)
    return table, problems


def _onto_scale(
    corpus: Corpus, scale: tuple[float, float], how: str, consensus: str, name: str
) -> list[str]:
    """Answer labels and ratings outside the scale: in place, or by problems."""
    problems = []
    low, high = scale
    if corpus.scale and tuple(corpus.scale) != tuple(scale):
        return [
            f"{name}: the labels of this corpus go from {corpus.scale[0]:g} to "
            f"{corpus.scale[1]:g}, but `scale` is {low:g} to {high:g}; correct `scale`."
        ]  # values outside a wrong scale say nothing
    judged = {False: corpus.utterances, True: corpus.ratings}
    for (rated, table), dimension in product(judged.items(), DIMENSIONS):
        if table is None or dimension not in table:
            continue
        rows = np.flatnonzero(labels.outside(table[dimension], scale))
        utterances, values = table["id"].iloc[rows], table[dimension].iloc[rows]
        raters = " of rater " + table["rater"].iloc[rows].map(repr) if rated else [""] * len(rows)
        for utterance, value, rater in zip(utterances, values, raters, strict=True):
            what = f"{dimension} {value:.12g}{rater}"
            if how == "error":
                problems.append(
                    f"{name}: {what} of utterance {utterance!r} lies outside the scale {low:g} to "
                    f"{high:g}; correct the value or `scale`, or set `out_of_scale` to clip or "
                    "drop."
                )
            elif how == "drop" and not rated:
                corpus.left_out[utterance] = f"{what} lies outside the scale {low:g} to {high:g}"
            else:
                done = f"was brought to {min(max(value, low), high):g}"
                done = done if how == "clip" else "counts as missing"
                finding = Finding("label out of range", f"utterance {utterance}", f"{what} {done}.")
                corpus.findings.append(finding)
        if how == "clip":
            table[dimension] = table[dimension].clip(low, high)
        elif how == "drop" and rated:
            table[dimension] = table[dimension].mask(labels.outside(table[dimension], scale))
            if consensus != "corpus":
                left = table.groupby("id")[dimension].count().reindex(utterances.unique())
                none = f"all its {dimension} ratings lie outside the scale {low:g} to {high:g}"
                corpus.left_out |= dict.fromkeys(left.index[left == 0], none)
    return problems


def inspect_audio(
    utterances: pd.DataFrame, min_duration: float, threads: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read each utterance's audio once.

    Args:
        utterances: columns `id,file,start,end`.
        min_duration: shortest usable utterance in seconds.
        threads: number of files to read at the same time.

    Returns:
        The usable utterances with the columns of `Heard`; and the others as a table
        `id,file,reason`.
    """
    rows = utterances[["file", "start", "end"]].itertuples(index=False, name=None)
    with ThreadPoolExecutor(threads) as pool:
        jobs = pool.map(lambda row: inspect(*row, min_duration), rows)
        checks = list(progress(jobs, "Check audio", "utterance", total=len(utterances)))
    checked = pd.DataFrame(checks, columns=Heard._fields, index=utterances.index)
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
