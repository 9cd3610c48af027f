"""Units in which labels are fitted."""

import numpy as np


def origin_and_unit(labels: np.ndarray, units: str) -> tuple[np.ndarray, np.ndarray]:
    """Return what labels are measured from, and in, while a model is fitted.

    A support vector regression does not punish errors below epsilon, and C limits how much one
    utterance may count: both are on the labels' scale. Where raters use less of it, the same
    epsilon swallows more. In units of the labels themselves, an affine change of the labels changes
    predictions likewise, and nothing else.

    Args:
        labels: of the training utterances, shape (train, columns).
        units: `scale`: as they are; `labels`: from their mean, in standard deviations.

    Returns:
        Each of shape (columns,); a unit of 1 where labels do not vary.

    Example:
        >>> labels = np.array([[0.2], [0.6]])
        >>> [part.round(2).tolist() for part in origin_and_unit(labels, "labels")]
        [[0.4], [0.2]]
    """
    if units == "scale":
        return np.zeros(labels.shape[1]), np.ones(labels.shape[1])
    spread = labels.std(axis=0)
    return labels.mean(axis=0), np.where(spread > 0, spread, 1.0)
