"""Audio that is in no corpus: files, folders of them, segments and windows."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.errors import InputError, raise_if
from dimser.corpora.corpus import seconds
from dimser.corpora.files import find
from dimser.corpora.inspection import inspect

SUFFIXES = ("wav", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff", "aifc", "au", "snd", "sph",
            "caf", "w64")  # fmt: skip
Row = tuple[str, float, float | None]  # file, start, end


def listed(audio: Sequence[str | Path]) -> list[Row]:
    """Return the files and segments that are named.

    Args:
        audio: files, folders, and tables `.csv` with columns `file,start,end`.

    Raises:
        InputError: if something does not exist, or names no audio.
    """
    rows: list[Row] = []
    problems = []
    for path in map(Path, audio):
        if path.is_dir():
            found = find(path, *(f"**/*.{suffix}" for suffix in SUFFIXES))
            rows += [(str(file), 0.0, None) for file in found]
            if not found:
                problems.append(f"{path}: no file in this folder ends in .{', .'.join(SUFFIXES)}.")
        elif not path.is_file():
            problems.append(f"{path}: there is no such file or folder.")
        elif path.suffix.lower() == ".csv":
            rows += _segments(path)
        else:
            rows.append((str(path), 0.0, None))
    raise_if(problems)
    return rows


def _segments(path: Path) -> list[Row]:
    """Read a table of segments; files are looked for from its folder."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if "file" not in table:
        raise InputError(
            f"{path}: the table has no column `file`, but {', '.join(table)}. Name files, and "
            "`start` and `end` of segments in seconds."
        )
    files = [str(path.parent / file) for file in table["file"]]
    times = {key: seconds(table[key]) if key in table else np.nan for key in ("start", "end")}
    times = pd.DataFrame(times, index=table.index)
    wrong = [
        f"{path}, row {number + 2}: {key} {table[key][number]!r} is no time. Give seconds."
        for key in ("start", "end") if key in table
        for number in np.flatnonzero(times[key].isna() & (table[key] != ""))
    ]  # fmt: skip
    raise_if(wrong)
    ends = [None if np.isnan(end) else end for end in times["end"]]
    return list(zip(files, times["start"].fillna(0.0), ends, strict=True))


def windows(row: Row, window: float, hop: float = 0.0) -> Iterator[Row]:
    """Cut a file or segment into windows, the last of which ends where it does.

    One that is shorter than a window stays whole.

    Args:
        row: file, start and end.
        window: seconds.
        hop: seconds from the beginning of a window to that of the next; 0: those of a window.
    """
    file, start, end = row
    length = inspect(file, start, end, 0.0).duration
    if not length:  # what is wrong is told of the whole
        yield row
        return
    last = max(length - window, 0.0)
    for number in range(int(np.ceil(last / (hop or window) - 1e-6)) + 1):
        first = start + min(number * (hop or window), last)
        yield file, first, min(first + window, start + length)
