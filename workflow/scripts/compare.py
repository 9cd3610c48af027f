"""Compare every two methods of a corpus: their difference, its interval, and its p value."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS, MEAN
from dimser.core.files import write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.evaluation import predictions as predicted
from dimser.evaluation.clusters import clusters_of
from dimser.evaluation.comparison import (
    ALPHA,
    contributions,
    corrected_interval,
    holm,
    shared_in_groups,
    sign_flip_tests,
    smallest_p,
    to_difference,
)
from dimser.evaluation.intervals import averaged, cluster_sums
from dimser.evaluation.registry import METRICS

COLUMNS = [
    "dimension", "method_a", "method_b", "ccc_difference", "low", "high", "p", "p_holm",
    "p_adjusted", "low_adjusted", "high_adjusted", "p_smallest", "clusters", "cluster_by", "part",
    "shared_in_groups",
]  # fmt: skip
KNOWN = ("dimension", "ccc_difference")  # where nothing can be tested


def compare(
    *,
    utterances: str,
    folds: list[str],
    predictions: list[str],
    methods: list[str],
    baselines: Sequence[str],
    family: str | Sequence[str],
    interval: str,
    settings: dict,
    clusters: str,
    draws: int,
    seed: int,
    output: str,
) -> None:
    """Write one row per dimension and pair of methods, on the same utterances.

    Args:
        utterances: csv with columns `id,speaker,group,valence,arousal,dominance` and more.
        folds: csv of each grouping, columns `id,fold` and perhaps `part`; only utterances with a
            fold count.
        predictions: csv of each method, columns `id,fold,valence,arousal,dominance`; those of the
            first grouping come first.
        methods: ids of the methods, in the order of `predictions`.
        baselines: ids of those that are baselines.
        family: which pairs are compared: `all` but two baselines, `representations` (no baseline),
            or the pairs of a list of methods.
        interval: module and name of a function of `dimser.evaluation.intervals`.
        settings: of the interval.
        clusters: what errs together, as for `dimser.evaluation.clusters.clusters_of`; by `auto`,
            speakers where there are too few groups for any p of 0.05.
        draws: number of random sign flips, unless all are no more than that.
        seed: of the flips.
        output: csv; a difference is that of `method_a` minus that of `method_b`, `low,high` its own
            interval, `p` that of a sign flip test of it alone, `p_holm` that p adjusted by Holm.
            `p_adjusted` is corrected over all pairs of the dimension (step-down maxT), and
            `low_adjusted,high_adjusted` are the intervals that belong to its first step; infinite
            where there are too few clusters. `p_smallest` is the smallest p that could be reached.
            `shared_in_groups` is how far the contributions of the two speakers of a group go
            together (-1 to 1; 0 if they err independently, as the test supposes), where there are
            such groups and comparisons go by speakers. `mean` is the mean over the dimensions,
            where a corpus has all. Where clusters are not known, nothing is tested. `part` is empty
            for all utterances; where a corpus was published in several test parts, rows for each
            follow.

    Raises:
        InputError: if an utterance is not predicted exactly once, or not by a finite number.
    """
    values, labels, table, dimensions = predicted.load(utterances, folds, predictions)
    names, by = clusters_of(table, clusters)
    few = by == "group" and smallest_p(len(set(names)), draws) > ALPHA
    if few and clusters == "auto":
        names, by = clusters_of(table, "speaker")
    pairs = np.array(_family(methods, baselines, family), dtype=int).reshape(-1, 2)
    if not len(pairs):
        write_csv(pd.DataFrame(columns=COLUMNS), output)
        return
    ends = partial(function(interval), **settings)
    compared = {"method_a": [methods[a] for a, _ in pairs]}
    compared |= {"method_b": [methods[b] for _, b in pairs], "cluster_by": by or None}
    rows = []
    for part, own in predicted.test_parts(table):
        each = [
            cluster_sums(values[own, :, number], labels[own, None], names[own])
            for number in range(len(methods))
        ]
        sums, groups = np.stack(each, axis=2), None
        if few and by == "speaker":
            groups = table[own].groupby("speaker")["group"].first().to_numpy()
        for found in _differences(sums, pairs, dimensions, ends, draws, seed, groups):
            tested = found if by else {name: found[name] for name in KNOWN}
            rows.append(pd.DataFrame(compared | tested | {"part": part}))
    write_csv(pd.concat(rows).reindex(columns=COLUMNS), output)


def _differences(
    sums: np.ndarray,
    pairs: np.ndarray,
    dimensions: list[str],
    ends: partial,
    draws: int,
    seed: int,
    groups: np.ndarray | None,
) -> Iterator[dict]:
    """Compute the columns of each dimension, and of their mean, with one value per pair.

    Args:
        sums: shape (clusters, groupings, methods, dimensions, 6).
        pairs: places of the methods, shape (pairs, 2).
        dimensions: their names.
        ends: the interval.
        draws: number of random flips.
        seed: of the flips.
        groups: of each cluster, if each group is two of them.
    """
    first, second = sums[:, :, pairs[:, 0]], sums[:, :, pairs[:, 1]]
    cccs = averaged(
        lambda own: _with_mean(metrics.ccc(own), dimensions, np.mean), METRICS["ccc"].scale
    )

    def differences(own: np.ndarray) -> np.ndarray:
        ccc = cccs(own)
        return ccc[..., pairs[:, 0], :] - ccc[..., pairs[:, 1], :]

    whole = differences(sums.sum(axis=0)[None])[0]
    low, high = ends(sums, differences)
    parts = contributions(first, second)
    scaled = _with_mean(parts * to_difference(first, second), dimensions, np.mean).mean(axis=1)
    parts = _with_mean(parts, dimensions, np.sum).mean(axis=1)
    for place, dimension in enumerate(_with_mean_name(dimensions)):
        p, adjusted, quantile = sign_flip_tests(parts[..., place], draws, seed)
        outer = corrected_interval(whole[:, place], scaled[..., place], quantile)
        found = {"dimension": dimension, "ccc_difference": whole[:, place]}
        found |= {"low": low[:, place], "high": high[:, place], "p": p, "p_holm": holm(p)}
        found |= {"p_adjusted": adjusted, "low_adjusted": outer[0], "high_adjusted": outer[1]}
        found |= {"p_smallest": smallest_p(len(sums), draws), "clusters": len(sums)}
        if groups is not None:
            found["shared_in_groups"] = shared_in_groups(parts[..., place], groups)
        yield found


def _family(
    methods: list[str], baselines: Sequence[str], family: str | Sequence[str]
) -> list[tuple[int, int]]:
    """Return the pairs of methods to compare, as places in their list."""
    pairs = combinations(range(len(methods)), 2)
    bare = [method in baselines for method in methods]
    if family == "all":
        return [(a, b) for a, b in pairs if not (bare[a] and bare[b])]
    if family == "representations":
        return [(a, b) for a, b in pairs if not (bare[a] or bare[b])]
    return [(a, b) for a, b in pairs if {methods[a], methods[b]} <= set(family)]


def _with_mean_name(dimensions: list[str]) -> list[str]:
    return [*dimensions, *[MEAN] * (len(dimensions) == len(DIMENSIONS))]


def _with_mean(values: np.ndarray, dimensions: list[str], over: callable) -> np.ndarray:
    """Append the mean or sum over the dimensions, the last axis, where a corpus has all."""
    if len(dimensions) < len(DIMENSIONS):
        return values
    return np.concatenate([values, over(values, axis=-1, keepdims=True)], axis=-1)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        compare(
            utterances=snakemake.input.utterances,
            folds=list(snakemake.input.folds),
            predictions=list(snakemake.input.predictions),
            **snakemake.params.arguments,
            output=snakemake.output.comparisons,
        )
