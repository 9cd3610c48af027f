from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser import store
from dimser.errors import InputError
from dimser.feature_tables import read_table

UTTERANCES = pd.DataFrame({"id": ["007", "b", "c"], "file": ["x/007.wav", "x/b.wav", "x/c.wav"]})
VALUES = np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32)
NAMES = ["f0", "loudness"]


def shuffled(key: str = "id") -> pd.DataFrame:
    """What another tool wrote: other order, and an utterance that is not in the corpus."""
    table = pd.DataFrame(VALUES, columns=NAMES)
    table.insert(0, key, UTTERANCES[key])
    more = pd.DataFrame([["other", 9.0, 9.0]], columns=table.columns)
    return pd.concat([table.iloc[[2, 0, 1]], more])


def write(folder: Path, kind: str) -> Path:
    path, table = folder / f"t.{kind.split('-')[0]}", shuffled()
    if kind == "csv":
        table.to_csv(path, index=False)
    elif kind == "csv-file":
        shuffled("file").assign(start=0, end=1).to_csv(path, index=False)
    elif kind == "parquet":
        table.to_parquet(path)
    elif kind == "parquet-index":
        table.set_index("id").to_parquet(path)
    elif kind == "npy":
        np.save(path, table[NAMES].to_numpy())
        path.with_suffix(".txt").write_text("\n".join(table["id"]))
    else:
        store.write(store.Store(table["id"].tolist(), NAMES, table[NAMES].to_numpy()), path)
    return path


@pytest.mark.parametrize("kind", ["csv", "csv-file", "parquet", "parquet-index", "npy", "h5"])
def test_rows_come_in_the_corpus_order(tmp_path: Path, kind: str) -> None:
    names, features = read_table(write(tmp_path, kind), UTTERANCES)
    assert names == (["feature_0", "feature_1"] if kind == "npy" else NAMES)
    assert features.dtype == np.float32
    np.testing.assert_array_equal(features, VALUES)


def test_all_problems_of_a_table_are_told(tmp_path: Path) -> None:
    table = shuffled().iloc[[0, 0, 1]].assign(mood="happy")
    table.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "t.csv", UTTERANCES)
    duplicate, missing, text = caught.value.problems
    assert "id 'c' stands in several rows" in duplicate
    assert "no row for 1 of 3 utterances, the first is 'b'" in missing
    assert "the columns mood hold what is no number" in text


def test_a_table_has_to_say_whose_rows_they_are(tmp_path: Path) -> None:
    shuffled()[NAMES].to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(InputError, match="neither a column `id` nor `file`"):
        read_table(tmp_path / "t.csv", UTTERANCES)
    shuffled()[["id"]].to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(InputError, match="no feature column"):
        read_table(tmp_path / "t.csv", UTTERANCES)
    path = write(tmp_path, "npy")
    path.with_suffix(".txt").write_text("a\nb")
    with pytest.raises(InputError, match=r"shape \(4, 2\) do not fit 2 ids"):
        read_table(path, UTTERANCES)
    path.with_suffix(".txt").unlink()
    with pytest.raises(InputError, match="the ids of its rows are missing"):
        read_table(path, UTTERANCES)


def test_segments_of_one_file_need_ids(tmp_path: Path) -> None:
    segments = UTTERANCES.assign(file="x/007.wav")
    with pytest.raises(InputError, match="several utterances of one file"):
        read_table(write(tmp_path, "csv-file"), segments)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "npy", "h5"])
def test_what_cannot_be_read_is_told(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"t.{suffix}").write_bytes(b"\x93NUMPY\x00\xff junk")
    with pytest.raises(InputError, match=str(tmp_path)):
        read_table(tmp_path / f"t.{suffix}", UTTERANCES)


def test_pickles_and_unknown_kinds_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "t.npy", UTTERANCES)
    with pytest.raises(InputError, match=r"cannot import '.xls'; give one of .csv"):
        read_table(tmp_path / "t.xls", UTTERANCES)
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(InputError, match="datasets `features` and `ids`"):
        read_table(tmp_path / "t.h5", UTTERANCES)


@settings(max_examples=150, deadline=None)
@given(
    suffix=st.sampled_from(["csv", "parquet", "npy"]),
    kept=st.integers(0, 400),
    content=st.binary(max_size=40) | st.text('id,f0\n"1e-.', max_size=40).map(str.encode),
)
def test_whatever_bytes_stand_there_are_answered(suffix, kept, content, tmp_path_factory) -> None:
    path = write(tmp_path_factory.mktemp("table"), suffix)
    path.write_bytes(path.read_bytes()[:kept] + content)
    try:
        names, features = read_table(path, UTTERANCES)
    except InputError as error:
        assert str(path) in str(error)
    else:
        assert features.shape == (len(UTTERANCES), len(names)) and features.dtype == np.float32
