import dataclasses
from collections.abc import Callable

import h5py
import numpy as np
import pytest
import torch
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR

from dimser.core import hdf5
from dimser.core.errors import InputError
from dimser.features.scaling import min_max_scale
from dimser.regression import distances as module
from dimser.regression.distances import Distances, among, balance, fuse, squared_distances
from dimser.regression.exact import krr, svr
from dimser.regression.kernels import kernel_matrix, resolve_gamma
from dimser.regression.precision import FEW
from distances import on_gpu

SETTINGS = {"C": 1.0, "epsilon": 0.1, "gamma": "scale", "tol": 1e-6}


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two feature sets of very different units, one constant column, and three label columns."""
    generator = np.random.default_rng(0)
    labels = generator.random((90, 3))
    handcrafted = 1e4 * (labels @ generator.normal(size=(3, 40)) + generator.normal(size=(90, 40)))
    handcrafted[:, 7] = 12345.678
    embedding = labels @ generator.normal(size=(3, 16)) + generator.normal(size=(90, 16))
    return handcrafted.astype(np.float32), embedding.astype(np.float32), labels


def distances(features: np.ndarray, train: int = 70, threads: int = 1) -> Distances:
    squared, norms, total = squared_distances(features[:train], features[train:], threads)
    ids = [str(number) for number in range(len(features))]
    width = features.shape[1]
    return Distances(ids[:train], ids[train:], squared, width, norms, total)


def predict(
    found: Distances, labels: np.ndarray, *, gamma: str | float = "scale",
    kernel: str = "rbf", regressor: Callable = svr, **settings: object,
) -> np.ndarray:  # fmt: skip
    count = len(found.train)
    matrix = kernel_matrix(found, kernel, resolve_gamma(gamma, found))
    return regressor(matrix[:count], matrix[count:], labels, **settings)


def scikit_learn(features: np.ndarray, labels: np.ndarray, **settings: object) -> np.ndarray:
    model = make_pipeline(MinMaxScaler(), SVR(**settings))
    features = features.astype(np.float64)
    return np.column_stack(
        [model.fit(features[:70], column).predict(features[70:]) for column in labels[:70].T]
    )


def test_scaling_is_scikit_learns(data: tuple) -> None:
    features = data[0].astype(np.float64)
    features[70:, 7] += 0.5  # constant in training alone
    scaler = MinMaxScaler().fit(features[:70])
    train, test = min_max_scale(features[:70], features[70:])
    np.testing.assert_allclose(train, scaler.transform(features[:70]), atol=1e-12)
    np.testing.assert_allclose(test, scaler.transform(features[70:]), atol=1e-12)


def test_distances_are_euclidean(data: tuple) -> None:
    train, test = min_max_scale(data[0][:70], data[0][70:])
    expected = euclidean_distances(np.vstack([train, test]), train, squared=True)
    np.testing.assert_allclose(distances(data[0]).squared, expected, rtol=1e-5, atol=1e-5)


def test_a_distance_is_never_negative_and_that_to_oneself_is_nothing(data: tuple) -> None:
    found = distances(np.vstack([data[0][:35], data[0][:55]])).squared
    assert (found >= 0).all() and (found[:70].diagonal() == 0).all()


def test_an_outlier_that_presses_all_others_together_costs_no_digits() -> None:
    """Scaled, they lie near 1: their distances are small beside their norms, but not centred."""
    features = 1 - 1e-3 * np.random.default_rng(0).random((90, 200))
    features[3] = 0
    train, test = min_max_scale(features[:70], features[70:])
    expected = euclidean_distances(np.vstack([train, test]), train, squared=True)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(distances(features).squared, expected, rtol=0.02)


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def test_distances_by_torch_are_those_by_numpy(data: tuple, device: str, monkeypatch) -> None:
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("there is no GPU")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: device == "cuda")
    found = squared_distances(data[0][:70], data[0][70:], 2, on_gpu)[0]
    np.testing.assert_allclose(found, distances(data[0]).squared, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("gamma", ["scale", "auto", 0.05])
def test_predictions_are_those_of_the_pipeline(data: tuple, gamma: str | float) -> None:
    settings = SETTINGS | {"gamma": gamma}
    for features in data[:2]:
        ours = predict(distances(features), data[2][:70], **settings)
        np.testing.assert_allclose(ours, scikit_learn(features, data[2], **settings), atol=1e-5)


def test_other_c_and_epsilon_are_those_of_the_pipeline(data: tuple) -> None:
    settings = SETTINGS | {"C": 3.0, "epsilon": 0.02}
    ours = predict(distances(data[1]), data[2][:70], **settings)
    np.testing.assert_allclose(ours, scikit_learn(data[1], data[2], **settings), atol=1e-5)


def test_a_linear_kernel_is_the_pipelines(data: tuple) -> None:
    for features in data[:2]:
        found = distances(features)
        train, test = min_max_scale(features[:70], features[70:])
        inner = kernel_matrix(found, "linear", 0.0)
        np.testing.assert_allclose(inner, np.vstack([train, test]) @ train.T, rtol=1e-5)
        settings = {"C": 0.1, "epsilon": 0.05, "tol": 1e-6}
        ours = predict(found, data[2][:70], kernel="linear", **settings)
        expected = scikit_learn(features, data[2], kernel="linear", **settings)
        np.testing.assert_allclose(ours, expected, atol=1e-4)


def test_kernel_ridge_is_scikit_learns_on_centred_labels(data: tuple) -> None:
    train, test = min_max_scale(data[1][:70], data[1][70:])
    mean = data[2][:70].mean(axis=0)
    model = KernelRidge(alpha=0.3, kernel="rbf", gamma=0.2).fit(train, data[2][:70] - mean)
    ours = predict(distances(data[1]), data[2][:70], regressor=krr, alpha=0.3, gamma=0.2)
    np.testing.assert_allclose(ours, model.predict(test) + mean, atol=1e-5)


def test_fusion_is_concatenation(data: tuple) -> None:
    fused = fuse([distances(data[0]), distances(data[1])])
    whole = distances(np.hstack(data[:2]))
    np.testing.assert_allclose(fused.squared, whole.squared, rtol=1e-4, atol=1e-4)
    assert resolve_gamma("scale", fused) == pytest.approx(resolve_gamma("scale", whole), rel=1e-9)
    ours = predict(fused, data[2][:70], **SETTINGS)
    expected = scikit_learn(np.hstack(data[:2]), data[2], **SETTINGS)
    np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_parts_of_different_folds_are_refused(data: tuple) -> None:
    with pytest.raises(ValueError, match="different folds"):
        fuse([distances(data[0]), distances(data[1], train=60)])
    other_test_set = dataclasses.replace(distances(data[1]), test=[f"x{n}" for n in range(20)])
    with pytest.raises(ValueError, match="different folds"):
        fuse([distances(data[0]), other_test_set])


def test_a_poisoned_test_row_changes_its_own_prediction_alone(data: tuple) -> None:
    poisoned = data[0].copy()
    poisoned[80] = 1e12
    clean, other = (
        predict(distances(features), data[2][:70], **SETTINGS) for features in (data[0], poisoned)
    )
    np.testing.assert_array_equal(np.delete(clean, 10, axis=0), np.delete(other, 10, axis=0))
    assert not np.array_equal(clean[10], other[10])


def test_threads_and_blocks_change_no_bit(data: tuple, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 16)
    one, four = (distances(data[0], threads=threads).squared for threads in (1, 4))
    np.testing.assert_array_equal(one, four)
    np.testing.assert_array_equal(one, squared_distances(data[0][:70], data[0][70:])[0])


def test_identical_utterances_get_a_defined_gamma() -> None:
    same = distances(np.ones((90, 3), dtype=np.float32))
    assert resolve_gamma("scale", same) == 1.0


def test_distances_are_read_as_written(data: tuple, tmp_path) -> None:
    written = distances(data[1])
    module.write(written, tmp_path / "d.h5")
    read = module.read(tmp_path / "d.h5")
    np.testing.assert_array_equal(read.squared, written.squared)
    assert (read.train, read.test) == (written.train, written.test)
    np.testing.assert_array_equal(read.norms, written.norms)
    assert (read.total, read.dimensions) == (written.total, written.dimensions)


def test_about_as_much_space_is_asked_for_as_a_file_takes(tmp_path, monkeypatch) -> None:
    asked, new = [], hdf5.new
    monkeypatch.setattr(hdf5, "new", lambda path, size: asked.append(size) or new(path, size))
    module.write(distances(np.random.default_rng(0).random((4000, 3)), train=20), tmp_path / "d.h5")
    assert 1 <= asked[0] / (tmp_path / "d.h5").stat().st_size <= 1.2


def test_damaged_distances_are_told(data: tuple, tmp_path) -> None:
    path = tmp_path / "d.h5"
    module.write(distances(data[1]), path)
    content = bytearray(path.read_bytes())
    with h5py.File(path) as file:
        content[file["squared"].id.get_chunk_info(0).byte_offset] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"d.h5: this file of distances cannot be read .*Delete"):
        module.read(path)


@pytest.mark.parametrize("every", [70, 3])
def test_some_utterances_of_a_fold_keep_their_distances(data: tuple, every: int) -> None:
    whole = distances(data[1])
    train, test = np.arange(70) % 3 != 0, np.arange(20) % every != every - 1
    found, kept = among(whole, train, test), np.flatnonzero(train)
    tested = 70 + np.flatnonzero(test)
    rows = [*kept, *tested]
    np.testing.assert_array_equal(found.squared, whole.squared[np.ix_(rows, kept)])
    np.testing.assert_array_equal(found.norms, whole.norms[rows])
    assert (found.train, found.test) == ([*map(str, kept)], [*map(str, tested)])
    assert found.total == pytest.approx(whole.total * len(kept) / 70)
    assert among(whole, np.full(70, True), np.full(20, True)) is whole
    assert len(among(whole, np.full(70, True), np.arange(20) < 5).test) == 5


@pytest.mark.parametrize("width", [8, FEW, 400])
def test_predictions_stay_those_of_the_pipeline_where_many_utterances_are_alike(width: int) -> None:
    """Features that nearly lie in a plane: distances are small, and rounding of norms is not."""
    generator = np.random.default_rng(0)
    plane = generator.normal(size=(900, 3))
    features = plane @ generator.normal(size=(3, width)) + 0.05 * generator.normal(
        size=(900, width)
    )
    features[:, 0] = np.exp(2 * features[:, 0])
    labels = np.clip(0.5 + 0.2 * plane[:, :1] + 0.15 * generator.normal(size=(900, 1)), 0, 1)
    features = features.astype(np.float32)
    found = distances(features, train=700)
    model = make_pipeline(MinMaxScaler(), SVR(**SETTINGS))
    features = features.astype(np.float64)
    expected = model.fit(features[:700], labels[:700, 0]).predict(features[700:])
    off = np.abs(predict(found, labels[:700], **SETTINGS)[:, 0] - expected).max()
    assert off < (1e-6 if width <= FEW else 1e-4)
    scaled = MinMaxScaler().fit(features[:700]).transform(features)
    exact = ((scaled[:, None] - scaled[None, :700]) ** 2).sum(-1)
    assert np.abs(found.squared - exact).max() < (1e-12 if width <= FEW else 1e-4)


def test_a_precise_part_stays_so_beside_another(data: tuple) -> None:
    precise, other = distances(data[1]), distances(np.hstack([data[0]] * 4))
    assert (precise.squared.dtype, other.squared.dtype) == (np.float64, np.float32)
    for fused in (
        fuse([other, precise]), balance([lambda: other, lambda: precise]),
        balance([lambda: precise, lambda: other]),
    ):  # fmt: skip
        assert fused.squared.dtype == np.float64
