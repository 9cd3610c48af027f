"""Confidence intervals from resampling speakers.

Utterances of one speaker resemble each other. Resampled as if they were independent, they would
yield intervals that are too narrow. So speakers are resampled: each resample draws as many speakers
as there are, with replacement, and each brings all of its utterances. As metrics are computed from
sums, a resample is just the number of times that each speaker was drawn, times the speakers' sums.

Source: A. C. Davison, D. V. Hinkley, "Bootstrap Methods and their Application", Cambridge
University Press, 1997, section 3.8 (clusters are resampled, not the units within them). With few
speakers such intervals are somewhat too narrow.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dimser.core import metrics

# Resamples that are drawn at a time: limits the memory, does not affect results.
BLOCK = 512


def speaker_sums(prediction: np.ndarray, label: np.ndarray, speakers: np.ndarray) -> np.ndarray:
    """Compute the sums of each speaker's utterances.

    Args:
        prediction: shape (utterances, ...).
        label: same shape.
        speakers: of each utterance, shape (utterances,).

    Returns:
        Shape (speakers, ..., 6), speakers in alphabetical order; for `dimser.core.metrics`.
    """
    rows = metrics.moments(prediction, label)
    table = pd.DataFrame(rows.reshape(len(rows), -1))
    sums = table.groupby(np.asarray(speakers), dropna=False).sum().to_numpy()
    return sums.reshape(len(sums), *rows.shape[1:])


def resample(sums: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Draw speakers with replacement, and add up their sums.

    The draws depend only on the seed, the number of resamples and the number of speakers. So with
    the same seed, two methods are resampled alike, and differences of their metrics are paired.

    Args:
        sums: one row per speaker, shape (speakers, ..., 6).
        resamples: number of resamples.
        seed: of NumPy's default generator.

    Returns:
        Shape (resamples, ..., 6); NaN with only one speaker, as all resamples would be the same.
    """
    if len(sums) < 2:
        return np.full((resamples, *sums.shape[1:]), np.nan)
    generator = np.random.default_rng(seed)
    columns = sums.reshape(len(sums), -1)
    equal = np.full(len(sums), 1 / len(sums))
    drawn = np.empty((resamples, columns.shape[1]))
    for start in range(0, resamples, BLOCK):
        block = drawn[start : start + BLOCK]
        counts = generator.multinomial(len(sums), equal, size=len(block))
        # einsum and not @: the same to the last bit however many threads BLAS has
        np.einsum("rs,sc->rc", counts, columns, out=block)
    return drawn.reshape(resamples, *sums.shape[1:])


def bootstrap(
    sums: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    *,
    resamples: int,
    seed: int,
    level: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the percentile interval of a statistic from resampled speakers.

    Args:
        sums: one row per speaker, shape (speakers, ..., 6).
        statistic: from resampled sums, shape (resamples, ..., 6), to shape (resamples, ...): a
            metric, or the difference of two methods' metrics.
        resamples: how often speakers are drawn.
        seed: of the draws.
        level: coverage, in (0, 1).

    Returns:
        Lower and upper end, each of shape (...); NaN where a resample is undefined, and with only
        one speaker.
    """
    tail = (1 - level) / 2
    low, high = np.quantile(statistic(resample(sums, resamples, seed)), [tail, 1 - tail], axis=0)
    return low, high
