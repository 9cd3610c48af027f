from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.core.dimensions import DIMENSIONS
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


def test_one_name_in_several_spellings_is_one_person(tmp_path: Path) -> None:
    rows = ["a.wav,Mu\u0308ller", "b.wav,M\u00fcller", "c.wav,s1", "d.wav,s1\u200b",
            "e.wav,\ufeffs1", "f.wav,1", "g.wav,1.0"]  # fmt: skip
    corpus = read(write(tmp_path, *[f"{row},1,2,3" for row in rows]))
    assert corpus.problems == []
    assert corpus.utterances["speaker"].tolist() == ["M\u00fcller"] * 2 + ["s1"] * 3 + ["1"] * 2
    assert [(finding.kind, finding.what) for finding in corpus.findings] == [
        ("name in several spellings", what)
        for what in (
            "'Mu\\u0308ller' and 'M\\xfcller' are one speaker, 'M\u00fcller'.",
            "'s1' and 's1\\u200b' and '\\ufeffs1' are one speaker, 's1'.",
            "'1' and '1.0' are one speaker, '1'.",
        )
    ]


def test_one_utterance_may_be_rated_in_several_spellings(tmp_path: Path) -> None:
    rows = ["Mu\u0308.wav,s,1,2,3,r1", "M\u00fc.wav,s,1,2,3,r2", "M\u00fc.wav,s,1,2,3,r1\u200b"]
    corpus = read(write(tmp_path, *rows, header=f"{HEADER},rater"))
    assert corpus.utterances["id"].tolist() == ["M\u00fc"]
    (problem,) = corpus.problems
    assert "row 4: rating 'M\u00fc of rater r1' is already in row 2" in problem


@pytest.mark.parametrize("names", [("Ann", "ann"), ("01", "1"), ("s01", "s1"), ("A  B", "A B")])
@pytest.mark.parametrize("column", ["speaker", "group", "rater"])
def test_names_that_may_be_one_person_or_two_are_asked_about(
    tmp_path: Path, names: tuple[str, str], column: str
) -> None:
    rows = [f"{file}.wav,1,2,3,{name},s{file}" for file, name in zip("89", names, strict=True)]
    other = "group" if column == "speaker" else "speaker"
    header = f"file,valence,arousal,dominance,{column},{other}"
    (problem,) = read(write(tmp_path, *rows, header=header)).problems
    assert f"{names[0]!r} and {names[1]!r} may be one {column} or several" in problem


