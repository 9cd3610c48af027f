"""How similar two representations are: why a fusion helps, or cannot."""

import numpy as np

from dimser.regression.distances import Distances, squared_distances
from dimser.regression.kernels import kernel_matrix, resolve_gamma


def centred_kernel(features: np.ndarray) -> np.ndarray:
    """Compute the regression's RBF kernel of utterances, centred in feature space.

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
    """Compute the centred kernel alignment: the cosine between two centred kernels.

    Source: C. Cortes, M. Mohri, A. Rostamizadeh, "Algorithms for learning kernels based on centered
    alignment", Journal of Machine Learning Research 13, 2012, definition 4; S. Kornblith et al.,
    "Similarity of neural network representations revisited", ICML 2019.

    Args:
        first: centred kernel.
        second: another, of the same utterances.

    Returns:
        In [0, 1]; 1 where the kernels are equal up to scale; NaN where either is constant.

    Example:
        >>> kernel = centred_kernel(np.array([[0.0], [0.4], [1.0]]))
        >>> round(alignment(kernel, 2 * kernel), 3)
        1.0
    """
    norms = np.linalg.norm(first) * np.linalg.norm(second)
    return float(np.sum(first * second) / norms) if norms > 0 else np.nan


def error_correlation(first: np.ndarray, second: np.ndarray, labels: np.ndarray) -> float:
    """Compute Pearson's correlation of two methods' errors; NaN where either's are constant.

    Args:
        first: predictions, shape (utterances,).
        second: predictions of the other method.
        labels: shape (utterances,).
    """
    errors = first - labels, second - labels
    if min(np.ptp(error) for error in errors) == 0:
        return np.nan
    return float(np.corrcoef(*errors)[0, 1])
