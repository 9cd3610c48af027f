from itertools import product

import numpy as np
import pytest

from dimser.core import metrics
from dimser.evaluation import comparison
from dimser.evaluation.intervals import cluster_sums


def simulate(seed: int, clusters: int = 8, size: int = 8, gains: tuple = (0.0, 0.0)) -> tuple:
    """Draw labels and methods with errors that utterances of a cluster share.

    Returns:
        Predictions of shape (utterances, methods), labels and clusters; with equal gains, methods
        are equally good.
    """
    generator = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), size)
    label = generator.normal(size=len(cluster))
    methods = []
    for gain in gains:
        shared, own = generator.normal(size=clusters)[cluster], generator.normal(size=len(cluster))
        methods.append(label + (1 - gain) * (0.8 * shared + own))
    return np.stack(methods, axis=1), label, cluster


def sums_of(seed: int, **design: object) -> np.ndarray:
    predictions, label, cluster = simulate(seed, **design)
    return cluster_sums(predictions, label[:, None], cluster)


def parts_of(sums: np.ndarray) -> np.ndarray:
    """Give the contributions of all pairs, shape (clusters, pairs)."""
    a, b = np.triu_indices(sums.shape[1], 1)
    return comparison.contributions(sums[:, a], sums[:, b])


def test_contributions_sum_to_the_difference_of_the_cccs() -> None:
    sums = sums_of(1)
    factor = comparison.to_difference(sums[:, 0], sums[:, 1])
    parts = comparison.contributions(sums[:, 0], sums[:, 1])
    expected = np.subtract(*metrics.ccc(sums.sum(axis=0)))
    assert parts.sum() * factor == pytest.approx(expected, abs=1e-12)


def test_contributions_are_the_same_on_any_scale() -> None:
    predictions, label, cluster = simulate(1)
    small = cluster_sums(0.01 * predictions, 0.01 * label[:, None], cluster)
    np.testing.assert_allclose(parts_of(small), parts_of(sums_of(1)), rtol=1e-9)


def test_to_exchange_a_cluster_is_to_flip_its_sign() -> None:
    sums = sums_of(2)
    parts = comparison.contributions(sums[:, 0], sums[:, 1])
    swapped = sums.copy()
    swapped[[1, 4]] = sums[[1, 4]][:, ::-1]
    flipped = np.where(np.isin(np.arange(8), [1, 4]), -parts, parts)
    np.testing.assert_allclose(
        comparison.contributions(swapped[:, 0], swapped[:, 1]), flipped, atol=1e-14
    )


def test_an_exact_p_counts_every_exchange_of_the_utterances_predictions() -> None:
    predictions, label, cluster = simulate(1, clusters=6)
    parts = parts_of(cluster_sums(predictions, label[:, None], cluster))

    def difference(swapped: tuple) -> float:
        flip = np.isin(cluster, np.flatnonzero(swapped))[:, None]
        a, b = np.where(flip, predictions[:, ::-1], predictions).T
        ccc_a, ccc_b = (metrics.ccc(metrics.sums(one, label)) for one in (a, b))
        varied = [metrics.sums(one, label)[3:5].sum() for one in (a, b)]
        # the CCCs' difference, on the scale that no exchange changes
        return abs(ccc_a - ccc_b) * 2 * np.prod(varied) / np.sum(varied) ** 2

    observed = difference((0,) * 6)
    as_large = [difference(one) >= observed - 1e-12 for one in product((0, 1), repeat=6)]
    p, adjusted, _ = comparison.sign_flip_tests(parts, draws=64, seed=0)
    assert p[0] == adjusted[0] == pytest.approx(np.mean(as_large))


def test_random_flips_estimate_the_exact_p() -> None:
    parts = parts_of(sums_of(2, clusters=12, gains=(0.0, 0.3, 0.1)))
    exact = comparison.sign_flip_tests(parts, draws=4096, seed=0)
    drawn = comparison.sign_flip_tests(parts, draws=4000, seed=0)
    np.testing.assert_allclose(drawn[0], exact[0], atol=0.03)
    np.testing.assert_allclose(drawn[1], exact[1], atol=0.03)


