"""Intervals for predictions of new speakers."""

import numpy as np
import pytest

from dimser.evaluation.conformal import fewest, radius


def straight(errors: np.ndarray, speakers: np.ndarray, level: float) -> float:
    """The smallest error within which enough of the speakers' errors lie, by trying each."""
    names = sorted(set(speakers))
    for candidate in sorted(np.abs(errors)):
        shares = [np.mean(np.abs(errors[speakers == name]) <= candidate) for name in names]
        if sum(shares) / (len(names) + 1) >= level - 1e-9:
            return candidate
    return np.inf


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("count", [5, 9, 10, 40])
def test_every_speaker_counts_alike_and_one_more_is_not_known(level: float, count: int) -> None:
    draws = np.random.default_rng(count)
    speakers = np.array([f"s{number}" for number in draws.integers(count, size=400)])
    errors = draws.normal(size=400) * (1 + np.array([int(name[1:]) for name in speakers]) / count)
    assert radius(errors, speakers, level) == straight(errors, speakers, level)
    assert np.isinf(radius(errors, speakers, level)) == (len(set(speakers)) < fewest(level))


@pytest.mark.parametrize(("level", "least"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19)])
def test_an_interval_needs_so_many_speakers_and_no_fewer(level: float, least: int) -> None:
    assert fewest(level) == least
    for count in (least - 1, least):
        speakers = np.repeat(np.arange(count), 3)
        found = radius(np.ones(3 * count), speakers, level)
        assert np.isfinite(found) == (count == least)


def test_speakers_that_are_not_known_count_as_one() -> None:
    errors = np.arange(40.0)
    named = np.array([f"s{number // 4}" for number in range(40)], dtype=object)
    blank = np.where(named == "s3", np.nan, named)
    assert radius(errors, blank) == radius(errors, named) < np.inf


def test_a_new_speaker_is_covered_where_speakers_differ() -> None:
    """A quantile of all errors covers less: see benchmarks/conformal.py for larger studies."""
    draws, rounds = np.random.default_rng(1), 1000
    covered = np.zeros((rounds, 2))
    for number in range(rounds):
        offsets, sizes = draws.normal(size=13), draws.integers(1, 60, size=13)
        speakers = np.repeat(np.arange(13), sizes)
        errors = offsets[speakers] + 0.5 * draws.normal(size=len(speakers))
        known = speakers < 12
        new = np.abs(errors[~known])
        widths = radius(errors[known], speakers[known]), np.quantile(np.abs(errors[known]), 0.9)
        covered[number] = [np.mean(new <= width) for width in widths]
    hierarchical, pooled = covered.mean(axis=0)
    assert 0.89 < hierarchical < 0.98
    assert pooled < hierarchical - 0.02
