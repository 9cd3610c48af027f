"""How far altered audio moves predictions, against references and at its level."""

import numpy as np
import pytest
from scipy import stats

from dimser.core import metrics
from dimser.evaluation.robustness import lost, stayed, verdict, wilson


def test_the_interval_of_a_share_is_wilsons() -> None:
    for hits, count in ((290, 300), (300, 300), (0, 20), (7, 20)):
        found = wilson(hits / count, count, stats.norm.ppf(0.975))
        expected = stats.binomtest(hits, count).proportion_ci(0.95, method="wilson")
        assert found == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_share_counts_what_moves_by_less_than_a_twentieth() -> None:
    plain = np.full(8, 0.5)
    altered = plain + np.array([0, 0.049, -0.049, 0.051, -0.051, 0.2, 0, 0])
    found = stayed(plain, altered, np.arange(8), 0.95)
    assert found.value == 5 / 8 and found.n == 8 and found.passed is False
    assert stayed(plain, plain, np.arange(8), 0.95).passed is True
    assert stayed(np.zeros(8), np.full(8, 0.05), np.arange(8), 0.95).value == 0  # no less
    asked_nothing = stayed(plain, altered, np.arange(8), None)
    assert asked_nothing.passed is None and np.isnan(asked_nothing.allowed)


def test_speakers_whose_utterances_move_together_count_less() -> None:
    clusters = np.repeat(np.arange(10), 30)
    together = np.where(clusters == 0, 0.1, 0.0)  # one speaker moves, and entirely
    apart = np.where(np.arange(300) % 30 < 3, 0.1, 0.0)  # three utterances of each
    plain = np.full(300, 0.5)
    one, many = (stayed(plain, plain + move, clusters, 0.95) for move in (together, apart))
    assert one.value == many.value == pytest.approx(0.9)
    assert one.low < many.low and one.allowed < many.allowed
    # the design effect of shares that are 0 or 1 in whole clusters of 30 is 30 * 10 / 9
    quantile = stats.t.ppf(0.975, 9)
    assert (one.low, one.high) == pytest.approx(wilson(0.9, 300 / (30 * 10 / 9), quantile))
    assert (many.low, many.high) == pytest.approx(wilson(0.9, 300, quantile))


def test_without_speakers_there_is_no_interval_and_a_verdict() -> None:
    plain, moved = np.full(100, 0.5), np.full(100, 0.5)
    moved[:20] += 0.1
    for clusters in (None, np.repeat([0, 1], 50)):
        found = stayed(plain, moved, clusters, 0.95)
        assert np.isnan(found.low) and np.isnan(found.high)
    found = stayed(plain, moved, None, 0.95)
    assert found.passed is False
    error = np.sqrt(0.95 * 0.05 / 100)  # all utterances are independent then
    assert found.allowed == pytest.approx(0.95 - stats.t.ppf(0.95, 99) * error)


def test_three_speakers_are_enough_for_an_interval() -> None:
    rng = np.random.default_rng(2)
    labels, clusters = rng.uniform(size=90), np.arange(90) % 3
    plain, altered = (labels + rng.normal(0, size, 90) for size in (0.05, 0.1))
    assert np.isfinite(stayed(plain, altered, clusters, 0.95)[:3]).all()
    assert np.isfinite(lost(plain, altered, labels, clusters, 0.95)[:3]).all()


@pytest.mark.parametrize("sizes", [(60,), (30, 30), (40, 5, 15)])
def test_few_or_unequal_speakers_allow_more(sizes: tuple[int, ...]) -> None:
    """By the effective number of utterances; a single degree of freedom is the least there is."""
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    moved = np.where(np.arange(60) % 15 < 2 + 3 * (clusters == 0), 0.1, 0.0)
    found, count, size = stayed(np.zeros(60), moved, clusters, 0.9), len(sizes), 60.0
    if count > 1:
        off = [np.sum((moved[clusters == n] == 0) - found.value) for n in range(count)]
        variance = count / (count - 1) * np.square(off).sum() / 60**2
        size = min(size, found.value * (1 - found.value) / variance)
    expected = 0.9 - stats.t.ppf(0.95, 1) * np.sqrt(0.9 * 0.1 / size)
    assert found.allowed == pytest.approx(expected)


def test_a_share_is_allowed_to_be_0_where_a_sample_tells_nothing() -> None:
    found = stayed(np.zeros(2), np.ones(2), None, 0.3)
    assert found.allowed == 0 and found.passed is None


def test_where_all_or_none_move_every_utterance_counts() -> None:
    clusters = np.repeat(np.arange(10), 10)
    for share, altered in ((1.0, np.zeros(100)), (0.0, np.ones(100))):
        with np.errstate(all="raise"):
            found = stayed(np.zeros(100), altered, clusters, 0.5)
        expected = wilson(share, 100, stats.t.ppf(0.975, 9))
        assert (found.low, found.high) == pytest.approx(expected)


def test_a_loss_is_the_difference_of_two_ccc_with_its_jackknife() -> None:
    rng = np.random.default_rng(3)
    labels = rng.uniform(size=120)
    plain, altered = (labels + rng.normal(0, size, 120) for size in (0.1, 0.3))
    clusters = rng.integers(0, 9, 120)
    found = lost(plain, altered, labels, clusters, 0.05)

    def loss(rows: np.ndarray) -> float:
        return float(
            metrics.ccc(metrics.sums(plain[rows], labels[rows]))
            - metrics.ccc(metrics.sums(altered[rows], labels[rows]))
        )

    assert found.value == pytest.approx(loss(np.full(120, True)))
    without = np.array([loss(clusters != own) for own in range(9)])
    error = np.sqrt(8 / 9 * np.square(without - without.mean()).sum())
    sizes = np.bincount(clusters)
    freedom = sizes.sum() ** 2 / np.square(sizes).sum() - 1
    half = stats.t.ppf(0.975, freedom) * error
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))
    assert found.allowed == pytest.approx(0.05 + stats.t.ppf(0.95, freedom) * error)
    assert lost(plain, plain, labels, clusters, 0.05)[0] == 0
    assert lost(plain, plain, labels, clusters, 0.05).passed is True


def test_between_what_is_asked_and_what_chance_allows_nothing_is_told() -> None:
    assert [verdict(value, 0.05, 0.08) for value in (0.05, 0.08, 0.09)] == [True, None, False]
    assert [verdict(value, None, 0.08) for value in (0.06, 0.09)] == [True, False]
    assert verdict(0.06, 0.075, 0.04) is True  # more than chance, and less than asked


def test_a_method_that_is_exactly_as_good_as_asked_seldom_fails() -> None:
    """A small version of benchmarks/stress.py: a share of 0.95, speakers that differ."""
    rng, failed, covered = np.random.default_rng(1), 0, 0
    clusters, runs, plain = np.repeat(np.arange(20), 15), 1000, np.full(300, 0.5)
    for _ in range(runs):
        own = rng.beta(0.95 * 9, 0.05 * 9, 20)[clusters]  # an intraclass correlation of 0.1
        moved = np.where(rng.uniform(size=300) < own, 0.0, 0.1)
        found = stayed(plain, plain + moved, clusters, 0.95)
        failed += found.passed is False
        covered += found.low <= 0.95 <= found.high
    assert failed / runs < 0.085 and covered / runs > 0.92
