"""How well predictions agree with labels: every metric from the same six sums.

The sums of a union of utterances are the sums of its parts. So one function per metric serves a
corpus, a fold, every feature of a feature set, and a corpus without one of its speakers.

The sums are, on the last axis: count, x, y, x², y², xy, where x is the prediction and y the label.
No metric changes when the same constant is subtracted from x and y. Subtract about the mean of the
labels: otherwise the variance, a small difference of large sums, loses digits.
"""

import numpy as np

EPSILON = np.finfo(np.float64).eps
SUMS = ["n", "x", "y", "xx", "yy", "xy"]  # their names in tables


def moments(
    prediction: np.ndarray, label: np.ndarray, centre: np.ndarray | None = None
) -> np.ndarray:
    """Compute what each utterance adds to the six sums, centred at the labels' mean.

    Args:
        prediction: shape (utterances, ...).
        label: shape (utterances, ...), broadcast against `prediction`.
        centre: what is subtracted instead of the mean of these labels; sums of several calls can be
            added if it is the same in all.

    Returns:
        Shape (utterances, ..., 6), float64; sum it over any set of utterances.
    """
    label = np.asarray(label, dtype=np.float64)
    centre = label.mean(axis=0) if centre is None else centre
    x, y = (np.asarray(value, dtype=np.float64) - centre for value in (prediction, label))
    # a difference no larger than the rounding error of its operands counts as 0
    x, y = (np.where(np.abs(v) > 4 * EPSILON * np.abs(centre), v, 0.0) for v in (x, y))
    x, y = np.broadcast_arrays(x, y)
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=-1)


def sums(prediction: np.ndarray, label: np.ndarray, centre: np.ndarray | None = None) -> np.ndarray:
    """Sum over all utterances: shape (utterances, ...) to (..., 6); see `moments`."""
    return moments(prediction, label, centre).sum(axis=0)


def ccc(sums: np.ndarray) -> np.ndarray:
    """Compute the concordance correlation coefficient, with population moments (divided by n).

    Source: L. I. Lin, "A concordance correlation coefficient to evaluate reproducibility",
    Biometrics 45 (1), 1989; equation 2 with the sample's moments.

    Args:
        sums: shape (..., 6).

    Returns:
        Shape (...), in [-1, 1]. 0 where only one side is constant, or both are, at different
        values: predictions explain none of the labels' variation. NaN where both are constant at
        the same value (0 / 0).

    Example:
        Predictions that follow the labels, but lie too high:

        >>> label = np.array([0.2, 0.4, 0.6])
        >>> float(ccc(sums(label + 0.2, label)).round(3))
        0.571
        >>> float(ccc(sums(np.full(3, 0.4), label)))
        0.0
    """
    shift, var_x, var_y, cov = _population(sums)
    return _divide(2 * cov, var_x + var_y + shift**2)


def rmse(sums: np.ndarray) -> np.ndarray:
    """Compute the root mean square error, on the labels' scale: shape (..., 6) to (...)."""
    n, _, _, xx, yy, xy = _columns(sums)
    return np.sqrt(np.maximum(xx + yy - 2 * xy, 0.0) / n)


def pearson(sums: np.ndarray) -> np.ndarray:
    """Compute Pearson's correlation: shape (..., 6) to (...); NaN where a side is constant."""
    _, var_x, var_y, cov = _population(sums)
    return np.clip(_divide(cov, np.sqrt(var_x) * np.sqrt(var_y)), -1.0, 1.0)


def scale_shift(sums: np.ndarray) -> np.ndarray:
    """Compute Lin's scale shift: standard deviation of the predictions over that of the labels.

    Below 1: predictions vary less than labels. With `pearson` r and `location_shift` u, this value
    v gives the CCC: r * 2 / (v + 1 / v + u²).

    Args:
        sums: shape (..., 6).

    Returns:
        Shape (...), at least 0; 0 where predictions are constant, NaN where labels are.
    """
    _, var_x, var_y, _ = _population(sums)
    return _divide(np.sqrt(var_x), np.sqrt(var_y))


def location_shift(sums: np.ndarray) -> np.ndarray:
    """Compute Lin's location shift: difference of means over geometric mean of both deviations.

    Args:
        sums: shape (..., 6).

    Returns:
        Shape (...), positive where predictions are too high; NaN where either side is constant.
    """
    shift, var_x, var_y, _ = _population(sums)
    return _divide(shift, np.sqrt(np.sqrt(var_x) * np.sqrt(var_y)))


def _columns(sums: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(np.moveaxis(np.asarray(sums, dtype=np.float64), -1, 0))


def _population(sums: np.ndarray) -> tuple[np.ndarray, ...]:
    """Compute the difference of means, both variances, and the covariance.

    A variance no larger than the rounding error of n equal numbers counts as 0, and so does the
    covariance: constant predictions must not get a correlation made of rounding errors.
    """
    n, x, y, xx, yy, xy = _columns(sums)
    rounding = 4 * EPSILON * (xx + yy)  # n numbers, each rounded to epsilon times their mean square
    var_x, var_y = (
        np.where(variance > rounding, variance, 0.0)
        for variance in (xx / n - (x / n) ** 2, yy / n - (y / n) ** 2)
    )
    cov = np.where((var_x > 0) & (var_y > 0), xy / n - (x / n) * (y / n), 0.0)
    return (x - y) / n, var_x, var_y, cov


def _divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide; NaN where the denominator is 0."""
    safe = np.where(denominator > 0, denominator, np.nan)
    return numerator / safe
