import numpy as np
import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.features import store
from direct import direct

HEAD = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], dtype=np.float32)


@pytest.fixture
def run(tmp_path):
    def run(predictions, names):
        features = np.zeros((3, 1), dtype=np.float32)
        predictions = None if predictions is None else np.vstack([predictions, predictions[:1]])
        stored = store.Store(["a", "b", "c"], ["x"], features, {}, predictions, names)
        store.write(stored, tmp_path / "features.h5")
        (tmp_path / "folds.csv").write_text("id,fold,train\nb,1,True\na,0,True\nc,,True\n")
        direct(
            features=str(tmp_path / "features.h5"),
            folds=str(tmp_path / "folds.csv"),
            utterances="not needed",
            output=str(tmp_path / "direct.csv"),
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


def test_recalibration_takes_mean_and_spread_from_the_training_folds(tmp_path):
    generator = np.random.default_rng(0)
    ids = [f"{n:02}" for n in range(40)]
    labels = pd.DataFrame(generator.random((40, 3)), columns=[*DIMENSIONS])
    given = 0.2 * labels.to_numpy() + 0.6 + 0.02 * generator.normal(size=(40, 3))
    given[:, 2] = 0.5
    features = np.zeros((40, 1), dtype=np.float32)
    stored = store.Store(ids, ["x"], features, {}, given.astype(np.float32), [*DIMENSIONS])
    store.write(stored, tmp_path / "f.h5")
    write_csv(labels.assign(id=ids), tmp_path / "u.csv")
    folds = np.arange(40) % 4
    write_csv(pd.DataFrame({"id": ids, "fold": folds}), tmp_path / "folds.csv")
    direct(
        features=str(tmp_path / "f.h5"), folds=str(tmp_path / "folds.csv"),
        utterances=str(tmp_path / "u.csv"), recalibrate=True, output=str(tmp_path / "o.csv"),
    )  # fmt: skip
    found = read_csv(tmp_path / "o.csv").set_index("id").loc[ids, [*DIMENSIONS]].to_numpy()
    for fold in range(4):
        train = folds != fold
        for column in range(2):
            own, truth = given[train, column], labels.to_numpy()[train, column]
            slope = truth.std() / own.std()
            expected = truth.mean() + slope * (given[~train, column] - own.mean())
            np.testing.assert_allclose(found[~train, column], expected, rtol=1e-5)
        # a constant prediction says nothing, and becomes the mean
        np.testing.assert_allclose(found[~train, 2], labels.to_numpy()[train, 2].mean())
