"""Recalibration: what it is by hand, what it recovers, and that the test fold decides nothing."""

from functools import partial

import numpy as np
import pytest
from sklearn.svm import SVR

from dimser.features.scaling import min_max_scale
from dimser.regression import fusion, recalibration, tuning
from dimser.regression.distances import Distances, squared_distances
from dimser.regression.exact import svr
from dimser.regression.fitting import KernelRegression

TRAIN = 72
SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}
SPEAKERS = np.arange(TRAIN) % 9
FOLDS = SPEAKERS % 3  # nine speakers of equal size go to three folds in turn
REGRESSION = KernelRegression(svr, "rbf", "scale", SETTINGS)
BOTH = [recalibration.variance, recalibration.least_squares]


@pytest.fixture
def data() -> tuple[list[np.ndarray], np.ndarray]:
    """Two sets that know something of three label columns."""
    generator = np.random.default_rng(0)
    labels = generator.random((90, 3))
    sets = [
        labels @ generator.normal(size=(3, d)) + generator.normal(size=(90, d)) for d in (30, 8)
    ]
    return sets, labels


def distances(features: np.ndarray) -> Distances:
    squared, norms, total = squared_distances(features[:TRAIN], features[TRAIN:])
    ids = [str(number) for number in range(len(features))]
    return Distances(ids[:TRAIN], ids[TRAIN:], squared, features.shape[1], norms, total)


@pytest.mark.parametrize("how", BOTH)
def test_it_is_an_explicit_nested_computation(data: tuple, how: object) -> None:
    sets, labels = data
    parts = [partial(distances, features) for features in sets]
    fit = fusion.balanced(parts, labels[:TRAIN], SPEAKERS, REGRESSION, FOLDS)
    ours = how(fit.inner, labels[:TRAIN], fit.predictions)
    values = []
    for features in sets:
        train, test = min_max_scale(features[:TRAIN], features[TRAIN:])
        both = np.vstack([train, test]) - train.mean()
        values.append(both / np.sqrt(train.shape[1] * train.var()))
    values = np.hstack(values)
    for number, column in enumerate(labels[:TRAIN].T):
        model, inner = SVR(**SETTINGS, gamma=0.5), np.empty(TRAIN)
        for fold in range(3):
            rest, out = np.flatnonzero(fold != FOLDS), np.flatnonzero(fold == FOLDS)
            inner[out] = model.fit(values[rest], column[rest]).predict(values[out])
        outer = model.fit(values[:TRAIN], column).predict(values[TRAIN:])
        if how is recalibration.variance:
            expected = column.mean() + (outer - inner.mean()) * column.std() / inner.std()
        else:
            slope, intercept = np.polyfit(inner, column, 1)
            expected = intercept + slope * outer
        np.testing.assert_allclose(ours[:, number], expected, atol=1e-5)


@pytest.mark.parametrize("how", BOTH)
def test_a_known_shrinkage_is_undone(how: object) -> None:
    generator = np.random.default_rng(1)
    labels = generator.normal(0.5, 0.2, (4000, 2))
    shrunken = 0.5 + 0.4 * (labels - 0.5)
    found = how(shrunken[:3000], labels[:3000], shrunken[3000:])
    np.testing.assert_allclose(found.std(axis=0), labels[3000:].std(axis=0), rtol=0.02)
    np.testing.assert_allclose(found, labels[3000:], atol=1e-9)


def test_spread_is_matched_and_least_squares_is_cautious() -> None:
    generator = np.random.default_rng(2)
    labels = generator.normal(0.5, 0.2, (2000, 1))
    inner = 0.3 + 0.05 * (labels - 0.5) + 0.02 * generator.normal(size=(2000, 1))
    matched = recalibration.variance(inner, labels, inner)
    assert matched.std() == pytest.approx(labels.std()) and matched.mean() == pytest.approx(
        labels.mean()
    )
    regressed = recalibration.least_squares(inner, labels, inner)
    correlation = np.corrcoef(inner[:, 0], labels[:, 0])[0, 1]
    assert regressed.std() == pytest.approx(correlation * labels.std())


@pytest.mark.parametrize("how", BOTH)
def test_what_does_not_vary_or_go_together_becomes_the_mean(how: object) -> None:
    labels = np.array([[0.2], [0.4], [0.9]])
    assert how(np.full((3, 1), 0.3), labels, np.array([[0.3], [0.8]])).tolist() == [[0.5], [0.5]]
    turned = how(1 - labels, labels, np.array([[0.5], [0.9]]))[:, 0]
    assert turned[1] >= turned[0]  # predictions are never turned upside down


@pytest.mark.parametrize("fuse", [fusion.concatenated, fusion.mean, fusion.learned, fusion.stack])
def test_the_test_fold_moves_nothing_but_itself(data: tuple, fuse: object) -> None:
    sets, labels = data

    def poisoned(features: np.ndarray) -> Distances:
        found = distances(features)
        found.squared[TRAIN + 1 :], found.norms[TRAIN + 1 :] = 1e6, 1e6
        return found

    found = []
    for source in (distances, poisoned):
        parts = [partial(source, features) for features in sets]
        fit = fuse(parts, labels[:TRAIN], SPEAKERS, REGRESSION, FOLDS)
        found.append(recalibration.variance(fit.inner, labels[:TRAIN], fit.predictions))
    np.testing.assert_array_equal(found[0][0], found[1][0])


def test_inner_folds_are_those_of_whole_speakers() -> None:
    found = tuning.inner_folds(SPEAKERS, 3, "@recalibrated")
    np.testing.assert_array_equal(found, FOLDS)
