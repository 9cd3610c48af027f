"""The examples in the library's docstrings are true."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "workflow/scripts"
MODULES = [
    ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
    for path in sorted(SCRIPTS.glob("dimser/**/*.py"))
    if ">>> " in path.read_text("utf-8")
]


def test_there_are_examples() -> None:
    assert len(MODULES) > 15


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name))
    assert tried > 0 and failed == 0
