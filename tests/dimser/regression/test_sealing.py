"""A sealed predictor predicts what the fold's regression does, and what scikit-learn does."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR

from dimser.core.errors import InputError
from dimser.core.lookup import function
from dimser.features import store
from dimser.regression import exact, fusion, recalibration
from dimser.regression.fitting import KernelRegression
from dimser.regression.registry import FUSIONS, REGRESSORS
from dimser.regression.sealed import WEIGHTS, Predictor
from dimser.regression.sealing import Sealed, Source, layers, of_kernel
from dimser.regression.stores import distances_of

SETTINGS = {
    "svr": {"C": 1.0, "epsilon": 0.05, "tol": 1e-8, "units": "labels"},
    "krr": {"alpha": 0.5},
}
TRAIN, TEST = [f"u{number}" for number in range(80)], [f"u{number}" for number in range(80, 100)]
WIDTHS = (7, 150)  # distances in float64, and in float32


class Corpus:
    """A hundred utterances of ten speakers with two feature sets, the second of two layers."""

    def __init__(self, folder: Path) -> None:
        """Draw and write them."""
        draws = np.random.default_rng(3)
        hidden = draws.normal(size=(100, 2))
        self.features = []
        for width in WIDTHS:
            noise = draws.normal(size=(100, width))
            self.features.append((hidden @ draws.normal(size=(2, width)) + noise).astype("f4"))
        self.features[1] = np.stack([draws.normal(size=(100, 150)), self.features[1]], 1)
        self.features[1] = self.features[1].astype("f4")
        self.sources = [Source(folder / "one.h5"), Source(folder / "two.h5", 6)]
        for source, own in zip(self.sources, self.features, strict=True):
            names = [f"f{number}" for number in range(own.shape[-1])]
            kept = store.Store([*TRAIN, *TEST], names, own, {"layers": [3, 6]})
            store.write(kept, source.features)
        noise = draws.normal(size=(100, 2))
        self.labels = 1 / (1 + np.exp(-(hidden + 0.3 * noise)))
        self.speakers = np.array([f"s{number % 8}" for number in range(80)])

    @property
    def table(self) -> pd.DataFrame:
        """The training utterances, as a corpus has them."""
        table = pd.DataFrame({"id": TRAIN, "speaker": self.speakers, "group": self.speakers})
        labels = self.labels[:80]
        return table.assign(valence=labels[:, 0], arousal=labels[:, 1], dominance=np.nan)

    def unseen(self, parts: int) -> list[np.ndarray]:
        """Give the test utterances' features in each part."""
        return [self.features[0][80:], self.features[1][80:, 1]][:parts]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def regression(regressor: str = "svr", kernel: str = "rbf", **more: object) -> KernelRegression:
    kind = REGRESSORS[regressor]
    arguments = {"gamma": "scale", "settings": SETTINGS[regressor], "tune": None, **more}
    return KernelRegression(function(kind.function), kernel, **arguments)


def name_of(own: object) -> str:
    """Name a function as a configuration does."""
    return f"{own.__module__}:{own.__name__}" if own else ""


def sealed(
    corpus: Corpus, own: KernelRegression, fusing: object = None, moved: object = None,
    parts: int = 1, table: pd.DataFrame | None = None, **more: object,
) -> Sealed:  # fmt: skip
    dual = {exact.svr: exact.svr_dual, exact.krr: exact.krr_dual}[own.predict]
    return of_kernel(
        corpus.sources[:parts], corpus.table if table is None else table,
        regressor=name_of(own.predict), dual=name_of(dual), kernel=own.kernel,
        gamma=own.gamma, settings=own.settings, tune=own.tune,
        fusion=name_of(fusing), recalibration=name_of(moved), **more,
    )  # fmt: skip


def of_fold(corpus: Corpus, own: KernelRegression, *fusing: object, parts: int = 1) -> np.ndarray:
    sources = [
        partial(distances_of, source.features, TRAIN, TEST, layer=source.layer)
        for source in corpus.sources[:parts]
    ]
    return fusion.fit(sources, corpus.labels[:80], corpus.speakers, own, *fusing).predictions


def assert_equal(corpus: Corpus, own: KernelRegression, *fusing: object, parts: int = 1) -> None:
    expected = of_fold(corpus, own, *fusing, parts=parts)
    found, _ = sealed(corpus, own, *fusing, parts=parts).predictor(corpus.unseen(parts))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert expected.std(axis=0).min() > 0.05


