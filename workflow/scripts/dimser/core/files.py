"""Files that are written atomically: complete or not at all."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from dimser.core.errors import InputError

# Columns that are read as text, even where a name looks like a number.
NAMES = (
    "id", "file", "speaker", "group", "gender", "language", "rater", "digest", "method", "method_a",
    "method_b", "corpus", "corpus_a", "corpus_b", "features", "feature", "name", "part", "text",
    "dialogue",
)  # fmt: skip
# Errors of a disk that refuses a file: full, over quota, read-only, or no permission.
REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def replacing(path: str | Path, size: int = 0) -> Iterator[Path]:
    """Yield a temporary path beside `path`, and move it there if the block succeeds.

    The content is synced to the disk before the move, so that even after a power cut `path` has
    either its old content or all of the new. The temporary name is unique: a job that was thought
    dead and its retry never write to the same file.

    Args:
        path: the file's final path.
        size: bytes that must be free before the block begins: HDF5 cannot cope with a full disk.

    Yields:
        Path to write to, with the suffix of `path`.

    Raises:
        InputError: if the file cannot be written; the old content stays.
    """
    path = Path(path)
    try:
        with _aside(path, size) as aside:
            yield aside
    except OSError as error:
        if error.errno not in REFUSED:
            raise
        raise InputError(
            f"{path}: it cannot be written ({os.strerror(error.errno)}). Free some space, or get "
            "permission to write there, and run again: finished results are kept."
        ) from error


@contextmanager
def _aside(path: Path, size: int) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(path.parent).free < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        aside.chmod(0o666 & ~mask)  # mkstemp makes files private; outputs get the usual mode
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def write_text(text: str, path: str | Path) -> None:
    """Write a text file in UTF-8, atomically."""
    with replacing(path) as aside:
        aside.write_text(text, encoding="utf-8")


def write_csv(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table as all outputs are: UTF-8, commas, a header, floats that round-trip."""
    with replacing(path) as aside:
        table.to_csv(aside, index=False, lineterminator="\n")


def read_csv(path: str | Path) -> pd.DataFrame:
    """Read a table from `write_csv`; names stay text: 007 is not 7, and NA is not missing."""
    return pd.read_csv(
        path,
        dtype=dict.fromkeys(NAMES, str),
        keep_default_na=False,
        na_values=[""],
    )
