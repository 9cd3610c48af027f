"""Files of a corpus, however they are capitalised."""

import re
from pathlib import Path


def find(root: str | Path, *patterns: str) -> list[Path]:
    """Find files by patterns, ignoring case and the `._*` files of macOS.

    Args:
        root: folder to search.
        patterns: in lower case, as `Path.glob` takes them, relative to `root`.
    """
    any_case = [re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", pattern)
                for pattern in patterns]  # fmt: skip
    found = {path for pattern in any_case for path in Path(root).glob(pattern)}
    return sorted(path for path in found if path.is_file() and not path.name.startswith("._"))
