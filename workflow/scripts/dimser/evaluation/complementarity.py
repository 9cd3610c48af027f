"""How alike two representations are: why a fusion helps, or cannot."""

import numpy as np

from dimser.regression.distances import Distances, squared_distances
from dimser.regression.kernels import kernel_matrix, resolve_gamma


def centred_kernel(features: np.ndarray) -> np.ndarray:
    """Give the RBF kernel of utterances, as the regression uses it, centred in feature space.

    Args:
        features: shape (utterances, ...).

    Returns:
        Shape (utterances, utterances), float64; each row and column sums to 0.
    """
    features = features.reshape(len(features), -1)
    squared, norms, total = squared_distances(features, features[:0])
    ids = [""] * len(features)
    distances = Distances(ids, [], squared, features.shape[1], norms, total)
    kernel = kernel_matrix(distances, "rbf", resolve_gamma("scale", distances))
    kernel -= kernel.mean(axis=0)
    return kernel - kernel.mean(axis=1, keepdims=True)


def alignment(first: np.ndarray, second: np.ndarray) -> float:
    """Centred kernel alignment: the cosine between two centred kernels.

    Source: C. Cortes, M. Mohri, A. Rostamizadeh, "Algorithms for learning kernels based on centered
    alignment", Journal of Machine Learning Research 13, 2012, definition 4; S. Kornblith et al.,
    "Similarity of neural network representations revisited", ICML 2019.

    Args:
        first: centred kernel.
        second: another, of the same utterances.

    Returns:
        In [0, 1]; 1 where both see the same likeness of utterances; NaN where either is constant.
    """
    norms = np.linalg.norm(first) * np.linalg.norm(second)
    return float(np.sum(first * second) / norms) if norms > 0 else np.nan


def error_correlation(first: np.ndarray, second: np.ndarray, labels: np.ndarray) -> float:
    """Pearson's correlation of two methods' errors; NaN where either makes but one error.

    Args:
        first: predictions, shape (utterances,).
        second: another method's.
        labels: shape (utterances,).
    """
    errors = first - labels, second - labels
    if min(np.ptp(error) for error in errors) == 0:
        return np.nan
    return float(np.corrcoef(*errors)[0, 1])
