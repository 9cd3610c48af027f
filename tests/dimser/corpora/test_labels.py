import audpsychometric
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dimser.core.dimensions import DIMENSIONS
from dimser.corpora.labels import consensus, ewe_weights, outside, to_unit, weighted_mean


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
        varied = len({*own}) > 1 and len({*others}) > 1
        weight = float(np.corrcoef(own, others)[0, 1]) if varied else 0.0
        weights.append(weight if weight > 1e-12 else 0.0)
    return weights


@pytest.fixture
def ratings() -> np.ndarray:
    """Forty utterances, five raters of falling reliability, a fifth of the ratings missing."""
    generator = np.random.default_rng(1)
    truth = generator.uniform(-1, 1, size=(40, 1))
    values = truth + generator.normal(size=(40, 5)) * [0.1, 0.3, 0.5, 0.9, 2.0]
    values[generator.random(values.shape) < 0.2] = np.nan
    return values


@pytest.mark.parametrize("scale", [(1.0, 5.0), (-1.0, 1.0), (0.0, 100.0)])
def test_what_is_outside_a_scale_is_so_by_more_than_a_millionth_of_its_length(scale: tuple) -> None:
    low, high = scale
    length = high - low
    inside = np.array([low, high, low - 0.9e-6 * length, high + 0.9e-6 * length, np.nan])
    beyond = np.array([low - 1.1e-6 * length, high + 1.1e-6 * length, low - length, high + 1])
    assert not outside(inside, scale).any() and outside(beyond, scale).all()


def test_scale_ends_become_0_and_1_whatever_was_observed() -> None:
    np.testing.assert_array_equal(to_unit(np.array([2.0, 3.0, 4.0]), (1, 5)), [0.25, 0.5, 0.75])
    np.testing.assert_array_equal(to_unit(np.array([-1.0, 0.0, 1.0]), (-1, 1)), [0, 0.5, 1])


def test_a_mean_beyond_the_scales_end_by_rounding_is_its_end() -> None:
    beyond = np.nextafter([1.0, 5.0], [0.0, 6.0])
    assert to_unit(beyond, (1, 5)).tolist() == [0, 1]


