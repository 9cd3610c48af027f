from pathlib import Path

import miniature_msp
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.errors import InputError
from dimser.readers import Corpus
from dimser.readers.msp_improv import read


@pytest.mark.parametrize("inverted", [True, False])
@pytest.mark.parametrize("name", ["Evalution.txt", "Evaluation.txt"])
def test_activation_is_the_right_way_round_in_every_copy(
    tmp_path: Path, inverted: bool, name: str
) -> None:
    utterances, ratings = miniature_msp.write_improv(tmp_path, inverted=inverted, name=name)
    corpus = read(str(tmp_path))
    assert corpus.problems == []
    columns = list(utterances.columns)
    pd.testing.assert_frame_equal(corpus.utterances[columns], utterances, check_dtype=False)
    pd.testing.assert_frame_equal(corpus.ratings, ratings, check_dtype=False)
    kind = "inverted activation" if inverted else "activation as stored"
    assert [f.kind for f in corpus.findings] == [kind]
    assert all(Path(file).is_file() for file in corpus.utterances["file"])
    assert corpus.utterances["group"].nunique() == 6


def test_a_repeated_rating_counts_once_and_a_second_opinion_twice(tmp_path: Path) -> None:
    _, ratings = miniature_msp.write_improv(tmp_path)
    path = tmp_path / "Evalution.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], lines[1], lines[1].replace("V:2", "V:5"), *lines[2:]]))
    corpus = read(str(tmp_path))
    assert corpus.findings[0].kind == "repeated rating"
    assert len(corpus.ratings) == len(ratings) + 1
    assert not corpus.ratings.duplicated(["id", "rater"]).any()


def test_odd_lines_and_audio_without_label(tmp_path: Path) -> None:
    miniature_msp.write_improv(tmp_path)
    path = tmp_path / "Evalution.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[4:], "gibberish"]))
    corpus = read(str(tmp_path))
    assert f"{path}, line {len(lines) - 3}: 'gibberish'" in corpus.problems[0]
    assert "audio without label" in {f.kind for f in corpus.findings}


def test_another_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Set `root` to the folder of MSP-IMPROV"):
        read(str(tmp_path))


@settings(max_examples=100, deadline=None)
@given(
    content=st.binary(max_size=80)
    | st.text("UTD-IMPROVS01A;: \nRVF.5", max_size=80).map(str.encode)
)
def test_whatever_bytes_stand_there_are_answered(content, tmp_path_factory) -> None:
    root = tmp_path_factory.mktemp("improv")
    (root / "Evaluation.txt").write_bytes(content)
    assert isinstance(read(str(root)), Corpus)
