"""Feature-wise CCC: how far one feature alone, merely scaled, agrees with a label."""

import numpy as np

from dimser import metrics
from dimser.regression import min_max_scale

# Features that are converted to float64 at a time: bounds the memory.
BLOCK = 256
# Scaled features and labels lie in [0, 1]; sums are taken from its middle to keep their digits.
CENTRE = 0.5


def featurewise_ccc(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Min-max scale each feature over the corpus, and compare it with each label.

    Args:
        features: shape (utterances, features).
        labels: shape (utterances, dimensions), in [0, 1].

    Returns:
        CCC of shape (features, dimensions), in [-1, 1]; 0 for a constant feature.
    """
    y = np.asarray(labels, dtype=np.float64) - CENTRE
    sum_y, sum_yy = y.sum(axis=0), np.einsum("ny,ny->y", y, y)
    result = np.empty((features.shape[1], y.shape[1]))
    for start in range(0, len(result), BLOCK):
        block = features[:, start : start + BLOCK]
        x = min_max_scale(block, block[:0])[0] - CENTRE
        # einsum and not @: the same to the last bit however many threads BLAS has
        sum_xy = np.einsum("nx,ny->xy", x, y)
        sum_x, sum_xx = x.sum(axis=0)[:, None], np.einsum("nx,nx->x", x, x)[:, None]
        sums = np.broadcast_arrays(len(x), sum_x, sum_y, sum_xx, sum_yy, sum_xy)
        result[start : start + BLOCK] = metrics.ccc(np.stack(sums, axis=-1))
    return result
