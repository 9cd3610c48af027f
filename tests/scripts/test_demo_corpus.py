import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from demo_corpus import demo_corpus
from dimser.core.audio import load
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.corpora.readers.manifest import read
from dimser.demo import corpora as demo

TINY = {
    "demo_en": replace(demo.DEMOS["demo_en"], panels=((4, 6),), utterances=3),
    "demo_de": replace(demo.DEMOS["demo_de"], panels=((2, 5), (2, 3)), utterances=3),
}
SCRIPTS = Path(demo.__file__).parents[2]


def make(folder: Path, corpus: str = "demo_en", seed: int = 3) -> dict[str, bytes]:
    """Make a corpus, and give the content of all its files."""
    demo_corpus(
        corpus=corpus,
        seed=seed,
        manifest=str(folder / "manifest.csv"),
        truth=str(folder / "truth.csv"),
        audio=str(folder / "wav"),
    )
    return content(folder)


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, design in TINY.items():
        monkeypatch.setitem(demo.DEMOS, name, design)


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("english")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(demo.DEMOS, "demo_en", TINY["demo_en"])
        make(folder)
    return folder


def test_manifest_is_read_without_a_complaint(english: Path) -> None:
    corpus = read(str(english))
    assert corpus.problems == []
    assert len(corpus.utterances) == 12 and len(corpus.ratings) == 36
    assert set(corpus.utterances["language"]) == {"eng"}
    assert set(corpus.utterances["gender"]) == {"female", "male"}
    assert sorted(corpus.utterances["group"].unique()) == ["ses1", "ses2"]


def test_columns_and_values_are_as_documented(english: Path) -> None:
    manifest, truth = (read_csv(english / f"{name}.csv") for name in ("manifest", "truth"))
    labels = list(DIMENSIONS)
    described = ["file", "speaker", "group", "gender", "language", "text", "rater"]
    assert manifest.columns.tolist() == described + labels
    assert truth.columns.tolist() == ["id", *labels, "rate", "pitch", "range", "volume", "effort"]
    assert manifest["file"][0] == "wav/ses1_f_001.wav" and truth["id"][0] == "ses1_f_001"
    assert list(dict.fromkeys(Path(file).stem for file in manifest["file"])) == truth["id"].tolist()
    assert truth[labels].stack().between(0, 1).all()
    assert (
        ",4,5," in (english / "manifest.csv").read_text() or manifest[labels].dtypes.eq(int).all()
    )


def test_german_manifest_has_no_sessions(tmp_path: Path) -> None:
    make(tmp_path, "demo_de")
    manifest = read_csv(tmp_path / "manifest.csv")
    assert "group" not in manifest and set(manifest["language"]) == {"deu"}
    assert manifest.groupby("speaker")["rater"].nunique().tolist() == [5, 5, 3, 3]
    assert manifest["text"].str.contains("[äöüß]").any()


def test_audio_is_16_khz_mono_16_bits_and_not_clipped(english: Path) -> None:
    files = sorted((english / "wav").iterdir())
    assert len(files) == 12
    for file in files:
        info = soundfile.info(file)
        assert (info.samplerate, info.channels, info.subtype) == (16000, 1, "PCM_16")
        assert 0.9 < info.duration < 4.2
        assert 0.01 < np.abs(load(file)[0]).max() < 0.95


def test_prosody_of_the_truth_is_heard(english: Path) -> None:
    truth = read_csv(english / "truth.csv").set_index("id")
    level = pd.Series({name: np.std(load(english / f"wav/{name}.wav")[0]) for name in truth.index})
    assert np.corrcoef(np.log(level), np.log(truth["volume"]))[0, 1] > 0.9


def test_the_same_bytes_a_second_time_and_in_another_process(english: Path, tmp_path: Path) -> None:
    expected = content(english)
    assert make(tmp_path / "again") == expected
    code = (
        "from pathlib import Path; import test_demo_corpus as test; "
        "test.demo.DEMOS.update(test.TINY); "
        f"test.make(Path({str(tmp_path / 'other')!r}))"
    )
    search = [str(SCRIPTS), str(Path(__file__).parent)]
    subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {search}; {code}"], check=True
    )
    assert content(tmp_path / "other") == expected
    assert make(tmp_path / "seed", seed=4) != expected


def test_german_does_not_depend_on_english_before(tmp_path: Path) -> None:
    alone = make(tmp_path / "alone", "demo_de")
    make(tmp_path / "english", "demo_en")
    assert make(tmp_path / "after", "demo_de") == alone
