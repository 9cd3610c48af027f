from pathlib import Path

import pytest

from dimser.plan import digests as provenance


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script that imports one module, which imports another; a third is imported by nobody."""
    library = tmp_path / "dimser"
    library.mkdir()
    (library / "__init__.py").write_text("")
    (library / "used.py").write_text("from dimser import deep\n")
    (library / "deep.py").write_text("DEPTH = 1\n")
    (library / "other.py").write_text("")
    (tmp_path / "script.py").write_text("from dimser.used import something\n")
    monkeypatch.setattr(provenance, "LIBRARY", library)
    return tmp_path / "script.py"


@pytest.mark.parametrize("edited", ["dimser/used.py", "dimser/deep.py", "script.py"])
def test_an_edit_of_what_a_script_rests_on_shows(script: Path, edited: str) -> None:
    before = provenance.code_digest(script)
    path = script.parent / edited
    path.write_text(path.read_text() + "# edited\n")
    assert provenance.code_digest(script) != before


def test_an_edit_of_anything_else_does_not(script: Path) -> None:
    before = provenance.code_digest(script)
    (script.parent / "dimser/other.py").write_text("# edited\n")
    (script.parent / "dimser/used.py").touch()
    assert provenance.code_digest(script) == before
