"""Feature-wise CCC: how well one feature by itself, only scaled, agrees with a label.

Among thousands of features, some agree by chance, and in corpora of dialogues most do: labels and
features of one dialogue resemble each other. What is flipped is the sign of what a whole dialogue
(or, where none are known, a speaker) contributes to the covariance within speakers. The largest
statistic of all features under each flip tells how large any gets by chance. What is tested lies
within speakers: of differences between speakers' means it tells nothing.

Source of the maximum statistic: T. E. Nichols, A. P. Holmes, "Nonparametric permutation tests for
functional neuroimaging", Human Brain Mapping 15 (1), 2002; of flipping signs of clusters: A. M.
Winkler et al., "Permutation inference for the general linear model", NeuroImage 92, 2014.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from dimser.core import metrics
from dimser.evaluation.comparison import ALPHA, flips, smallest_p
from dimser.features.scaling import min_max_scale

# Features that are converted to float64 at a time: limits the memory.
BLOCK = 256
# Flips whose statistics are computed at a time: they stay in the cache of a core.
DRAWS = 128
# Scaled features and labels lie in [0, 1]; centred there, sums lose no digits.
CENTRE = 0.5
TIE = 1e-9  # statistics that differ by less are equal in spite of rounding


def featurewise_ccc(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Min-max scale each feature over the corpus, and compare it with each label.

    Args:
        features: shape (utterances, features).
        labels: shape (utterances, dimensions), in [0, 1].

    Returns:
        CCC of shape (features, dimensions), in [-1, 1]; 0 for a constant feature.

    Example:
        >>> features, labels = np.array([[2, 9], [4, 9], [6, 9]]), np.array([[0.0], [0.5], [1.0]])
        >>> featurewise_ccc(features, labels).ravel()
        array([1., 0.])
    """
    return metrics.ccc(featurewise_sums(features, labels)[0])


def featurewise_sums(
    features: np.ndarray, labels: np.ndarray, parts: np.ndarray | None = None
) -> np.ndarray:
    """Return the sums of each feature, scaled over the corpus, and each label.

    Args:
        features: shape (utterances, features).
        labels: shape (utterances, dimensions), in [0, 1].
        parts: index of the part (the fold) of each utterance, from 0; a single part if left out.

    Returns:
        Shape (parts, features, dimensions, 6).
    """
    y = np.asarray(labels, dtype=np.float64) - CENTRE
    parts = np.zeros(len(y), dtype=int) if parts is None else parts
    result = np.empty((parts.max() + 1, features.shape[1], y.shape[1], 6))
    for columns, x in _scaled(features):
        for part, found in enumerate(result):
            own_x, own_y = x[parts == part], y[parts == part]
            # einsum and not @: the same to the last bit however many threads BLAS has
            sum_xy = np.einsum("nx,ny->xy", own_x, own_y)
            sum_x = own_x.sum(axis=0)[:, None]
            sum_xx = np.einsum("nx,nx->x", own_x, own_x)[:, None]
            sum_y, sum_yy = own_y.sum(axis=0), np.einsum("ny,ny->y", own_y, own_y)
            sums = np.broadcast_arrays(len(own_x), sum_x, sum_y, sum_xx, sum_yy, sum_xy)
            found[columns] = np.stack(sums, axis=-1)
    return result


