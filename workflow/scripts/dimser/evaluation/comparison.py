"""Is one method better than another, or could the difference be chance?

Two methods are compared on the same utterances, speaker by speaker. Under the null hypothesis, the
two methods' predictions for a speaker are exchangeable. So the predictions of whole speakers are
swapped at random, and the observed difference is compared with the differences after such swaps.
Metrics are computed from sums, so a swap exchanges two rows of sums.

Sources: P. Good, "Permutation, Parametric and Bootstrap Tests of Hypotheses", Springer, 2005
(exchange within pairs); B. Phipson, G. K. Smyth, "Permutation p-values should never be zero",
Statistical Applications in Genetics and Molecular Biology 9 (1), 2010; S. Holm, "A simple
sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (2), 1979.
"""

from collections.abc import Callable, Iterator

import numpy as np

from dimser.core import metrics

# Draws that are computed at a time: limits the memory, does not affect results.
BLOCK = 512


def swap_test(
    first: np.ndarray,
    second: np.ndarray,
    draws: int,
    seed: int,
    metric: Callable[[np.ndarray], np.ndarray] = metrics.ccc,
) -> np.ndarray:
    """Test whether two methods differ, two-sided.

    If there are at most `draws` ways to swap the speakers, all are tried and p is exact. Its
    smallest value is then 2 / 2^speakers.

    Args:
        first: sums of each speaker by one method, shape (speakers, ..., 6).
        second: the same by the other method.
        draws: number of random swaps.
        seed: of NumPy's default generator.
        metric: from sums to a value.

    Returns:
        p of shape (...), in (0, 1]; NaN where the observed difference is undefined.
    """
    total_first, total_second, change = first.sum(0), second.sum(0), second - first
    observed = np.abs(metric(total_first) - metric(total_second))
    exact = is_exact(len(first), draws)
    flips = _all_swaps(len(first)) if exact else _random_swaps(len(first), draws, seed)
    count = np.zeros(observed.shape)
    for block in flips:
        # einsum and not @: the same to the last bit however many threads BLAS has
        moved = np.einsum("ds,s...->d...", block, change)
        difference = np.abs(metric(total_first + moved) - metric(total_second - moved))
        # equal differences count in spite of rounding; undefined ones count, too
        count += (~(difference < observed - 1e-12)).sum(axis=0)
    p = count / 2 ** len(first) if exact else (1 + count) / (1 + draws)
    return np.where(np.isnan(observed), np.nan, p)


def is_exact(speakers: int, draws: int) -> bool:
    """Return whether a test tries all ways to swap the speakers."""
    return 2**speakers <= draws


def smallest_p(speakers: int, draws: int) -> float:
    """Return the smallest p that a test can reach, whatever the difference.

    Args:
        speakers: number of speakers.
        draws: number of random swaps, unless all are tried.

    Example:
        >>> smallest_p(10, 10_000), smallest_p(47, 999)
        (0.001953125, 0.001)
    """
    return 2 / 2**speakers if is_exact(speakers, draws) else 1 / (draws + 1)


def _all_swaps(speakers: int) -> Iterator[np.ndarray]:
    for start in range(0, 2**speakers, BLOCK):
        numbers = np.arange(start, min(start + BLOCK, 2**speakers))
        yield (numbers[:, None] >> np.arange(speakers) & 1).astype(np.float64)


def _random_swaps(speakers: int, draws: int, seed: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(seed)
    for start in range(0, draws, BLOCK):
        size = (min(BLOCK, draws - start), speakers)
        yield generator.integers(0, 2, size=size).astype(np.float64)


def holm(p: np.ndarray) -> np.ndarray:
    """Adjust the p values of a family of tests by Holm, which controls the family-wise error rate.

    Args:
        p: shape (tests,); NaN where a test is undefined, which then is not in the family.

    Returns:
        Adjusted p, shape (tests,), in [0, 1]; NaN stays NaN.

    Example:
        >>> holm(np.array([0.01, 0.04, 0.03, np.nan]))
        array([0.03, 0.06, 0.06,  nan])
    """
    p = np.asarray(p, dtype=np.float64)
    corrected = np.full(len(p), np.nan)
    defined = np.flatnonzero(~np.isnan(p))
    order = defined[np.argsort(p[defined], kind="stable")]
    stepped = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return corrected
