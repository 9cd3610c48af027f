import numpy as np
import pandas as pd
import pytest

from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.evaluation.featurewise import featurewise_ccc
from dimser.features import store
from featurewise import featurewise

IDS = [f"{number:03}" for number in range(30)]


@pytest.fixture
def run(tmp_path):
    rng = np.random.default_rng(0)
    labels = rng.random((30, 3))
    table = pd.DataFrame(labels, columns=["dominance", "valence", "arousal"])  # order is by name
    table.insert(0, "id", IDS)
    write_csv(table, tmp_path / "utterances.csv")

    def run(features, names, ids=IDS, attributes=()):
        store.write(
            store.Store(list(ids), names, features, dict(attributes)), tmp_path / "features.h5"
        )
        featurewise(
            features=str(tmp_path / "features.h5"),
            utterances=str(tmp_path / "utterances.csv"),
            output=str(tmp_path / "featurewise.csv"),
        )
        return read_csv(tmp_path / "featurewise.csv"), labels[:, [1, 2, 0]]

    return run


def test_a_row_a_feature_whatever_the_order_of_the_store(run):
    features = np.random.default_rng(1).random((30, 4)).astype(np.float32)
    names = ["F0final_sma_stddev", "a,b", "pcm", "x"]
    result, labels = run(features[::-1], names, ids=IDS[::-1])
    assert list(result.columns) == ["feature", "valence", "arousal", "dominance"]
    assert result["feature"].tolist() == names
    np.testing.assert_array_equal(result.iloc[:, 1:], featurewise_ccc(features, labels))


@pytest.mark.parametrize(("attributes", "numbers"), [({}, (0, 1)), ({"layers": [3, 12]}, (3, 12))])
def test_layers_stand_in_the_features_names(run, attributes, numbers):
    features = np.random.default_rng(1).random((30, 2, 3)).astype(np.float32)
    result, labels = run(features, ["e0", "e1", "e2"], attributes=attributes)
    result = result.set_index("feature")
    assert len(result) == 6
    for position, number in enumerate(numbers):
        np.testing.assert_array_equal(
            result.loc[[f"{number}/e0", f"{number}/e1", f"{number}/e2"]],
            featurewise_ccc(features[:, position], labels),
        )


def test_an_utterance_without_features_stops(run):
    with pytest.raises(InputError, match="'000'"):
        run(np.ones((29, 1), dtype=np.float32), ["x"], ids=IDS[1:])
