from functools import partial
from pathlib import Path

import miniature_quechua
import numpy as np
import pandas as pd
import pytest
from conftest import read_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import Corpus, Finding

read = partial(read_corpus, "quechua_collao")

LABELS = "Labels/Labels/Labels.csv"


def edit(path: Path, row: int, column: str, value: str) -> None:
    table = (
        pd.read_csv(path, dtype=str) if path.suffix == ".csv" else pd.read_excel(path, dtype=str)
    )
    table.loc[row, column] = value
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_excel(path, sheet_name="map", index=False)


def kinds(corpus: Corpus) -> list[str]:
    return [f.kind for f in corpus.findings if f.kind != "other count than published"]


@pytest.mark.parametrize("nested", [True, False])
def test_labels_speakers_and_ratings_are_what_was_written(tmp_path: Path, nested: bool) -> None:
    utterances, ratings = miniature_quechua.write(tmp_path)
    if not nested:
        for file in [*tmp_path.glob("Labels/Labels/*"), *tmp_path.glob("Data/Data/*")]:
            file.rename(tmp_path / file.name.upper())
    corpus = read(str(tmp_path))
    assert corpus.problems == [] and kinds(corpus) == []
    columns = list(utterances.columns)
    pd.testing.assert_frame_equal(corpus.utterances[columns], utterances, check_dtype=False)
    pd.testing.assert_frame_equal(corpus.ratings, ratings, check_dtype=False)
    assert all(Path(file).is_file() for file in corpus.utterances["file"])


@pytest.mark.parametrize("value", ["2.333.333.333", "22210", "0", "x"])
def test_a_damaged_label_leaves_its_clip_out_and_is_named(tmp_path: Path, value: str) -> None:
    utterances, _ = miniature_quechua.write(tmp_path)
    edit(tmp_path / LABELS, 4, "Valence", value)
    corpus = read(str(tmp_path))
    assert kinds(corpus) == ["label out of range", "audio without label"]
    assert f"Labels.csv, row 6: Valence {value!r} of clip 10004" in ": ".join(
        corpus.findings[0][1:]
    )
    assert set(utterances["id"]) - set(corpus.utterances["id"]) == {"10004"}
    assert "10004" not in set(corpus.ratings["id"])
    others = ["arousal", "dominance"]
    assert len(read(str(tmp_path), dimensions=others).utterances) == len(utterances)


def test_a_damaged_rating_is_missing_and_named(tmp_path: Path) -> None:
    _, ratings = miniature_quechua.write(tmp_path)
    edit(tmp_path / "Labels/Labels/Arousal.csv", 2, "N3", "33")
    corpus = read(str(tmp_path))
    assert kinds(corpus) == ["label out of range", "blank rating"]
    assert len(corpus.ratings) == len(ratings)
    assert (
        corpus.ratings.set_index(["id", "rater"])
        .loc[("10002", "N3"), [*DIMENSIONS]]
        .isna()["arousal"]
    )


@pytest.mark.parametrize("actor", ["6-", "6_"])
def test_an_odd_actor_is_read_by_its_number_and_named(tmp_path: Path, actor: str) -> None:
    miniature_quechua.write(tmp_path)
    edit(tmp_path / "Data/Data/Data.xlsx", 5, "Actor", actor)
    corpus = read(str(tmp_path))
    assert kinds(corpus) == ["odd actor"] and corpus.utterances["speaker"].nunique() == 6
    assert "sheet map, row 7" in corpus.findings[0].where


def test_a_clip_without_speaker_is_left_out_and_named(tmp_path: Path) -> None:
    miniature_quechua.write(tmp_path)
    edit(tmp_path / "Data/Data/Data.xlsx", 5, "Audio", "99999")
    corpus = read(str(tmp_path))
    assert kinds(corpus) == ["audio without speaker"] and len(corpus.utterances) == 17


@pytest.mark.parametrize(
    ("name", "column"),
    [("Labels/Labels/Labels.csv", "Valence"), ("Labels/Labels/Arousal.csv", "N3"),
     ("Data/Data/Data.xlsx", "Actor")],
)  # fmt: skip
def test_a_clip_with_two_rows_counts_once_where_they_agree_and_not_at_all_where_they_differ(
    tmp_path: Path, name: str, column: str
) -> None:
    utterances, ratings = miniature_quechua.write(tmp_path)
    edit(tmp_path / name, 18, "Audio", "10004")
    path = tmp_path / name
    table = (
        pd.read_csv(path, dtype=str) if path.suffix == ".csv" else pd.read_excel(path, dtype=str)
    )
    for other in table.columns.drop("Audio"):
        edit(path, 18, other, table[other][4])
    corpus = read(str(tmp_path))
    assert kinds(corpus) == [] and len(corpus.utterances) == len(utterances)
    assert len(corpus.ratings) == len(ratings)
    edit(path, 18, column, str(int(float(table[column][4])) % 5 + 1))
    corpus = read(str(tmp_path))
    assert Finding("rows that differ", f"{path}, clip 10004", "It has several; none is used.") in (
        corpus.findings
    )
    arousal = corpus.ratings.set_index("id")["arousal"].get("10004", pd.Series(np.nan))
    assert ("10004" in set(corpus.utterances["id"])) == ("Arousal" in name) and arousal.isna().all()


def test_what_is_not_the_corpus_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no Labels\.csv in this folder"):
        read(str(tmp_path))
    miniature_quechua.write(tmp_path)
    (tmp_path / "Data/Data/Data.xlsx").write_bytes(b"no sheet")
    with pytest.raises(InputError, match="sheet `map` cannot be read"):
        read(str(tmp_path))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quechua")
    miniature_quechua.write(folder)
    return folder


@settings(max_examples=60)
@given(
    content=st.binary(max_size=60) | st.text("Audio,Vl.ence\n10002.3", max_size=60).map(str.encode),
    name=st.sampled_from(["Labels", "Arousal"]),
)
def test_whatever_bytes_stand_there_are_answered(content: bytes, name: str, root: Path) -> None:
    path = root / f"Labels/Labels/{name}.csv"
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        corpus = read(str(root))
        assert isinstance(corpus, Corpus) and np.isfinite(corpus.utterances["start"]).all()
    except InputError as error:
        assert str(root) in str(error)
    finally:
        path.write_bytes(before)