def _scaled(features: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    for start in range(0, features.shape[1], BLOCK):
        block = features[:, start : start + BLOCK]
        yield slice(start, start + block.shape[1]), min_max_scale(block, block[:0])[0] - CENTRE


def beyond_chance(
    features: np.ndarray,
    labels: np.ndarray,
    speakers: np.ndarray,
    clusters: np.ndarray,
    draws: int,
    seed: int,
    threads: int = 1,
) -> np.ndarray:
    """Test whether features covary with labels within speakers, corrected for all features.

    Args:
        features: shape (utterances, features).
        labels: shape (utterances, dimensions).
        speakers: shape (utterances,); only deviations from a speaker's means count.
        clusters: what is flipped, dialogues or speakers, shape (utterances,).
        draws: number of random flips, unless all are no more than that.
        seed: of the flips.
        threads: number of feature blocks to process at the same time.

    Returns:
        p of shape (features, dimensions), in (0, 1]; NaN with so few clusters that none could be
        0.05 (fewer than six).
    """
    code = pd.factorize(np.asarray(clusters), sort=True)[0]
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    if smallest_p(len(starts), draws) > ALPHA:
        return np.full((features.shape[1], labels.shape[1]), np.nan)
    who = pd.factorize(np.asarray(speakers)[order])[0]
    y = _within(np.asarray(labels, dtype=np.float64)[order], who)
    signs = flips(len(starts), draws, seed)

    def block(start: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the observed statistics, and the largest under each flip."""
        x = _within(features[order, start : start + BLOCK].astype(np.float64), who)
        parts = np.add.reduceat(y[:, :, None] * x[:, None, :], starts, axis=0)
        flat = parts.reshape(len(starts), -1)
        norm = np.sqrt(len(starts) * np.square(flat).sum(axis=0))
        # what is left of deviations that cancel is rounding, and no signal
        noise = 1e-12 * np.abs(y).max(axis=0)[:, None] * np.abs(x).sum(axis=0)
        flat = flat / np.where(norm > noise.ravel(), norm, np.inf)
        largest = [
            np.abs(signs[first : first + DRAWS] @ flat).reshape(-1, *parts.shape[1:]).max(axis=2)
            for first in range(0, len(signs), DRAWS)
        ]
        return np.abs(flat.sum(axis=0)).reshape(parts.shape[1:]).T, np.concatenate(largest)

    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(block, range(0, features.shape[1], BLOCK)))
    observed = np.concatenate([own for own, _ in found])
    largest = np.sort(np.max([drawn for _, drawn in found], axis=0), axis=0)
    below = [
        np.searchsorted(drawn, own - TIE) for drawn, own in zip(largest.T, observed.T, strict=True)
    ]
    return (len(signs) - np.stack(below, axis=1)) / len(signs)


def _within(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Return deviations from each speaker's means."""
    means = np.zeros((who.max() + 1, values.shape[1]))
    np.add.at(means, who, values)
    return values - (means / np.bincount(who)[:, None])[who]


def out_of_fold_ccc(
    features: np.ndarray, labels: np.ndarray, folds: Sequence[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """Compute each feature's CCC as that of a prediction: scaled, and turned, by training folds.

    Args:
        features: shape (utterances, features).
        labels: shape (utterances, dimensions), in [0, 1].
        folds: rows to train on and to test of each fold.

    Returns:
        CCC over the pooled test rows, shape (features, dimensions). A feature that falls as the
        label rises in training is taken as 1 minus itself.
    """
    y = np.asarray(labels, dtype=np.float64) - CENTRE
    result = np.empty((features.shape[1], y.shape[1]))
    for start in range(0, features.shape[1], BLOCK):
        block = features[:, start : start + BLOCK]
        sums = 0.0
        for train, test in folds:
            x, own_x = (values - CENTRE for values in min_max_scale(block[train], block[test]))
            rising = np.einsum("nx,ny->xy", x - x.mean(axis=0), y[train]) >= 0
            turn = np.where(rising, 1.0, -1.0)
            own = np.broadcast_arrays(
                len(test), turn * own_x.sum(axis=0)[:, None], y[test].sum(axis=0),
                np.einsum("nx,nx->x", own_x, own_x)[:, None], np.square(y[test]).sum(axis=0),
                turn * np.einsum("nx,ny->xy", own_x, y[test]),
            )  # fmt: skip
            sums = sums + np.stack(own, axis=-1)
        result[start : start + BLOCK] = metrics.ccc(sums)
    return result
