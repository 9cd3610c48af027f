"""Is one method better than another, or could the difference be chance?

Two methods are compared on the same utterances, cluster by cluster (speakers, or sessions). If they
are equally good, their predictions for a cluster could be exchanged. With all values measured from
the labels' mean, the difference of two CCCs is zero exactly where the sum over clusters of

    d_g = 2 (xy_a,g - xy_b,g) - c (xx_a,g - xx_b,g)
    c = 2 (Sxy_a + Sxy_b) / (Sxx_a + Sxx_b + 2 Syy)

is, and to exchange a cluster is to flip the sign of its d_g. So a test flips signs: where there are
few clusters, in all ways, so that p is exact. The same flips serve all pairs of methods, and the
largest of all statistics under each flip tells how large any of them gets by chance: p is corrected
for the number of pairs without a penalty on pairs that move together (step-down maxT), and its
smallest value is 2 / 2^clusters however many pairs there are.

Clusters must err independently of each other.

Sources: P. H. Westfall, S. S. Young, "Resampling-Based Multiple Testing", Wiley, 1993 (step-down
maxT); A. M. Winkler et al., "Permutation inference for the general linear model", NeuroImage 92,
2014 (sign flips); B. Phipson, G. K. Smyth, "Permutation p-values should never be zero",
Statistical Applications in Genetics and Molecular Biology 9 (1), 2010; S. S. Gupta, "On some
multiple decision (selection and ranking) rules", Technometrics 7, 1965, and J. C. Hsu, "Multiple
Comparisons", Chapman and Hall, 1996 (which may be best); S. Holm, "A simple sequentially rejective
multiple test procedure", Scandinavian Journal of Statistics 6 (2), 1979.
"""

from collections.abc import Iterator

import numpy as np

from dimser.core import metrics

ALPHA = 0.05  # the level of tests, and of what may be best
BLOCK = 512  # flips that are computed at a time: limits the memory, does not affect results
TIE = 1e-12  # statistics that differ by less are equal in spite of rounding


