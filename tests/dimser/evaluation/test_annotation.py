import audmetric
import krippendorff
import numpy as np
import pandas as pd
import pytest
from scipy.stats import f_oneway

from dimser.core.dimensions import DIMENSIONS
from dimser.evaluation.annotation import (
    COLUMNS,
    agreement,
    human_ccc,
    intraclass_correlation,
    krippendorff_alpha,
    references,
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


def test_two_utterances_are_enough_for_an_intraclass_correlation() -> None:
    # means 0 and 1 of two ratings each: mean squares 1 between and 1/8 within
    columns = long(np.array([[-0.25, 0.25], [0.75, 1.25]]))
    expected = (1 - 1 / 8) / (1 + 1 / 8), (1 - 1 / 8) / 1
    assert intraclass_correlation(*columns[:2]) == pytest.approx(expected)


def test_agreement_as_of_chance_is_an_alpha_of_nothing() -> None:
    assert krippendorff_alpha(*long(np.array([[0.0, 1.0]]))[:2]) == 0


def test_spread_is_the_mean_standard_deviation_of_a_sample_of_ratings(ratings: np.ndarray) -> None:
    rated = [row[~np.isnan(row)] for row in ratings]
    expected = np.mean([np.std(row, ddof=1) for row in rated if len(row) > 1])
    assert spread(*long(ratings)[:2]) == pytest.approx(expected)


def test_human_ccc_is_each_rater_against_the_others(ratings: np.ndarray) -> None:
    values, weights = [], []
    # two more raters: of two utterances, and of a single one, which shows no agreement
    few = np.full((50, 2), np.nan)
    few[[10, 20], 0], few[30, 1] = [0.1, 0.2], 0.3
    ratings = np.hstack([ratings, few])
    for rater in range(6):
        others = np.delete(ratings, rater, axis=1)
        shared = ~np.isnan(ratings[:, rater]) & ~np.isnan(others).all(axis=1)
        mean = np.nanmean(others[shared], axis=1)
        values.append(audmetric.concordance_cc(mean, ratings[shared, rater]))
        weights.append(shared.sum())
    assert weights[5] == 2
    expected = np.average(values, weights=weights)
    assert human_ccc(*long(ratings)) == pytest.approx(expected)


def test_raters_who_say_but_one_thing_to_one_another_do_not_count(ratings: np.ndarray) -> None:
    both = np.full((52, 7), np.nan)
    both[:50, :5], both[50:, 5:] = ratings, 3.0
    assert human_ccc(*long(both)) == pytest.approx(human_ccc(*long(ratings)))


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


@pytest.mark.filterwarnings("error")  # nor is a division by zero left in the log
def test_what_cannot_be_known_is_undefined() -> None:
    alone = long(np.array([[1.0], [2.0]]))
    assert np.isnan(krippendorff_alpha(*alone[:2])) and np.isnan(human_ccc(*alone))
    assert np.isnan(intraclass_correlation(*alone[:2])).all() and np.isnan(spread(*alone[:2]))
    one = long(np.array([[1.0, 2.0, 4.0]]))
    assert np.isnan(intraclass_correlation(*one[:2])).all()
    equal = long(np.ones((3, 2)))
    assert np.isnan(intraclass_correlation(*equal[:2])).all()
    assert np.isnan(krippendorff_alpha(*equal[:2])) and np.isnan(human_ccc(*equal))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [3.0, 1 / 3, 0.1, 0.0, -0.5])
def test_equal_ratings_have_no_reliability(value: float) -> None:
    units = np.repeat(range(20), 3)
    values = np.full(60, value)
    assert np.isnan(
        [krippendorff_alpha(values, units), *intraclass_correlation(values, units)]
    ).all()


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_reliability_does_not_depend_on_the_unit_of_ratings(
    ratings: np.ndarray, unit: float
) -> None:
    values, units = long(ratings)[:2]
    found = intraclass_correlation(values * unit, units)
    assert found == pytest.approx(intraclass_correlation(values, units))
    alike = np.tile([0.1 * 3, 0.3], 20) * unit  # but for rounding
    assert np.isnan(krippendorff_alpha(alike, np.repeat(range(20), 2)))


@pytest.mark.parametrize("length", [1, 6, 7])
def test_utterances_with_equal_means_have_no_intraclass_correlation(length: int) -> None:
    values, units = np.tile([1.0, 2.0, 4.0], 20) / length, np.repeat(range(20), 3)
    assert np.isnan(intraclass_correlation(values, units)).all()


@pytest.mark.parametrize("raters", [2, 3, 17])
def test_one_more_rater_and_the_ceiling_are_what_a_simulation_finds(raters: int) -> None:
    rng, rho, count = np.random.default_rng(raters), 0.604, 40_000
    truth = np.sqrt(rho) * rng.normal(size=count)
    ratings = truth[:, None] + np.sqrt(1 - rho) * rng.normal(size=(count, raters + 1))
    label = ratings[:, :-1].mean(axis=1)
    one, ceiling = references(rho, np.repeat(np.arange(count), raters))
    assert one == pytest.approx(audmetric.concordance_cc(label, ratings[:, -1]), abs=0.01)
    assert ceiling == pytest.approx(audmetric.pearson_cc(label, truth), abs=0.01)


def test_where_numbers_of_ratings_differ_their_reciprocals_are_averaged() -> None:
    units = np.array(["a", "a", "b", "b", "b", "b"])
    noise = (1 / 2 + 1 / 4) / 2
    assert references(0.5, units) == pytest.approx(
        (1 / (1 + 0.5 + 0.5 * noise), (1 + noise) ** -0.5)
    )
    assert np.isfinite(references(0.5, units[:3])).all()  # the second has one rating alone


@pytest.mark.parametrize(("reliability", "units"), [
    (0.0, "aabb"), (-0.2, "aabb"), (np.nan, "aabb"), (0.5, "abcd"), (0.5, ""),
])  # fmt: skip
def test_without_agreement_or_with_one_rating_each_there_is_no_reference(
    reliability: float, units: str
) -> None:
    assert np.isnan(references(reliability, np.array([*units]))).all()


def test_a_row_a_dimension() -> None:
    generator = np.random.default_rng(0)
    rows = [[f"u{n}", f"r{r}", *generator.integers(1, 6, 3)] for n in range(20) for r in range(3)]
    rated = pd.DataFrame(rows, columns=["id", "rater", *DIMENSIONS])
    rated.loc[0, "dominance"] = np.nan
    table = agreement(rated, (1, 5))
    assert list(table.columns) == COLUMNS and table["dimension"].tolist() == [*DIMENSIONS]
    assert table["ratings"].tolist() == [60, 60, 59] and set(table["raters"]) == {3}
    assert table["ratings_per_utterance"].tolist() == [3, 3, 59 / 20]
    assert not table.isna().any().any()
    table = agreement(rated.assign(valence=np.nan), (1, 5))
    assert table["dimension"].tolist() == ["arousal", "dominance"]


def test_a_corpus_without_ratings_has_no_row() -> None:
    table = agreement(pd.DataFrame(columns=["id", "rater", *DIMENSIONS]), (1, 5))
    assert list(table.columns) == COLUMNS and table.empty


def test_one_rater_agrees_with_nobody() -> None:
    rows = [[f"u{n}", "r", 1 + n, 2, 3] for n in range(4)]
    table = agreement(pd.DataFrame(rows, columns=["id", "rater", *DIMENSIONS]), (1, 5))
    assert table[["alpha", "icc_single", "human_ccc"]].isna().all().all()
