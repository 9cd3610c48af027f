"""Regression block by block, against scikit-learn on all rows at once."""

from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR, LinearSVR

from dimser.core.errors import InputError
from dimser.features.scaling import min_max_scale
from dimser.regression import blockwise
from dimser.regression.kernels import gamma_of

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.random((120, 3))
FEATURES = (LABELS @ GENERATOR.normal(size=(3, 9)) + GENERATOR.normal(size=(120, 9))) * 1e3 + 1e5
TRAINS = np.arange(120) % 4 != 1
FEATURES[:, 4] = np.where(TRAINS, 17.0, 17.5)  # constant in training
SETTINGS = {
    "ridge": {"alpha": 0.7},
    "nystroem": {"gamma": "scale", "alpha": 0.7, "landmarks": 1000, "seed": 0},
    "linear_svr": {"C": 1.0, "epsilon": 0.05},
}


def blocks() -> Iterator[blockwise.Block]:
    for rows in np.array_split(np.random.default_rng(1).permutation(120), 7):
        yield rows, FEATURES[rows]


def fitted(
    regressor: str, of: blockwise.Blocks, labels: np.ndarray, **changes: object
) -> np.ndarray:
    known = {key: value for key, value in changes.items() if key in SETTINGS[regressor]}
    model = getattr(blockwise, regressor)(of, TRAINS, labels, **SETTINGS[regressor] | known)
    return blockwise.predicted(of, TRAINS, labels.shape[1], model)


def predict(regressor: str, **changes: object) -> np.ndarray:
    found = fitted(regressor, blocks, LABELS, **changes)
    assert np.isnan(found[TRAINS]).all()
    return found[~TRAINS]


def test_scaling_and_variance_are_those_of_all_training_rows() -> None:
    scaling = blockwise.fit_scaling(blocks, TRAINS)
    scaled, test = min_max_scale(FEATURES[TRAINS], FEATURES[~TRAINS])
    np.testing.assert_allclose(scaling(FEATURES[~TRAINS]), test, atol=1e-12)
    assert scaling.variance == pytest.approx(scaled.var())


def test_parts_are_balanced_by_their_size_and_variance_unless_nothing_varies() -> None:
    columns = [0, 1, 4]  # the last one by itself, and constant in training

    def some() -> Iterator[blockwise.Block]:
        for rows, values in blocks():
            yield rows, values[:, columns]

    scaling = blockwise.fit_scaling(some, TRAINS, [2, 1])
    assert scaling.dimensions == 2 and scaling.variance == 1
    scaled, test = min_max_scale(FEATURES[TRAINS][:, :2], FEATURES[~TRAINS][:, :2])
    found = scaling(FEATURES[~TRAINS][:, columns])
    np.testing.assert_allclose(found[:, :2], test / np.sqrt(2 * scaled.var()))
    np.testing.assert_allclose(found[:, 2], 0.5)


def test_ridge_is_scikit_learns() -> None:
    model = make_pipeline(MinMaxScaler(), Ridge(0.7)).fit(FEATURES[TRAINS], LABELS[TRAINS])
    np.testing.assert_allclose(predict("ridge"), model.predict(FEATURES[~TRAINS]), atol=1e-9)


def test_linear_svr_is_scikit_learns_with_the_squared_loss() -> None:
    ours, scaler = predict("linear_svr"), MinMaxScaler().fit(FEATURES[TRAINS])
    train, test = scaler.transform(FEATURES[TRAINS]), scaler.transform(FEATURES[~TRAINS])
    for column in range(3):
        loss = {"loss": "squared_epsilon_insensitive", "dual": True}  # another way to the optimum
        model = LinearSVR(epsilon=0.05, tol=1e-10, max_iter=1_000_000, **loss)
        model.fit(train, LABELS[TRAINS, column])
        np.testing.assert_allclose(ours[:, column], model.predict(test), atol=1e-4)


def test_a_solver_that_does_not_end_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blockwise, "STEPS", 1)
    with pytest.raises(InputError, match=r"linear_svr.* in 1 steps .*smaller `svr.C`"):
        predict("linear_svr")