def contributions(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Compute what each cluster adds to the difference of two methods' CCC.

    Args:
        first: sums of each cluster by one method, shape (clusters, ..., 6), centred at the labels'
            mean (`dimser.evaluation.intervals.cluster_sums`).
        second: the same by the other method.

    Returns:
        d_g / (Sxx_a + Sxx_b + 2 Syy), shape (clusters, ...): no exchange changes the denominator.
        NaN where a CCC is undefined.
    """
    (xx, yy, xy), (other_xx, _, other_xy) = (
        np.moveaxis(one[..., 3:], -1, 0) for one in (first, second)
    )
    both = (xx + other_xx + 2 * yy).sum(axis=0)
    defined = ~np.isnan(metrics.ccc(first.sum(axis=0)) + metrics.ccc(second.sum(axis=0)))
    both = np.where(defined & (both > 0), both, np.nan)
    c = 2 * (xy + other_xy).sum(axis=0) / both
    return (2 * (xy - other_xy) - c * (xx - other_xx)) / both


def to_difference(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the factor by which contributions sum to the difference of both CCCs.

    Args:
        first: sums of each cluster by one method, shape (clusters, ..., 6).
        second: the same by the other method.

    Returns:
        Shape (...); at least 2, and 2 where the predictions of both vary alike.
    """
    one, other = (sums[..., 3:5].sum(axis=(0, -1)) for sums in (first, second))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.square(one + other) / (2 * one * other)


def statistic(parts: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Compute a family's statistics under flips of the clusters' signs.

    Args:
        parts: from `contributions`, shape (clusters, tests).
        signs: 1 or -1, shape (flips, clusters).

    Returns:
        sum of e_g d_g / sqrt(G * sum of d_g²), in [-1, 1], of shape (flips, tests); 0 where all
        contributions are 0.
    """
    norm = np.sqrt(len(parts) * np.square(parts).sum(axis=0))
    # einsum and not @: the same to the last bit however many threads BLAS has
    return np.einsum("fg,gt->ft", signs, parts) / np.where(norm > 0, norm, 1.0)


def flips(clusters: int, draws: int, seed: int, *, both_sides: bool = True) -> np.ndarray:
    """Return the signs that a test tries; the first row leaves all as they are.

    Args:
        clusters: number.
        draws: number of random flips, unless all are no more than that.
        seed: of NumPy's default generator.
        both_sides: whether a statistic counts without its sign, so that half of all flips suffice.

    Returns:
        1 or -1, shape (flips, clusters).
    """
    if is_exact(clusters, draws):
        numbers = np.arange(2 ** (clusters - both_sides))
        return 1.0 - 2.0 * (numbers[:, None] >> np.arange(clusters) & 1)
    drawn = np.random.default_rng(seed).integers(0, 2, size=(draws, clusters))
    return np.vstack([np.ones(clusters), 1.0 - 2.0 * drawn])


def is_exact(clusters: int, draws: int) -> bool:
    """Return whether a test tries all ways to flip the clusters' signs."""
    return 2**clusters <= draws


def smallest_p(clusters: int, draws: int) -> float:
    """Return the smallest p that a two-sided test can reach, whatever the difference.

    Args:
        clusters: number.
        draws: number of random flips, unless all are tried.

    Example:
        >>> smallest_p(10, 10_000), smallest_p(47, 999)
        (0.001953125, 0.001)
    """
    return 2 / 2**clusters if is_exact(clusters, draws) else 1 / (draws + 1)


def sign_flip_tests(
    parts: np.ndarray, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Test every difference of a family, two-sided, by the same flips.

    Args:
        parts: from `contributions`, shape (clusters, tests); a test with NaN is not in the family.
        draws: number of random flips, unless all are no more than that.
        seed: of the flips.

    Returns:
        p of each test by itself, and corrected over the family (step-down maxT), each of shape
        (tests,), in (0, 1], NaN where undefined; and the 0.95 quantile of the largest statistic of
        all under flips, in (0, 1], NaN if the family is empty.
    """
    alone, adjusted = np.full((2, parts.shape[1]), np.nan)
    defined = np.flatnonzero(~np.isnan(parts).any(axis=0))
    if not len(defined):
        return alone, adjusted, np.nan
    signs = flips(len(parts), draws, seed)
    observed = np.abs(statistic(parts[:, defined], signs[:1]))[0]
    order = np.argsort(-observed, kind="stable")
    defined, observed = defined[order], observed[order]
    above, above_in_family, largest = np.zeros(len(order)), np.zeros(len(order)), []
    for flipped in _blocks(signs):
        drawn = np.abs(statistic(parts[:, defined], flipped))
        above += (drawn >= observed - TIE).sum(axis=0)
        # the largest of this test's statistic and all that come after it
        drawn = np.maximum.accumulate(drawn[:, ::-1], axis=1)[:, ::-1]
        above_in_family += (drawn >= observed - TIE).sum(axis=0)
        largest.append(drawn[:, 0])
    alone[defined] = above / len(signs)
    adjusted[defined] = np.maximum.accumulate(above_in_family / len(signs))
    return alone, adjusted, float(np.quantile(np.concatenate(largest), 1 - ALPHA, method="higher"))


def corrected_interval(
    difference: np.ndarray, parts: np.ndarray, quantile: float
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the intervals that belong to the corrected tests: all hold at once.

    Args:
        difference: of the CCCs, shape (tests,).
        parts: contributions on the scale of the difference: they sum to it; (clusters, tests).
        quantile: the third result of `sign_flip_tests`.

    Returns:
        Lower and upper end, each of shape (tests,); zero is outside exactly where the first step of
        the correction rejects. Infinite where `quantile` is 1: too few clusters.
    """
    spread = np.sqrt(len(parts) * np.square(parts - parts.mean(axis=0)).sum(axis=0))
    factor = quantile / np.sqrt(1 - quantile**2) if quantile < 1 else np.inf
    half = np.where(np.isnan(spread), np.nan, factor * np.where(spread > 0, spread, np.nan))
    return difference - half, difference + half


def best_p(parts: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Test for each method whether any other is better, one-sided.

    Args:
        parts: contributions to every method's lead, the second axis, over every other, the third;
            shape (clusters, methods, methods). Undefined methods are NaN.
        draws: number of random flips, unless all are no more than that.
        seed: of the flips.

    Returns:
        p of each method, shape (methods,), in (0, 1]: those above 0.05 may be best. NaN where a
        method is undefined, and with so few clusters that none could be excluded (fewer than five);
        1 where there is no other.
    """
    count = parts.shape[1]
    p = np.full(count, np.nan)
    if 0.5 ** len(parts) > ALPHA:
        return p
    defined = [i for i in range(count) if not np.isnan(parts[:, i, i]).any()]
    signs = flips(len(parts), draws, seed, both_sides=False)
    for method in defined:
        others = [i for i in defined if i != method]
        if not others:
            p[method] = 1.0
            continue
        leads = parts[:, others, method]
        observed = statistic(leads, signs[:1]).max()
        above = [statistic(leads, some).max(axis=1) >= observed - TIE for some in _blocks(signs)]
        p[method] = np.concatenate(above).mean()
    return p


def _blocks(signs: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(signs), BLOCK):
        yield signs[start : start + BLOCK]


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


def shared_in_groups(parts: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Measure how far the contributions of the two speakers of a group go together.

    Args:
        parts: from `contributions`, of speakers, shape (speakers, tests).
        groups: of each speaker, shape (speakers,), every group twice.

    Returns:
        Twice the sum of their products over the sum of their squares, in [-1, 1], shape (tests,): 0
        is expected where the speakers of a group err independently.
    """
    one, other = np.moveaxis(
        parts[np.argsort(groups, kind="stable")].reshape(-1, 2, parts.shape[1]), 1, 0
    )
    squares = np.square(parts).sum(axis=0)
    return 2 * (one * other).sum(axis=0) / np.where(squares > 0, squares, np.nan)
