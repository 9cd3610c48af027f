"""Which code a result rests on.

Snakemake tracks a rule's script by its date, and not what the script imports. A rule that has the
digest of both among its params runs again where either is edited, and nowhere else.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

LIBRARY = Path(__file__).parents[1]
IMPORT = re.compile(r"^\s*from (dimser[\w.]*) import (?:\(([^)]*)\)|(.*))", re.MULTILINE)


def code(script: str, *also: Callable[..., str]) -> Callable[..., str]:
    """Return a function for a rule's params: the digest of its script.

    Args:
        script: of the rule, without suffix.
        also: from wildcards, or from nothing where they do not matter, to functions that the
            script looks up by name, as `dimser.core.lookup` does; or to "" for none.
    """
    path = LIBRARY.parent / f"{script}.py"

    def digest(wildcards: object) -> str:
        looked_up = [name for one in also if (name := one(wildcards).partition(":")[0])]
        return "+".join([code_digest(path), *(code_digest(_file(name)) for name in looked_up)])

    return digest


@cache
def code_digest(file: Path) -> str:
    """Name a Python file and the library modules that it rests on by their content.

    Args:
        file: its imports of `dimser` (all of the form `from dimser.x import y`) are followed,
            transitively. How lines end does not matter.

    Returns:
        16 hexadecimal digits.
    """
    content = hashlib.blake2b(_text(file).encode(), digest_size=8)
    for module in sorted(_rests_on(file)):
        content.update(f"{module.relative_to(LIBRARY).as_posix()}\n{_text(module)}".encode())
    return content.hexdigest()


def _rests_on(file: Path) -> set[Path]:
    found, waiting = set(), [file]
    while waiting:
        new = _imported(waiting.pop()) - found
        found |= new
        waiting += new
    return found - {file}


@cache
def _imported(file: Path) -> frozenset[Path]:
    names = {
        name
        for module, many, one in IMPORT.findall(_text(file))
        for name in [module, *(f"{module}.{part}" for part in re.findall(r"\w+", many or one))]
    }
    return frozenset(path for name in names if (path := _file(name)).is_file())


def _file(module: str) -> Path:
    return LIBRARY.joinpath(*module.split(".")[1:]).with_suffix(".py")


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")  # CRLF becomes LF


def file_digest(*files: str) -> str:
    """Name tables by their content; what does not exist yet has none.

    Args:
        files: paths.

    Returns:
        16 hexadecimal digits.
    """
    there = [Path(file) for file in files if Path(file).exists()]
    digests = [_content(file, file.stat().st_mtime_ns, file.stat().st_size) for file in there]
    return hashlib.blake2b("\n".join(digests).encode(), digest_size=8).hexdigest()


@cache
def _content(file: Path, changed: int, size: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.blake2b(digest_size=8)).hexdigest()


def text_digest(files: list[str | Path]) -> str:
    """Name texts by their content, however their lines end.

    Args:
        files: UTF-8.

    Returns:
        16 hexadecimal digits.
    """
    content = hashlib.blake2b(digest_size=8)
    for file in sorted(map(Path, files)):
        content.update(f"{file.name}\n{file.read_text(encoding='utf-8')}\n".encode())
    return content.hexdigest()