def rows_of(ratings: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give values, utterances and raters of a table of utterances by raters, a row a rating."""
    units, raters = np.nonzero(~np.isnan(ratings))
    return ratings[units, raters], units, raters


def estimate(ratings: np.ndarray) -> np.ndarray:
    values, units, raters = rows_of(ratings)
    return weighted_mean(values, units, ewe_weights(values, units, raters)[raters]).to_numpy()


def test_weights_are_the_published_formula(ratings: np.ndarray) -> None:
    weights = ewe_weights(*rows_of(ratings))
    np.testing.assert_allclose(weights, straight_weights(ratings), atol=1e-12)
    complete = np.nan_to_num(ratings, nan=0.3)
    weights = ewe_weights(*rows_of(complete))
    np.testing.assert_allclose(weights, straight_weights(complete), atol=1e-12)


def test_estimator_is_audpsychometrics_where_none_is_missing(ratings: np.ndarray) -> None:
    # of raters that agree: where one contradicts the others, the package's weight is negative
    complete = np.where(np.isnan(ratings), np.nanmean(ratings, axis=1, keepdims=True), ratings)
    expected = audpsychometric.evaluator_weighted_estimator(complete)
    np.testing.assert_allclose(estimate(complete), np.ravel(expected), rtol=1e-12)


def test_raters_without_variance_or_against_all_others_count_nothing(ratings: np.ndarray) -> None:
    constant, contrary = np.full(40, 0.1), -ratings[:, 0]
    weights = ewe_weights(*rows_of(np.column_stack([ratings, constant, contrary])))
    assert weights[5] == weights[6] == 0
    assert (weights[:3] > 0).all()


def test_what_is_equal_but_for_rounding_has_no_variance() -> None:
    # the others' mean is 0.2 throughout, but not as floats: 0.3 + 0.2 + 0.2 - 0.3 and so on
    values = np.array([[own, 0.2, 0.2] for own in (0.3, 0.7, 0.8)])
    assert ewe_weights(*rows_of(values))[0] == 0


def test_a_rater_alone_has_no_weight_and_still_a_say() -> None:
    alone = np.array([[0.2], [0.4]])
    assert ewe_weights(*rows_of(alone)).tolist() == [0]
    assert estimate(alone).tolist() == [0.2, 0.4]


def test_where_nobody_rated_a_label_is_missing_and_raters_weigh_nothing() -> None:
    rows = [("u0", "a", 1, np.nan, np.nan), ("u0", "b", 2, np.nan, np.nan),
            ("u1", "a", 2, 3, np.nan), ("u1", "b", 4, np.nan, np.nan)]  # fmt: skip
    labels, weights = consensus(pd.DataFrame(rows, columns=["id", "rater", *DIMENSIONS]), "ewe")
    np.testing.assert_array_equal(labels, [[1.5, np.nan, np.nan], [3, 3, np.nan]])
    np.testing.assert_allclose(weights, [[1, 0, 0], [1, 0, 0]])


@given(
    table=arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 4)),
                 elements=st.sampled_from([1, 2, 3, 4, 5, np.nan])),
    method=st.sampled_from(["mean", "ewe"]),
)  # fmt: skip
@example(np.array([[1.0, 3, 1], [1, 1, 4], [1, 1, 1], [1, 3, 3], [1, 1, 1]]), "ewe")  # 0 is 1e-17
def test_consensus_is_what_a_straight_line_computes(table: np.ndarray, method: str) -> None:
    weights = straight_weights(table) if method == "ewe" else [1.0] * table.shape[1]
    expected = []
    for row in table:
        pairs = [(w, v) for w, v in zip(weights, row, strict=True) if not np.isnan(v)]
        if not any(w for w, _ in pairs):
            pairs = [(1, v) for _, v in pairs]
        total = sum(w for w, _ in pairs)
        expected.append(sum(w * v for w, v in pairs) / total if pairs else np.nan)
    long = pd.DataFrame(
        [(f"u{i}", f"r{j}", v, v, v) for (i, j), v in np.ndenumerate(table)],
        columns=["id", "rater", *DIMENSIONS],
    )
    labels, found = consensus(long, method)
    np.testing.assert_allclose(found["valence"], weights, atol=1e-7)
    assert [w == 0 for w in found["valence"]] == [w == 0 for w in weights]
    np.testing.assert_allclose(labels["valence"], expected, atol=1e-6)


@given(st.permutations(range(5)))
def test_the_order_of_raters_does_not_matter(order: list[int]) -> None:
    values = np.random.default_rng(2).normal(size=(20, 5))
    weights = ewe_weights(*rows_of(values))
    np.testing.assert_allclose(weights[order], ewe_weights(*rows_of(values[:, order])))


def test_consensus_merges_each_dimension_by_itself(ratings: np.ndarray) -> None:
    names = [(f"u{i:02}", f"r{j}") for i in range(40) for j in range(5)]
    long = pd.DataFrame(names, columns=["id", "rater"])
    for number, dimension in enumerate(DIMENSIONS):
        long[dimension] = ratings.ravel() * (number + 1)
    labels, weights = consensus(long.sample(frac=1, random_state=0), "ewe")
    weight = np.array(straight_weights(ratings)) * ~np.isnan(ratings)
    expected = np.nansum(ratings * weight, axis=1) / weight.sum(axis=1)
    np.testing.assert_allclose(labels["dominance"].to_numpy(), expected * 3)
    np.testing.assert_allclose(weights["arousal"].to_numpy(), straight_weights(ratings))
    means, _ = consensus(long, "mean")
    np.testing.assert_allclose(means["valence"].to_numpy(), np.nanmean(ratings, axis=1))
