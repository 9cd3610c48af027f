"""Confidence intervals that hold with few speakers: a jackknife over clusters.

Utterances of one speaker resemble each other, and so do those of people who talk with each other.
A cluster holds what does: a speaker, or a session of two. As metrics are computed from sums, to
leave a cluster out is a subtraction.

The metric is taken to a scale on which it is closer to normal (CCC and correlation: atanh, RMSE:
log, differences: as they are), and the interval there is the metric plus or minus a quantile of
Student's t times the jackknife's standard error. Its degrees of freedom are one less than Kish's
effective number of clusters: where few clusters hold most of the utterances, few count.

An interval is about the models as they were trained, and the population of speakers that the tested
ones come from. Trained anew on other speakers, a model would move more. Where speakers were grouped
into folds in several ways, a metric is the mean over the groupings on that scale, and the variance
of this mean is added to the jackknife's. Simulated coverage: `benchmarks/README.md`.

Sources: B. Efron, C. Stein, "The jackknife estimate of variance", Annals of Statistics 9 (3), 1981;
J. G. MacKinnon, M. O. Nielsen, M. D. Webb, "Fast and reliable jackknife and bootstrap methods for
cluster-robust inference", Journal of Applied Econometrics 38 (5), 2023; L. Kish, "Survey Sampling",
Wiley, 1965 (effective number).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from dimser.core import metrics

FEWEST = 3  # clusters that an interval needs


class Scale(NamedTuple):
    """Where a statistic is closer to normal: the way there, and the way back."""

    there: Callable[[np.ndarray], np.ndarray]
    back: Callable[[np.ndarray], np.ndarray]


SCALES = {
    "atanh": Scale(np.arctanh, np.tanh),
    "log": Scale(np.log, np.exp),
    "identity": Scale(np.asarray, np.asarray),
    "fourth power": Scale(lambda x: np.power(x, 4), lambda x: np.maximum(x, 0) ** 0.25),
}


def cluster_sums(prediction: np.ndarray, label: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Compute the sums of each cluster's utterances.

    Args:
        prediction: shape (utterances, ...).
        label: same shape.
        clusters: of each utterance, shape (utterances,).

    Returns:
        Shape (clusters, ..., 6), clusters in alphabetical order; for `dimser.core.metrics`.
    """
    rows = metrics.moments(prediction, label)
    table = pd.DataFrame(rows.reshape(len(rows), -1))
    sums = table.groupby(np.asarray(clusters), dropna=False).sum().to_numpy()
    return sums.reshape(len(sums), *rows.shape[1:])


def averaged(
    statistic: Callable[[np.ndarray], np.ndarray], scale: str = "identity"
) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function for the mean of a statistic over groupings of the speakers.

    Args:
        statistic: from sums of shape (..., 6) to shape (...).
        scale: key of `SCALES`: where the mean is taken.

    Returns:
        A function from sums of shape (any, groupings, ..., 6) to shape (any, ...).

    Example:
        >>> two = np.array([[[2, 0, 0, 0.5, 0.5, 0.5], [2, 0, 0, 0.5, 0.5, 0.3]]])
        >>> averaged(metrics.ccc)(two).round(3).tolist()
        [0.8]
    """
    there, back = SCALES[scale]

    def mean(sums: np.ndarray) -> np.ndarray:
        each = statistic(sums)
        if each.shape[1] == 1:  # the very value, without a way there and back
            return each[:, 0]
        with np.errstate(divide="ignore"):  # a perfect CCC
            return back(there(each).mean(axis=1))

    return mean


def between(sums: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the standard deviation (n - 1) of a statistic over groupings of the speakers.

    Args:
        sums: shape (groupings, ..., 6).
        statistic: as for `jackknife`.

    Returns:
        The statistic's shape; NaN with one grouping.
    """
    if len(sums) == 1:
        return np.full_like(statistic(sums[None])[0], np.nan)
    each = [statistic(own[None, None])[0] for own in sums]
    return np.std(each, axis=0, ddof=1)


def effective(sizes: np.ndarray) -> float:
    """Return Kish's effective number of clusters.

    Args:
        sizes: number of utterances of each cluster, shape (clusters,).

    Example:
        >>> float(effective(np.array([5, 5, 5]))), round(float(effective(np.array([98, 1, 1]))), 2)
        (3.0, 1.04)
    """
    return np.sum(sizes) ** 2 / np.sum(np.square(sizes))


def jackknife(
    sums: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    scale: str = "identity",
    *,
    level: float = 0.95,
    unbiased: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the interval of a statistic, leaving one cluster out at a time.

    Args:
        sums: one row per cluster, shape (clusters, groupings, ..., 6); mostly there is one
            grouping.
        statistic: from sums of shape (any, groupings, ..., 6) to shape (any, ...), as `averaged`
            makes them: a metric, the difference of two methods' metrics, or a mean over dimensions.
        scale: key of `SCALES`.
        level: coverage, in (0, 1).
        unbiased: whether the interval is about the statistic without its `bias`.

    Returns:
        Lower and upper end, each of the statistic's shape; NaN with fewer than three clusters,
        where the statistic is undefined with any of them left out, and where none matters.
    """
    there, back = SCALES[scale]
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = there(statistic(sums.sum(axis=0)[None]))[0]
        if unbiased:
            centre = centre - bias(sums, statistic, scale)
    variance, freedom = spread(sums, statistic, scale)
    known = (variance > 0) & np.isfinite(variance) & np.isfinite(centre) & (len(sums) >= FEWEST)
    half = np.where(known, stdtrit(freedom, (1 + level) / 2) * np.sqrt(variance), np.nan)
    return back(centre - half), back(centre + half)


def bias(
    sums: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], scale: str = "identity"
) -> np.ndarray:
    """Estimate how far a statistic of few clusters lies from that of many, on a scale.

    Args:
        sums: as for `jackknife`; so are the others.
        statistic: likewise.
        scale: likewise.

    Example:
        The square of a mean is too large, by the variance of the mean:

        >>> sums = np.array([[[1.0, 0.0]], [[1.0, 1.0]], [[1.0, 5.0]]])  # count and sum
        >>> squared = lambda own: (own[:, 0, 1] / own[:, 0, 0]) ** 2
        >>> round(float(bias(sums, squared)) * 3, 9), float(np.var([0, 1, 5], ddof=1))
        (7.0, 7.0)
    """
    there, _ = SCALES[scale]
    total = sums.sum(axis=0)
    whole, without = (there(statistic(own)) for own in (total[None], total - sums))
    return (len(sums) - 1) * (without.mean(axis=0) - whole[0])


def spread(
    sums: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], scale: str = "identity"
) -> tuple[np.ndarray, float]:
    """Compute the variance of a statistic on a scale, and its degrees of freedom.

    Args:
        sums: as for `jackknife`; so are the others.
        statistic: likewise.
        scale: likewise.
    """
    there, _ = SCALES[scale]
    count, total = len(sums), sums.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        without = there(statistic(total - sums))
        apart = without - without.mean(axis=0)
        variance = (count - 1) / count * np.square(apart).sum(axis=0)
        if (groupings := sums.shape[1]) > 1:
            variance += between(total, lambda own: there(statistic(own))) ** 2 / groupings
    sizes = sums.reshape(count, -1, sums.shape[-1])[:, 0, 0]
    return variance, max(effective(sizes) - 1, 1.0)
