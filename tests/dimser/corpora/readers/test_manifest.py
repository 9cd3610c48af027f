from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.core.errors import InputError
from dimser.corpora.corpus import UTTERANCE_COLUMNS, Corpus
from dimser.corpora.preparation import label
from dimser.corpora.readers.manifest import read

HEADER = "file,speaker,valence,arousal,dominance"


def write(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> str:
    (folder / "manifest.csv").write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
    return str(folder)


def test_whole_files(tmp_path: Path) -> None:
    corpus = read(write(tmp_path, "wav/a.wav,s1,1,2,3", "/abs/b.wav,007,4,5,1"), language="deu")
    assert corpus.problems == [] and corpus.ratings is None
    assert corpus.utterances["id"].tolist() == ["wav/a", "/abs/b"]
    assert corpus.utterances["file"].tolist() == [str(tmp_path / "wav/a.wav"), "/abs/b.wav"]
    assert corpus.utterances["speaker"].tolist() == corpus.utterances["group"].tolist()
    assert corpus.utterances["speaker"].tolist() == ["s1", "007"]
    assert corpus.utterances["start"].tolist() == [0, 0]
    assert corpus.utterances["end"].isna().all()
    assert set(corpus.utterances["language"]) == {"deu"}
    assert corpus.utterances[["valence", "arousal", "dominance"]].to_numpy().tolist() == [
        [1, 2, 3],
        [4, 5, 1],
    ]


@pytest.mark.parametrize(
    "times", ["0.5,1.25", "0 days 00:00:00.5,0 days 00:00:01.250000"], ids=["seconds", "timedelta"]
)
def test_segments(tmp_path: Path, times: str) -> None:
    root = write(tmp_path, f"a.wav,{times},s,1,1,1", "a.wav,2,,s,1,1,1",
                 header=HEADER.replace("file,", "file,start,end,"))  # fmt: skip
    utterances = read(root).utterances
    assert utterances["start"].tolist() == [0.5, 2]
    assert utterances["end"][0] == 1.25 and np.isnan(utterances["end"][1])
    assert utterances["id"].tolist() == ["a_0.5_1.25", "a_2_end"]


def test_neighbours_in_a_long_recording_have_names_of_their_own(tmp_path: Path) -> None:
    root = write(tmp_path, "a.b.wav,3600.125,3600.25,s,1,1,1", "a.b.wav,3600.126,3600.25,s,1,1,1",
                 header=HEADER.replace("file,", "file,start,end,"))  # fmt: skip
    corpus = read(root)
    assert corpus.problems == []
    assert corpus.utterances["id"].tolist() == ["a.b_3600.125_3600.25", "a.b_3600.126_3600.25"]


def test_ratings_are_one_row_each(tmp_path: Path) -> None:
    root = write(tmp_path, "a.wav,s,1,2,3,r1", "a.wav,s,2,,3,r2", "b.wav,s,1,1,1,r1",
                 header=f"{HEADER},rater")  # fmt: skip
    corpus = read(root)
    assert corpus.problems == []
    assert list(corpus.utterances.columns) == UTTERANCE_COLUMNS
    assert corpus.utterances["id"].tolist() == ["a", "b"]
    assert corpus.ratings["rater"].tolist() == ["r1", "r2", "r1"]
    assert np.isnan(corpus.ratings["arousal"][1])


def test_a_spreadsheets_ways_are_understood(tmp_path: Path) -> None:
    header = " id , file ,speaker,session,gender,valence,arousal,dominance,mood"
    root = write(tmp_path, "007, a.wav ,s1,ses1, W ,1,2,3,x", header=header, encoding="utf-8-sig")
    row = read(root).utterances.iloc[0]
    assert (row["id"], row["group"], row["gender"]) == ("007", "ses1", "female")


def test_columns_are_known_in_any_case_and_others_reported(tmp_path: Path) -> None:
    header = "File,START,End,begin,strat,speaker,valence,arousal,dominance"
    corpus = read(write(tmp_path, "a.wav,1,2,9,9,s,1,2,3", header=header))
    assert corpus.utterances[["start", "end"]].to_numpy().tolist() == [[1.0, 2.0]]
    assert [finding.what for finding in corpus.findings] == [
        "A manifest has no column 'begin'.",
        "A manifest has no column 'strat'. Did you mean 'start'?",
    ]


def test_all_problems_are_told_with_row_and_value(tmp_path: Path) -> None:
    header = HEADER.replace("file,", "file,start,end,")
    root = write(
        tmp_path,
        "a.wav,0,1,s,1,high,3",
        "b.wav,2,1,s,1,1,1",
        "c.wav,soon,1,s,1,1,1",
        "d.wav,0,1,,1,1,1",
        "a.wav,0,1,s,1,1,1",
        header=header,
    )
    found = "\n".join(read(root).problems)
    for message in (
        "row 2: arousal 'high' is not a number",
        "row 3: `end` 1 s is not after `start` 2 s",
        "row 4: start 'soon' is not a time",
        "row 5: `speaker` is empty",
        "row 6: utterance 'a_0_1' is already in row 2",
    ):
        assert message in found


def test_rows_of_one_utterance_must_agree(tmp_path: Path) -> None:
    root = write(tmp_path, "a.wav,s1,1,2,3,r1", "a.wav,s2,1,2,3,r1", header=f"{HEADER},rater")
    problems = read(root).problems
    assert "`speaker` of utterance 'a' is 's2', but 's1' in an earlier row" in problems[1]
    assert "rating 'a of rater r1' is already in row 2" in problems[0]


def test_a_repeated_rating_is_told_once_and_with_its_row(tmp_path: Path) -> None:
    corpus = read(write(tmp_path, *["a.wav,s,1,2,3,r1"] * 2, header=f"{HEADER},rater"))
    (problem,) = corpus.problems + label(corpus, (1, 5), "mean", "c")[1]
    assert "row 3: rating 'a of rater r1' is already in row 2" in problem


def test_what_is_no_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read(str(tmp_path))
    with pytest.raises(InputError, match="valence, arousal, dominance are missing"):
        read(write(tmp_path, "a.wav,s", header="file,speaker"))
    with pytest.raises(InputError, match="with commas between them and not ';'"):
        read(write(tmp_path, header=HEADER.replace(",", ";")))
    for rows in ((), ("", ",,,,")):
        with pytest.raises(InputError, match="no row below its header"):
            read(write(tmp_path, *rows))
    with pytest.raises(InputError, match="not a CSV table in UTF-8"):
        read(write(tmp_path, "ä.wav,s,1,1,1", encoding="latin-1"))
    decimals = write(tmp_path, "a.wav;s;1,5;2,5;3,5", header=HEADER.replace(",", ";"))
    with pytest.raises(InputError, match=r"with commas between columns and decimal points\.$"):
        read(decimals)
    with pytest.raises(InputError, match="does not exist"):
        read(str(tmp_path / "manifest.csv"))  # a file is no root


def test_a_row_longer_than_the_header_is_told(tmp_path: Path) -> None:
    # pandas would take the first column for an index, and shift all others
    with pytest.raises(InputError, match="Expected 5 fields in line 2, saw 6"):
        read(write(tmp_path, "a.wav,s,1,2,3,"))


@pytest.mark.parametrize("header", [f"file, {HEADER}", f"{HEADER},file"])
def test_two_columns_of_one_name_are_told(tmp_path: Path, header: str) -> None:
    with pytest.raises(InputError, match="the columns file occur more than once"):
        read(write(tmp_path, "a.wav,s,1,2,3,b.wav", header=header))


def test_rows_are_counted_with_blank_ones(tmp_path: Path) -> None:
    corpus = read(write(tmp_path, "a.wav,s,1,2,3", "", ",,,,", "b.wav,s,x,2,3", "a.wav,s,1,2,3"))
    assert corpus.utterances["id"].tolist() == ["a", "b", "a"]
    first, second = corpus.problems
    assert "row 5: valence 'x'" in first
    assert "row 6: utterance 'a' is already in row 2" in second


def test_an_empty_name_is_told_once(tmp_path: Path) -> None:
    root = write(tmp_path, ",a.wav,s,1,2,3", "b,b.wav,,1,2,3", header=f"id,{HEADER}")
    assert [problem.split(", ")[-1] for problem in read(root).problems] == [
        "row 2: `id` is empty; fill it in.",
        "row 3: `speaker` is empty; fill it in.",
    ]


@settings(max_examples=200)
@given(
    header=st.just(None) | st.text(alphabet='file,speaker" \n', max_size=30),
    body=st.binary(max_size=60)
    | st.text(alphabet='a.wv,1-5;"\n\r\t é', max_size=80).map(str.encode),
    rater=st.booleans(),
)
def test_whatever_bytes_stand_there_are_answered(
    header: str | None, body: bytes, rater: bool, tmp_path_factory
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    if header is None:
        header = HEADER.replace("file,", "file,start,end,") + (",rater" if rater else "")
    (folder / "manifest.csv").write_bytes(header.encode() + b"\n" + body)
    try:
        corpus = read(str(folder))
    except InputError as error:
        assert str(folder) in str(error)
    else:
        assert isinstance(corpus, Corpus) and isinstance(corpus.utterances, pd.DataFrame)


def test_a_column_text_is_what_is_said(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(
        'file,speaker,valence,arousal,dominance,text\na.wav,x,1,2,3,"Well, NA."\nb.wav,y,1,2,3,\n'
    )
    corpus = read(str(tmp_path), manifest="m.csv")
    assert corpus.problems == [] and corpus.texts.to_dict() == {"a": "Well, NA.", "b": ""}
