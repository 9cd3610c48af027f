"""What a reader opens, and what an edit of reads a corpus again, are the same files."""

import builtins
import io
from collections.abc import Callable
from pathlib import Path

import miniature_iemocap
import miniature_msp
import miniature_quechua
import miniature_vam
import pandas as pd
import pytest
from conftest import read_corpus
from test_audformat_reader import database

from dimser.corpora.registry import READERS, label_files


def manifest(root: Path) -> None:
    (root / "m[1].csv").write_text("file,speaker,valence,arousal,dominance\na.wav,s,1,1,1\n")


def podcast_flat(root: Path) -> None:
    miniature_msp.write_podcast(root)
    for file in (root / "Labels").iterdir():
        file.rename(root / file.name)


def podcast_detailed(root: Path) -> None:
    columns = {"id": "FileName", "rater": "Worker", "valence": "EmoVal", "arousal": "EmoAct",
               "dominance": "EmoDom"}  # fmt: skip
    miniature_msp.write_podcast(root, spelling="labels_concensus.csv", detailed=columns)


TREES = [
    ("manifest", manifest),
    ("iemocap", miniature_iemocap.write),
    ("vam", miniature_vam.write),
    ("msp_podcast", miniature_msp.write_podcast),
    ("msp_podcast", podcast_flat),
    ("msp_podcast", podcast_detailed),
    ("msp_improv", miniature_msp.write_improv),
    ("msp_improv", lambda root: miniature_msp.write_improv(root, name="Evaluation.txt")),
    ("quechua_collao", miniature_quechua.write),
    ("audformat", database),
]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """What Python opens from now on (pyarrow opens its files by itself)."""
    found, plain = set(), open

    def noting(file: object, *args: object, **options: object) -> object:
        if isinstance(file, (str, Path)):
            found.add(Path(file))
        return plain(file, *args, **options)

    monkeypatch.setattr(io, "open", noting)
    monkeypatch.setattr(builtins, "open", noting)
    return found


def turn_case(root: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        path.rename(path.with_name(path.name.swapcase()))


AS_NAMED = ("manifest", "audformat")  # by the user, or by the package


@pytest.mark.parametrize(
    ("kind", "write", "turned"),
    [(*tree, turned) for tree in TREES for turned in {False, tree[0] not in AS_NAMED}],
)
def test_what_a_reader_opens_is_tracked(
    kind: str, write: Callable[[Path], object], turned: bool, tmp_path: Path, opened: set[Path]
) -> None:
    write(tmp_path)
    if turned:
        turn_case(tmp_path)
    (tmp_path / "readme.txt").write_text("no labels")
    named = {"manifest": "m[1].csv"}
    tracked = set(label_files({"reader": kind, "root": tmp_path, **named}))
    opened.clear()
    corpus = read_corpus(kind, tmp_path, **named)
    assert corpus.problems == [] and len(corpus.utterances)
    read = {path for path in opened if path.is_relative_to(tmp_path) and path.is_file()}
    if kind == "audformat":
        assert read <= tracked == set(tmp_path.glob("db*"))
    else:
        assert read == tracked


def put_marks(root: Path) -> None:
    """Save text as Windows' editor does: with a byte order mark."""
    for path in root.rglob("*"):
        if path.suffix.lower() in {".txt", ".csv", ".eva", ".ewe"}:
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


def put_links(root: Path) -> None:
    """Have each folder elsewhere, and a link to all in its place."""
    stored = root.with_name(f"{root.name}_stored")
    stored.mkdir()
    for number, folder in enumerate(sorted(root.rglob("*/"), reverse=True)):
        if folder != root:
            folder.rename(stored / str(number))
            folder.symlink_to(stored / str(number))
            (stored / str(number) / "loop").symlink_to(root)


@pytest.mark.parametrize(("kind", "write"), TREES)
@pytest.mark.parametrize("change", [put_marks, put_links])
def test_byte_order_marks_and_links_change_nothing(
    kind: str, write: Callable[[Path], object], change: Callable[[Path], None], tmp_path: Path
) -> None:
    root = tmp_path / "corpus"
    root.mkdir()
    write(root)
    expected = read_corpus(kind, root, manifest="m[1].csv")
    change(root)
    corpus = read_corpus(kind, root, manifest="m[1].csv")
    assert corpus.problems == [] and corpus.findings == expected.findings
    pd.testing.assert_frame_equal(corpus.utterances, expected.utterances)
    if expected.ratings is not None:
        pd.testing.assert_frame_equal(corpus.ratings, expected.ratings)


def test_every_reader_is_tried() -> None:
    assert {kind for kind, _ in TREES} == set(READERS) - {"audb"}
    assert label_files({"reader": "audb", "root": "a_name"}) == []
