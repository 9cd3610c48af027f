import audmetric
import krippendorff
import numpy as np
import pytest
from scipy.stats import f_oneway

from dimser.evaluation.annotation import (
    human_ccc,
    intraclass_correlation,
    krippendorff_alpha,
    spread,
)

# P. E. Shrout, J. L. Fleiss, 1979, table 2: six targets, four judges
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def long(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give values, utterances and raters of the ratings that are there."""
    units, raters = np.nonzero(~np.isnan(table))
    return table[units, raters], units, raters


@pytest.fixture
def ratings() -> np.ndarray:
    """Fifty utterances, five raters, a third of the ratings missing, some utterances with one."""
    generator = np.random.default_rng(0)
    table = generator.normal(size=(50, 1)) + generator.normal(size=(50, 5)) * 0.7
    table[generator.random(table.shape) < 0.35] = np.nan
    table[:3, 1:] = np.nan
    return table


def test_alpha_is_the_packages(ratings: np.ndarray) -> None:
    for table in (ratings, SHROUT_FLEISS):
        expected = krippendorff.alpha(table.T, level_of_measurement="interval")
        assert krippendorff_alpha(*long(table)[:2]) == pytest.approx(expected)


def test_intraclass_correlation_is_the_published_example() -> None:
    single, average = intraclass_correlation(*long(SHROUT_FLEISS)[:2])
    assert (round(single, 2), round(average, 2)) == (0.17, 0.44)


def test_k0_of_unequal_numbers_of_ratings_is_that_of_the_expected_mean_squares() -> None:
    sizes, generator = [2, 2, 3, 9], np.random.default_rng(0)
    units = np.repeat(range(4), sizes)
    values = generator.normal(size=4)[units] + generator.normal(size=16)
    design = np.eye(4)[units]
    k0 = np.trace(design.T @ (np.eye(16) - 1 / 16) @ design) / 3
    f = f_oneway(*(values[units == unit] for unit in range(4))).statistic
    expected = (f - 1) / (f - 1 + k0), 1 - 1 / f
    assert intraclass_correlation(values, units) == pytest.approx(expected)


def test_intraclass_correlation_finds_the_planted_reliability_where_ratings_are_missing() -> None:
    generator = np.random.default_rng(1)
    table = generator.normal(size=(4000, 1)) + generator.normal(size=(4000, 6))
    table[generator.random(table.shape) < 0.4] = np.nan
    assert intraclass_correlation(*long(table)[:2])[0] == pytest.approx(0.5, abs=0.02)


def test_human_ccc_is_each_rater_against_the_others(ratings: np.ndarray) -> None:
    values, weights = [], []
    for rater in range(5):
        others = np.delete(ratings, rater, axis=1)
        shared = ~np.isnan(ratings[:, rater]) & ~np.isnan(others).all(axis=1)
        mean = np.nanmean(others[shared], axis=1)
        values.append(audmetric.concordance_cc(mean, ratings[shared, rater]))
        weights.append(shared.sum())
    expected = np.average(values, weights=weights)
    assert human_ccc(*long(ratings)) == pytest.approx(expected)


def test_the_order_of_rows_does_not_matter(ratings: np.ndarray) -> None:
    columns = long(ratings)
    order = np.random.default_rng(2).permutation(len(columns[0]))
    shuffled = [column[order] for column in columns]
    assert krippendorff_alpha(*shuffled[:2]) == pytest.approx(krippendorff_alpha(*columns[:2]))
    assert human_ccc(*shuffled) == pytest.approx(human_ccc(*columns))


def test_raters_who_agree_wholly() -> None:
    columns = long(np.repeat([[1.0], [2.0], [4.0]], 3, axis=1))
    assert krippendorff_alpha(*columns[:2]) == intraclass_correlation(*columns[:2])[0] == 1
    assert human_ccc(*columns) == pytest.approx(1) and spread(*columns[:2]) == 0


def test_what_cannot_be_known_is_undefined() -> None:
    alone = long(np.array([[1.0], [2.0]]))
    assert np.isnan(krippendorff_alpha(*alone[:2])) and np.isnan(human_ccc(*alone))
    assert np.isnan(intraclass_correlation(*alone[:2])).all() and np.isnan(spread(*alone[:2]))
    equal = long(np.ones((3, 2)))
    assert np.isnan(krippendorff_alpha(*equal[:2])) and np.isnan(human_ccc(*equal))
