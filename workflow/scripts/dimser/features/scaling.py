"""Min-max scaling by the training range, like scikit-learn's MinMaxScaler."""

import numpy as np


def min_max_scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale features to [0, 1] by the training range, like scikit-learn's MinMaxScaler.

    A feature that is constant in training is shifted, but not rescaled.

    Args:
        train: shape (utterances, dimensions).
        test: shape (utterances, dimensions).

    Returns:
        Both scaled, float64; test values may lie outside [0, 1].

    Example:
        >>> train, test = min_max_scale(np.array([[1.0], [3.0]]), np.array([[2.0], [4.0]]))
        >>> train.ravel(), test.ravel()
        (array([0., 1.]), array([0.5, 1.5]))
    """
    low, spread = training_range(train)
    return (train - low) / spread, (test - low) / spread


def training_range(train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each feature's minimum and range (1 where it is constant), float64."""
    low = train.min(axis=0).astype(np.float64)
    spread = train.max(axis=0).astype(np.float64) - low
    # scikit-learn's threshold for "constant"
    spread[spread < 10 * np.finfo(np.float64).eps] = 1.0
    return low, spread
