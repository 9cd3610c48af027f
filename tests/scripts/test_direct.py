import numpy as np
import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.features import store
from dimser.regression.direct import with_outputs
from direct import direct

HEAD = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], dtype=np.float32)


@pytest.fixture
def run(tmp_path):
    def run(predictions, names, had=DIMENSIONS, **how):
        features = np.zeros((3, 1), dtype=np.float32)
        predictions = None if predictions is None else np.vstack([predictions, predictions[:1]])
        stored = store.Store(["a", "b", "c"], ["x"], features, {}, predictions, names)
        store.write(stored, tmp_path / "features.h5")
        (tmp_path / "folds.csv").write_text("id,fold,train\nb,1,True\na,0,True\nc,,True\n")
        write_csv(pd.DataFrame({"id": ["a"], **{name: [0.5] for name in had}}), tmp_path / "u.csv")
        direct(
            features=str(tmp_path / "features.h5"),
            folds=str(tmp_path / "folds.csv"),
            utterances=str(tmp_path / "u.csv"),
            output=str(tmp_path / "direct.csv"),
            **how,
        )
        return read_csv(tmp_path / "direct.csv")

    return run


def test_outputs_are_found_by_name_and_rows_by_id(run):
    result = run(HEAD, ["arousal", "dominance", "valence"])
    assert list(result.columns) == ["id", "fold", "valence", "arousal", "dominance"]
    assert result["id"].tolist() == ["b", "a"]
    assert result["fold"].tolist() == [1, 0]
    np.testing.assert_array_equal(
        result[["valence", "arousal", "dominance"]].to_numpy(),
        HEAD[::-1, [2, 0, 1]].astype(np.float64),
    )


def test_outputs_may_stand_behind_features() -> None:
    heads = np.float32([[0.1, 0.2], [0.3, 0.4]])
    stored = store.Store(["a", "b"], ["x", "y"], np.float32([[1, 2], [3, 4]]), {}, heads,
                         ["valence", "arousal"])  # fmt: skip
    found = with_outputs(stored, ["arousal"])
    np.testing.assert_array_equal(found, np.float32([[1, 2, 0.2], [3, 4, 0.4]]))
    np.testing.assert_array_equal(with_outputs(stored, []), stored.features)


def test_outputs_on_another_scale_are_mapped(run):
    as_rated = run(6 * HEAD + 1, [*DIMENSIONS], scale=(1, 7))
    np.testing.assert_allclose(as_rated[[*DIMENSIONS]].to_numpy(), HEAD[::-1], rtol=1e-6)


def test_an_output_beside_the_three_is_left_alone(run):
    result = run(HEAD[:, [0, 1, 2, 0]], ["valence", "liking", "arousal", "dominance"])
    np.testing.assert_allclose(result.loc[1, ["valence", "arousal", "dominance"]].astype(float),
                               [0.1, 0.3, 0.1], rtol=1e-6)  # fmt: skip


@pytest.mark.parametrize(("predictions", "names", "said"), [
    (None, [], "nothing .it has none.; valence, arousal, dominance missing"),
    (HEAD, ["arousal", "pleasure", "valence"], "arousal, pleasure, valence; dominance missing"),
])  # fmt: skip
def test_a_model_without_all_three_is_named(run, predictions, names, said):
    with pytest.raises(InputError, match=said) as error:
        run(predictions, names)
    assert "features.h5" in str(error.value)


def test_only_the_dimensions_of_the_corpus_are_predicted(run):
    result = run(HEAD[:, :2], ["arousal", "valence"], had=["valence", "arousal"])
    assert result["valence"].notna().all() and result["dominance"].isna().all()


def recalibrated(folder, given, labels, folds):
    """Bring predictions to where their training folds would have their labels."""
    ids = [f"{n:02}" for n in range(len(given))]
    features = np.zeros((len(given), 1), dtype=np.float32)
    stored = store.Store(ids, ["x"], features, {}, given.astype(np.float32), [*DIMENSIONS])
    store.write(stored, folder / "f.h5")
    write_csv(pd.DataFrame(labels, columns=[*DIMENSIONS]).assign(id=ids), folder / "u.csv")
    write_csv(pd.DataFrame({"id": ids, "fold": folds}), folder / "folds.csv")
    direct(
        features=str(folder / "f.h5"), folds=str(folder / "folds.csv"),
        utterances=str(folder / "u.csv"), recalibrate=True, output=str(folder / "o.csv"),
    )  # fmt: skip
    return read_csv(folder / "o.csv").set_index("id").loc[ids, [*DIMENSIONS]].to_numpy()


def test_recalibration_takes_mean_and_spread_from_the_training_folds(tmp_path):
    generator = np.random.default_rng(0)
    labels, folds = generator.random((40, 3)), np.arange(40) % 4
    given = 0.2 * labels + 0.6 + 0.02 * generator.normal(size=(40, 3))
    found = recalibrated(tmp_path, given, labels, folds)
    for fold in range(4):
        train = folds != fold
        for column in range(3):
            own, truth = given[train, column], labels[train, column]
            slope = truth.std() / own.std()
            expected = truth.mean() + slope * (given[~train, column] - own.mean())
            np.testing.assert_allclose(found[~train, column], expected, rtol=1e-5)


def test_recalibration_makes_the_mean_of_what_says_nothing_in_training(tmp_path):
    generator, folds = np.random.default_rng(0), np.arange(40) % 4
    labels = generator.random((40, 3))
    given = np.where(folds == 0, 0.9, 0.5)[:, None].repeat(3, axis=1)
    labels[:, 2] = 0.25  # nor is there anything to be said of dominance
    found = recalibrated(tmp_path, given, labels, folds)[folds == 0]
    np.testing.assert_allclose(found, np.tile(labels[folds != 0].mean(axis=0), (10, 1)))
