"""Feature tables of other tools: CSV, Parquet, npy or HDF5, keyed by utterance."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from dimser.errors import InputError

KEYS = ("id", "file", "start", "end")


def read_table(path: str | Path, utterances: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Read a table of features, its rows in the order of the utterances.

    - `.csv`, `.parquet`: a column (or index) `id`, or `file` where each utterance is a file, and a
      column a feature. `start` and `end` are not features.
    - `.npy`: shape (utterances, dimensions), with the ids beside it, one a line, in a text file of
      the same name that ends in `.txt`. Pickled arrays are refused.
    - `.h5`, `.hdf5`: datasets `features` and `ids`, and optionally `names`, as dimser's own stores.

    Args:
        path: the table.
        utterances: columns `id,file`.

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
            f"{path}: cannot import {path.suffix!r}; give one of {', '.join(_READERS)}."
        ) from error
    except InputError:
        raise
    except Exception as error:  # whatever a parser says of a broken file
        raise InputError(f"{path}: this feature table cannot be read ({error}).") from error
    key = "id" if "id" in table else "file"
    if key not in table:
        raise InputError(f"{path}: the table has neither a column `id` nor `file` to go by.")
    wanted = utterances["id"] if key == "id" else utterances["file"]
    table[key] = table[key].astype(str)
    problems = [
        f"{path}: {key} {name!r} stands in several rows; keep one."
        for name in table[key][table[key].duplicated()].unique()
    ]
    if wanted.duplicated().any():
        problems.append(
            f"{path}: rows are keyed by `file`, but the corpus has several utterances of one file "
            f"({wanted[wanted.duplicated()].iloc[0]}); key them by `id`."
        )
    missing = sorted(set(wanted) - set(table[key]))
    if missing:
        problems.append(
            f"{path}: no row for {len(missing)} of {len(wanted)} utterances, the first is "
            f"{missing[0]!r} (by `{key}`)."
        )
    values = table.drop(columns=[name for name in KEYS if name in table])
    text = [str(name) for name in values.columns if not pd.api.types.is_numeric_dtype(values[name])]
    if text:
        problems.append(f"{path}: the columns {', '.join(text[:8])} hold what is no number.")
    if values.shape[1] == 0:
        problems.append(f"{path}: the table has no feature column.")
    if problems:
        raise InputError(problems)
    rows = pd.Index(table[key]).get_indexer(wanted)
    return [str(name) for name in values.columns], values.to_numpy(dtype=np.float32)[rows]


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
            raise InputError(f"{path}: the datasets `features` and `ids` are needed.")
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
