"""A smaller predictor in place of a large one."""

import numpy as np
import pytest
from audmetric import concordance_cc
from sklearn.kernel_approximation import Nystroem

from dimser.regression.distances import Space
from dimser.regression.reduction import landmarks, loss, reduced
from dimser.regression.sealed import Kernel, Predictor, Vectors

GENERATOR = np.random.default_rng(4)
FEATURES = GENERATOR.random(size=(120, 8)).astype(np.float32)
SCALED = (FEATURES - FEATURES.min(axis=0)) / np.ptp(FEATURES, axis=0)


def predictor(*gammas: float) -> Predictor:
    vectors = Vectors.of(Space.of(FEATURES), FEATURES[:80], 1.0)
    kernels = [Kernel(np.array([gamma]), GENERATOR.normal(size=(80, 2))) for gamma in gammas]
    return Predictor([vectors], kernels, [], np.array([0.3, 0.6]))


def test_two_thousand_landmarks_are_kept_each_once_and_in_their_order() -> None:
    for count, kept in ((80, 80), (2000, 2000), (2500, 2000)):
        rows = landmarks(count)
        assert len(rows) == kept and (np.diff(rows) > 0).all() and rows[-1] < count


def test_with_all_support_vectors_nothing_is_lost() -> None:
    own = predictor(0.5, 2.0)
    found, _ = reduced(own, landmarks(80))([FEATURES[80:]])
    np.testing.assert_allclose(found, own([FEATURES[80:]])[0], atol=1e-6)


def test_what_is_linear_loses_nothing() -> None:
    own = predictor()
    own.slopes = [GENERATOR.normal(size=(8, 2))]
    small = reduced(own, landmarks(80, 10))
    found, _ = small([FEATURES[80:]])
    assert len(small.parts[0].rows) == 10
    np.testing.assert_array_equal(found, own([FEATURES[80:]])[0])


@pytest.mark.parametrize("count", [5, 20, 60])
def test_it_is_scikit_learns_nystroem_of_the_same_function(count: int) -> None:
    """The coefficients of K(x, z) by features whose inner products are the approximate kernel."""
    own, rows = predictor(1.0), landmarks(80, count)
    found, _ = reduced(own, rows)([FEATURES[80:]])
    mapping = Nystroem(gamma=1.0, n_components=count).fit(SCALED[rows].astype(np.float64))
    weights = mapping.transform(SCALED[:80]).T @ own.kernels[0].coefficients
    expected = own.intercepts + mapping.transform(SCALED[80:]) @ weights
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_more_landmarks_lose_less() -> None:
    own = predictor(0.3)
    exact, _ = own([FEATURES[80:]])
    off = [
        np.abs(reduced(own, landmarks(80, count))([FEATURES[80:]])[0] - exact).max()
        for count in (5, 20, 60)
    ]
    assert off[0] > off[1] > off[2] and off[2] < 0.3 * off[0]


def test_landmarks_that_are_twins_do_no_harm() -> None:
    own = predictor(0.5)
    for values in (own.parts[0].rows, own.parts[0].centred):
        values[40:] = values[:40]
    small = reduced(own, np.arange(80))
    coefficients = small.kernels[0].coefficients
    np.testing.assert_allclose(coefficients[:40], coefficients[40:], atol=1e-5)  # half of it each
    np.testing.assert_allclose(small([FEATURES[80:]])[0], own([FEATURES[80:]])[0], atol=1e-6)


def test_the_loss_is_told_in_ccc() -> None:
    own, unseen = predictor(0.3), [FEATURES[80:]]
    whole, _ = own(unseen)
    small, _ = reduced(own, landmarks(80, 10))(unseen)
    labels = whole + GENERATOR.normal(size=whole.shape)
    found = loss(own, unseen, labels, most=10)
    for number, column in enumerate(labels.T):
        assert found["ccc"][number] == pytest.approx(concordance_cc(column, whole[:, number]))
        assert found["small_ccc"][number] == pytest.approx(concordance_cc(column, small[:, number]))
        rms = np.sqrt(np.mean((small - whole)[:, number] ** 2))
        assert found["rms_difference"][number] == pytest.approx(rms)
    assert (loss(own, unseen, labels, most=80)["rms_difference"] < 1e-6).all()
