"""Hyperparameters: chosen by CCC, by speakers, and inside the training fold alone."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from sklearn.svm import SVR

from dimser.core import metrics
from dimser.core.errors import InputError
from dimser.corpora.folds import assign
from dimser.features.scaling import min_max_scale
from dimser.regression import tuning
from dimser.regression.distances import Distances, squared_distances
from dimser.regression.exact import svr
from dimser.regression.kernels import resolve_gamma

SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}
GRID = {"C": [0.01, 1.0, 5.0], "epsilon": [0.01, 0.3], "gamma": [0.02, "scale"], "folds": 3}


def choose(
    distances: Distances, labels: np.ndarray, speakers: np.ndarray, grid: dict = GRID
) -> list[dict]:
    how = {"kernel": "rbf", "gamma": "scale", "settings": SETTINGS}
    return tuning.choose(distances, labels, speakers, svr, **how, grid=grid)


@pytest.fixture
def data() -> tuple[Distances, np.ndarray, np.ndarray, np.ndarray]:
    """Distances of sixty training and five test utterances, labels, speakers, scaled features."""
    generator = np.random.default_rng(0)
    labels = generator.random((60, 2))
    features = labels @ generator.normal(size=(2, 8)) + generator.normal(size=(60, 8)) * 0.5
    speakers = np.array([f"s{n % 6}" for n in range(60)])
    squared, norms, total = squared_distances(features, features[:5])
    ids = [str(number) for number in range(65)]
    found = Distances(ids[:60], ids[60:], squared, 8, norms, total)
    scaled, _ = min_max_scale(features, features)
    return found, labels, speakers, scaled


def test_the_best_point_is_that_of_a_plain_search(data: tuple) -> None:
    found, labels, speakers, scaled = data
    folds = assign(pd.Series(speakers), 3).to_numpy()
    gammas = (0.02, resolve_gamma("scale", found))
    for column, chosen in zip(labels.T, choose(*data[:3]), strict=True):
        scores = {}
        for gamma, c, epsilon in product(gammas, GRID["C"], GRID["epsilon"]):
            out = np.empty(60)
            for fold in range(3):
                model = SVR(C=c, epsilon=epsilon, gamma=gamma, tol=1e-6)
                model.fit(scaled[folds != fold], column[folds != fold])
                out[folds == fold] = model.predict(scaled[folds == fold])
            scores[c, epsilon, gamma] = metrics.ccc(metrics.sums(out, column))
        best = max(scores, key=scores.get)
        assert (chosen["C"], chosen["epsilon"], chosen["gamma"]) == best
        assert chosen["inner_ccc"] == pytest.approx(scores[best], abs=1e-4)


def test_fewer_speakers_than_inner_folds_are_as_many_folds(data: tuple) -> None:
    found, labels, speakers, _ = data
    few = np.where(speakers < "s3", "a", "b")
    assert len(choose(found, labels, few)) == 2


def test_of_equals_the_first_is_taken(data: tuple) -> None:
    # In so wide a tube nothing costs, and all predictions are the same.
    grid = {"epsilon": [7.0], "C": [3.0, 1.0, 2.0], "folds": 3}
    assert [own["C"] for own in choose(*data[:3], grid)] == [3.0, 3.0]


def test_where_no_point_has_a_ccc_the_settings_stay_as_they_are(data: tuple) -> None:
    found, labels, speakers, _ = data
    chosen = choose(found, np.full_like(labels, 0.5), speakers)
    same = {"gamma": resolve_gamma("scale", found), **SETTINGS, "inner_ccc": None}
    assert [own | {"inner_ccc": None} for own in chosen] == [same] * 2
    assert all(np.isnan(own["inner_ccc"]) for own in chosen)


def test_one_speaker_to_train_on_is_told(data: tuple) -> None:
    with pytest.raises(
        InputError, match=r"svr\.tune: all training utterances are of 'x', .* Leave `svr.tune` out"
    ):
        choose(data[0], data[1], np.full(60, "x"))


def test_the_test_fold_decides_nothing(data: tuple) -> None:
    found, labels, speakers, _ = data
    before = choose(found, labels, speakers)
    found.squared[60:], found.norms[60:] = 1e6, 1e6
    assert choose(found, labels, speakers) == before
