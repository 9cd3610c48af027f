"""Feature tables of other tools: CSV, Parquet, npy or HDF5, keyed by utterance."""

import logging
from collections.abc import Collection
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from dimser.core.errors import InputError
from dimser.corpora import text_tables
from dimser.corpora.corpus import seconds
from dimser.corpora.files import read_lines
from dimser.corpora.names import clean, person
from dimser.features.columns import is_feature

KEYS = ("id", "file", "start", "end")
NEAR = 1e-3  # seconds by which a segment's ends may differ: tools round times differently


def read_table(
    path: str | Path, utterances: pd.DataFrame, beside: Collection[str] = ()
) -> tuple[list[str], np.ndarray]:
    """Read a table of features, its rows in the order of the utterances.

    - `.csv`, `.tsv`, `.parquet`: a column (or index) `id` or `file`, or `file,start,end` where
      utterances are segments (seconds, or timedeltas as audformat and openSMILE's Python package
      write them), and one column per feature. A `file` may be relative to any folder above it.
      Labels, what describes utterances and numbers of rows are no features, and stand in the log.
    - `.npy`: shape (utterances, dimensions), with the ids, one per line, in a text file of the same
      name with the suffix `.txt`. Pickled arrays are refused.
    - `.h5`, `.hdf5`: datasets `features` and `ids`, and optionally `names`, like dimser's stores.

    Args:
        path: the table.
        utterances: columns `id,file,start,end,duration`.
        beside: names of further columns that are no features.

    Returns:
        Feature names, and features of shape (utterances, dimensions), float32.

    Raises:
        InputError: all problems of the table at once.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise InputError(
            f"{path}: cannot import {path.suffix!r}; use one of {', '.join(_READERS)}."
        )
    try:
        table = _READERS[suffix](path)
    except InputError:
        raise
    except Exception as error:  # parsers raise many kinds
        raise InputError(f"{path}: this feature table cannot be read ({error}).") from error
    key = "id" if "id" in table else "file"
    if key not in table:
        raise InputError(
            f"{path}: the table has neither a column `id` nor `file`; it has "
            f"{', '.join(table.columns[:5])}. Columns are separated by commas, semicolons or tabs."
        )
    if key == "file" and utterances["file"].isna().all():
        raise InputError(
            f"{path}: rows are keyed by `file`, but the corpus names no files; key them by `id`."
        )
    if key == "id":
        keys, wanted = (ids.astype(str).map(person) for ids in (table["id"], utterances["id"]))
    else:
        keys, wanted = _files(table, utterances)
    problems = [
        f"{path}: {key} {name!r} is in several rows; keep one."
        for name in keys[keys.duplicated()].unique()
    ]
    if wanted.duplicated().any():
        problems.append(
            f"{path}: rows are keyed by `file`, but several utterances of the corpus are in "
            f"{wanted[wanted.duplicated()].iloc[0]!r}; key them by `id`, or by `file,start,end`."
        )
    missing = sorted(set(wanted) - set(keys))
    if missing:
        problems.append(
            f"{path}: no row for {len(missing)} of {len(wanted)} utterances, the first is "
            f"{missing[0]!r} (by `{key}`)."
        )
    kept = [is_feature(table.iloc[:, place], place, beside) for place in range(table.shape[1])]
    left_out = [name or "(no name)" for name in table.columns[~np.array(kept)] if name not in KEYS]
    if left_out:
        logging.warning(
            "%s: %s describe the utterances or count rows; they are left out of the features.",
            path, ", ".join(left_out),
        )  # fmt: skip
    values = table.loc[:, kept]
    text = [name for name in values if not pd.api.types.is_numeric_dtype(values[name])]
    if text:
        problems.append(f"{path}: the columns {', '.join(text[:8])} are not numeric.")
    if values.shape[1] == 0:
        problems.append(f"{path}: the table has no feature column.")
    if problems:
        raise InputError(problems)
    rows = pd.Index(keys).get_indexer(wanted)
    names = list(values)
    with np.errstate(over="ignore"):  # values too large for float32 are reported below
        features = values.to_numpy(dtype=np.float32)[rows]
    if len(bad := np.argwhere(~np.isfinite(features))):
        row, column = bad[0]
        value = values.iat[rows[row], column]
        raise InputError(
            f"{path}: {len(bad)} values of the corpus's utterances are missing, not finite or too "
            f"large for float32; the first is {names[column]!r} of {wanted.iloc[row]!r} = {value}. "
            "Fill them in, or leave these utterances or features out."
        )
    return names, features


def _files(table: pd.DataFrame, utterances: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the keys of a table's rows, and those of the utterances: files or segments.

    Segments where the table has times and the corpus has segments. The key of an utterance without
    a row is its file or segment as the corpus has it.
    """
    files = table["file"].astype(str).map(clean)
    known = set(files)
    wanted = utterances["file"].map(lambda file: _below(clean(file), known))
    segments = (utterances["start"] > 0) | utterances["end"].notna()
    if not {"start", "end"} <= set(table) or not segments.any():
        return files, wanted
    # as in audformat, no `start` is the beginning, and no `end` that of the file
    times = np.column_stack([seconds(table["start"]).fillna(0), seconds(table["end"])])
    rows_of = files.reset_index(drop=True).groupby(files.to_numpy()).indices
    names = pd.Series(map(_segment, files, *times.T), files.index, dtype=str)
    found = []
    ends = utterances["end"].fillna(utterances["start"] + utterances["duration"])
    for file, *own, open_end in zip(
        wanted, utterances["start"], ends, utterances["end"].isna(), strict=True
    ):
        rows = rows_of.get(file, np.array([], dtype=int))
        gaps = np.abs(times[rows] - own)
        gaps[:, 1] = np.where(np.isnan(gaps[:, 1]) & open_end, 0, gaps[:, 1])
        near = rows[gaps.max(axis=1, initial=0) < NEAR]
        found.append(names.iloc[near[0]] if len(near) else _segment(file, *own))
    return names, pd.Series(found, utterances.index)


