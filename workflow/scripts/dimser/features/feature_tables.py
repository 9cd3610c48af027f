"""Feature tables of other tools: CSV, Parquet, npy or HDF5, keyed by utterance."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from dimser.core.errors import InputError
from dimser.corpora.corpus import seconds

KEYS = ("id", "file", "start", "end")
NEAR = 1e-3  # seconds by which a segment's ends may differ: tools round times differently


def read_table(path: str | Path, utterances: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Read a table of features, its rows in the order of the utterances.

    - `.csv`, `.parquet`: a column (or index) `id` or `file`, or `file,start,end` where utterances
      are segments (seconds, or timedeltas as audformat and openSMILE's Python package write them),
      and one column per feature. A `file` may be relative to any folder above it.
    - `.npy`: shape (utterances, dimensions), with the ids, one per line, in a text file of the same
      name with the suffix `.txt`. Pickled arrays are refused.
    - `.h5`, `.hdf5`: datasets `features` and `ids`, and optionally `names`, like dimser's stores.

    Args:
        path: the table.
        utterances: columns `id,file,start,end,duration`.

    Returns:
        Feature names, and features of shape (utterances, dimensions), float32.

    Raises:
        InputError: all problems of the table at once.
    """
    path = Path(path)
    try:
        table = _READERS[path.suffix](path)
    except KeyError as error:
        raise InputError(
            f"{path}: cannot import {path.suffix!r}; use one of {', '.join(_READERS)}."
        ) from error
    except InputError:
        raise
    except Exception as error:  # parsers raise many kinds
        raise InputError(f"{path}: this feature table cannot be read ({error}).") from error
    key = "id" if "id" in table else "file"
    if key not in table:
        raise InputError(
            f"{path}: the table has neither a column `id` nor `file`; it has "
            f"{', '.join(map(str, table.columns[:5]))}. Columns are separated by commas."
        )
    if key == "id":
        keys, wanted = table["id"].astype(str), utterances["id"]
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
    values = table.drop(columns=[name for name in KEYS if name in table])
    text = [str(name) for name in values.columns if not pd.api.types.is_numeric_dtype(values[name])]
    if text:
        problems.append(f"{path}: the columns {', '.join(text[:8])} are not numeric.")
    if values.shape[1] == 0:
        problems.append(f"{path}: the table has no feature column.")
    if problems:
        raise InputError(problems)
    rows = pd.Index(keys).get_indexer(wanted)
    names = [str(name) for name in values.columns]
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
    files = table["file"].astype(str)
    known = set(files)
    wanted = utterances["file"].map(lambda file: _below(file, known))
    segments = (utterances["start"] > 0) | utterances["end"].notna()
    if not {"start", "end"} <= set(table) or not segments.any():
        return files, wanted
    times = np.column_stack([seconds(table["start"]), seconds(table["end"])])
    rows_of = files.reset_index(drop=True).groupby(files.to_numpy()).indices
    names = pd.Series(map(_segment, files, *times.T), files.index, dtype=str)
    found = []
    start, end = utterances["start"], utterances["start"] + utterances["duration"]
    for file, *ends in zip(wanted, start, utterances["end"].fillna(end), strict=True):
        rows = rows_of.get(file, np.array([], dtype=int))
        near = rows[np.abs(times[rows] - ends).max(axis=1, initial=0) < NEAR]
        found.append(names.iloc[near[0]] if len(near) else _segment(file, *ends))
    return names, pd.Series(found, utterances.index)


def _segment(file: str, start: float, end: float) -> str:
    return f"{file} [{start:.12g}, {end:.12g}]"


def _below(file: str, known: set[str]) -> str:
    """Return the tail of a path that is in `known`; the whole path if none is."""
    parts = Path(file).parts
    tails = (str(Path(*parts[first:])) for first in range(len(parts)))
    return next((tail for tail in tails if tail in known), file)


def _frame(table: pd.DataFrame) -> pd.DataFrame:
    keyed = [name for name in table.index.names if name in KEYS]
    return table.reset_index() if keyed else table


def _npy(path: Path) -> pd.DataFrame:
    values = np.load(path, allow_pickle=False)
    listing = path.with_suffix(".txt")
    if not listing.is_file():
        raise InputError(f"{path}: the ids of its rows are missing; write them to {listing}.")
    return _with_ids(values, listing.read_text(encoding="utf-8").splitlines(), None, path)


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
    return pd.DataFrame(values, columns=names).assign(id=ids)


_READERS = {
    ".csv": lambda path: pd.read_csv(path, dtype={"id": str, "file": str}),
    ".parquet": lambda path: _frame(pd.read_parquet(path)),
    ".npy": _npy,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
}
