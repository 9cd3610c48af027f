from pathlib import Path

import h5py
import numpy as np
import opensmile
import pandas as pd
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from miniature import RATE, voice

from dimser.core.errors import InputError
from dimser.features import store
from dimser.features.feature_tables import read_table

UTTERANCES = pd.DataFrame(
    {"id": ["007", "b", "c"], "file": ["x/007.wav", "x/b.wav", "x/c.wav"], "start": 0.0}
).assign(end=np.nan, duration=1.25)
SEGMENTS = UTTERANCES.assign(file="/far/x/a.wav", start=[0, 1.25, 2.5], end=[1.25, 2.5, np.nan])
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
    assert "id 'c' is in several rows" in duplicate
    assert "no row for 1 of 3 utterances, the first is 'b'" in missing
    assert "the columns mood are not numeric" in text


BESIDE = {
    "": [1, 2, 3], "Unnamed: 0": 0.5, "Valence": 0.5, "activation": 0.5, "POWER": 0.5,
    "speaker": 1, "Speaker ID": 1, "session": [1, 1, 2], "Age": 30, "duration": 1.25,
    "EmoDom": 0.5, "gender": "f", "mood": [0, 1, 0],
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_what_describes_an_utterance_is_no_feature(
    tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    table, path = shuffled().iloc[:3].assign(**BESIDE), tmp_path / f"t.{suffix}"
    (table.to_csv if suffix == "csv" else table.to_parquet)(path)  # with an index of its own
    names, features = read_table(path, UTTERANCES, ["Mood"])
    assert names == NAMES
    np.testing.assert_array_equal(features, VALUES)
    (said,) = caplog.messages
    assert all(f"{name}, " in said or f" {name} describe" in said for name in BESIDE if name)
    with pytest.raises(InputError, match="no feature column"):
        read_table(write_csv(tmp_path, "id,valence", "007,1", "b,2", "c,3"), UTTERANCES)


def write_csv(folder: Path, *lines: str) -> Path:
    (folder / "t.csv").write_text("\n".join([*lines, ""]))
    return folder / "t.csv"


@pytest.mark.parametrize(
    "name", ["mean_power", "V1", "1", "F0semitone", "X", "index", "age_group_1"]
)
def test_a_feature_is_one_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path, f"id,{name}", "007,0.5", "b,2", "c,3")
    assert read_table(path, UTTERANCES)[0] == [name]


@pytest.mark.parametrize("rows", [("0", "1", "2"), ("1", "2", "3"), ('"17"', '"3"', '"5"')])
@pytest.mark.parametrize("name", ["", "X", "Unnamed: 0", "row.names", "index"])
def test_numbers_of_rows_are_no_feature(tmp_path: Path, name: str, rows: tuple) -> None:
    lines = [f"{row},{key},1" for row, key in zip(rows, UTTERANCES["id"], strict=True)]
    assert read_table(write_csv(tmp_path, f"{name},id,f0", *lines), UTTERANCES)[0] == ["f0"]


def test_an_array_holds_features_alone(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", np.arange(3)[:, None])
    (tmp_path / "t.txt").write_text("\ufeff007\nb\nc\n", encoding="utf-8")
    assert read_table(tmp_path / "t.npy", UTTERANCES)[0] == ["feature_0"]


def test_a_separator_too_many_is_told(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "id,f0,f1", "007,1,2,", "b,3,4,", "c,5,6,")
    with pytest.raises(InputError, match="Expected 3 fields in line 2, saw 4: a separator too"):
        read_table(path, UTTERANCES)


@pytest.mark.parametrize("there", ["Mu\u0308", "M\u00fc\u200b"])
@pytest.mark.parametrize("key", ["id", "file"])
def test_names_are_found_however_they_are_written(tmp_path: Path, key: str, there: str) -> None:
    ids = ["M\u00fc", "NA", "null"]
    corpus = UTTERANCES.assign(id=ids, file=[f"x/{name}" for name in ids])
    lines = [f"{name},{n},0" for n, name in enumerate([there, *ids[1:]])]
    path = write_csv(tmp_path, f"{key.upper()},f0,f1", *lines)
    np.testing.assert_array_equal(read_table(path, corpus)[1][:, 0], [0, 1, 2])
    lines = [f"x/{line}" for line in lines]
    other = corpus.assign(file=[f"x/{name}" for name in [there, *ids[1:]]])
    if key == "file":
        path = write_csv(tmp_path, "file,f0,f1", *lines)
        np.testing.assert_array_equal(read_table(path, other)[1][:, 0], [0, 1, 2])


def test_ids_that_are_numbers_are_compared_as_such(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": [3.0, 1.0, 2.0], "f0": [3, 1, 2]})
    table.to_parquet(tmp_path / "t.parquet")
    table.to_csv(tmp_path / "t.csv", sep=";", decimal=",", index=False)
    for suffix in ("parquet", "csv"):
        for ids in (["1", "2", "3"], ["1.0", "2.0", "3.0"]):
            found = read_table(tmp_path / f"t.{suffix}", UTTERANCES.assign(id=ids))[1]
            assert found.ravel().tolist() == [1, 2, 3]


def test_an_empty_end_is_that_of_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "file,start,end,f0", "a.wav,2.5,,3", "a.wav,,1.25,1",
                     "a.wav,1.25,2.5,2")  # fmt: skip
    assert read_table(path, SEGMENTS)[1].ravel().tolist() == [1, 2, 3]


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


def test_a_file_may_be_named_from_any_folder_above_it(tmp_path: Path) -> None:
    far = UTTERANCES.assign(file="/far/" + UTTERANCES["file"])
    np.testing.assert_array_equal(read_table(write(tmp_path, "csv-file"), far)[1], VALUES)
    alike = far.assign(file=["/far/x/b.wav", "/near/x/b.wav", "x/c.wav"])
    with pytest.raises(InputError, match=r"several utterances of the corpus are in 'x/b.wav'"):
        read_table(write(tmp_path, "csv-file"), alike)
    silent = UTTERANCES.assign(file=np.nan)
    with pytest.raises(InputError, match="the corpus names no files; key them by `id`"):
        read_table(write(tmp_path, "csv-file"), silent)
    assert len(read_table(write(tmp_path, "csv"), silent)[1]) == 3


@pytest.mark.parametrize("kind", ["seconds", "timedeltas", "parquet"])
def test_segments_are_known_by_file_and_times(tmp_path: Path, kind: str) -> None:
    start = SEGMENTS["start"] + 1e-5  # another tool rounds to its own frames
    end = SEGMENTS["end"].fillna(3.75)
    table = pd.DataFrame(VALUES, columns=NAMES).assign(file="x/a.wav", start=start, end=end)
    if kind != "seconds":
        table[["start", "end"]] = table[["start", "end"]].apply(pd.to_timedelta, unit="s")
    table, path = table.sample(frac=1, random_state=1), tmp_path / "t.csv"
    if kind == "parquet":
        path = path.with_suffix(".parquet")
        table.set_index(["file", "start", "end"]).to_parquet(path)
    else:
        table.to_csv(path, index=False)
    names, features = read_table(path, SEGMENTS)
    assert names == NAMES
    np.testing.assert_array_equal(features, VALUES)
    later = SEGMENTS.assign(start=SEGMENTS["start"] + 0.1)
    with pytest.raises(InputError, match=r"no row for 3 of 3 .*a\.wav \[0\.1, 1\.25\]'"):
        read_table(path, later)


def test_opensmiles_own_table_of_segments_is_taken(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", voice(0, 3.0), RATE)
    smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
    segments = UTTERANCES.assign(file=str(tmp_path / "a.wav"), start=[0, 1, 2], end=[1, 2, 3])
    made = smile.process_files(
        segments["file"].tolist(),
        starts=pd.to_timedelta(segments["start"], "s"),
        ends=pd.to_timedelta(segments["end"], "s"),
    )
    made[::-1].to_csv(tmp_path / "t.csv")
    names, features = read_table(tmp_path / "t.csv", segments)
    assert names == smile.feature_names
    np.testing.assert_allclose(features, made, rtol=1e-6)


def test_segments_of_one_file_need_times_or_ids(tmp_path: Path) -> None:
    shuffled("file").to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(InputError, match=r"several utterances of the corpus are in 'x/007\.wav'"):
        read_table(tmp_path / "t.csv", UTTERANCES.assign(file="x/007.wav"))


@pytest.mark.parametrize("value", ["", "inf", "1e39"])
def test_values_that_are_no_numbers_of_float32_are_named(tmp_path: Path, value: str) -> None:
    (tmp_path / "t.csv").write_text(f"id,f0,f1\n007,1,2\nb,3,{value}\nc,5,6\nother,,\n")
    with pytest.raises(InputError, match=r"t\.csv: 1 values .* the first is 'f1' of 'b'"):
        read_table(tmp_path / "t.csv", UTTERANCES)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "npy", "h5"])
def test_what_cannot_be_read_is_told(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"t.{suffix}").write_bytes(b"\x93NUMPY\x00\xff junk")
    with pytest.raises(InputError, match=str(tmp_path)):
        read_table(tmp_path / f"t.{suffix}", UTTERANCES)


def test_pickles_and_unknown_kinds_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "t.npy", UTTERANCES)
    with pytest.raises(InputError, match=r"cannot import '.xls'; use one of .csv"):
        read_table(tmp_path / "t.xls", UTTERANCES)
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(InputError, match="datasets `features` and `ids`"):
        read_table(tmp_path / "t.h5", UTTERANCES)


@settings(max_examples=150)
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
