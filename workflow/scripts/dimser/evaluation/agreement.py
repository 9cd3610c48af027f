"""Do single features that agree with labels in one corpus do so in another? With an interval.

Agreement is Pearson's correlation of the features' CCCs in both corpora. It varies with the
speakers of both: a jackknife leaves out one at a time, in one corpus, whose features keep their
scaling. What the speakers of one corpus add to the variance and what those of the other add are
independent, unless a speaker stands in both: then the deviations are added before they are squared.

The interval is about corpora of as many speakers: with few, CCCs of single features are noisy, and
their correlation is lower than that of the features themselves.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from dimser.core import metrics
from dimser.evaluation.featurewise import BLOCK, featurewise_sums
from dimser.evaluation.intervals import FEWEST, effective

LEVEL = 0.95


class Side(NamedTuple):
    """Features of a corpus, the same in both.

    Attributes:
        values: shape (utterances, features).
        labels: shape (utterances, dimensions).
        clusters: of each utterance, what errs together.
    """

    values: np.ndarray
    labels: np.ndarray
    clusters: np.ndarray


def agreement(first: Side, second: Side) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Correlate the features' CCCs of two corpora.

    Returns:
        The correlation and both ends of its interval, each of shape (dimensions,); ends are NaN
        with fewer than three clusters in either corpus.
    """
    sides = first, second
    codes = [np.unique(side.clusters, return_inverse=True) for side in sides]
    counts = [len(names) for names, _ in codes]
    width, dimensions = first.values.shape[1], first.labels.shape[1]
    # of each side: with all clusters, and without each; sums over the features of a, b, a², b², ab
    sums = [np.zeros((count + 1, dimensions, 5)) for count in counts]
    for start in range(0, width, BLOCK):
        ccc = []
        for side, (_, number) in zip(sides, codes, strict=True):
            block = side.values[:, start : start + BLOCK]
            parts = featurewise_sums(block, side.labels, number)
            total = parts.sum(axis=0)
            with np.errstate(invalid="ignore"):  # without the only cluster there is nothing
                ccc.append(metrics.ccc(np.concatenate([total[None], total - parts])))
        for one, other, found in ((0, 1, sums[0]), (1, 0, sums[1])):
            a, b = np.broadcast_arrays(ccc[one], ccc[other][:1])
            found += np.stack([a, b, a * a, b * b, a * b], axis=-1).sum(axis=1)
    correlations = [_correlation(found, width) for found in sums]
    centre = correlations[0][0]
    with np.errstate(divide="ignore", invalid="ignore"):
        there = [np.arctanh(own[1:]) for own in correlations]
        influence = {}
        for (names, _), own, count in zip(codes, there, counts, strict=True):
            apart = np.sqrt((count - 1) / count) * (own - own.mean(axis=0))
            for name, row in zip(names.tolist(), apart, strict=True):
                influence.setdefault(name, []).append(row)
        each = [sum(rows) for rows in influence.values()]
        variance = np.square(each).sum(axis=0)
        half = stdtrit(_freedom(sides), (1 + LEVEL) / 2) * np.sqrt(variance)
        if min(counts) < FEWEST:
            half = np.full_like(half, np.nan)
        middle = np.arctanh(centre)
    return centre, np.tanh(middle - half), np.tanh(middle + half)


def _correlation(sums: np.ndarray, count: int) -> np.ndarray:
    a, b, aa, bb, ab = np.moveaxis(sums / count, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (ab - a * b) / np.sqrt((aa - a * a) * (bb - b * b))


def _freedom(sides: tuple[Side, Side]) -> float:
    """Return one less than the effective number of clusters of the corpus that has fewer."""
    sizes = (np.unique(side.clusters, return_counts=True)[1] for side in sides)
    return max(min(map(effective, sizes)) - 1, 1.0)
