"""Kernels from squared distances."""

import numpy as np

from dimser.regression.distances import Distances


def gamma_of(gamma: str | float, dimensions: int, variance: float) -> float:
    """Compute gamma of the RBF kernel as scikit-learn does.

    Args:
        gamma: `scale`: 1 / (dimensions * variance), and 1 where nothing varies; `auto`:
            1 / dimensions; or a positive number.
        dimensions: number of features.
        variance: of all scaled training values together.

    Example:
        >>> [gamma_of(gamma, 2, 0.25) for gamma in ("scale", "auto", 0.1)], gamma_of("scale", 2, 0)
        ([2.0, 0.5, 0.1], 1.0)
    """
    if gamma == "scale":
        return 1.0 / (dimensions * variance) if variance > 0 else 1.0
    return 1.0 / dimensions if gamma == "auto" else float(gamma)


def resolve_gamma(gamma: str | float, distances: Distances) -> float:
    """Compute gamma of a fold; see `gamma_of`."""
    return gamma_of(gamma, distances.dimensions, distances.variance)


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
        return linear(distances.squared, distances.norms, distances.norms[:count])
    return rbf(distances.squared, gamma)


def rbf(squared: np.ndarray, gamma: float) -> np.ndarray:
    """Compute exp(-gamma |x - z|^2) from squared distances, in float64."""
    matrix = np.multiply(squared, -gamma, dtype=np.float64)
    return np.exp(matrix, out=matrix)


def linear(squared: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Compute inner products from squared distances and both sides' squared norms."""
    matrix = one[:, None] + other[None]
    matrix -= squared
    matrix *= 0.5
    return matrix