def _segment(file: str, start: float, end: float) -> str:
    return f"{file} [{start:.12g}, {end:.12g}]"


def _below(file: str, known: set[str]) -> str:
    """Return the tail of a path that is in `known`; the whole path if none is."""
    parts = Path(file).parts
    tails = (str(Path(*parts[first:])) for first in range(len(parts)))
    return next((tail for tail in tails if tail in known), file)


def _text(path: Path) -> pd.DataFrame:
    return text_tables.read(path, KEYS, numbers=True)


def _frame(table: pd.DataFrame) -> pd.DataFrame:
    names = text_tables.named(table.index.names, KEYS)
    table = table.rename_axis(names).reset_index() if {*names} & {*KEYS} else table
    return table.set_axis(text_tables.named(table.columns, KEYS), axis="columns")


def _npy(path: Path) -> pd.DataFrame:
    values = np.load(path, allow_pickle=False)
    listing = path.with_suffix(".txt")
    if not listing.is_file():
        raise InputError(f"{path}: the ids of its rows are missing; write them to {listing}.")
    return _with_ids(values, read_lines(listing), None, path)


def _hdf5(path: Path) -> pd.DataFrame:
    with h5py.File(path) as file:
        if "features" not in file or "ids" not in file:
            raise InputError(f"{path}: the datasets `features` and `ids` are required.")
        names = list(file["names"].asstr()[:]) if "names" in file else None
        return _with_ids(file["features"][:], list(file["ids"].asstr()[:]), names, path)


def _with_ids(
    values: np.ndarray, ids: list[str], names: list[str] | None, path: Path
) -> pd.DataFrame:
    names = names or [f"feature_{i}" for i in range(values.shape[-1])]
    if values.shape != (len(ids), len(names)):
        raise InputError(
            f"{path}: features of shape {values.shape} do not fit {len(ids)} ids and "
            f"{len(names)} names."
        )
    table = pd.DataFrame(values, columns=names)
    table.insert(0, "id", ids)
    return table


_READERS = {
    ".csv": _text,
    ".tsv": _text,
    ".parquet": lambda path: _frame(pd.read_parquet(path)),
    ".npy": _npy,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
}