def test_unknown_speakers_are_nobody_else_and_need_not_differ(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.wav,unknown_1,1,2,3", "b.wav,unknown_01,1,2,3")).problems == []


@pytest.mark.parametrize("mark", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_as_spreadsheets_and_r_save_it(
    tmp_path: Path, mark: str, encoding: str
) -> None:
    rows = ['"1";"a.wav";"Mü";"1,5";2;"3,25"', "", '"2";"b,c.wav";"007";"1";"NA";"2,5"']
    header = '"";"File";"SPEAKER";"Valence";"Arousal";"Dominance"'
    lines = [line.replace(";", mark) for line in (header, *rows)]
    corpus = read(write(tmp_path, *lines[1:], header=f"sep={mark}\n{lines[0]}", encoding=encoding))
    assert corpus.problems == [] and corpus.findings == []
    assert corpus.utterances["id"].tolist() == ["a", "b,c"]
    assert corpus.utterances["speaker"].tolist() == ["Mü", "007"]
    values = corpus.utterances[["valence", "arousal", "dominance"]].to_numpy()
    np.testing.assert_array_equal(values, [[1.5, 2, 3.25], [1, np.nan, 2.5]])


def test_commas_are_decimal_throughout_or_not_at_all(tmp_path: Path) -> None:
    root = write(tmp_path, "a.wav;s;1,500;2.5;3", header=HEADER.replace(",", ";"))
    (problem,) = read(root).problems
    assert "row 2: valence '1,500' is not a number" in problem


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
    with pytest.raises(InputError, match="with commas, semicolons or tabs between them"):
        read(write(tmp_path, "a.wav|s|1|2|3", header=HEADER.replace(",", "|")))
    for rows in ((), ("", ",,,,")):
        with pytest.raises(InputError, match="no row below its header"):
            read(write(tmp_path, *rows))
    with pytest.raises(InputError, match="not a CSV table in UTF-8"):
        read(write(tmp_path, "ä.wav,s,1,1,1", encoding="latin-1"))
    with pytest.raises(InputError, match="does not exist"):
        read(str(tmp_path / "manifest.csv"))  # a file is no root


def test_a_row_longer_than_the_header_is_told(tmp_path: Path) -> None:
    # pandas would take the first column for an index, and shift all others
    told = "Expected 5 fields in line 2, saw 6: a separator too many stands at its end"
    with pytest.raises(InputError, match=told):
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


@pytest.mark.parametrize("name", ["activation", "Activation", "AROUSAL"])
@pytest.mark.parametrize("third", ["power", "Potency"])
def test_dimensions_go_by_several_names(tmp_path: Path, name: str, third: str) -> None:
    corpus = read(write(tmp_path, "a.wav,s,1,2,3", header=f"file,speaker,Valence,{name},{third}"))
    assert corpus.findings == [] and corpus.problems == []
    assert corpus.utterances[[*DIMENSIONS]].to_numpy().tolist() == [[1, 2, 3]]


def test_one_dimension_by_two_names_is_told(tmp_path: Path) -> None:
    root = write(tmp_path, "a.wav,s,1,2,3,4", header=f"{HEADER},activation")
    with pytest.raises(InputError, match="the columns arousal occur more than once"):
        read(root)


def test_a_dimension_that_is_not_there_is_empty_where_the_configuration_says_so(
    tmp_path: Path,
) -> None:
    root = write(tmp_path, "a.wav,s,1,2,", header=HEADER)
    with pytest.raises(InputError) as caught:
        read(root)
    assert "columns dominance are missing or empty" in str(caught.value)
    assert "by `dimensions: [valence, arousal]`" in str(caught.value)
    corpus = read(root, dimensions=["valence", "arousal"])
    assert corpus.utterances["dominance"].isna().all() and corpus.problems == []
    (finding,) = read(root, dimensions=["valence"]).findings
    assert finding.what == "'arousal' is not read: arousal is not among the corpus's `dimensions`."


def test_without_audio_there_is_an_id_and_without_speakers_a_group(tmp_path: Path) -> None:
    utterances = read(write(tmp_path, "a,g,1,2,3", header="id,session," + HEADER[13:])).utterances
    assert utterances["id"].tolist() == ["a"] and utterances["group"].tolist() == ["g"]
    assert utterances[["file", "speaker"]].isna().all(axis=None)
    with pytest.raises(InputError) as caught:
        read(write(tmp_path, "1,2,3", header=HEADER[13:]))
    for advice in ("`id` does instead of `file`", "`group` or `session` does instead of `speaker`"):
        assert advice in str(caught.value)


def test_rows_are_chosen_by_the_values_of_columns(tmp_path: Path) -> None:
    rows = ("a.wav,s,1,2,3,de,01", "b.wav,t,1,2,3,en,1", "c.wav,u,1,2,3,de,2")
    root = write(tmp_path, *rows, header=f"{HEADER},Lang,batch")

    def ids(**where: object) -> list[str]:
        return read(root, where=where).utterances["id"].tolist()

    assert ids(lang="de") == ["a", "c"] and ids(lang=["de", "en"]) == ["a", "b", "c"]
    assert (
        ids(batch=1) == ["a", "b"] and ids(batch="1") == ["b"] and ids(Lang="de", batch=2) == ["c"]
    )
    assert [f.what for f in read(root, where={"lang": "de"}).findings] == [
        "A manifest has no column 'batch'."
    ]
    for where, message in (
        ({"lang": "fr"}, "no row has 'fr' in the column 'lang', as `where` wants; there are 'de'"),
        ({"tongue": "de"}, "`where` names the column 'tongue', which it does not have"),
        ({"lang": "en", "batch": 2}, "no row has all that `where` wants"),
    ):
        with pytest.raises(InputError, match=message):
            read(root, where=where)


def test_columns_of_single_raters_are_ratings(tmp_path: Path) -> None:
    header = "file,speaker,a1_V,a1_A,a2_V,a2_A,A3_V"
    root = write(tmp_path, "a.wav,s,1,2,3,,", "b.wav,t,4,5,,,2", header=header)
    corpus = read(root, ratings="a{rater}_{V|A}", dimensions=["valence", "arousal"])
    assert corpus.problems == [] and corpus.findings == []
    assert list(corpus.utterances.columns) == UTTERANCE_COLUMNS
    found = corpus.ratings.fillna(0).to_numpy().tolist()
    assert found == [
        ["a", "1", 1, 2, 0], ["a", "2", 3, 0, 0], ["b", "1", 4, 5, 0], ["b", "3", 2, 0, 0],
    ]  # fmt: skip
    twice = write(tmp_path, "a.wav,s,1,2", "a.wav,s,1,2", header="file,speaker,a1_V,a1_A")
    (problem,) = read(twice, ratings="a{rater}_{V|A}", dimensions=["valence", "arousal"]).problems
    assert "row 3: utterance 'a' is already in row 2" in problem
    blank = write(tmp_path, "a.wav,s,,", header="file,speaker,a1_V,a1_A")
    assert read(blank, ratings="a{rater}_{V|A}", dimensions=["valence"]).ratings.empty
    root = write(tmp_path, "a.wav,s,1,high", header="file,speaker,a1_V,a1_A")
    (problem,) = read(root, ratings="a{rater}_{V|A}", dimensions=["valence", "arousal"]).problems
    assert "row 2: a1_A 'high' is not a number" in problem


def test_ratings_that_cannot_be_found_are_told(tmp_path: Path) -> None:
    both = write(tmp_path, "a.wav,s,1,2,3,r,1", header=f"{HEADER},rater,a1_V")
    with pytest.raises(InputError, match="a column `rater`, and columns that fit"):
        read(both, ratings="a{rater}_{V}")
    with pytest.raises(InputError, match=r"no column fits `ratings: b\{rater\}_\{V\}`"):
        read(both, ratings="b{rater}_{V}")
    twice = write(tmp_path, "a.wav,s,1,2", header="file,speaker,a1_V,A1_val")
    with pytest.raises(InputError, match="several columns are valence of rater '1'"):
        read(twice, ratings="a{rater}_{V|val}", dimensions=["valence"])


def test_times_that_differ_are_told_by_numbers_that_differ(tmp_path: Path) -> None:
    root = write(tmp_path, "a.wav,3600.004,3600,s,1,1,1", header="file,start,end," + HEADER[5:])
    assert "`end` 3600 s is not after `start` 3600.004 s" in read(root).problems[0]


def test_a_column_dialogue_is_kept(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(
        "file,speaker,valence,arousal,dominance,Dialogue\na.wav,x,1,2,3,01\nb.wav,y,1,2,3,\n"
    )
    dialogues = read(str(tmp_path), manifest="m.csv").dialogues
    assert dialogues["a"] == "01" and pd.isna(dialogues["b"])


def test_ages_are_years_and_what_is_no_number_is_told(tmp_path: Path) -> None:
    header = f"{HEADER},Age"
    rows = ["a.wav,x,1,2,3,31", "b.wav,y,1,2,3,", "c.wav,z,1,2,3,20-30", "d.wav,z,1,2,3,NA",
            "e.wav,z,1,2,3,-1"]  # fmt: skip
    corpus = read(write(tmp_path, *rows, header=header))
    assert corpus.ages["a"] == 31 and corpus.ages.drop("a").isna().all()
    assert corpus.problems == []
    assert [(own.kind, own.what) for own in corpus.findings] == [
        ("age without number",
         "Not a number of years: 2 ages, first '20-30'; counted as not known."),
    ]  # fmt: skip
    assert read(write(tmp_path, "a.wav,x,1,2,3")).ages.isna().all()


def test_an_utterance_has_one_age(tmp_path: Path) -> None:
    rows = ["a.wav,x,1,2,3,r1,31", "a.wav,x,1,2,3,r2,32.5", "b.wav,x,1,2,3,r1,40"]
    corpus = read(write(tmp_path, *rows, header=f"{HEADER},rater,age"))
    (said,) = corpus.problems  # a speaker may be older in another utterance
    assert said.endswith("row 3: `age` of utterance 'a' is 32.5, but 31.0 in an earlier row.")
