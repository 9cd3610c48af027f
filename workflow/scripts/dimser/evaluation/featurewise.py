"""Feature-wise CCC: how well one feature by itself, only scaled, agrees with a label.

Among thousands of features, some agree by chance. How high they get by chance is estimated by
permuting labels within each speaker and taking the highest |CCC| of all features each time. A
feature above the 95 % quantile of these maxima is significant, corrected for all features tried.

Source of the maximum statistic: T. E. Nichols, A. P. Holmes, "Nonparametric permutation tests for
functional neuroimaging", Human Brain Mapping 15 (1), 2002; of permuting within blocks: A. M.
Winkler et al., "Multi-level block permutation", NeuroImage 123, 2015.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from dimser.core import metrics
from dimser.features.scaling import min_max_scale

# Features that are converted to float64 at a time: limits the memory.
BLOCK = 256
# Permutations whose labels are in memory at a time.
DRAWS = 100
# Scaled features and labels lie in [0, 1]; centred there, sums lose no digits.
CENTRE = 0.5


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


def null_maxima(
    features: np.ndarray,
    labels: np.ndarray,
    speakers: np.ndarray,
    permutations: int,
    seed: int,
    threads: int = 1,
) -> np.ndarray:
    """Compute the highest |CCC| of all features with labels permuted within speakers.

    Permutation changes neither means nor variances, so one matrix product yields the CCC of all
    features and many permutations.

    Args:
        features: shape (utterances, features).
        labels: shape (utterances, dimensions), in [0, 1].
        speakers: shape (utterances,).
        permutations: number of permutations.
        seed: of NumPy's default generator.
        threads: number of feature blocks to process at the same time.

    Returns:
        Shape (permutations, dimensions).
    """
    y = np.asarray(labels, dtype=np.float64) - CENTRE
    means, variances = y.mean(axis=0), y.var(axis=0)
    blocks, scales = [], []
    for _, x in _scaled(features):
        shift = x.mean(axis=0)[:, None] - means
        scale = x.var(axis=0)[:, None] + variances + shift**2
        scales.append(np.where(scale > 0, scale, np.inf).astype(np.float32))
        blocks.append((x - x.mean(axis=0)).astype(np.float32))
    rows_of = list(pd.Series(speakers).groupby(np.asarray(speakers)).indices.values())
    generator = np.random.default_rng(seed)
    maxima = np.empty((permutations, y.shape[1]))
    for first in range(0, permutations, DRAWS):
        count = min(DRAWS, permutations - first)
        drawn = np.empty((len(y), count, y.shape[1]), dtype=np.float32)
        for draw in range(count):
            for rows in rows_of:
                drawn[rows, draw] = y[generator.permutation(rows)] - means
        flat = drawn.reshape(len(y), -1)

        def highest(number: int, flat: np.ndarray = flat) -> np.ndarray:
            product = (blocks[number].T @ flat).reshape(-1, flat.shape[1] // y.shape[1], y.shape[1])
            return np.abs(2 / len(y) * product / scales[number][:, None]).max(axis=0)

        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(highest, range(len(blocks))))
        maxima[first : first + count] = np.max(found, axis=0)
    return maxima
