"""Predictions brought to the labels' mean and spread, which a regression shrinks.

What a prediction is moved by comes from the training fold alone: its labels, and predictions of its
utterances by models that never heard their speakers.

    inner: such predictions, shape (train, columns).
    labels: of the training utterances, shape (train, columns).
    predictions: of the test utterances, shape (test, columns).
    returns: these, moved and stretched.
"""

import numpy as np


def variance(inner: np.ndarray, labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Match mean and standard deviation: of all such maps, the best in CCC where both correlate.

    Where inner predictions do not vary, the mean of the labels is predicted.

    Example:
        >>> shrunken, labels = np.array([[0.4], [0.6]]), np.array([[0.2], [0.8]])
        >>> variance(shrunken, labels, np.array([[0.5], [0.7]])).round(2).tolist()
        [[0.5], [1.1]]
    """
    return _moved(inner, labels, predictions, labels.std(axis=0) * inner.std(axis=0))


def least_squares(inner: np.ndarray, labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Regress labels on inner predictions; a slope below 0, which inverts, is 0.

    Example:
        >>> shrunken, labels = np.array([[0.4], [0.6]]), np.array([[0.2], [0.8]])
        >>> least_squares(shrunken, labels, np.array([[0.5]])).round(2).tolist()
        [[0.5]]
    """
    together = np.mean((inner - inner.mean(axis=0)) * (labels - labels.mean(axis=0)), axis=0)
    return _moved(inner, labels, predictions, np.maximum(together, 0.0))


def _moved(
    inner: np.ndarray, labels: np.ndarray, predictions: np.ndarray, covariance: np.ndarray
) -> np.ndarray:
    """Move and stretch by the slope of a covariance over the variance of inner predictions."""
    spread = inner.var(axis=0)
    slope = np.divide(covariance, spread, out=np.zeros_like(spread), where=spread > 0)
    return labels.mean(axis=0) + (predictions - inner.mean(axis=0)) * slope
