"""What a rule rests on is known by content, and by nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dimser.plan import digests


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The digest of a script that imports one module, which imports another, as it is by now.

    A third is looked up by name, a fourth is imported by nobody.
    """
    library = tmp_path / "dimser"
    (library / "core").mkdir(parents=True)
    for name, text in {
        "core/used.py": "def late():\n    from dimser.core import (\n        deep,\n    )\n",
        "core/deep.py": "DEPTH = 1\n",
        "core/named.py": "def read(): ...\n",
        "core/other.py": "",
        "../script.py": "from dimser.core.used import late\n",
    }.items():
        (library / name).write_text(text)
    monkeypatch.setattr(digests, "LIBRARY", library)

    def digest(also: Callable | None = lambda wildcards: "dimser.core.named:read") -> str:
        for cached in (digests.code_digest, digests._imported, digests._text):
            cached.cache_clear()  # as in another call of Snakemake
        return digests.code("script", *([also] if also else []))(None)

    yield digest
    for cached in (digests.code_digest, digests._imported, digests._text):
        cached.cache_clear()


@pytest.mark.parametrize("edited", ["script", "dimser/core/used", "dimser/core/deep"])
def test_an_edit_of_what_a_script_imports_shows(code: Callable, edited: str) -> None:
    before, path = code(None), digests.LIBRARY.parent / f"{edited}.py"
    path.write_text(path.read_text() + "# edited\n")
    assert code(None) != before


def test_an_edit_of_what_is_looked_up_by_name_shows(code: Callable) -> None:
    before, path = code(), digests.LIBRARY / "core/named.py"
    path.write_text(path.read_text() + "# edited\n")
    assert code() != before


def test_an_edit_of_anything_else_a_touch_or_other_line_ends_do_not(code: Callable) -> None:
    before = code()
    (digests.LIBRARY / "core/other.py").write_text("# edited\n")
    (digests.LIBRARY / "core/used.py").touch()
    for path in digests.LIBRARY.parent.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert code() == before


def test_texts_are_known_by_name_and_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one.rst", tmp_path / "two.rst"
    one.write_text("a\n")
    two.write_text("b\n")
    before = digests.text_digest([one, two])
    one.write_bytes(b"a\r\n")
    assert digests.text_digest([two, one]) == before
    two.write_text("c\n")
    assert digests.text_digest([one, two]) != before