@pytest.mark.parametrize("kernel", ["rbf", "linear"])
@pytest.mark.parametrize("regressor", SETTINGS)
def test_a_predictor_of_one_feature_set_predicts_as_the_fold_does(
    corpus: Corpus, regressor: str, kernel: str
) -> None:
    assert_equal(corpus, regression(regressor, kernel))


@pytest.mark.parametrize("moved", [None, recalibration.variance, recalibration.least_squares])
@pytest.mark.parametrize("name", FUSIONS)
def test_so_does_one_of_every_fusion_recalibrated_or_not(
    corpus: Corpus, name: str, moved: fusion.Recalibration | None
) -> None:
    assert_equal(corpus, regression(), function(FUSIONS[name].function), moved, parts=2)


@pytest.mark.parametrize("name", ["concatenated", "stack"])
def test_so_does_one_whose_settings_were_tuned_and_differ_by_dimension(
    corpus: Corpus, name: str
) -> None:
    tune = {"C": [0.01, 1.0], "gamma": [0.001, 0.02, 0.5], "folds": 3}
    own = regression(tune=tune)
    assert_equal(corpus, own, function(FUSIONS[name].function), parts=2)


def test_a_linear_kernel_of_balanced_parts_predicts_as_the_fold_does(corpus: Corpus) -> None:
    assert_equal(corpus, regression(kernel="linear"), fusion.balanced, parts=2)


def every_layer(corpus: Corpus) -> list[Source]:
    """The second feature set's layers, each by itself; one of two statistics of it is used."""
    path = corpus.sources[1].features
    kept = store.read(path)
    kept.names = [f"mean_{n}" for n in range(75)] + [f"std_{n}" for n in range(75)]
    store.write(kept, path)
    return layers(path, "mean")


@pytest.mark.parametrize("search", [fusion.best_part, fusion.learned])
def test_so_does_one_whose_layers_are_searched(corpus: Corpus, search: fusion.Fusion) -> None:
    corpus.sources = every_layer(corpus)
    own = regression()
    measured = [
        partial(distances_of, source.features, TRAIN, TEST, layer=source.layer,
                columns=np.arange(75))
        for source in corpus.sources
    ]  # fmt: skip
    expected = fusion.fit(measured, corpus.labels[:80], corpus.speakers, own, search).predictions
    whole = sealed(corpus, own, search, parts=2)
    given = [store.read(s.features, TEST, s.layer).features[:, :75] for s in whole.sources]
    np.testing.assert_allclose(whole.predictor(given)[0], expected, atol=1e-6)
    assert whole.sources[-1].layer == 6  # which has what is to be known


def test_layers_that_are_not_chosen_are_not_kept(corpus: Corpus) -> None:
    corpus.sources = every_layer(corpus)
    whole = sealed(corpus, regression(), fusion.best_part, parts=2)
    assert [source.layer for source in whole.sources] == [6] and len(whole.predictor.parts) == 1


def test_a_predictor_is_scikit_learns_pipeline(corpus: Corpus) -> None:
    settings = {"C": 1.0, "epsilon": 0.1, "tol": 1e-10}
    found, _ = sealed(corpus, regression(settings=settings)).predictor(corpus.unseen(1))
    train = corpus.features[0][:80].astype(np.float64)
    for column, predicted in zip(corpus.labels[:80].T, found.T, strict=True):
        model = make_pipeline(MinMaxScaler(), SVR(C=1.0, epsilon=0.1, tol=1e-10))
        expected = model.fit(train, column).predict(corpus.unseen(1)[0])
        np.testing.assert_allclose(predicted, expected, atol=1e-7)


def test_only_support_vectors_are_kept(corpus: Corpus) -> None:
    settings = {"C": 1.0, "epsilon": 0.3, "tol": 1e-10}
    own = sealed(corpus, regression(settings=settings)).predictor
    train = MinMaxScaler().fit_transform(corpus.features[0][:80].astype(np.float64))
    models = [SVR(epsilon=0.3, tol=1e-10).fit(train, column) for column in corpus.labels[:80].T]
    matter = set().union(*(model.support_ for model in models))
    assert len(own.parts[0].rows) == len(matter) < 80
    others_first = sorted(range(80), key=lambda row: row in matter)
    own = sealed(corpus, regression(settings=settings), table=corpus.table.iloc[others_first])
    assert len(own.predictor.parts[0].rows) == len(matter)


