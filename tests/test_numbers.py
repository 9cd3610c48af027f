"""Numbers at the edge: each has an answer, and config/README.md says which."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.evaluation.featurewise import featurewise_ccc
from dimser.regression.distances import Distances, squared_distances
from dimser.regression.exact import svr
from dimser.regression.kernels import kernel_matrix, resolve_gamma
from import_table import import_table
from score import score

GENERATOR = np.random.default_rng(0)
SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}


def predict(features: np.ndarray, labels: np.ndarray, train: int) -> np.ndarray:
    """Predict the rows after the first `train`, as the workflow does."""
    features = features.astype(np.float32)
    squared, norms, total = squared_distances(features[:train], features[train:])
    ids = [str(row) for row in range(len(features))]
    fold = Distances(
        ids[:train], ids[train:], squared, features.shape[1], norms, total
    )  # fmt: skip
    kernel = kernel_matrix(fold, "rbf", resolve_gamma("scale", fold))
    return svr(kernel[:train], kernel[train:], labels[:train], **SETTINGS)


def pipeline(features: np.ndarray, labels: np.ndarray, train: int) -> np.ndarray:
    """Predict them by scikit-learn."""
    model = make_pipeline(MinMaxScaler(), SVR(**SETTINGS))
    features = features.astype(np.float32).astype(np.float64)
    return np.column_stack(
        [model.fit(features[:train], own).predict(features[train:]) for own in labels[:train].T]
    )


def constant(features: np.ndarray) -> None:
    features[:, 2] = 7


def constant_in_training(features: np.ndarray) -> None:
    features[:15, 2] = 7


def enormous(features: np.ndarray) -> None:
    features[4, 2], features[18, 3] = 1e13, -1e13


@pytest.mark.parametrize("width", [6, 6373])
@pytest.mark.parametrize("odd", [constant, constant_in_training, enormous])
def test_twenty_rows_with_an_odd_feature_are_predicted_as_by_scikit_learn(odd, width: int) -> None:
    features, labels = GENERATOR.normal(size=(20, width)), GENERATOR.random((20, 3))
    odd(features)
    expected = pipeline(features, labels, 15)
    np.testing.assert_allclose(predict(features, labels, 15), expected, atol=1e-5)


def test_one_training_utterance_predicts_its_own_label() -> None:
    features, labels = GENERATOR.normal(size=(2, 9)), GENERATOR.random((2, 3))
    np.testing.assert_allclose(predict(features, labels, 1), labels[:1])


def test_equal_labels_are_predicted_and_say_nothing() -> None:
    labels = np.full((20, 3), 0.4)
    features = GENERATOR.normal(size=(20, 6))
    np.testing.assert_allclose(predict(features, labels, 15), 0.4)
    assert (featurewise_ccc(features, labels) == 0).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_a_value_that_is_no_number_is_refused_by_name(value: float, tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["a", "b"], "f0": [1.0, 2.0], "loudness": [3.0, value]})
    table.to_csv(tmp_path / "t.csv", index=False)
    write_csv(table[["id"]].assign(file=["a.wav", "b.wav"]), tmp_path / "index.csv")
    with pytest.raises(InputError, match=r"'loudness' of 'b' = (nan|-?inf|1e\+300)"):
        import_table(
            table=str(tmp_path / "t.csv"),
            index=[str(tmp_path / "index.csv")],
            output=str(tmp_path / "s.h5"),
        )
    assert not (tmp_path / "s.h5").exists()


@pytest.mark.parametrize("labels", ["equal", "two utterances"])
def test_scores_at_the_edge_are_defined_or_empty(labels: str, tmp_path: Path) -> None:
    """Two folds of one speaker each."""
    count = 2 if labels == "two utterances" else 8
    table = pd.DataFrame({"id": [f"u{n}" for n in range(count)]})
    table["speaker"] = table["group"] = [f"s{n % 2}" for n in range(count)]
    truth = np.full((count, 3), 0.4) if labels == "equal" else GENERATOR.random((count, 3))
    table[[*DIMENSIONS]] = truth
    write_csv(table, tmp_path / "utterances.csv")
    folds = table[["id"]].assign(fold=np.arange(count) % 2)
    write_csv(folds, tmp_path / "folds.csv")
    said = folds.copy()
    said[[*DIMENSIONS]] = truth if labels == "equal" else truth[::-1]
    write_csv(said, tmp_path / "m.csv")
    score(
        utterances=str(tmp_path / "utterances.csv"), folds=[str(tmp_path / "folds.csv")],
        predictions=[str(tmp_path / "m.csv")], methods=["m"],
        settings={}, interval="dimser.evaluation.intervals:jackknife",
        clusters="auto", draws=200, seed=1, epsilon=None, units="scale", regressed=[],
        shrinkage=str(tmp_path / "shrinkage.csv"), output=str(tmp_path / "scores.csv"),
    )  # fmt: skip
    scores = read_csv(tmp_path / "scores.csv")
    scores = scores[scores["dimension"] != "mean"]
    assert (scores["n"] == count).all() and (scores["speakers"] == 2).all()
    if labels == "equal":  # agreement, but nothing to tell it from chance
        assert scores["ccc"].isna().all() and (scores["rmse"] == 0).all()
    else:  # each speaker's label was said of the other: a perfect disagreement
        np.testing.assert_allclose(scores["ccc"], -1)
