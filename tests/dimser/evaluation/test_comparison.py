from itertools import product

import numpy as np
import pytest

from dimser.core import metrics
from dimser.evaluation import intervals
from dimser.evaluation.comparison import holm, swap_test


def simulate(seed: int, speakers: int = 12, size: int = 8, gain: float = 0.0) -> tuple:
    """Draw labels and two methods with errors that utterances of a speaker share.

    Returns:
        Predictions of both methods, labels and speakers; with gain 0 the methods are equally good.
    """
    generator = np.random.default_rng(seed)
    speaker = np.repeat(np.arange(speakers), size)
    label = generator.normal(size=len(speaker))
    both = []
    for spread in (1.0, 1.0 - gain):
        shared, own = generator.normal(size=speakers)[speaker], generator.normal(size=len(speaker))
        both.append(label + spread * (0.8 * shared + own))
    return *both, label, speaker


def speaker_sums(seed: int, **design: float) -> tuple[np.ndarray, np.ndarray]:
    first, second, label, speaker = simulate(seed, **design)
    return tuple(intervals.speaker_sums(one, label, speaker) for one in (first, second))


def test_an_exact_p_counts_every_swap() -> None:
    first, second, label, speaker = simulate(1, speakers=6)

    def difference(swapped: tuple) -> float:
        flip = np.isin(speaker, np.flatnonzero(swapped))
        a, b = np.where(flip, second, first), np.where(flip, first, second)
        return abs(metrics.ccc(metrics.sums(a, label)) - metrics.ccc(metrics.sums(b, label)))

    observed = difference((0,) * 6)
    as_large = [difference(s) >= observed - 1e-12 for s in product((0, 1), repeat=6)]
    sums = [intervals.speaker_sums(one, label, speaker) for one in (first, second)]
    assert swap_test(*sums, draws=64, seed=0) == pytest.approx(np.mean(as_large))


def test_random_swaps_come_near_the_exact_p() -> None:
    sums = speaker_sums(2, speakers=12)
    exact = swap_test(*sums, draws=4096, seed=0)
    assert swap_test(*sums, draws=4000, seed=0) == pytest.approx(exact, abs=0.03)


def test_the_order_of_methods_does_not_matter_and_a_seed_is_one_answer() -> None:
    a, b = speaker_sums(3, speakers=40)
    assert swap_test(a, b, 500, 7) == swap_test(b, a, 500, 7) == swap_test(a, b, 500, 7)


def test_a_method_does_not_differ_from_itself() -> None:
    a, _ = speaker_sums(4)
    assert swap_test(a, a, 100, 0) == swap_test(a, a, 700, 0) == 1  # 700: more than one block


def test_each_dimension_is_tested_as_if_it_were_alone() -> None:
    pairs = [speaker_sums(seed, speakers=20) for seed in range(3)]
    first, second = (np.stack(sums, axis=1) for sums in zip(*pairs, strict=True))
    alone = [swap_test(a, b, 300, 0) for a, b in pairs]
    np.testing.assert_allclose(swap_test(first, second, 300, 0), alone)


def test_p_is_never_zero_but_counts_the_observed_swap_among_the_draws() -> None:
    assert swap_test(*speaker_sums(5, speakers=40, gain=0.9), 99, 0) == pytest.approx(1 / 100)


def test_a_real_difference_is_found() -> None:
    assert swap_test(*speaker_sums(5, speakers=30, gain=0.8), 2000, 0) < 0.01


def test_constant_predictions_and_undefined_differences() -> None:
    a, _ = speaker_sums(6)
    constant = intervals.speaker_sums(np.full(96, 0.3), simulate(6)[2], simulate(6)[3])
    assert 0 < swap_test(a, constant, 400, 0) <= 1
    undefined = a * [1, 0, 0, 0, 0, 0]  # labels and predictions are all the same
    assert np.isnan(swap_test(a, undefined, 400, 0))


def test_holm_steps_down() -> None:
    p = np.array([0.01, 0.04, 0.03, np.nan, 0.005])
    np.testing.assert_allclose(holm(p), [0.03, 0.06, 0.06, np.nan, 0.02])
    np.testing.assert_allclose(holm(np.array([0.6, 0.7])), [1, 1])
    assert holm(np.array([])).shape == (0,)


def test_equal_methods_are_told_apart_as_often_as_chance_allows() -> None:
    generator, speakers, rejected = np.random.default_rng(0), np.repeat(np.arange(14), 10), 0
    for run in range(500):
        label = generator.normal(size=14)[speakers] + generator.normal(size=140)
        first, second = (
            label + generator.normal(size=14)[speakers] + generator.normal(size=140)
            for _ in range(2)
        )
        sums = [intervals.speaker_sums(p, label, speakers) for p in (first, second)]
        rejected += swap_test(*sums, draws=400, seed=run) <= 0.05
    assert 0.03 <= rejected / 500 <= 0.07, rejected