@pytest.mark.parametrize(("fused", "parts"), [(None, 1), (fusion.balanced, 2), (fusion.stack, 2)])
def test_labels_that_do_not_vary_are_predicted(
    corpus: Corpus, fused: fusion.Fusion | None, parts: int
) -> None:
    corpus.labels[:] = 0.4
    own = sealed(corpus, regression(), fused, parts=parts)
    found, distance = own.predictor(corpus.unseen(len(own.sources)))
    np.testing.assert_allclose(found, 0.4, atol=0.051)  # epsilon
    assert np.isfinite(distance).all()


def test_a_stack_that_has_no_use_for_any_part_predicts_a_constant(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scipy.optimize.nnls", lambda inner, _: (np.zeros(inner.shape[1]), 0.0))
    own = sealed(corpus, regression(), fusion.stack, parts=2)
    found, distance = own.predictor(corpus.unseen(len(own.sources)))
    expected = np.tile(corpus.labels[:80].mean(axis=0), (20, 1))
    np.testing.assert_allclose(found, expected)
    assert np.isfinite(distance).all()


def test_the_distance_is_that_to_the_nearest_support_vector_in_each_parts_unit(
    corpus: Corpus,
) -> None:
    own = sealed(corpus, regression("krr"), fusion.mean, parts=2)  # all utterances matter
    _, found = own.predictor(corpus.unseen(2))
    squared, within = 0.0, 0.0
    for values, test in zip(
        (corpus.features[0][:80], corpus.features[1][:80, 1]), corpus.unseen(2), strict=True
    ):
        scaler = MinMaxScaler().fit(values.astype(np.float64))
        train, unseen = (scaler.transform(part.astype(np.float64)) for part in (values, test))
        size = train.shape[1] * train.var()
        squared += np.square(unseen[:, None] - train).sum(axis=2) / size / 2
        within += np.square(train[:, None] - train).sum(axis=2) / size / 2
    np.testing.assert_allclose(found, np.sqrt(squared.min(axis=1)), rtol=1e-5)
    within[corpus.speakers[:, None] == corpus.speakers] = np.inf
    expected = np.quantile(np.sqrt(within.min(axis=1)), 0.99, method="higher")
    assert own.outside == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("kernel", ["rbf", "linear"])
def test_a_predictor_is_read_as_it_was_written(corpus: Corpus, tmp_path: Path, kernel: str) -> None:
    own = sealed(corpus, regression(kernel=kernel), fusion.stack, parts=2).predictor
    again = Predictor.read(tmp_path / WEIGHTS, own.write(tmp_path / WEIGHTS))
    for one, other in zip(own(corpus.unseen(2)), again(corpus.unseen(2)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-7)  # BLAS minds where memory begins


def test_a_damaged_or_missing_file_is_answered(corpus: Corpus, tmp_path: Path) -> None:
    own = sealed(corpus, regression()).predictor
    checksum = own.write(tmp_path / WEIGHTS)
    file = tmp_path / WEIGHTS
    content = file.read_bytes()
    for damaged in (b"", content[:-1], content[:500] + b"x" + content[501:]):
        file.write_bytes(damaged)
        with pytest.raises(InputError, match="damaged"):
            Predictor.read(tmp_path / WEIGHTS, checksum)
    file.unlink()
    with pytest.raises(InputError, match="missing"):
        Predictor.read(tmp_path / WEIGHTS, checksum)


def test_others_can_read_a_predictor(corpus: Corpus, tmp_path: Path) -> None:
    own = sealed(corpus, regression()).predictor
    own.write(tmp_path / WEIGHTS)
    tensors = load_file(tmp_path / WEIGHTS)
    np.testing.assert_array_equal(tensors["kernel.0.coefficients"], own.kernels[0].coefficients)
    np.testing.assert_array_equal(tensors["part.0.rows"], own.parts[0].rows)


def test_a_large_predictor_has_a_smaller_form(corpus: Corpus) -> None:
    own = regression("krr")  # all utterances matter
    whole = sealed(corpus, own, most=30)
    assert len(whole.small.predictor.parts[0].rows) == 30
    assert whole.outside < whole.small.outside < 2 * whole.outside
    lost = whole.small.predictor(corpus.unseen(1))[0] - whole.predictor(corpus.unseen(1))[0]
    assert 0 < lost.std() < 0.1
    assert sealed(corpus, own, most=80).small is None
