from pathlib import Path

import pandas as pd
import pytest
from miniature import write_corpus

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv
from prepare import prepare

NAMES = ("utterances", "ratings", "audio", "dropped", "findings", "texts")


def run(root: Path, out: Path, shards: int = 2, **changes: object) -> dict[str, pd.DataFrame]:
    paths = {name: str(out / f"{name}.csv") for name in NAMES}
    arguments = {
        "reader": "dimser.corpora.readers.manifest:read",
        "root": str(root),
        "options": {},
        "scale": (1, 5),
        "consensus": "corpus",
        "min_duration": 0.1,
        "on_bad_audio": "error",
        "on_findings": "report",
        "threads": 2,
        "shards": [str(out / f"{number}.csv") for number in range(shards)],
    }
    prepare(**(arguments | changes), **paths)
    return {name: read_csv(path) for name, path in paths.items()} | {
        "shards": pd.concat([read_csv(path) for path in arguments["shards"]])
    }


def test_tables_are_as_the_contract_says(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=3)
    tables = run(tmp_path / "c", tmp_path / "out")
    utterances = tables["utterances"]
    assert ",".join(utterances.columns) == (
        "file,start,end,id,speaker,group,gender,language,duration,valence,arousal,dominance,"
        "dialogue"
    )
    assert utterances["dialogue"].isna().all()
    assert utterances["id"].tolist() == sorted(f.removesuffix(".wav") for f in manifest["file"])
    expected = manifest.sort_values("file")[[*DIMENSIONS]].to_numpy()
    assert (utterances[[*DIMENSIONS]] * 4 + 1).to_numpy() == pytest.approx(expected)
    assert ",".join(tables["audio"].columns) == (
        "id,file,start,end,duration,rate,channels,level,clipped,silent,offset,lost"
    )
    assert tables["audio"]["id"].tolist() == utterances["id"].tolist()
    assert sorted(tables["shards"]["id"]) == utterances["id"].tolist()
    assert len(tables["ratings"]) == len(tables["dropped"]) == len(tables["findings"]) == 0


def test_ages_stand_in_a_column_of_their_own_where_any_is_known(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=2).sort_values("file")
    ages = [25, None, 25.5, None]
    for known in (True, False):
        given = manifest.assign(age=ages if known else None)
        given.to_csv(tmp_path / "c/manifest.csv", index=False)
        utterances = run(tmp_path / "c", tmp_path / "out")["utterances"]
        assert ("age" in utterances) == known
        if known:
            assert utterances.columns[-1] == "age"
            assert utterances["age"].fillna(0).tolist() == [25, 0, 25.5, 0]


def test_ratings_stay_on_the_corpus_scale(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=2)
    rated = pd.concat([manifest.assign(rater=name) for name in ("r1", "r2")])
    rated.to_csv(tmp_path / "c/manifest.csv", index=False)
    tables = run(tmp_path / "c", tmp_path / "out", consensus="ewe")
    assert len(tables["ratings"]) == 8
    assert tables["ratings"]["valence"].tolist() == rated["valence"].tolist()


def test_all_kinds_of_bad_input_are_told_at_once(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=4)
    (tmp_path / "c" / manifest["file"][0]).unlink()
    (tmp_path / "c" / manifest["file"][1]).write_bytes(b"")
    manifest["arousal"] = manifest["arousal"].astype(object)
    manifest.loc[2, "arousal"] = "loud"
    manifest.loc[3, "valence"] = 7
    manifest.loc[7, "file"] = manifest["file"][6]
    manifest.to_csv(tmp_path / "c/manifest.csv", index=False)
    with pytest.raises(InputError) as caught:
        run(tmp_path / "c", tmp_path / "out")
    told = str(caught.value)
    for message in ("does not exist", "cannot be read as audio", "row 4: arousal 'loud'",
                    "valence 7 of utterance", "is already in row 8"):  # fmt: skip
        assert message in told
    assert not (tmp_path / "out").exists()


def test_bad_audio_is_left_out_only_where_that_is_wanted(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=2)
    (tmp_path / "c" / manifest["file"][0]).unlink()
    tables = run(tmp_path / "c", tmp_path / "out", on_bad_audio="drop")
    assert tables["dropped"]["id"].tolist() == ["wav/s0_0"]
    assert "does not exist" in tables["dropped"]["reason"][0]
    assert len(tables["utterances"]) == len(tables["shards"]) == 3


@pytest.mark.parametrize("there", ["Mu\u0308", "M\u00fc"])
def test_a_file_is_found_however_its_name_is_written(tmp_path: Path, there: str) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=2)
    (tmp_path / "c" / manifest["file"][0]).rename(tmp_path / "c" / f"{there}.wav")
    manifest.loc[0, "file"] = "M\u00fc.wav" if there == "Mu\u0308" else "Mu\u0308.wav"
    manifest.to_csv(tmp_path / "c/manifest.csv", index=False)
    tables = run(tmp_path / "c", tmp_path / "out")
    row = tables["utterances"].set_index("id").loc["M\u00fc"]
    assert row["file"] == str(tmp_path / "c" / f"{there}.wav")
    if there == "Mu\u0308":
        assert tables["findings"]["what"][0].startswith("1 files are spelled in another way")


def test_names_that_may_be_one_person_or_two_stop_the_run(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=2)
    manifest["speaker"] = ["01", "1", "2", "2"]
    manifest.to_csv(tmp_path / "c/manifest.csv", index=False)
    with pytest.raises(InputError, match="'01' and '1' may be one speaker or several"):
        run(tmp_path / "c", tmp_path / "out")


def test_audio_that_is_cut_off_is_told_or_left_out(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=2)
    path = tmp_path / "c" / manifest["file"][0]
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputError, match=r"s0_0.*cut off or damaged: its header promises"):
        run(tmp_path / "c", tmp_path / "out")
    tables = run(tmp_path / "c", tmp_path / "out", on_bad_audio="drop")
    assert tables["dropped"]["id"].tolist() == ["wav/s0_0"]
    assert len(tables["audio"]) == 3
