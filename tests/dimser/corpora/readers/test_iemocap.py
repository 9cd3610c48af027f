from functools import partial
from pathlib import Path

import miniature_iemocap
import numpy as np
import pandas as pd
import pytest
from conftest import read_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import UTTERANCE_COLUMNS, Corpus
from dimser.corpora.preparation import label

read = partial(read_corpus, "iemocap")

DIALOG = "Session3/dialog/EmoEvaluation/Ses03M_script01_1b.txt"
FIRST = "Ses03M_script01_1b_F000"


@pytest.fixture
def tree(tmp_path: Path) -> tuple[Path, pd.DataFrame, pd.DataFrame]:
    return tmp_path, *miniature_iemocap.write(tmp_path, turns=1)


def edit(root: Path, old: str, new: str) -> None:
    text = (root / DIALOG).read_text()
    assert old in text
    (root / DIALOG).write_text(text.replace(old, new, 1))


def kinds(corpus: Corpus) -> list[str]:
    """What was found, but for the counts of a miniature."""
    return [f.kind for f in corpus.findings if f.kind != "other count than published"]


def test_speakers_groups_labels_and_ratings_are_what_was_written(tree: tuple) -> None:
    root, utterances, ratings = tree
    corpus = read(str(root))
    assert corpus.problems == [] and kinds(corpus) == []
    assert list(corpus.utterances.columns) == [*UTTERANCE_COLUMNS, *DIMENSIONS]
    read_utterances = corpus.utterances.sort_values("id").reset_index(drop=True)
    expected = utterances.sort_values("id").reset_index(drop=True)
    columns = ["id", "speaker", "group"]
    pd.testing.assert_frame_equal(read_utterances[columns], expected[columns], check_dtype=False)
    np.testing.assert_allclose(read_utterances[[*DIMENSIONS]], expected[[*DIMENSIONS]], atol=5.1e-5)
    key = ["id", "rater"]
    pd.testing.assert_frame_equal(
        corpus.ratings.sort_values(key).reset_index(drop=True),
        ratings.sort_values(key).reset_index(drop=True),
        check_dtype=False,
    )
    assert all(Path(file).is_file() for file in corpus.utterances["file"])


def test_the_speaker_is_who_speaks_and_not_who_wears_the_markers(tree: tuple) -> None:
    utterances = read(str(tree[0])).utterances.set_index("id")
    assert utterances.loc[FIRST, "speaker"] == "Ses03F"
    assert utterances.loc[FIRST, "gender"] == "female"
    assert utterances["speaker"].nunique() == 10
    assert (utterances.groupby("speaker")["group"].nunique() == 1).all()


def test_what_is_said_stands_in_the_transcriptions(tree: tuple) -> None:
    assert read(str(tree[0])).texts[FIRST] == "Line 0 of F."


def test_an_utterance_is_of_the_dialogue_that_its_name_begins_with(tree: tuple) -> None:
    corpus = read(str(tree[0]))
    dialogues = corpus.utterances["id"].map(corpus.dialogues)
    assert dialogues.notna().all() and corpus.dialogues[FIRST] == FIRST.rpartition("_")[0]
    assert (corpus.utterances["group"].groupby(dialogues).nunique() == 1).all()


def test_values_outside_the_scale_are_clipped_and_listed(tree: tuple) -> None:
    root = tree[0]
    start = f"{FIRST}\tneu\t["
    text = (root / DIALOG).read_text()
    labels = text[text.index(start) + len(start) :].split("]")[0]
    edit(root, labels, "5.5000, 3.0000, 0.5000")
    corpus = read(str(root))
    row = corpus.utterances.set_index("id").loc[FIRST]
    assert (row["valence"], row["dominance"]) == (5, 1)
    assert kinds(corpus).count("label out of range") == 2
    found = corpus.findings[0]
    assert DIALOG in found.where and "line 3" in found.where and "valence 5.5" in found.what


