"""The audb reader, on a database published to a repository that is a folder."""

import sys
from pathlib import Path

import audb
import audbackend
import audformat
import numpy as np
import pandas as pd
import pytest
import soundfile

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.readers.audb import read


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Publish three files of two speakers; give their labels."""
    labels = pd.DataFrame(np.arange(9).reshape(3, 3) / 9, columns=[*DIMENSIONS])
    files = [f"audio/{n}.wav" for n in range(3)]
    database = audformat.Database("mini")
    database.schemes["speaker"] = audformat.Scheme("str")
    database["files"] = audformat.Table(audformat.filewise_index(files))
    database["files"]["speaker"] = audformat.Column(scheme_id="speaker")
    database["files"]["speaker"].set(["anna", "anna", "ben"])
    for dimension in DIMENSIONS:
        database.schemes[dimension] = audformat.Scheme("float", minimum=0, maximum=1)
        database["files"][dimension] = audformat.Column(scheme_id=dimension)
        database["files"][dimension].set(labels[dimension].to_numpy())
    root = tmp_path / "mini"
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(root / file, np.zeros(1600), 16000)
    database.save(root)
    host = tmp_path / "host"
    host.mkdir()
    audbackend.backend.FileSystem.create(str(host), "repo")
    repository = audb.Repository("repo", str(host), "file-system")
    # before publishing, which asks all repositories for the versions that there are
    monkeypatch.setattr(audb.config, "REPOSITORIES", [repository])
    monkeypatch.setattr(audb.config, "CACHE_ROOT", str(tmp_path / "cache"))
    audb.publish(str(root), "1.2.0", repository, verbose=False)
    return labels


def test_a_version_is_loaded_and_read(published: pd.DataFrame) -> None:
    corpus = read("mini", version="1.2.0", language="deu")
    found = corpus.utterances.sort_values("id", ignore_index=True)
    np.testing.assert_allclose(found[[*DIMENSIONS]].to_numpy(), published.to_numpy())
    assert found["speaker"].tolist() == ["anna", "anna", "ben"]
    assert corpus.scale == (0, 1)
    assert set(found["language"]) == {"deu"} and all(Path(f).is_file() for f in found["file"])


def test_what_is_not_there_is_told(published: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"mini 9\.9\.9: audb cannot load"):
        read("mini", version="9.9.9")


def test_without_the_package_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "audb", None)
    with pytest.raises(InputError, match="pip install audb"):
        read("mini")
