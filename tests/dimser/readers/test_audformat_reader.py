from pathlib import Path

import audformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.errors import InputError
from dimser.labels import DIMENSIONS
from dimser.readers import Corpus
from dimser.readers.audformat import read

FILES = [f"wav/{n}.wav" for n in range(4)]
VALUES = np.random.default_rng(0).uniform(1, 5, size=(3, 4, 3)).round(3)


def database(folder: Path, *, segmented: bool = False, gold: bool = True, raters: bool = True,
             arousal: str = "arousal", speakers: str = "table") -> None:  # fmt: skip
    """Write a database of four utterances; three raters, whose mean is the gold standard."""
    db = audformat.Database("mini", languages=["de"])
    db.raters["gold"] = audformat.Rater(audformat.define.RaterType.VOTE)
    index = audformat.filewise_index(FILES)
    if segmented:
        index = audformat.segmented_index(
            [FILES[0]] * 4, pd.to_timedelta([0, 1, 2, 3], "s"), pd.to_timedelta([1, 2, 3, 4.5], "s")
        )
    names = ["valence", arousal, "dominance"]
    db["gold"] = audformat.Table(index)
    for number, name in enumerate(names):
        db.schemes[name] = audformat.Scheme("float", minimum=1, maximum=5)
        if gold:
            db["gold"][name] = audformat.Column(scheme_id=name, rater_id="gold")
            db["gold"][name].set(VALUES[number].mean(axis=1))
        if raters:
            db[f"{name}.votes"] = audformat.Table(index)
            for rater in range(3):
                db.raters[f"r{rater}"] = audformat.Rater()
                column = audformat.Column(scheme_id=name, rater_id=f"r{rater}")
                db[f"{name}.votes"][f"r{rater}"] = column
                db[f"{name}.votes"][f"r{rater}"].set(VALUES[number][:, rater])
    if speakers == "table":
        labels = {"s1": {"gender": "female"}, "s2": {"gender": "male"}}
        db.schemes["speaker"] = audformat.Scheme("str", labels=labels)
        db["files"] = audformat.Table(audformat.filewise_index(FILES))
        db["files"]["speaker"] = audformat.Column(scheme_id="speaker")
        db["files"]["speaker"].set(["s1", "s1", "s2", "s2"])
    db.save(str(folder))


@pytest.mark.parametrize("segmented", [False, True])
@pytest.mark.parametrize("arousal", ["arousal", "activation"])
def test_gold_standard_raters_and_speakers(tmp_path: Path, segmented: bool, arousal: str) -> None:
    database(tmp_path, segmented=segmented, arousal=arousal)
    corpus = read(str(tmp_path))
    assert corpus.problems == [] and corpus.findings == []
    np.testing.assert_allclose(corpus.utterances[[*DIMENSIONS]], VALUES.mean(axis=2).T)
    ratings = corpus.ratings.set_index(["id", "rater"]).sort_index()
    assert len(ratings) == 12
    expected = VALUES.transpose(1, 2, 0).reshape(12, 3)
    np.testing.assert_allclose(ratings[[*DIMENSIONS]], expected)
    assert set(corpus.utterances["language"]) == {"deu"}
    if segmented:
        assert corpus.utterances["start"].tolist() == [0, 1, 2, 3]
        assert corpus.utterances["end"].tolist() == [1, 2, 3, 4.5]
        assert corpus.utterances["id"][1] == "wav/0_1_2"
    else:
        assert corpus.utterances["speaker"].tolist() == ["s1", "s1", "s2", "s2"]
        assert corpus.utterances["gender"].tolist() == ["female", "female", "male", "male"]
        assert corpus.utterances["end"].isna().all()
        assert corpus.utterances["file"][0] == str(tmp_path / FILES[0])


def test_ratings_alone_or_gold_alone(tmp_path: Path) -> None:
    database(tmp_path / "a", gold=False)
    votes = read(str(tmp_path / "a"))
    assert "valence" not in votes.utterances and len(votes.ratings) == 12
    database(tmp_path / "b", raters=False)
    assert read(str(tmp_path / "b")).ratings is None


def test_files_without_speaker_are_nobody_else(tmp_path: Path) -> None:
    database(tmp_path, speakers="none")
    corpus = read(str(tmp_path))
    assert corpus.utterances["speaker"].nunique() == 4
    assert [f.kind for f in corpus.findings] == ["unknown speaker"]


def test_what_is_no_such_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no audformat database can be read"):
        read(str(tmp_path))
    database(tmp_path, arousal="mood")
    with pytest.raises(InputError, match="no column for arousal; schemes: dominance, mood"):
        read(str(tmp_path))


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode),
    name=st.sampled_from(["db.yaml", "db.gold.*", "db.files.*"]),
    kept=st.integers(0, 200),
)
def test_whatever_bytes_stand_there_are_answered(content, name, kept, tmp_path_factory) -> None:
    root = tmp_path_factory.mktemp("database")
    database(root)
    path = next(root.glob(name))
    path.write_bytes(path.read_bytes()[:kept] + content)
    try:
        corpus = read(str(root))
    except InputError as error:
        assert str(root) in str(error)
    else:
        assert isinstance(corpus, Corpus) and set(DIMENSIONS) <= set(corpus.utterances)
