"""From audio to feature stores: extract_opensmile, extract_transformers, assemble, import_table."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from miniature import write_corpus

from assemble import assemble
from dimser.core import audio
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.core.lookup import function
from dimser.features import store
from dimser.features.registry import EXTRACTORS
from extract_opensmile import extract_opensmile
from extract_transformers import extract_transformers
from import_table import import_table
from stand_in import stand_in

FUNCTIONALS = {"feature_set": "eGeMAPSv02", "level": "Functionals", "pooling": "mean"}
EMBEDDING = {"model": "data/stand_ins/wv2_em", "revision": "main", "layer": "last",
             "pooling": "mean", "max_seconds": 60, "precision": "float32",
             "batch_seconds": 320}  # fmt: skip
COLUMNS = ["id", "file", "start", "end", "duration", "digest"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four utterances in two shards, and a third shard that is empty."""
    folder = tmp_path_factory.mktemp("corpus")
    files = write_corpus(folder / "c", speakers=2, utterances=2)["file"]
    table = pd.DataFrame(
        {"id": ["d", "a", "c", "b"], "file": [str(folder / "c" / f) for f in files]}
    )
    table = table.assign(start=0.0, end=np.nan, duration=0.8, digest="x")[COLUMNS]
    for number, rows in enumerate((table[:3], table[3:], table[:0])):
        write_csv(rows, folder / f"{number}.csv")
    stand_in(features="wv2_em", seed=1, output=str(folder / "model"))
    return folder


def opensmile(corpus: Path, shard: int, output: Path) -> store.Store:
    extract_opensmile(
        index=str(corpus / f"{shard}.csv"),
        settings=FUNCTIONALS,
        threads=2,
        output=str(output),
    )
    return store.read(output)


def transformers(
    corpus: Path, shard: int, output: Path, threads: int = 2, layer: object = "last"
) -> store.Store:
    extract_transformers(
        index=str(corpus / f"{shard}.csv"),
        folder=str(corpus / "model"),
        settings=EMBEDDING | {"layer": layer},
        threads=threads,
        gpu=0,
        output=str(output),
    )
    return store.read(output)


@pytest.mark.parametrize(
    ("extract", "settings"), [(opensmile, FUNCTIONALS), (transformers, EMBEDDING)]
)
def test_shards_an_empty_one_too_make_a_store(
    corpus: Path, tmp_path: Path, extract, settings
) -> None:
    shards = [str(tmp_path / f"{number}.h5") for number in range(3)]
    parts = [extract(corpus, number, path) for number, path in enumerate(shards)]
    index = [str(corpus / f"{number}.csv") for number in range(3)]
    assemble(shards=shards, index=index, settings=settings, output=str(tmp_path / "all.h5"))
    whole = store.read(tmp_path / "all.h5", ["a", "b", "c", "d"])
    assert whole.names == parts[0].names
    np.testing.assert_array_equal(whole.features[[3, 0, 2]], parts[0].features)
    np.testing.assert_array_equal(whole.features[1], parts[1].features[0])
    assert len(whole.attributes["audio_digest"]) == 32 and whole.attributes["versions"]


def test_the_number_of_threads_changes_no_bit(corpus: Path, tmp_path: Path) -> None:
    one, two = (transformers(corpus, 0, tmp_path / f"{n}.h5", threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.features, two.features)
    np.testing.assert_array_equal(one.predictions, two.predictions)


@pytest.mark.parametrize("kind", ["opensmile", "transformers"])
def test_audio_may_be_changed_before_it_is_extracted(
    corpus: Path, tmp_path: Path, kind: str
) -> None:
    def cut(file: str, start: float, end: float, rate: int | None = None) -> tuple:
        return audio.load(file, 0.2, 0.6, rate)

    table = read_csv(corpus / "0.csv")
    settings = FUNCTIONALS if kind == "opensmile" else EMBEDDING
    extracted = function(EXTRACTORS[kind].function)
    how = {"model": str(corpus / "model")}
    changed = extracted(table, settings, load=cut, **how).features
    parts = table.assign(start=0.2, end=0.6, duration=0.4)
    np.testing.assert_array_equal(changed, extracted(parts, settings, **how).features)
    assert not np.array_equal(changed, extracted(table, settings, **how).features)


def test_the_store_tells_how_it_was_made(corpus: Path, tmp_path: Path) -> None:
    made = transformers(corpus, 0, tmp_path / "s.h5", layer="all")
    assert made.features.shape == (3, 5, 64)
    assert made.prediction_names == ["arousal", "dominance", "valence"]
    assert made.attributes["stand_in"] and made.attributes["layers"] == [0, 1, 2, 3, 4]
    assert made.attributes["model_type"] == "wav2vec2"


def test_a_table_is_imported_in_the_order_of_ids(corpus: Path, tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["b", "a", "d", "c"], "f0": [2.0, 1.0, 4.0, 3.0]})
    table.to_csv(tmp_path / "t.csv", index=False)
    index = [str(corpus / f"{number}.csv") for number in range(3)]
    import_table(table=str(tmp_path / "t.csv"), index=index, output=str(tmp_path / "s.h5"))
    read = store.read(tmp_path / "s.h5")
    assert read.ids == ["a", "b", "c", "d"] and read.features.ravel().tolist() == [1, 2, 3, 4]
    table.assign(f0=[1, 2, np.nan, 3]).to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(InputError, match="'f0' of 'd' = nan"):
        import_table(table=str(tmp_path / "t.csv"), index=index, output=str(tmp_path / "s.h5"))
