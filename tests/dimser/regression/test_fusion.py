"""Fusions: each is what an explicit computation from the features says, and does not drown."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.svm import SVR

from dimser.core import metrics
from dimser.features.scaling import min_max_scale
from dimser.regression import fitting, fusion, recalibration, tuning, weights
from dimser.regression.distances import Distances, balance, squared_distances, unit
from dimser.regression.exact import krr, svr, svr_dual
from dimser.regression.fitting import Fit, KernelRegression
from dimser.regression.kernels import kernel_matrix, resolve_gamma

TRAIN = 72
SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}
SPEAKERS = np.arange(TRAIN) % 9
KINDS = [fusion.concatenated, fusion.balanced, fusion.learned, fusion.mean, fusion.stack]


def regression(gamma: str | float = "scale", tune: dict | None = None) -> KernelRegression:
    return KernelRegression(svr, "rbf", gamma, SETTINGS, tune)


@pytest.fixture
def data() -> tuple[list[np.ndarray], np.ndarray]:
    """A wide set of large numbers, one of 8 dimensions, one with a constant; labels."""
    generator = np.random.default_rng(0)
    labels = generator.random((90, 3))
    sets = [
        1e3 * (labels @ generator.normal(size=(3, width)) + generator.normal(size=(90, width)))
        for width in (200, 8, 20)
    ]
    sets[2][:, 3] = 7.0
    return sets, labels


def distances(features: np.ndarray) -> Distances:
    squared, norms, total = squared_distances(features[:TRAIN], features[TRAIN:])
    ids = [str(number) for number in range(len(features))]
    return Distances(ids[:TRAIN], ids[TRAIN:], squared, features.shape[1], norms, total)


def parts_of(sets: list[np.ndarray]) -> list[Callable[[], Distances]]:
    return [partial(distances, features) for features in sets]


def scaled(sets: list[np.ndarray], shares: list[float] | None = None) -> np.ndarray:
    """Concatenate scaled sets less their mean, over the root of dimensions times variance."""
    found = []
    for features, share in zip(sets, shares or [1.0] * len(sets), strict=True):
        train, test = min_max_scale(features[:TRAIN], features[TRAIN:])
        own = np.vstack([train, test]) - train.mean()
        found.append(own * np.sqrt(share / (train.shape[1] * train.var())))
    return np.hstack(found)


def scikit_learn(features: np.ndarray, labels: np.ndarray, **more: object) -> np.ndarray:
    model = SVR(**SETTINGS, **more)
    columns = labels[:TRAIN].T
    return np.column_stack(
        [model.fit(features[:TRAIN], c).predict(features[TRAIN:]) for c in columns]
    )


@pytest.mark.parametrize("gamma", ["scale", 0.7])
def test_balanced_is_scikit_learn_on_parts_of_equal_size(data: tuple, gamma: str | float) -> None:
    sets, labels = data
    ours = fusion.balanced(parts_of(sets), labels[:TRAIN], SPEAKERS, regression(gamma))
    expected = scikit_learn(scaled(sets), labels, gamma=gamma)
    np.testing.assert_allclose(ours.predictions, expected, atol=1e-5)


def test_the_balanced_kernel_is_the_geometric_mean_of_the_parts_own(data: tuple) -> None:
    sets, _ = data
    own = [distances(features) for features in sets]
    kernels = [kernel_matrix(part, "rbf", resolve_gamma("scale", part)) for part in own]
    found = balance(parts_of(sets))
    assert resolve_gamma("scale", found) == resolve_gamma("auto", found) == 1 / 3
    ours = kernel_matrix(found, "rbf", 1 / 3)
    np.testing.assert_allclose(ours, np.prod(kernels, axis=0) ** (1 / 3), atol=1e-6)


def test_a_linear_kernel_is_balanced_as_well(data: tuple) -> None:
    sets, _ = data
    features = []
    for own in sets:
        train, test = min_max_scale(own[:TRAIN], own[TRAIN:])
        features.append(np.vstack([train, test]) / np.sqrt(train.shape[1] * train.var()))
    whole = np.hstack(features)
    ours = kernel_matrix(balance(parts_of(sets)), "linear", 0.0)
    np.testing.assert_allclose(ours, whole @ whole[:TRAIN].T, rtol=1e-4)


@pytest.mark.parametrize("units", ["scale", "labels"])
def test_models_that_are_kept_predict_what_the_others_do(data: tuple, units: str) -> None:
    sets, labels = data
    how = KernelRegression(svr, "rbf", "scale", SETTINGS | {"units": units})
    own = distances(sets[0])
    plain = how(own, labels[:TRAIN], SPEAKERS)
    kept = replace(how, dual=svr_dual)(own, labels[:TRAIN], SPEAKERS)
    np.testing.assert_allclose(kept.predictions, plain.predictions, atol=1e-12)
    kernel = kernel_matrix(own, "rbf", resolve_gamma("scale", own))
    dual = svr_dual(kernel[:TRAIN], labels[:TRAIN], **how.settings)
    found = kernel[TRAIN:] @ dual.coefficients + dual.intercepts
    np.testing.assert_allclose(found, plain.predictions, atol=1e-12)


def test_further_settings_stand_in_the_order_in_which_they_are_set() -> None:
    models = [[{"gamma": 0.1, "zeal": 1, "alpha": 2, "calm": 3}]]
    found = fitting.table(models, ["valence"], "rbf", 0)
    assert found.columns.tolist() == [*fitting.CHOSEN, "zeal", "calm"]


def test_a_part_in_which_nothing_varies_is_no_error(data: tuple) -> None:
    sets, labels = data
    constant = distances(np.ones((90, 4)))
    assert unit(constant) == 1
    both = fusion.balanced(
        [partial(distances, sets[1]), lambda: constant], labels[:TRAIN], SPEAKERS, regression()
    )
    # The other part has half of gamma then, as it has with any second part.
    width = resolve_gamma("scale", distances(sets[1])) / 2
    one = regression(width)(distances(sets[1]), labels[:TRAIN], SPEAKERS)
    np.testing.assert_allclose(both.predictions, one.predictions, atol=1e-5)


def test_parts_of_different_folds_are_not_fused(data: tuple) -> None:
    one, other = (distances(features) for features in data[0][:2])
    other.train[0] = "another"
    for fuse_both in (fusion.concatenated, fusion.balanced):
        with pytest.raises(ValueError, match="fold"):
            fuse_both([lambda: one, lambda: other], data[1][:TRAIN], SPEAKERS, regression())


def test_learned_is_scikit_learn_on_parts_of_the_size_of_their_weights(data: tuple) -> None:
    sets, labels = data
    ours = fusion.learned(parts_of(sets), labels[:TRAIN], SPEAKERS, regression())
    for number, models in enumerate(ours.models):
        shares = [model["weight"] for model in models]
        assert [model["part"] for model in models] == [0, 1, 2] and sum(shares) == pytest.approx(1)
        features = scaled(sets, shares)
        expected = scikit_learn(features, labels[:, [number]], gamma=1.0)
        np.testing.assert_allclose(ours.predictions[:, [number]], expected, atol=1e-5)


@pytest.mark.parametrize("gamma", ["scale", 0.2])
def test_equal_weights_are_balanced(data: tuple, gamma: str | float, monkeypatch) -> None:
    sets, labels = data
    seen = {}

    def equal(parts: list, labels: np.ndarray, *args: object, **more: object) -> list:
        seen.update(more, kernel=np.exp(-more["gamma"] * sum(parts) / 3))
        return [weights.Choice(np.full(3, 1 / 3), 0.5)] * 3

    monkeypatch.setattr(weights, "choose", equal)
    args = parts_of(sets), labels[:TRAIN], SPEAKERS, regression(gamma)
    ours, expected = fusion.learned(*args), fusion.balanced(*args)
    np.testing.assert_allclose(ours.predictions, expected.predictions, atol=1e-7)
    # Weights are sought with the kernel that is used in the end.
    fused = balance(parts_of(sets))
    kernel = kernel_matrix(fused, "rbf", resolve_gamma(gamma, fused))[:TRAIN]
    np.testing.assert_allclose(seen["kernel"], kernel, atol=1e-6)


def test_mean_is_the_mean_of_the_parts_own_predictions(data: tuple) -> None:
    sets, labels = data
    ours = fusion.mean(parts_of(sets), labels[:TRAIN], SPEAKERS, regression())
    own = [scikit_learn(scaled([features]), labels, gamma="scale") for features in sets]
    np.testing.assert_allclose(ours.predictions, np.mean(own, axis=0), atol=1e-5)
    weights_of = [[model["weight"] for model in models] for models in ours.models]
    np.testing.assert_allclose(weights_of, 1 / len(sets))
    assert {model["intercept"] for models in ours.models for model in models} == {0}


def test_stack_is_an_explicit_nested_combination(data: tuple) -> None:
    sets, labels = data
    ours = fusion.stack(parts_of(sets), labels[:TRAIN], SPEAKERS, regression())
    inner = SPEAKERS % 3  # nine speakers of equal size go to three folds in turn
    for number in range(3):
        column, fitted, unseen = labels[:TRAIN, number], np.empty((TRAIN, 3)), np.empty((18, 3))
        for part, features in enumerate(sets):
            values = scaled([features])
            model = SVR(**SETTINGS, gamma=1.0)
            unseen[:, part] = model.fit(values[:TRAIN], column).predict(values[TRAIN:])
            for fold in range(3):
                out = np.flatnonzero(inner == fold)
                rest = np.flatnonzero(inner != fold)
                fitted[out, part] = model.fit(values[rest], column[rest]).predict(values[out])
        combined = LinearRegression(positive=True).fit(fitted, column)
        expected = combined.predict(unseen)
        np.testing.assert_allclose(ours.predictions[:, number], expected, atol=1e-4)
        shares = [model["weight"] for model in ours.models[number]]
        np.testing.assert_allclose(shares, combined.coef_, atol=1e-3)
        intercepts = [model["intercept"] for model in ours.models[number]]
        np.testing.assert_allclose(intercepts, combined.intercept_, atol=1e-3)


def test_the_best_part_is_the_one_that_predicts_other_speakers_best(data: tuple) -> None:
    """With its own three inner folds, or with those that are given."""
    sets, labels = data
    args = labels[:TRAIN], SPEAKERS, regression()
    for folds, same in ((None, SPEAKERS % 3), (SPEAKERS % 2, SPEAKERS % 2)):
        ours = fusion.best_part(parts_of(sets), *args, folds)
        fits = [regression()(part(), *args[:2], same) for part in parts_of(sets)]
        for number, column in enumerate(labels[:TRAIN].T):
            reached = [metrics.ccc(metrics.sums(fit.inner[:, number], column)) for fit in fits]
            best = fits[np.argmax(reached)]
            np.testing.assert_array_equal(ours.inner[:, number], best.inner[:, number])
            np.testing.assert_array_equal(ours.predictions[:, number], best.predictions[:, number])


NAMED = {
    "regressor": "dimser.regression.exact:svr", "kernel": "rbf", "gamma": "scale",
    "settings": SETTINGS,
}  # fmt: skip


@pytest.mark.parametrize("fused", ["", "dimser.regression.fusion:balanced"])
def test_a_method_is_a_set_or_a_fusion_recalibrated_by_three_inner_folds(
    data: tuple, fused: str
) -> None:
    sets, labels = data
    parts = parts_of(sets if fused else sets[1:2])
    args = labels[:TRAIN], SPEAKERS
    distances = balance(parts) if fused else parts[0]()
    expected = regression()(distances, *args, SPEAKERS % 3)
    plain = fusion.named(**NAMED, fusion=fused)(parts, *args)
    assert plain.inner is None
    np.testing.assert_array_equal(plain.predictions, expected.predictions)
    moved = recalibration.variance(expected.inner, args[0], expected.predictions)
    how = {"fusion": fused, "recalibration": "dimser.regression.recalibration:variance"}
    found = fusion.named(**NAMED, **how)(parts, *args)
    np.testing.assert_array_equal(found.predictions, moved)


def test_a_method_that_is_not_recalibrated_needs_no_second_speaker(data: tuple) -> None:
    sets, labels = data
    found = fusion.named(**NAMED)(parts_of(sets[:1]), labels[:TRAIN], np.zeros(TRAIN))
    assert np.isfinite(found.predictions).all()


@pytest.mark.parametrize("fuse", KINDS)
def test_the_test_fold_decides_nothing(data: tuple, fuse: Callable[..., Fit]) -> None:
    sets, labels = data
    args = labels[:TRAIN], SPEAKERS, regression(tune={"C": [0.1, 5.0], "folds": 3})
    folds = tuning.inner_folds(SPEAKERS, 3, "here")
    before = fuse(parts_of(sets), *args, folds)

    def poisoned(features: np.ndarray) -> Distances:
        found = distances(features)
        found.squared[TRAIN + 1 :], found.norms[TRAIN + 1 :] = 1e6, 1e6
        return found

    after = fuse([partial(poisoned, features) for features in sets], *args, folds)
    assert str(after.models) == str(before.models)  # NaN equals itself as text
    np.testing.assert_array_equal(after.inner, before.inner)
    np.testing.assert_array_equal(after.predictions[0], before.predictions[0])
    assert (after.predictions[1:] != before.predictions[1:]).any()


@pytest.mark.parametrize("fuse", KINDS)
def test_inner_predictions_are_out_of_fold(data: tuple, fuse: Callable[..., Fit]) -> None:
    """A label that is wrong moves the predictions of other speakers, and hardly its own."""
    sets, labels = data
    folds = tuning.inner_folds(SPEAKERS, 3, "here")
    args = SPEAKERS, regression(), folds
    before = fuse(parts_of(sets), labels[:TRAIN], *args)
    assert before.inner.shape == (TRAIN, 3)
    np.testing.assert_array_equal(
        before.predictions, fuse(parts_of(sets), labels[:TRAIN], *args[:2]).predictions
    )
    if fuse in (fusion.learned, fusion.stack):  # their weights know all training labels
        return
    wrong = labels[:TRAIN].copy()
    wrong[folds == 1] = 1 - wrong[folds == 1]
    after = fuse(parts_of(sets), wrong, *args)
    np.testing.assert_array_equal(after.inner[folds == 1], before.inner[folds == 1])
    assert (after.inner[folds == 0] != before.inner[folds == 0]).all()


def test_inner_predictions_are_fused_as_predictions_are(data: tuple) -> None:
    sets, labels = data
    folds = tuning.inner_folds(SPEAKERS, 3, "here")
    args = labels[:TRAIN], SPEAKERS, regression(), folds
    own = np.stack([regression()(distances(features), *args[:2], folds).inner for features in sets])
    averaged, stacked = (fuse(parts_of(sets), *args) for fuse in (fusion.mean, fusion.stack))
    np.testing.assert_allclose(averaged.inner, own.mean(axis=0))
    for number, column in enumerate(labels[:TRAIN].T):
        combined = LinearRegression(positive=True).fit(own[:, :, number].T, column)
        expected = combined.predict(own[:, :, number].T)
        np.testing.assert_allclose(stacked.inner[:, number], expected, atol=1e-6)


def test_settings_are_tuned_on_what_is_fused(data: tuple) -> None:
    sets, labels = data
    grid = {"C": [0.1, 1.0, 5.0], "gamma": ["scale", 0.05], "folds": 3}
    ours = fusion.balanced(parts_of(sets), labels[:TRAIN], SPEAKERS, regression(tune=grid))
    assert {model["gamma"] for (model,) in ours.models} <= {1 / 3, 0.05}
    for number, (model,) in enumerate(ours.models):
        more = {"gamma": model["gamma"], "C": model["C"]}
        expected = SVR(**SETTINGS | more).fit(scaled(sets)[:TRAIN], labels[:TRAIN, number])
        found = ours.predictions[:, number]
        np.testing.assert_allclose(found, expected.predict(scaled(sets)[TRAIN:]), atol=1e-5)


@pytest.mark.parametrize("predict", [svr, krr])
def test_a_small_set_that_carries_the_labels_drowns_in_concatenation_alone(
    predict: Callable,
) -> None:
    """Eight informative dimensions beside 1,600 that vary by five things, none of them a label."""
    generator = np.random.default_rng(5)
    speakers = np.arange(240) % 12
    labels = generator.random((240, 1))
    small = labels @ generator.normal(size=(1, 8)) + 0.3 * generator.normal(size=(240, 8))
    wide = generator.normal(size=(240, 5)) @ generator.normal(size=(5, 1600))
    train = speakers < 9
    order = np.argsort(~train, kind="stable")
    small, wide, labels, speakers = small[order], wide[order], labels[order], speakers[order]
    count = int(train.sum())

    def part(features: np.ndarray) -> Distances:
        squared, norms, total = squared_distances(features[:count], features[count:])
        ids = [str(number) for number in range(240)]
        return Distances(ids[:count], ids[count:], squared, features.shape[1], norms, total)

    settings = SETTINGS if predict is svr else {"alpha": 1.0}
    how = KernelRegression(predict, "rbf", "scale", settings)
    parts = [partial(part, wide), partial(part, small)]
    args = labels[:count], speakers[:count], how

    def ccc(fit: Fit) -> float:
        return metrics.ccc(metrics.sums(fit.predictions, labels[count:]))[0]

    alone = ccc(how(part(small), *args[:2]))
    drowned, kept = ccc(fusion.concatenated(parts, *args)), ccc(fusion.balanced(parts, *args))
    found = fusion.learned(parts, *args)
    assert alone > 0.8 and drowned < alone - 0.3
    assert kept > alone - 0.1
    assert found.models[0][1]["weight"] > 0.8 and ccc(found) > alone - 0.05
