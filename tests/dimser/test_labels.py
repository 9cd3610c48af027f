import audpsychometric
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimser.labels import DIMENSIONS, consensus, ewe_weights, to_unit, weighted_mean


def straight_weights(ratings: np.ndarray) -> list[float]:
    """Correlate each rater with the mean of the others, rating by rating as the formula reads."""
    weights = []
    for rater in range(ratings.shape[1]):
        own, others = [], []
        for row in ratings:
            rest = [value for i, value in enumerate(row) if i != rater and not np.isnan(value)]
            if rest and not np.isnan(row[rater]):
                own.append(row[rater])
                others.append(sum(rest) / len(rest))
        weights.append(max(0.0, float(np.corrcoef(own, others)[0, 1])))
    return weights


@pytest.fixture
def ratings() -> np.ndarray:
    """Forty utterances, five raters of falling reliability, a fifth of the ratings missing."""
    generator = np.random.default_rng(1)
    truth = generator.uniform(-1, 1, size=(40, 1))
    values = truth + generator.normal(size=(40, 5)) * [0.1, 0.3, 0.5, 0.9, 2.0]
    values[generator.random(values.shape) < 0.2] = np.nan
    return values


def test_scale_ends_become_0_and_1_whatever_was_observed() -> None:
    np.testing.assert_array_equal(to_unit(np.array([2.0, 3.0, 4.0]), (1, 5)), [0.25, 0.5, 0.75])
    np.testing.assert_array_equal(to_unit(np.array([-1.0, 0.0, 1.0]), (-1, 1)), [0, 0.5, 1])


def test_weights_are_the_published_formula(ratings: np.ndarray) -> None:
    np.testing.assert_allclose(ewe_weights(ratings), straight_weights(ratings), atol=1e-12)
    complete = np.nan_to_num(ratings, nan=0.3)
    np.testing.assert_allclose(ewe_weights(complete), straight_weights(complete), atol=1e-12)


def test_estimator_is_audpsychometrics_where_none_is_missing(ratings: np.ndarray) -> None:
    # of raters that agree: where one contradicts the others, the package's weight is negative
    complete = np.where(np.isnan(ratings), np.nanmean(ratings, axis=1, keepdims=True), ratings)
    expected = audpsychometric.evaluator_weighted_estimator(complete)
    found = weighted_mean(complete, ewe_weights(complete))
    np.testing.assert_allclose(found, np.ravel(expected), rtol=1e-12)


def test_raters_without_variance_or_against_all_others_count_nothing(ratings: np.ndarray) -> None:
    constant, contrary = np.full(40, 0.5), -ratings[:, 0]
    weights = ewe_weights(np.column_stack([ratings, constant, contrary]))
    assert weights[5] == weights[6] == 0
    assert (weights[:3] > 0).all()


def test_a_rater_alone_has_no_weight_and_still_a_say() -> None:
    alone = np.array([[0.2], [0.4]])
    assert ewe_weights(alone).tolist() == [0]
    assert weighted_mean(alone, np.zeros(1)).tolist() == [0.2, 0.4]


def test_nobody_rated_is_missing() -> None:
    assert np.isnan(weighted_mean(np.array([[np.nan, np.nan]]), np.ones(2))).all()


@given(st.permutations(range(5)))
def test_the_order_of_raters_does_not_matter(order: list[int]) -> None:
    values = np.random.default_rng(2).normal(size=(20, 5))
    np.testing.assert_allclose(ewe_weights(values)[order], ewe_weights(values[:, order]))


def test_consensus_merges_each_dimension_by_itself(ratings: np.ndarray) -> None:
    names = [(f"u{i:02}", f"r{j}") for i in range(40) for j in range(5)]
    long = pd.DataFrame(names, columns=["id", "rater"])
    for number, dimension in enumerate(DIMENSIONS):
        long[dimension] = ratings.ravel() * (number + 1)
    labels, weights = consensus(long.sample(frac=1, random_state=0), "ewe")
    expected = weighted_mean(ratings, np.array(straight_weights(ratings)))
    np.testing.assert_allclose(labels["dominance"].to_numpy(), expected * 3)
    np.testing.assert_allclose(weights["arousal"].to_numpy(), straight_weights(ratings))
    means, _ = consensus(long, "mean")
    np.testing.assert_allclose(means["valence"].to_numpy(), np.nanmean(ratings, axis=1))
