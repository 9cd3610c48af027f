"""Labels that raters spread less, or elsewhere on their scale, are no harder to predict."""

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVR, LinearSVR

from dimser.regression.blockwise import linear_svr
from dimser.regression.exact import svr

SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-8}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    features = rng.random((90, 4))
    labels = np.clip(features[:, :2] @ rng.normal(size=(2, 2)) + rng.normal(0, 0.1, (90, 2)), 0, 1)
    kernel = rbf_kernel(features, features[:60], gamma=2.0)
    return features, labels, kernel[:60], kernel[60:]


def test_in_units_of_the_labels_predictions_move_with_them(data):
    _, labels, fitted, unseen = data
    before = svr(fitted, unseen, labels[:60], **SETTINGS, units="labels")
    after = svr(fitted, unseen, 0.5 * labels[:60] + 0.2, **SETTINGS, units="labels")
    np.testing.assert_allclose(after, 0.5 * before + 0.2, atol=1e-6)
    narrow, wide = (svr(fitted, unseen, s * labels[:60], **SETTINGS) for s in (0.5, 1.0))
    assert np.abs(narrow - 0.5 * wide).max() > 0.01  # as the paper has it, epsilon stays


def test_equals_scikit_learn_on_standardised_labels(data):
    _, labels, fitted, unseen = data
    ours = svr(fitted, unseen, labels[:60], **SETTINGS, units="labels")
    for number, column in enumerate(labels.T):
        own = SVR(kernel="precomputed", **SETTINGS)
        model = TransformedTargetRegressor(own, transformer=StandardScaler())
        theirs = model.fit(fitted, column[:60]).predict(unseen)
        np.testing.assert_allclose(ours[:, number], theirs, atol=1e-6)


def test_block_by_block_equals_scikit_learn_on_standardised_labels(data):
    features, labels, _, _ = data
    trains = np.arange(90) < 60
    ours = linear_svr(
        lambda: [(np.arange(90), features)], trains, labels, C=1.0, epsilon=0.1, units="labels"
    )
    loss = {"loss": "squared_epsilon_insensitive", "dual": False, "tol": 1e-10}
    for number, column in enumerate(labels.T):
        regression = make_pipeline(MinMaxScaler(), LinearSVR(C=1.0, epsilon=0.1, **loss))
        model = TransformedTargetRegressor(regression, transformer=StandardScaler())
        theirs = model.fit(features[trains], column[trains]).predict(features[~trains])
        np.testing.assert_allclose(ours(features[~trains])[:, number], theirs, atol=1e-5)


def test_labels_that_do_not_vary_are_predicted_as_they_are(data):
    _, _, fitted, unseen = data
    found = svr(fitted, unseen, np.full((60, 1), 0.3), **SETTINGS, units="labels")
    np.testing.assert_allclose(found, 0.3)
