"""Kernels from squared distances."""

import numpy as np

from dimser.regression.distances import Distances


def resolve_gamma(gamma: str | float, distances: Distances) -> float:
    """Compute gamma of the RBF kernel as scikit-learn does.

    Args:
        gamma: `scale`: 1 / (dimensions * variance of all scaled training values); `auto`:
            1 / dimensions; or a positive number.
        distances: of the fold.

    Example:
        >>> ids, squared = ["a", "b"], np.array([[0.0, 1.0], [1.0, 0.0]])
        >>> fold = Distances(ids, [], squared, dimensions=1, norms=np.array([0.0, 1.0]), total=1.0)
        >>> [float(resolve_gamma(gamma, fold)) for gamma in ("scale", "auto", 0.5)]
        [4.0, 1.0, 0.5]
    """
    if gamma == "auto":
        return 1.0 / distances.dimensions
    if gamma != "scale":
        return float(gamma)
    count = len(distances.train) * distances.dimensions
    squares = distances.norms[: len(distances.train)].sum()
    variance = squares / count - (distances.total / count) ** 2
    return 1.0 / (distances.dimensions * variance) if variance > 0 else 1.0


def kernel_matrix(distances: Distances, kernel: str, gamma: float) -> np.ndarray:
    """Compute the kernel of all utterances with the training utterances.

    Args:
        distances: of the fold.
        kernel: `rbf`, exp(-gamma |x - z|^2); or `linear`, the inner product, computed from norms
            and distances.
        gamma: of the RBF kernel.

    Returns:
        Shape (train + test, train), float64: training rows first.
    """
    count = len(distances.train)
    if kernel == "linear":
        matrix = distances.norms[:, None] + distances.norms[None, :count]
        matrix -= distances.squared
        matrix *= 0.5
        return matrix
    matrix = np.multiply(distances.squared, -gamma, dtype=np.float64)
    return np.exp(matrix, out=matrix)
