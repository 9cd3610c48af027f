import audmetric
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dimser.core import metrics

values = arrays(
    np.float64, st.integers(3, 30), elements=st.floats(-1, 2).map(lambda v: round(v, 6))
)
pairs = values.flatmap(
    lambda x: st.tuples(st.just(x), arrays(np.float64, len(x), elements=st.floats(-1, 2)))
)


def varied(*series):
    # of what varies less, rounding of the means would leave fewer than six digits
    assume(all(np.std(x) > 1e-2 for x in series))


def of(metric, prediction, label):
    return metric(metrics.sums(prediction, label))


def test_hand_computed():
    # means 1 and 2/3; population variances 2/3 and 2/9; covariance 1/3
    label, prediction = [0, 1, 2], [0, 1, 1]
    assert of(metrics.ccc, prediction, label) == pytest.approx((2 / 3) / (2 / 3 + 2 / 9 + 1 / 9))
    assert of(metrics.rmse, prediction, label) == pytest.approx(np.sqrt(1 / 3))
    assert of(metrics.pearson, prediction, label) == pytest.approx(np.sqrt(3) / 2)
    assert of(metrics.scale_shift, prediction, label) == pytest.approx(np.sqrt(1 / 3))
    u = (2 / 3 - 1) / np.sqrt(np.sqrt(2 / 9) * np.sqrt(2 / 3))
    assert of(metrics.location_shift, prediction, label) == pytest.approx(u)


def test_moments_are_of_the_population_not_of_a_sample():
    # dividing by n - 1 would give 1 / (0.5 + 0.5 + 1): the shift would weigh less
    assert of(metrics.ccc, [1, 2], [0, 1]) == pytest.approx(0.5 / (0.25 + 0.25 + 1))


@given(pairs)
def test_equals_audmetric(pair):
    x, y = pair
    varied(x, y)
    assert of(metrics.ccc, x, y) == pytest.approx(audmetric.concordance_cc(y, x), abs=1e-9)
    assert of(metrics.pearson, x, y) == pytest.approx(audmetric.pearson_cc(y, x), abs=1e-9)
    mse = audmetric.mean_squared_error(y, x)
    assert of(metrics.rmse, x, y) == pytest.approx(np.sqrt(mse), abs=1e-7)


@given(pairs)
def test_lin_takes_the_ccc_apart(pair):
    x, y = pair
    varied(x, y)
    r, v, u = (
        of(metric, x, y)
        for metric in (metrics.pearson, metrics.scale_shift, metrics.location_shift)
    )
    assert of(metrics.ccc, x, y) == pytest.approx(r * 2 / (v + 1 / v + u**2), abs=1e-9)


@given(pairs)
def test_ccc_is_symmetric_and_never_beats_the_correlation(pair):
    x, y = pair
    varied(x, y)
    ccc = of(metrics.ccc, x, y)
    assert ccc == pytest.approx(of(metrics.ccc, y, x), abs=1e-9)
    assert abs(ccc) <= abs(of(metrics.pearson, x, y)) + 1e-9


@given(values)
def test_identity_and_its_mirror(x):
    varied(x)
    assert of(metrics.ccc, x, x) == pytest.approx(1)
    assert of(metrics.rmse, x, x) == 0
    assert of(metrics.ccc, 2 * x.mean() - x, x) == pytest.approx(-1)


@given(pairs, st.floats(0.1, 10), st.floats(-5, 5))
def test_one_affine_map_of_both_changes_no_agreement(pair, scale, shift):
    x, y = pair
    varied(x, y)
    mapped = scale * x + shift, scale * y + shift
    for metric in (
        metrics.ccc, metrics.pearson, metrics.scale_shift, metrics.location_shift
    ):  # fmt: skip
        assert of(metric, *mapped) == pytest.approx(of(metric, x, y), rel=1e-6, abs=1e-6)
    rmse = scale * of(metrics.rmse, x, y)
    assert of(metrics.rmse, *mapped) == pytest.approx(rmse, rel=1e-6, abs=1e-6)


@given(values, st.floats(0.1, 5), st.floats(-2, 2))
def test_affine_predictions_have_known_shifts(y, scale, shift):
    varied(y)
    x = y.mean() + scale * (y - y.mean()) + shift
    assert of(metrics.pearson, x, y) == pytest.approx(1)
    assert of(metrics.scale_shift, x, y) == pytest.approx(scale)
    expected = shift / (np.sqrt(scale) * y.std())
    assert of(metrics.location_shift, x, y) == pytest.approx(expected, rel=1e-6, abs=1e-6)