def test_a_blank_rating_is_missing_and_listed(tree: tuple) -> None:
    root = tree[0]
    text = (root / DIALOG).read_text()
    blank = next(line for line in text.splitlines() if line.startswith("A-E2"))
    edit(root, blank, blank.split("dom")[0] + "dom  ;\t()")
    corpus = read(str(root))
    assert corpus.problems == []
    rating = corpus.ratings.set_index(["id", "rater"]).loc[(FIRST, "E2")]
    assert np.isnan(rating["dominance"]) and not np.isnan(rating["valence"])
    assert "blank rating" in kinds(corpus)


def test_an_evaluator_who_rates_a_turn_twice_is_named(tree: tuple) -> None:
    root = tree[0]
    vote = next(v for v in (root / DIALOG).read_text().splitlines() if v.startswith("A-E2"))
    edit(root, vote, f"{vote}\n{vote}")
    (problem,) = label(read(str(root)), (1, 5), "mean", "c")[1]
    assert problem == f"c: rater 'E2' has rated utterance '{FIRST}' 2 times; keep one rating."


def test_a_consensus_that_is_not_the_mean_is_listed(tree: tuple) -> None:
    root = tree[0]
    text = (root / DIALOG).read_text()
    vote = next(line for line in text.splitlines() if line.startswith("A-E1"))
    edit(root, vote, "A-E1:\tval 1; act 1; dom 1;\t()" if "val 1" not in vote else
         "A-E1:\tval 5; act 5; dom 5;\t()")  # fmt: skip
    assert "consensus that differs from the ratings" in kinds(read(str(root)))


def test_audio_and_labels_without_one_another(tree: tuple) -> None:
    root, utterances, _ = tree
    wav = root / f"Session3/sentences/wav/Ses03M_script01_1b/{FIRST}.wav"
    wav.rename(wav.with_name("Ses03M_script01_1b_F099.wav"))
    corpus = read(str(root))
    assert kinds(corpus) == ["audio without label"]
    assert corpus.utterances.set_index("id").loc[FIRST, "file"] == str(wav)
    assert len(corpus.utterances) == len(utterances)


def test_counts_are_compared_with_the_published_ones(tree: tuple) -> None:
    found = [f for f in read(str(tree[0])).findings if f.kind == "other count than published"]
    assert [f.where for f in found] == ["Ses01", "Ses02", "Ses03", "Ses04", "Ses05"]
    assert found[0].what == "4 turns, not 1819."


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("gibberish", "'gibberish' is neither a turn nor a rating of one"),
        ("A-E9:\tval three; act 2; dom 2;\t()", "is not a rating like"),
        ("[1 - 2]\tSes03M_x_F000\tneu\t[1.0, 2.0]", "is not a turn with valence"),
        (f"[1 - 2]\t{FIRST}\tneu\t[1.0, 2.0, 3.0]", "is also in an earlier line"),
    ],
)
def test_odd_lines_are_problems_with_file_and_line(tree: tuple, line: str, message: str) -> None:
    path = tree[0] / DIALOG
    path.write_text(path.read_text() + line + "\n")
    (problem,) = read(str(tree[0])).problems
    number = len(path.read_text().splitlines())
    assert message in problem and f"{DIALOG}, line {number}" in problem


def test_another_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Set `root` to the folder of IEMOCAP"):
        read(str(tmp_path))


PIECES = ["[1 - 2]", "\t", "Ses01F_impro01_F000", "neu", "[", "]", "2.5, ", "A-E1:", "val 3;", "\n"]


@settings(max_examples=150)
@given(
    content=st.binary(max_size=80)
    | st.lists(st.sampled_from([*PIECES, "dom  ;", "act ", "()", "é"]), max_size=16).map(
        lambda parts: "".join(parts).encode()
    )
)
def test_whatever_bytes_stand_there_are_answered(content: bytes, tmp_path_factory) -> None:
    root = tmp_path_factory.mktemp("iemocap")
    folder = root / "Session1/dialog/EmoEvaluation"
    folder.mkdir(parents=True)
    (folder / "Ses01F_impro01.txt").write_bytes(content)
    assert isinstance(read(str(root)), Corpus)
