"""How alike two representations are: why a fusion helps, or cannot."""

import numpy as np

from dimser.regression import Distances, kernel_matrix, resolve_gamma


def centred_kernel(distances: Distances, rows: np.ndarray) -> np.ndarray:
    """Give the RBF kernel of some training utterances, centred in feature space.

    Args:
        distances: of one feature set and fold.
        rows: numbers of training utterances.

    Returns:
        Shape (rows, rows), float64; each row and column sums to 0.
    """
    gamma = resolve_gamma("scale", distances)
    kernel = kernel_matrix(distances, "rbf", gamma)[np.ix_(rows, rows)]
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
