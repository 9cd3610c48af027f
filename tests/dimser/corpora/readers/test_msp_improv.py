from functools import partial
from pathlib import Path

import miniature_msp
import pandas as pd
import pytest
from conftest import read_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.core.errors import InputError
from dimser.corpora.corpus import Corpus
from dimser.corpora.preparation import label

read = partial(read_corpus, "msp_improv")


def kinds(corpus: Corpus) -> list[str]:
    """What was found, but for the counts of a miniature."""
    return [f.kind for f in corpus.findings if f.kind != "other count than published"]


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
    assert kinds(corpus) == [kind]
    assert all(Path(file).is_file() for file in corpus.utterances["file"])
    assert corpus.utterances["group"].nunique() == 6
    name = corpus.utterances["id"][0]  # MSP-IMPROV-S01A-F01-S-FM01: a scene, as a session played it
    scene = f"{corpus.utterances['group'][0]}_{name.split('-')[2]}"
    assert corpus.dialogues[name] == scene and corpus.dialogues.notna().all()


def test_a_repeated_rating_counts_once_and_a_second_opinion_twice(tmp_path: Path) -> None:
    _, ratings = miniature_msp.write_improv(tmp_path)
    path = tmp_path / "Evalution.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], lines[1], lines[1].replace("V:2", "V:5"), *lines[2:]]))
    corpus = read(str(tmp_path))
    assert corpus.findings[0].kind == "repeated rating"
    assert len(corpus.ratings) == len(ratings) + 1
    assert not corpus.ratings.duplicated(["id", "rater"]).any()


@pytest.mark.parametrize("value", ["NaN", "nan", "", "x"])
def test_a_clip_that_lacks_a_label_is_left_out_and_named(tmp_path: Path, value: str) -> None:
    utterances, _ = miniature_msp.write_improv(tmp_path)
    path = tmp_path / "Evalution.txt"
    path.write_text(path.read_text().replace("D:2.000000 ;", f"D:{value};", 1))
    corpus = read(str(tmp_path))
    assert kinds(corpus) == ["inverted activation", "audio without label"]
    (found,) = [f for f in corpus.findings if f.kind == "audio without label"]
    left_out = utterances["id"][0]
    assert found.where == f"{path}, line 1"
    assert found.what == f"dominance of {left_out} is no number; the clip is left out."
    assert set(utterances["id"]) - set(corpus.utterances["id"]) == {left_out}
    assert left_out not in set(corpus.ratings["id"])
    assert label(corpus, (1, 5), "corpus", "c")[1] == []
    others = ["valence", "arousal"]
    assert set(read(str(tmp_path), dimensions=others).utterances["id"]) == set(utterances["id"])


def test_counts_are_compared_with_the_published_ones(tmp_path: Path) -> None:
    miniature_msp.write_improv(tmp_path)
    found = [f.what for f in read(str(tmp_path)).findings if "count" in f.kind]
    assert found == ["24 clips, not 8438."]


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


@settings(max_examples=100)
@given(
    content=st.binary(max_size=80)
    | st.text("UTD-IMPROVS01A;: \nRVF.5", max_size=80).map(str.encode)
)
def test_whatever_bytes_stand_there_are_answered(content, tmp_path_factory) -> None:
    root = tmp_path_factory.mktemp("improv")
    (root / "Evaluation.txt").write_bytes(content)
    assert isinstance(read(str(root)), Corpus)
