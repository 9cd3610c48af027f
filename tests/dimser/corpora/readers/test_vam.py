from functools import partial
from pathlib import Path

import miniature_vam
import numpy as np
import pandas as pd
import pytest
from conftest import read_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import Corpus

read = partial(read_corpus, "vam")

HEADER = "Valence Activation Dominance"


def kinds(corpus: Corpus) -> set[str]:
    return {finding.kind for finding in corpus.findings} - {"other count than published"}


@pytest.mark.parametrize("one_file", ["sentence", "speaker", "corpus"])
@pytest.mark.parametrize(
    ("mark", "decimal"), [(" ", "."), ("\t", ","), (";", ","), (",", "."), (", ", ","), ("  ", ",")]
)
@pytest.mark.parametrize("header", ["", HEADER])
def test_whatever_is_unambiguous_is_read_to_the_last_digit(
    tmp_path: Path, one_file: str, mark: str, decimal: str, header: str
) -> None:
    merged, ratings = miniature_vam.write(
        tmp_path, one_file=one_file, mark=mark, decimal=decimal, header=header, speakers=(1, 20)
    )
    corpus = read(str(tmp_path))
    assert corpus.problems == [] and kinds(corpus) == set()
    columns = ["id", "speaker", *DIMENSIONS]
    pd.testing.assert_frame_equal(corpus.utterances[columns], merged[columns], check_dtype=False)
    pd.testing.assert_frame_equal(
        corpus.ratings.sort_values(["id", "rater"]).reset_index(drop=True),
        ratings.sort_values(["id", "rater"]).reset_index(drop=True),
        check_dtype=False,
    )
    assert all(Path(file).is_file() for file in corpus.utterances["file"])


def test_panels_of_different_size_are_different_people(tmp_path: Path) -> None:
    miniature_vam.write(tmp_path)
    assert read(str(tmp_path)).ratings["rater"].nunique() == 17 + 6


def test_without_merged_labels_there_are_ratings_alone(tmp_path: Path) -> None:
    miniature_vam.write(tmp_path, ewe=False)
    corpus = read(str(tmp_path))
    assert "valence" not in corpus.utterances and len(corpus.ratings) == 2 * (2 * 17 + 3 * 6)


def test_shipped_labels_are_compared_with_the_ratings(tmp_path: Path) -> None:
    merged, _ = miniature_vam.write(tmp_path)
    path = tmp_path / f"labels/{merged['id'][3]}.ewe"
    path.write_text("0.9 -0.9 0.9\n")
    corpus = read(str(tmp_path))
    assert kinds(corpus) == {"consensus that differs from the ratings"}
    assert corpus.findings[-1].where == merged["id"][3]
    assert corpus.utterances["arousal"][3] == -0.9


def test_audio_without_label_and_label_without_audio(tmp_path: Path) -> None:
    miniature_vam.write(tmp_path)
    wav = tmp_path / "data/Sprecher01/Satz01001.WAV"
    wav.rename(wav.with_name("Satz01999.WAV"))
    corpus = read(str(tmp_path))
    assert kinds(corpus) == {"audio without label"}
    assert corpus.utterances["file"][0].endswith("data/Satz01001.wav")


def test_a_blank_rating_is_missing_and_listed(tmp_path: Path) -> None:
    miniature_vam.write(tmp_path)
    path = tmp_path / "labels/Satz20001.EVA"
    path.write_text(path.read_text() + "0.1 NaN 0.2\n")
    corpus = read(str(tmp_path))
    assert corpus.problems == [] and "blank rating" in kinds(corpus)
    assert np.isnan(corpus.ratings["arousal"]).sum() == 1


@pytest.mark.parametrize(
    "line", ["0.5 0.5", "0.5 0.5 0.5 0.5", "0.5 1.5 0.5", "0,5,0,2,0,1", "a b c", "0.1 0.2 x"]
)
def test_what_does_not_fit_is_a_problem_with_file_and_line(tmp_path: Path, line: str) -> None:
    miniature_vam.write(tmp_path)
    path = tmp_path / "labels/Satz20001.EVA"
    path.write_text(path.read_text() + line + "\n")
    (problem,) = read(str(tmp_path)).problems
    assert "Satz20001.EVA, line 7" in problem and repr(line) in problem


def test_counts_are_compared_with_the_published_ones(tmp_path: Path) -> None:
    miniature_vam.write(tmp_path)
    found = [f.what for f in read(str(tmp_path)).findings]
    assert found == ["10 utterances, not 947.", "5 speakers, not 47."]


def test_another_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Set `root` to the folder of VAM-Audio"):
        read(str(tmp_path))


@settings(max_examples=200)
@given(
    content=st.binary(max_size=60)
    | st.text(alphabet="Satz01.,;- \n\tnae", max_size=60).map(str.encode),
    name=st.sampled_from(["Satz01001.eva", "alle.EWE", "Satz01001.ewe"]),
)
def test_whatever_bytes_stand_there_are_answered(content, name, tmp_path_factory) -> None:
    root = tmp_path_factory.mktemp("vam")
    (root / name).write_bytes(content)
    try:
        assert isinstance(read(str(root)), Corpus)
    except InputError as error:
        assert str(root) in str(error)
