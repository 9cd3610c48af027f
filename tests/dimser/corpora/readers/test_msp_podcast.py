from functools import partial
from pathlib import Path

import miniature_msp
import pandas as pd
import pytest
from conftest import read_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import Corpus

read = partial(read_corpus, "msp_podcast")

LAYOUTS = [
    None,
    {"id": "FileName", "rater": "Worker", "valence": "EmoVal", "arousal": "EmoAct",
     "dominance": "EmoDom"},
    {"id": "File Name", "rater": "Worker_ID", "valence": "Valence", "arousal": "Activation",
     "dominance": "Dominance"},
    {"id": "file", "rater": "annotator", "valence": "val", "arousal": "act", "dominance": "dom"},
]  # fmt: skip


@pytest.mark.parametrize("spelling", ["labels_consensus.csv", "labels_concensus.csv"])
@pytest.mark.parametrize("detailed", LAYOUTS)
def test_every_release_is_read_to_the_last_digit(
    tmp_path: Path, spelling: str, detailed: dict | None
) -> None:
    utterances, ratings = miniature_msp.write_podcast(
        tmp_path, spelling=spelling, detailed=detailed
    )
    corpus = read(str(tmp_path))
    assert corpus.problems == []
    columns = list(utterances.columns)
    pd.testing.assert_frame_equal(corpus.utterances[columns], utterances, check_dtype=False)
    pd.testing.assert_frame_equal(corpus.ratings, ratings, check_dtype=False)
    assert all(Path(file).is_file() for file in corpus.utterances["file"])
    name = corpus.utterances["id"][0]  # MSP-PODCAST_0001_0008: the eighth turn of a podcast
    assert corpus.dialogues[name] == name.split("_")[1] and corpus.dialogues.notna().all()


def test_unknown_speakers_are_nobody_else(tmp_path: Path) -> None:
    miniature_msp.write_podcast(tmp_path)
    corpus = read(str(tmp_path))
    assert corpus.utterances["speaker"].nunique() == 4
    assert {f.kind for f in corpus.findings} == {"unknown speaker", "audio without label"}


def test_blank_ratings_are_missing_and_counted(tmp_path: Path) -> None:
    miniature_msp.write_podcast(tmp_path)
    path = tmp_path / "Labels/labels.txt"
    path.write_text(path.read_text().replace("D:", "D:nan;", 3))
    corpus = read(str(tmp_path))
    # the first is the consensus, which is read from its own file
    assert corpus.ratings["dominance"].isna().sum() == 2
    assert corpus.findings[-1].what == "Missing: 2 dominance ratings."


def test_odd_cells_and_repeated_files_are_named_by_row(tmp_path: Path) -> None:
    miniature_msp.write_podcast(tmp_path)
    path = tmp_path / "Labels/labels_consensus.csv"
    lines = path.read_text().splitlines()
    cells = lines[1].split(",")
    path.write_text("\n".join([*lines, lines[1], ",".join([*cells[:2], "high", *cells[3:]])]))
    problems = read(str(tmp_path)).problems
    assert "row 10: EmoAct 'high' is not a number" in problems[0]
    assert "row 9: 'MSP-PODCAST_0001_0000.wav' is also in an earlier row" in problems[1]


def test_what_is_not_the_corpus_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no Labels/labels_consensus\.csv"):
        read(str(tmp_path))
    (tmp_path / "labels_consensus.csv").write_text("FileName,EmoVal\n")
    with pytest.raises(InputError, match="EmoAct, EmoDom, SpkrID"):
        read(str(tmp_path))


@settings(max_examples=100)
@given(content=st.binary(max_size=80), name=st.sampled_from(["labels.txt", "labels_detailed.csv"]))
def test_whatever_bytes_stand_there_are_answered(content, name, tmp_path_factory) -> None:
    root = tmp_path_factory.mktemp("podcast")
    (root / "labels_consensus.csv").write_text(
        "FileName,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set\na.wav,1,2,3,4,Male,Train\n"
    )
    (root / name).write_bytes(content)
    try:
        corpus = read(str(root))
    except InputError as error:
        assert str(root) in str(error)
    else:
        assert isinstance(corpus, Corpus) and set(DIMENSIONS) <= set(corpus.utterances)
