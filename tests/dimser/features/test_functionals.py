from pathlib import Path

import numpy as np
import opensmile
import pandas as pd
import pytest
import soundfile
from miniature import write_corpus

from dimser.core import audio
from dimser.features import functionals
from dimser.features.registry import OPENSMILE_LEVELS, OPENSMILE_SETS


@pytest.fixture
def index(tmp_path: Path) -> pd.DataFrame:
    files = write_corpus(tmp_path / "c", speakers=2, utterances=2)["file"]
    paths = [str(tmp_path / "c" / file) for file in files]
    return pd.DataFrame({"file": paths, "start": 0.0, "end": np.nan})


@pytest.mark.parametrize("feature_set", ["ComParE_2016", "eGeMAPSv02"])
def test_functionals_are_opensmiles_own_bit_by_bit(index: pd.DataFrame, feature_set: str) -> None:
    extractor = functionals.smile(feature_set, "Functionals")
    package = opensmile.Smile(opensmile.FeatureSet[feature_set], opensmile.FeatureLevel.Functionals)
    expected = package.process_files(index["file"])
    assert functionals.names(extractor, "mean") == list(expected.columns)
    for threads in (1, 3):
        ours = functionals.extract(extractor, index, threads=threads)
        np.testing.assert_array_equal(ours, expected.to_numpy(dtype=np.float32))


def test_a_store_says_what_was_extracted_and_of_whom(index: pd.DataFrame) -> None:
    settings = {"feature_set": "eGeMAPSv02", "level": "Functionals", "pooling": "mean"}
    table = index.assign(id=[f"u{number}" for number in range(len(index))])
    found = functionals.extracted(table, settings)
    extractor = functionals.smile("eGeMAPSv02", "Functionals")
    assert found.ids == table["id"].tolist() and found.names == extractor.feature_names
    assert found.attributes["settings"] == settings
    np.testing.assert_array_equal(found.features, functionals.extract(extractor, index))


def test_a_segment_is_read_by_itself(index: pd.DataFrame) -> None:
    extractor = functionals.smile("eGeMAPSv02", "Functionals")
    segments = index.assign(start=0.1, end=0.6)
    signal, rate = soundfile.read(index["file"][0], dtype="float32")
    expected = extractor.process_signal(signal[1600:9600], rate).to_numpy()[0]
    np.testing.assert_array_equal(functionals.extract(extractor, segments)[0], expected)


@pytest.mark.parametrize("pooling", ["mean", "mean_std", "max"])
def test_frames_are_pooled_over_time(index: pd.DataFrame, pooling: str) -> None:
    extractor = functionals.smile("eGeMAPSv02", "LowLevelDescriptors")
    frames = extractor.process_signal(*audio.load(index["file"][0])).to_numpy()
    expected = {
        "mean": frames.mean(axis=0),
        "mean_std": np.concatenate([frames.mean(axis=0), frames.std(axis=0)]),
        "max": frames.max(axis=0),
    }[pooling]
    ours = functionals.extract(extractor, index, pooling)
    np.testing.assert_allclose(ours[0], expected, rtol=1e-6)
    assert len(functionals.names(extractor, pooling)) == ours.shape[1]


def test_a_plan_knows_the_sets_and_levels_that_opensmile_has() -> None:
    assert list(opensmile.FeatureSet.__members__) == list(OPENSMILE_SETS)
    assert list(opensmile.FeatureLevel.__members__) == list(OPENSMILE_LEVELS)
