"""Single cells of a multiverse equal what scikit-learn computes step by step."""

import numpy as np
import pytest
from scipy.stats import percentileofscore, rankdata
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVR

from dimser.core.lookup import function
from dimser.regression.choices import MOVED, SCALINGS
from dimser.regression.distances import Distances, squared_distances
from dimser.regression.multiverse import analyses
from dimser.regression.registry import FUSIONS

TRAIN = 36
CHOICES = {
    "epsilon": [0.05, 0.1],
    "C": [2.0],
    "gamma": ["scale", "auto"],
    "kernel": ["rbf", "linear"],
    "scaling": ["minmax", "standard", "rank"],
    "fusion": ["concatenated", "mean"],
    "recalibration": ["none", "variance"],
}
SETS = {"a": ["a"], "a+b": ["a", "b"], "a+b@mean": ["a", "b"]}


@pytest.fixture(scope="module")
def data() -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Two feature sets, labels in two dimensions, and an inner fold of each training utterance."""
    generator = np.random.default_rng(0)
    labels = generator.random((48, 2))
    sets = {
        name: 10 * labels @ generator.normal(size=(2, width)) + generator.normal(size=(48, width))
        for name, width in (("a", 12), ("b", 5))
    }
    return sets, labels, np.arange(TRAIN) % 3


@pytest.fixture(scope="module")
def found(data: tuple) -> dict[tuple, np.ndarray]:
    """The predictions of every analysis, by its choices and method."""
    sets, labels, folds = data

    def distances(scaling: str) -> object:
        def part(name: str) -> Distances:
            scale, values = function(SCALINGS[scaling].function), sets[name]
            parts = squared_distances(values[:TRAIN], values[TRAIN:], scaling=scale)
            ids = [str(number) for number in range(len(values))]
            return Distances(ids[:TRAIN], ids[TRAIN:], parts[0], values.shape[1], *parts[1:])

        return part

    every = analyses(
        distances, SETS, {"a+b@mean": "mean"}, labels[:TRAIN], folds.astype(str), folds,
        regressor="dimser.regression.exact:svr", settings={"tol": 1e-6}, choices=CHOICES,
        fusions={name: kind.function for name, kind in FUSIONS.items()},
        recalibrations={name: how.function for name, how in MOVED.items()},
    )  # fmt: skip
    keyed = [((*(own.choices[name] for name in CHOICES), own.method), own) for own in every]
    assert len(dict(keyed)) == len(keyed)
    return {key: own.predictions for key, own in keyed}


def ranks(values: np.ndarray) -> np.ndarray:
    """Shares of training utterances below, computed by scipy."""
    train = values[:TRAIN]
    first = (rankdata(train, axis=0) - 0.5) / TRAIN
    rest = [percentileofscore(train[:, n], column[TRAIN:], kind="mean") / 100
            for n, column in enumerate(values.T)]  # fmt: skip
    return np.vstack([first, np.transpose(rest)])


def explicit(values: np.ndarray, column: np.ndarray, folds: np.ndarray, choice: dict) -> np.ndarray:
    """Scale, fit and predict by scikit-learn; recalibrate by nested models."""
    scaler = {"minmax": MinMaxScaler(), "standard": StandardScaler()}.get(choice["scaling"])
    values = ranks(values) if scaler is None else scaler.fit(values[:TRAIN]).transform(values)
    train, test = values[:TRAIN], values[TRAIN:]
    gamma = {"scale": 1 / (train.shape[1] * train.var()), "auto": 1 / train.shape[1]}
    kernel = {"kernel": choice["kernel"]}
    if choice["kernel"] == "rbf":
        kernel["gamma"] = gamma[choice["gamma"]]
    model = SVR(C=choice["C"], epsilon=choice["epsilon"], tol=1e-6, **kernel)
    predicted = model.fit(train, column).predict(test)
    if choice["recalibration"] == "none":
        return predicted
    inner = np.empty(TRAIN)
    for fold in range(3):
        own = folds == fold
        inner[own] = model.fit(train[~own], column[~own]).predict(train[own])
    return column.mean() + (predicted - inner.mean()) * column.std() / inner.std()


def test_every_combination_is_there_once_and_a_linear_kernel_has_no_gamma(found: dict) -> None:
    assert len(found) == 3 * (2 * (2 + 1) * 3 * 2 * 2)
    assert {key[2] for key in found if key[3] == "linear"} == {None}


@pytest.mark.parametrize("method", ["a", "a+b"])
def test_each_cell_is_scikit_learns(data: tuple, found: dict, method: str) -> None:
    sets, labels, folds = data
    values = np.hstack([sets[name] for name in SETS[method]])
    looked_at = 0
    for key, predictions in found.items():
        choice = dict(zip(CHOICES, key[:-1], strict=True))
        if key[-1] != method or choice["fusion"] != "concatenated":
            continue
        looked_at += 1
        for number, column in enumerate(labels[:TRAIN].T):
            expected = explicit(values, column, folds, choice)
            np.testing.assert_allclose(predictions[:, number], expected, atol=2e-4)
    assert looked_at == 2 * 3 * 3 * 2


def test_a_method_of_one_set_is_fused_in_no_way(data: tuple) -> None:
    """Not even stacked, which would stretch its predictions."""
    sets, labels, folds = data

    def distances(_: str) -> object:
        def part(name: str) -> Distances:
            parts = squared_distances(sets[name][:TRAIN], sets[name][TRAIN:])
            ids = [str(number) for number in range(48)]
            return Distances(ids[:TRAIN], ids[TRAIN:], parts[0], 12, *parts[1:])

        return part

    choices = {"kernel": ["rbf"], "gamma": ["scale"], "epsilon": [0.1], "C": [1.0],
               "scaling": ["minmax"], "fusion": ["concatenated", "stack"],
               "recalibration": ["none"]}  # fmt: skip
    one, other = analyses(
        distances, {"a": ["a"]}, {}, labels[:TRAIN], folds.astype(str), folds,
        regressor="dimser.regression.exact:svr", settings={"tol": 1e-6}, choices=choices,
        fusions={name: kind.function for name, kind in FUSIONS.items()},
        recalibrations={name: how.function for name, how in MOVED.items()},
    )  # fmt: skip
    assert {one.choices["fusion"], other.choices["fusion"]} == {"concatenated", "stack"}
    np.testing.assert_array_equal(one.predictions, other.predictions)


def test_the_choice_of_a_fusion_is_one_of_methods_that_name_none(found: dict) -> None:
    late, early = (0.1, 2.0, "auto", "rbf", "rank"), ("mean", "concatenated")
    for recalibration in CHOICES["recalibration"]:
        a, b = (found[*late, own, recalibration, "a"] for own in early)
        np.testing.assert_array_equal(a, b)
        named = [found[*late, own, recalibration, "a+b@mean"] for own in early]
        np.testing.assert_array_equal(*named)
        np.testing.assert_array_equal(named[0], found[*late, "mean", recalibration, "a+b"])
        assert np.abs(named[0] - found[*late, "concatenated", recalibration, "a+b"]).max() > 0.01