def test_gamma_is_one_where_nothing_varies_in_training() -> None:
    """As scikit-learn's SVR has it, and as the exact path does."""
    features = np.where(TRAINS, 0.0, np.linspace(0, 1, 120))[:, None].repeat(9, axis=1)
    by_name, by_value = (
        blockwise.nystroem(
            lambda: [(np.arange(120), features)], TRAINS, LABELS,
            **SETTINGS["nystroem"] | {"gamma": gamma},
        )(features)
        for gamma in ("scale", 1.0)
    )  # fmt: skip
    np.testing.assert_array_equal(by_name, by_value)
    svr = SVR().fit(features[TRAINS], LABELS[TRAINS, 0])
    assert svr._gamma == gamma_of("scale", 9, 0.0) == 1.0


@pytest.mark.parametrize("regressor", ["ridge", "nystroem", "linear_svr"])
def test_the_order_of_a_store_changes_nothing(
    regressor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It follows from the number of shards; landmarks are those of the table."""
    found = predict(regressor, landmarks=30)
    order = np.random.default_rng(2).permutation(120)
    monkeypatch.setitem(
        globals(), "blocks", lambda: ((rows, FEATURES[rows]) for rows in np.split(order, [50]))
    )
    np.testing.assert_allclose(predict(regressor, landmarks=30), found, atol=1e-7)


@pytest.mark.parametrize("gamma", ["scale", "auto", 0.3])
def test_nystroem_with_all_landmarks_is_kernel_ridge(gamma: str | float) -> None:
    train, test = min_max_scale(FEATURES[TRAINS], FEATURES[~TRAINS])
    named, mean = gamma, LABELS[TRAINS].mean(axis=0)
    gamma = {"scale": 1 / (9 * train.var()), "auto": 1 / 9}.get(named, named)
    kernel = np.exp(-gamma * ((train[:, None] - train[None]) ** 2).sum(axis=2))
    # the intercept is not penalised: the kernel of centred features
    centring = np.eye(len(train)) - 1 / len(train)
    exact = KernelRidge(alpha=0.7, kernel="precomputed")
    exact.fit(centring @ kernel @ centring, LABELS[TRAINS] - mean)
    unseen = np.exp(-gamma * ((test[:, None] - train[None]) ** 2).sum(axis=2))
    expected = mean + (unseen - kernel.mean(axis=0)) @ centring @ exact.dual_coef_
    np.testing.assert_allclose(predict("nystroem", gamma=named), expected, atol=1e-6)
    fewer = predict("nystroem", gamma=named, landmarks=60)
    assert 0 < np.abs(fewer - expected).max() < 0.2


@pytest.mark.parametrize("regressor", ["ridge", "nystroem", "linear_svr"])
def test_test_rows_change_no_model(regressor: str) -> None:
    before = predict(regressor, landmarks=30)
    poisoned, labels = FEATURES.copy(), LABELS.copy()
    rows = np.flatnonzero(~TRAINS)[1:]
    poisoned[rows], labels[rows] = 1e12, 5.0

    def changed() -> Iterator[blockwise.Block]:
        yield np.arange(120), poisoned

    found = fitted(regressor, changed, labels, landmarks=30)[~TRAINS]
    np.testing.assert_allclose(found[0], before[0], atol=1e-7)


def test_landmarks_are_training_rows_each_once() -> None:
    np.testing.assert_array_equal(blockwise.drawn(TRAINS, 1000, seed=0), TRAINS)
    some = blockwise.drawn(TRAINS, 30, seed=0)
    assert some.sum() == 30 and not (some & ~TRAINS).any()
    rows, features = blockwise.gather(blocks(), some)
    np.testing.assert_array_equal(rows, np.flatnonzero(some))
    np.testing.assert_array_equal(features, FEATURES[some])


@pytest.mark.parametrize("regressor", ["ridge", "nystroem", "linear_svr"])
def test_a_block_may_hold_training_or_test_rows_alone(
    regressor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a store's rows are sorted by session."""
    expected = predict(regressor)
    order = np.argsort(TRAINS, kind="stable")
    monkeypatch.setitem(
        globals(), "blocks", lambda: ((rows, FEATURES[rows]) for rows in np.split(order, [30, 90]))
    )
    np.testing.assert_allclose(predict(regressor), expected, atol=1e-7)
