"""Scaling that is fitted on the training utterances: by their range, their moments or their ranks.

`minmax`, `standard` and `rank` return training and test features, and what is subtracted from each
feature and then divides it: so that distances can scale a few rows at a time.
"""

import numpy as np

EPSILON = np.finfo(np.float64).eps
Scaled = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


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
    spread[spread < 10 * EPSILON] = 1.0
    return low, spread


def minmax(train: np.ndarray, test: np.ndarray) -> Scaled:
    """Scale to [0, 1] by the training range; see `min_max_scale`."""
    return train, test, *training_range(train)


def standard(train: np.ndarray, test: np.ndarray) -> Scaled:
    """Scale to mean 0 and standard deviation 1 in training, like scikit-learn's StandardScaler.

    A feature that is constant in training is shifted, but not rescaled.

    Example:
        >>> standard(np.array([[1.0, 5.0], [3.0, 5.0]]), np.empty((0, 2)))[2:]
        (array([2., 5.]), array([1., 1.]))
    """
    mean, variance = train.mean(axis=0, dtype=np.float64), train.var(axis=0, dtype=np.float64)
    # scikit-learn's bound of the rounding error of a constant feature's variance
    constant = variance <= len(train) * EPSILON * variance + (len(train) * mean * EPSILON) ** 2
    return train, test, mean, np.where(constant, 1.0, np.sqrt(variance))


def rank(train: np.ndarray, test: np.ndarray) -> Scaled:
    """Replace each value by the share of training utterances below it, half of the equal included.

    Outliers then count no more than the next value, and test values stay in [0, 1].

    Example:
        >>> rank(np.array([[1.0], [3.0]]), np.array([[0.0], [2.0], [3.0]]))[1].ravel()
        array([0.  , 0.5 , 0.75], dtype=float32)
    """
    ranked = [np.empty(part.shape, dtype=np.float32) for part in (train, test)]
    for number, column in enumerate(np.sort(train, axis=0).T):
        column = np.ascontiguousarray(column)
        for part, found in zip((train, test), ranked, strict=True):
            below = column.searchsorted(part[:, number], side="left")
            found[:, number] = (below + column.searchsorted(part[:, number], side="right")) / 2
    width = train.shape[1]
    return *(part / np.float32(len(train)) for part in ranked), np.zeros(width), np.ones(width)
