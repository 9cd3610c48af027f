"""How far altered audio moves predictions: the share that stays, and the CCC that is lost.

A share's interval is E. B. Wilson's (1927) with the effective number of utterances in place of
their number (L. Kish, "Survey Sampling", 1965; E. L. Korn, B. I. Graubard, Survey Methodology 24
(2), 1998), and a quantile of Student's t: utterances of a speaker move together. Beside what is
asked stands what chance allows: a method that is exactly as good as asked is beyond that in about
5 % of samples, or fewer. It passes where it is as good as asked, and fails where it is beyond what
chance allows; between the two the sample does not tell. Simulated: `benchmarks/README.md`.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from dimser.core import metrics
from dimser.evaluation.intervals import FEWEST, cluster_sums, effective, jackknife
from dimser.features.conditions import MOVED

LEVEL = 0.05  # of a wrong verdict on a method that is exactly as good as asked


class Found(NamedTuple):
    """What came of a condition.

    Attributes:
        value: the share of utterances, or the loss of CCC.
        low: end of its 95 % interval.
        high: likewise.
        allowed: the threshold for this number of utterances and speakers.
        n: how many utterances there are.
        passed: the verdict, as from `verdict`.
    """

    value: float
    low: float
    high: float
    allowed: float
    n: int
    passed: bool | None


def stayed(
    plain: np.ndarray, altered: np.ndarray, clusters: np.ndarray | None, threshold: float | None
) -> Found:
    """Return the share of utterances whose prediction moves by less than `MOVED`.

    Args:
        plain: predictions for unaltered audio, shape (utterances,).
        altered: for altered audio.
        clusters: of each utterance; None where they are not known.
        threshold: the least share; None where nothing is asked.
    """
    inside = np.abs(altered - plain) < MOVED
    count, share, size = len(inside), float(inside.mean()), _size(inside, clusters)
    low = high = np.nan
    if _are_known(clusters):
        low, high = wilson(share, size, _quantile(0.975, clusters, count))
    if threshold is None:
        return Found(share, low, high, np.nan, count, None)
    less = np.sqrt(threshold * (1 - threshold) / size)
    allowed = threshold - _quantile(1 - LEVEL, clusters, count) * less
    passed = verdict(-share, -threshold, -allowed)
    return Found(share, low, high, max(allowed, 0.0), count, passed)


def lost(
    plain: np.ndarray,
    altered: np.ndarray,
    labels: np.ndarray,
    clusters: np.ndarray | None,
    threshold: float,
) -> Found:
    """Return the CCC that altered audio costs.

    Args:
        plain: predictions for unaltered audio, shape (utterances,).
        altered: for altered audio.
        labels: of the utterances.
        clusters: of each utterance; None where they are not known.
        threshold: the largest loss.
    """
    both = np.column_stack([plain, altered])
    own = np.arange(len(labels)) if clusters is None else clusters
    sums = cluster_sums(both, np.column_stack([labels, labels]), own)[:, None]
    value = float(_loss(sums.sum(axis=0)[None])[0])
    low, high = jackknife(sums, _loss) if _are_known(clusters) else (np.nan, np.nan)
    narrow, _ = jackknife(sums, _loss, level=1 - 2 * LEVEL)
    allowed = threshold + np.nan_to_num(value - float(narrow))  # 0 where audio moves nothing
    passed = verdict(value, threshold, allowed)
    return Found(value, float(low), float(high), allowed, len(labels), passed)


def verdict(value: float, asked: float | None, allowed: float) -> bool | None:
    """Return whether a method passes a check; None where the sample does not tell.

    Args:
        value: that should be small.
        asked: the largest that passes; None where only chance is a measure.
        allowed: the largest that chance may make of what passes.

    Example:
        >>> verdict(0.04, 0.05, 0.07), verdict(0.06, 0.05, 0.07), verdict(0.08, 0.05, 0.07)
        (True, None, False)
    """
    if value <= (allowed if asked is None else asked):
        return True
    return None if value <= allowed else False


def wilson(share: float, size: float, quantile: float) -> tuple[float, float]:
    """Return Wilson's interval of a share.

    Args:
        share: that was found.
        size: effective number of utterances.
        quantile: of the standardised share.

    Example:
        >>> low, high = wilson(0.9, 100, 1.96)
        >>> round(low, 3), round(high, 3)
        (0.826, 0.945)
    """
    square = quantile**2 / size
    centre = (share + square / 2) / (1 + square)
    half = quantile / (1 + square) * np.sqrt(share * (1 - share) / size + square / (4 * size))
    return float(max(centre - half, 0.0)), float(min(centre + half, 1.0))


def _loss(sums: np.ndarray) -> np.ndarray:
    values = metrics.ccc(sums[:, 0])
    return values[..., 0] - values[..., 1]


def _are_known(clusters: np.ndarray | None) -> bool:
    return clusters is not None and len(set(clusters)) >= FEWEST


def _size(inside: np.ndarray, clusters: np.ndarray | None) -> float:
    """Return the number of independent utterances that would tell as much about a share."""
    count, share = len(inside), inside.mean()
    if clusters is None:
        return float(count)
    _, numbers = np.unique(clusters, return_inverse=True)
    apart = np.bincount(numbers, inside - share)
    groups = len(apart)
    if groups < 2:
        return float(count)
    variance = groups / (groups - 1) * np.square(apart).sum() / count**2
    return float(min(count, share * (1 - share) / variance)) if variance > 0 else float(count)


def _quantile(level: float, clusters: np.ndarray | None, count: int) -> float:
    """Return a quantile of Student's t, by the effective number of clusters."""
    sizes = np.ones(count) if clusters is None else np.unique(clusters, return_counts=True)[1]
    return float(stdtrit(max(effective(sizes) - 1, 1.0), level))