def test_one_seed_draws_alike_whatever_is_tested_along_and_blocked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = parts_of(sums_of(3, clusters=40, gains=(0.0, 0.1, 0.2)))
    whole = comparison.sign_flip_tests(parts, 500, 7)
    alone = comparison.sign_flip_tests(parts[:, :1], 500, 7)
    assert alone[0][0] == whole[0][0]
    monkeypatch.setattr(comparison, "BLOCK", 7)
    for ours, theirs in zip(comparison.sign_flip_tests(parts, 500, 7), whole, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("seed", range(6))
def test_corrected_p_is_the_step_down_maximum_written_as_loops(seed: int) -> None:
    parts = parts_of(sums_of(seed, gains=(0.0, 0.2, 0.5, 0.6)))
    signs = np.array(list(product((1, -1), repeat=8)))
    norm = np.sqrt(8 * np.sum(parts**2, axis=0))
    drawn = np.abs(signs @ parts) / norm
    observed = drawn[0]
    order, last, expected = np.argsort(-observed), 0.0, np.empty(len(observed))
    for step, test in enumerate(order):
        largest = drawn[:, order[step:]].max(axis=1)
        last = max(last, np.mean(largest >= observed[test] - 1e-12))
        expected[test] = last
    p, adjusted, quantile = comparison.sign_flip_tests(parts, 10_000, 0)
    np.testing.assert_allclose(adjusted, expected)
    assert (adjusted >= p).all()
    assert quantile == pytest.approx(np.sort(drawn.max(axis=1))[int(np.ceil(0.95 * 255))])


def test_p_is_never_0_and_1_where_methods_are_the_same() -> None:
    parts = parts_of(sums_of(5, clusters=40, gains=(0.0, 0.9)))
    p, _, _ = comparison.sign_flip_tests(parts, 99, 0)
    assert p[0] == pytest.approx(1 / 100)
    same, _, _ = comparison.sign_flip_tests(np.zeros((8, 1)), 700, 0)
    assert same[0] == 1


def test_an_undefined_ccc_leaves_the_family() -> None:
    predictions, label, cluster = simulate(6, gains=(0.0, 0.5, 0.2))
    predictions[:, 2] = label = np.full_like(label, 0.5)
    parts = parts_of(cluster_sums(predictions, label[:, None], cluster))
    p, adjusted, _ = comparison.sign_flip_tests(parts, 1000, 0)
    assert np.isnan(p[1:]).all() and np.isnan(adjusted[1:]).all()
    parts[:, 1:] = parts[:, :1]
    parts[3, 2] = np.nan  # of one cluster alone
    p, adjusted, _ = comparison.sign_flip_tests(parts, 1000, 0)
    assert p[0] == p[1] == adjusted[0] and np.isnan([p[2], adjusted[2]]).all()
    empty = comparison.sign_flip_tests(np.full((8, 2), np.nan), 1000, 0)
    assert np.isnan(np.concatenate([*empty[:2], empty[2:]])).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_corrected_interval_holds_zero_unless_the_first_step_rejects(seed: int) -> None:
    sums = sums_of(seed, gains=(0.0, 0.3, 0.8))
    a, b = np.triu_indices(3, 1)
    parts = parts_of(sums)
    _, adjusted, quantile = comparison.sign_flip_tests(parts, 10_000, 0)
    ccc = metrics.ccc(sums.sum(axis=0))
    scaled = parts * comparison.to_difference(sums[:, a], sums[:, b])
    low, high = comparison.corrected_interval(ccc[a] - ccc[b], scaled, quantile)
    largest = np.abs(comparison.statistic(parts, np.ones((1, 8))))[0]
    np.testing.assert_array_equal((low > 0) | (high < 0), largest > quantile)
    assert not ((low > 0) | (high < 0))[adjusted > comparison.ALPHA].any()


def test_too_few_clusters_exclude_nothing() -> None:
    parts = parts_of(sums_of(0, clusters=4, gains=(0.0, 0.999)))
    _, _, quantile = comparison.sign_flip_tests(parts, 10_000, 0)
    low, high = comparison.corrected_interval(parts.sum(axis=0), parts, quantile)
    assert low[0] <= 0 <= high[0]
    low, high = comparison.corrected_interval(parts.sum(axis=0), parts, 1.0)
    assert np.isneginf(low).all() and np.isposinf(high).all()


def test_a_difference_to_which_no_cluster_adds_has_no_interval() -> None:
    low, high = comparison.corrected_interval(np.zeros(1), np.zeros((8, 1)), 0.9)
    assert np.isnan([low, high]).all()


def test_the_smallest_p_is_that_of_one_flip_and_its_opposite_or_of_one_draw() -> None:
    assert comparison.smallest_p(6, 64) == 2 / 64
    assert comparison.smallest_p(7, 64) == 1 / 65


def leads(sums: np.ndarray) -> np.ndarray:
    return comparison.contributions(sums[:, :, None], sums[:, None, :])


def test_which_may_be_best_counts_every_flip_of_the_largest_lead() -> None:
    parts = leads(sums_of(7, gains=(0.0, 0.5, 0.6)))
    signs = np.array(list(product((1, -1), repeat=8)))
    expected = []
    for method in range(3):
        others = [other for other in range(3) if other != method]
        own = parts[:, others, method]
        drawn = (signs @ own / np.sqrt(8 * np.sum(own**2, axis=0))).max(axis=1)
        expected.append(np.mean(drawn >= drawn[0] - 1e-12))
    np.testing.assert_allclose(comparison.best_p(parts, 10_000, 0), expected)
    assert np.argmax(expected) == np.argmax(metrics.ccc(sums_of(7, gains=(0, 0.5, 0.6)).sum(0)))


def test_five_clusters_can_exclude_a_method_and_four_cannot() -> None:
    gains = (0.0, 0.999)
    assert comparison.best_p(leads(sums_of(0, clusters=5, size=40, gains=gains)), 999, 0)[0] < 0.05
    assert np.isnan(comparison.best_p(leads(sums_of(0, clusters=4, gains=gains)), 999, 0)).all()


def test_a_method_without_a_ccc_is_none_of_those_that_may_be_best() -> None:
    parts = leads(sums_of(7, gains=(0.0, 0.5)))
    parts[3, 0, :] = parts[3, :, 0] = np.nan
    np.testing.assert_array_equal(comparison.best_p(parts, 999, 0), [np.nan, 1.0])


def test_holm_steps_down() -> None:
    p = np.array([0.01, 0.04, 0.03, np.nan, 0.005])
    np.testing.assert_allclose(comparison.holm(p), [0.03, 0.06, 0.06, np.nan, 0.02])
    np.testing.assert_allclose(comparison.holm(np.array([0.6, 0.7])), [1, 1])
    assert comparison.holm(np.array([])).shape == (0,)


def test_what_speakers_of_a_group_share_is_their_correlation() -> None:
    groups = np.array(["a", "b", "a", "b", "c", "c"])
    alike = np.array([1.0, -2.0, 1.0, -2.0, 3.0, 3.0])[:, None]
    opposed = np.array([1.0, -2.0, -1.0, 2.0, 3.0, -3.0])[:, None]
    assert comparison.shared_in_groups(alike, groups) == pytest.approx(1)
    assert comparison.shared_in_groups(opposed, groups) == pytest.approx(-1)
    assert comparison.shared_in_groups(0.01 * alike, groups) == pytest.approx(1)


@pytest.mark.parametrize("clusters", [6, 10])
def test_a_true_null_is_rejected_no_more_often_than_said_and_the_best_kept(clusters: int) -> None:
    """The whole simulation is `benchmarks/inference.py`."""
    rejected, kept, runs = 0, 0, 200
    for seed in range(runs):
        sums = sums_of(seed, clusters=clusters, gains=(0.0,) * 5)
        _, adjusted, _ = comparison.sign_flip_tests(parts_of(sums), 1024, seed)
        rejected += (adjusted <= comparison.ALPHA).any()
        kept += (comparison.best_p(leads(sums), 1024, seed) > comparison.ALPHA).mean()
    assert rejected / runs <= 0.09  # 0.05, and 2.6 standard errors
    assert kept / runs >= 0.92
