import numpy as np
import pytest

from dimser import store
from dimser.errors import InputError
from dimser.files import read_csv
from direct import direct

HEAD = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], dtype=np.float32)


@pytest.fixture
def run(tmp_path):
    def run(predictions, names):
        features = np.zeros((2, 1), dtype=np.float32)
        stored = store.Store(["a", "b"], ["x"], features, {}, predictions, names)
        store.write(stored, tmp_path / "features.h5")
        (tmp_path / "folds.csv").write_text("id,fold,train\nb,1,True\na,0,True\nc,,True\n")
        direct(
            features=str(tmp_path / "features.h5"),
            folds=str(tmp_path / "folds.csv"),
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
    (None, [], "nothing by itself, but not valence, arousal, dominance"),
    (HEAD, ["arousal", "pleasure", "valence"], "arousal, pleasure, valence by itself, .*dominance"),
])  # fmt: skip
def test_a_model_without_all_three_is_named(run, predictions, names, said):
    with pytest.raises(InputError, match=said) as error:
        run(predictions, names)
    assert "features.h5" in str(error.value)
