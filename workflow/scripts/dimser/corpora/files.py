"""Files of a corpus, however they are capitalised, linked, spelled or encoded."""

import codecs
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dimser.corpora.names import clean


def find(root: str | Path, *patterns: str) -> list[Path]:
    """Find files by patterns, ignoring case and the `._*` files of macOS.

    Args:
        root: folder to search.
        patterns: in lower case, as `Path.glob` takes them, relative to `root`; `**/` at the
            beginning alone: that folder and all below, also those that are links.
    """
    any_case = [re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", pattern)
                for pattern in patterns]  # fmt: skip
    below = list(_folders(root)) if any(pattern.startswith("**/") for pattern in patterns) else []
    found = {
        path
        for pattern in any_case
        for folder in (below if pattern.startswith("**/") else [Path(root)])
        for path in folder.glob(pattern.removeprefix("**/"))
    }
    return sorted(path for path in found if path.is_file() and not path.name.startswith("._"))


def _folders(root: str | Path) -> Iterator[Path]:
    """Yield a folder and those below it, each once: links may lead back, or to the same place."""
    seen = set()
    for folder, names, _ in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            names.clear()
            continue
        seen.add(real)
        names.sort(key=lambda name: (os.path.islink(os.path.join(folder, name)), name))
        yield Path(folder)


def on_disk(paths: Iterable[str]) -> dict[str, str]:
    """Find the files whose names are spelled in another way on the disk.

    macOS and Linux write `ü` differently, and a name that is copied may hold invisible signs.

    Args:
        paths: of files.

    Returns:
        The path on the disk by the given path, of those that do not exist as given, and of which
        exactly one is that name.
    """
    entries: dict[str, list[str]] = {}

    def spelled(path: str) -> str:
        folder, name = os.path.split(path)
        if not name or os.path.lexists(path):
            return path
        folder = spelled(folder) if folder else ""
        if folder not in entries:
            entries[folder] = os.listdir(folder or ".") if os.path.isdir(folder or ".") else []
        same = [entry for entry in entries[folder] if clean(entry) == clean(name)]
        return os.path.join(folder, same[0] if len(same) == 1 else name)

    found = {path: spelled(path) for path in dict.fromkeys(paths)}
    return {path: other for path, other in found.items() if other != path}


def encoding_of(path: str | Path) -> str:
    """Tell the encoding of a text file from its byte order mark: UTF-16, or else UTF-8."""
    with open(path, "rb") as file:
        start = file.read(2)
    return "utf-16" if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def read_lines(path: Path) -> list[str]:
    """Read the lines of a text file; bytes that are no text become U+FFFD."""
    return path.read_text(encoding_of(path), errors="replace").splitlines()


def header(path: Path) -> list[str]:
    """Read the names of a CSV table's columns, whatever stands between them."""
    lines = (line for line in read_lines(path) if line.strip() and not re.match('"?sep=', line))
    names = [clean(cell.strip(' "')) for cell in re.split("[,;\t]", next(lines, ""))]
    return [name for name in names if name]