# 0.1 has no exact binary value, so its variance from sums is not exactly 0
@pytest.mark.parametrize("constant", [0.1, 0.5, 1 / 3, 123.4])
@pytest.mark.parametrize("n", [1, 2, 7, 10_039])
def test_constant_predictions(constant, n):
    label = np.random.default_rng(0).random(n + 1)  # n + 1: at least two labels
    prediction = np.full(n + 1, constant)
    assert of(metrics.ccc, prediction, label) == 0
    assert of(metrics.scale_shift, prediction, label) == 0
    assert np.isnan(of(metrics.pearson, prediction, label))
    assert np.isnan(of(metrics.location_shift, prediction, label))
    assert of(metrics.ccc, label, prediction) == 0
    assert np.isnan(of(metrics.scale_shift, label, prediction))


def test_predicting_the_mean_label_is_constant_too():
    label = np.random.default_rng(0).random(1000)
    prediction = np.full(1000, label.mean())
    assert of(metrics.ccc, prediction, label) == 0
    assert np.isnan(of(metrics.pearson, prediction, label))
    assert of(metrics.rmse, prediction, label) == pytest.approx(label.std())


def test_both_constant():
    assert np.isnan(of(metrics.ccc, [0.1] * 3, [0.1] * 3))
    assert of(metrics.ccc, [0.1] * 3, [0.3] * 3) == 0
    rounded = [0.25, 0.25 + 1e-16, 0.25 - 5e-17]  # what least squares makes of one label
    assert np.isnan(of(metrics.ccc, rounded, [0.25] * 3))


def test_sums_serve_leading_axes():
    rng = np.random.default_rng(0)
    x, y = rng.random((20, 4, 3)), rng.random((20, 3))
    sums = metrics.sums(x, y[:, None, :])
    assert sums.shape == (4, 3, 6)
    for metric in (metrics.ccc, metrics.rmse, metrics.pearson):
        together = metric(sums)
        for method in range(4):
            for column in range(3):
                alone = of(metric, x[:, method, column], y[:, column])
                assert together[method, column] == pytest.approx(alone)


def test_small_deviations_far_from_zero_keep_their_digits():
    rng = np.random.default_rng(0)
    y = 1e6 + rng.random(1000)
    x = y + 0.1 * rng.random(1000)
    assert of(metrics.ccc, x, y) == pytest.approx(audmetric.concordance_cc(y, x), abs=1e-7)


def test_a_part_of_the_corpus_is_scored_as_if_it_were_alone():
    """Its labels have another mean than the corpus, about which the sums are taken."""
    rng = np.random.default_rng(0)
    y = np.concatenate([rng.random(30), 3 + rng.random(30)])
    x = y + rng.normal(size=60)
    part = metrics.moments(x, y)[:30].sum(axis=0)
    for name in ("ccc", "rmse", "pearson", "scale_shift", "location_shift"):
        metric = getattr(metrics, name)
        assert metric(part) == pytest.approx(of(metric, x[:30], y[:30])), name


def test_a_part_whose_labels_are_all_alike_has_no_correlation():
    y = np.concatenate([np.full(7, 0.1), np.random.default_rng(0).random(30)])
    part = metrics.moments(y + np.random.default_rng(1).random(37), y)[:7].sum(axis=0)
    assert metrics.ccc(part) == 0 and np.isnan(metrics.pearson(part))


@pytest.mark.parametrize("centre", [1e6, -1e6, 0.25, -0.25])
def test_what_rounding_makes_of_one_value_is_that_value(centre):
    rounded = [centre, np.nextafter(centre, np.inf), np.nextafter(centre, -np.inf)]
    assert np.isnan(of(metrics.ccc, rounded, [centre] * 3))


def test_labels_about_zero_are_not_taken_for_rounding():
    assert of(metrics.ccc, [-0.5, 0.5], [-1, 1]) == pytest.approx(2 * 0.5 / (0.25 + 1))


def test_rounding_leaves_every_metric_in_its_range():
    rng = np.random.default_rng(0)
    y = rng.random((20, 300))
    with np.errstate(invalid="raise"):
        assert (of(metrics.rmse, y + 1e-9 * rng.random(y.shape), y) >= 0).all()
    for sign in (1, -1):
        pearson = of(metrics.pearson, 0.3 * sign * y + 0.1, y)
        assert (np.abs(pearson) <= 1).all() and pearson == pytest.approx(np.full(300, sign))
