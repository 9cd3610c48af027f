"""A thousand files, of which fifty are broken in ten ways."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from conftest import BOUND, PROJECT
from miniature import RATE, voice

from dimser.core import audio
from dimser.core.files import read_csv
from dimser.core.job import last_words
from dimser.corpora.inspection import inspect

FILES, EACH = 1000, 5


def truncated(path: Path) -> None:
    """A header that promises a segment of a second, and half of it."""
    soundfile.write(path, voice(1, 1.0), RATE, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[:RATE])


def written(samples: np.ndarray) -> Callable[[Path], None]:
    return lambda path: soundfile.write(path, samples, RATE, subtype="FLOAT")


# How to break a file, and what is said of it.
BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "cannot be read as audio"),
    "header alone": (written(np.empty(0)), "the segment is empty"),
    "header cut": (lambda path: path.write_bytes(b"RIFF\0\0\0\0WAVE"), "cannot be read as audio"),
    "truncated": (truncated, "before the segment's `end` 0.7 s"),
    "wrong extension": (lambda path: path.write_text("file,id\n"), "cannot be read as audio"),
    "samples that are no numbers": (written(np.full(RATE, np.nan)), "not finite numbers"),
    "three samples long": (written(np.array([0.1, 0.2, 0.1])), "shorter than `min_duration`"),
    "silent": (written(np.zeros(RATE)), "digital silence"),
    "missing": (lambda path: path.unlink(missing_ok=True), "does not exist"),
    "without rights": (lambda path: (path.touch(), path.chmod(0)), "cannot be read"),
}  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The corpus, and what is to be said of each broken file."""
    folder = tmp_path_factory.mktemp("thousand")
    folder.chmod(0o755)
    (folder / "wav").mkdir()
    expected, rows = {}, []
    kinds = [kind for kind in BROKEN for _ in range(EACH)]
    for number in range(FILES):
        path = folder / f"wav/{number:04}.wav"
        end = ""
        if number % (FILES // len(kinds)) == 0:
            kind = kinds[number // (FILES // len(kinds))]
            BROKEN[kind][0](path)
            expected[path.stem] = BROKEN[kind][1]
            end = 0.7 if kind == "truncated" else ""
        else:
            soundfile.write(path, voice(number, 0.15), RATE, subtype="PCM_16")
        rows.append([f"wav/{path.name}", path.stem, f"s{number % 20}", end, 3, 3, 3])
    columns = ["file", "id", "speaker", "end", "valence", "arousal", "dominance"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "manifest.csv", index=False)
    return folder, expected


def arguments(root: Path, out: Path, on_bad_audio: str) -> dict:
    return {
        "reader": "dimser.corpora.readers.manifest:read", "root": str(root), "options": {},
        "scale": (1, 5),
        "consensus": "corpus", "min_duration": 0.1, "on_bad_audio": on_bad_audio,
        "on_findings": "report", "threads": 2, "shards": [str(out / "0.csv")],
        **{n: str(out / f"{n}.csv")
           for n in ("utterances", "ratings", "audio", "dropped", "findings", "texts")},
    }  # fmt: skip


def run(root: Path, out: Path, on_bad_audio: str) -> list[str]:
    """Prepare the corpus as a job does, by somebody who may not read everything; give sentences."""
    code = (
        "import json, sys\nfrom dimser.core.job import logged\nfrom prepare import prepare\n"
        "with logged(sys.argv[1]): prepare(**json.loads(sys.argv[2]))"
    )
    told = json.dumps(arguments(root, out, on_bad_audio))
    job = subprocess.run(
        [*BOUND, sys.executable, "-c", code, str(root / "job.log"), told],
        cwd=PROJECT / "workflow/scripts", capture_output=True, text=True,
    )  # fmt: skip
    assert job.returncode == (on_bad_audio == "error") and "Traceback" not in job.stderr
    problems, unexpected = last_words(str(root / "job.log"))
    assert unexpected == ""
    return problems


def test_all_broken_files_are_listed_by_cause(corpus: tuple, tried: Counter) -> None:
    root, expected = corpus
    problems = run(root, root / "none", "error")
    assert len(problems) == len(expected) == 50
    for (name, cause), problem in zip(sorted(expected.items()), problems, strict=True):
        assert f"wav/{name}.wav ({name}): " in problem and cause in problem
    assert not (root / "none").exists()
    tried["files broken"] += len(problems)


def test_the_others_go_on_and_what_is_left_out_is_listed(corpus: tuple, tmp_path: Path) -> None:
    root, expected = corpus
    assert run(root, tmp_path, "drop") == []
    dropped = read_csv(tmp_path / "dropped.csv").set_index("id")["reason"]
    assert sorted(dropped.index) == sorted(expected)
    assert all(cause in dropped[name] for name, cause in expected.items())
    kept = set(read_csv(tmp_path / "utterances.csv")["id"])
    assert len(kept) == FILES - 50 and not kept & set(expected)


def test_two_hours_are_read_like_anything_else(tmp_path: Path) -> None:
    """Long audio is sound: it is read rightly, and embedded in windows."""
    second = voice(0, 1.0, rate=8000).astype(np.float32)
    with soundfile.SoundFile(tmp_path / "a.flac", "w", 8000, 1, "PCM_16") as file:
        for _ in range(120):
            file.write(np.tile(second, 60))
    heard = inspect(tmp_path / "a.flac", 0, None, 0.1)
    assert (heard.duration, heard.reason) == (7200, "")
    late, _ = audio.load(tmp_path / "a.flac", 7199, 7200)
    np.testing.assert_allclose(late, second, atol=1e-4)
