"""Corpora described by one CSV file as in audformat: `file` or `file,start,end`, and labels.

With a column `rater` the file has one row per rating, otherwise one row per utterance.
"""

from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import UTTERANCE_COLUMNS, Corpus, Finding, seconds, utterance_ids

REQUIRED = ["file", "speaker", *DIMENSIONS]
KNOWN = [*UTTERANCE_COLUMNS, *DIMENSIONS, "session", "text", "rater"]
GENDERS = {"f": "female", "w": "female", "m": "male"}


def read(root: str, *, manifest: str = "manifest.csv", language: str = "") -> Corpus:
    """Read a manifest.

    Args:
        root: folder of the corpus; `file` is relative to it (or absolute).
        manifest: the CSV file, relative to `root`. Columns `file,speaker,valence,arousal,dominance`
            and optionally `id,start,end,group` (or `session`), `gender,language,text,rater`, in
            upper or lower case; others are ignored, and reported. `start` and `end` are in seconds,
            or audformat's timedeltas.
        language: of utterances whose row names none.

    Returns:
        The corpus. Without `id`, an utterance is named by its file's path without suffix, and by
        start and end where it is a segment.

    Raises:
        InputError: if the file cannot be read as such a table.
    """
    path = Path(root) / manifest
    table = _read_text_table(path)
    where = [f"{path}, row {row}" for row in table["row"]]
    findings = [
        Finding("column not read", str(path), f"A manifest has no column {name!r}.{_suggest(name)}")
        for name in table.columns.difference([*KNOWN, "row"], sort=False)
    ]
    problems = _missing_values(table, where)
    if "group" not in table:
        table["group"] = table["speaker"]
    for column in ("start", "end"):
        table[column], bad = _seconds(table[column])
        problems += [f"{where[i]}: {column} {bad[i]!r} is not a time in seconds." for i in bad]
    for dimension in DIMENSIONS:
        text = table[dimension]
        table[dimension] = pd.to_numeric(text, errors="coerce")
        for i in np.flatnonzero(table[dimension].isna() & (text != "")):
            problems.append(f"{where[i]}: {dimension} {text[i]!r} is not a number; correct it.")
    table["start"] = table["start"].fillna(0.0)
    for i in np.flatnonzero(table["end"] <= table["start"]):
        problems.append(
            f"{where[i]}: `end` {table['end'][i]:g} s is not after `start` {table['start'][i]:g} s."
        )
    if "id" not in table:
        table["id"] = utterance_ids(table)
    table["gender"] = table["gender"].str.lower().replace(GENDERS)
    table["language"] = table["language"].where(table["language"] != "", language)
    table["file"] = [str(Path(root) / file) for file in table["file"]]

    texts = table.drop_duplicates("id").set_index("id")["text"] if "text" in table else None
    if "rater" not in table:
        problems += _repeated(table, ["id"], where, "utterance")
        utterances = table[[*UTTERANCE_COLUMNS, *DIMENSIONS]]
        return Corpus(utterances, None, problems, findings, texts)
    problems += _repeated(table, ["id", "rater"], where, "rating")
    problems += _contradictions(table, where)
    utterances = table.drop_duplicates("id")[UTTERANCE_COLUMNS].reset_index(drop=True)
    # repeated ratings are reported above, with their rows
    ratings = table.drop_duplicates(["id", "rater"])[["id", "rater", *DIMENSIONS]]
    return Corpus(utterances, ratings, problems, findings, texts)


def _read_text_table(path: Path) -> pd.DataFrame:
    """Read all cells as stripped text, and add the optional columns that are missing."""
    try:
        # Without a header, so that pandas neither renames columns nor takes one as the index, and
        # with blank lines, so that row numbers are those of an editor.
        cells = pd.read_csv(path, header=None, dtype=str, keep_default_na=False,
                            skip_blank_lines=False, encoding="utf-8-sig").fillna("")  # fmt: skip
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            f"{path}: the manifest does not exist. Set `root` and `manifest`."
        ) from error
    except (OSError, ValueError) as error:  # pandas' and the decoder's errors are ValueErrors
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path}: this is not a CSV table in UTF-8 ({reason}). Save it as CSV, with commas "
            "between columns and decimal points."
        ) from error
    cells = cells.apply(lambda column: column.str.strip())
    header = [name.lower() if name.lower() in KNOWN else name for name in cells.iloc[0]]
    table = cells[1:].set_axis(header, axis="columns")
    repeated = sorted(set(table.columns[table.columns.duplicated()]) - {""})
    if repeated:
        raise InputError(
            f"{path}: the columns {', '.join(repeated)} occur more than once; remove or rename all "
            "but one of each."
        )
    if "group" not in table:
        table = table.rename(columns={"session": "group"})
    missing = [column for column in REQUIRED if column not in table]
    if missing:
        other = next((mark for mark in ";\t|" if mark in table.columns[0]), None)
        raise InputError(
            f"{path}: the columns {', '.join(missing)} are missing (it has "
            f"{', '.join(table.columns)}). A manifest needs {', '.join(REQUIRED)}"
            + (f", with commas between them and not {other!r}." if other else ".")
        )
    table = table.drop(columns="", errors="ignore").assign(row=table.index + 1)
    table = table[(table.drop(columns="row") != "").any(axis="columns")].reset_index(drop=True)
    if table.empty:
        raise InputError(f"{path}: the manifest has no row below its header.")
    for column in ("start", "end", "gender", "language"):
        if column not in table:
            table[column] = ""
    return table


def _suggest(name: str) -> str:
    close = get_close_matches(name.lower(), KNOWN, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _missing_values(table: pd.DataFrame, where: list[str]) -> list[str]:
    return [
        f"{where[i]}: `{column}` is empty; fill it in."
        for column in ("id", "file", "speaker", "group", "rater")
        if column in table
        for i in np.flatnonzero(table[column] == "")
    ]


def _seconds(text: pd.Series) -> tuple[pd.Series, dict[int, str]]:
    """Return times in seconds, NaN where empty, and the texts that cannot be read, by row."""
    times = seconds(text)
    bad = (times.isna() & ~text.isin(["", "NaT"])) | (times < 0) | np.isinf(times)
    return times.where(~bad), text[bad].to_dict()


def _repeated(table: pd.DataFrame, key: list[str], where: list[str], what: str) -> list[str]:
    first: dict[tuple, int] = {}
    problems = []
    for i, values in enumerate(table[key].itertuples(index=False, name=None)):
        if values in first:
            problems.append(
                f"{where[i]}: {what} {' of rater '.join(values)!r} is already in row "
                f"{table['row'][first[values]]}; remove one, or give each its own `id`."
            )
        first.setdefault(values, i)
    return problems


def _contradictions(table: pd.DataFrame, where: list[str]) -> list[str]:
    """Find rows of one utterance that disagree on more than the rating."""
    columns = [column for column in UTTERANCE_COLUMNS if column != "id"]
    problems = []
    for column in columns:
        first = table.groupby("id")[column].transform("first")
        for i in np.flatnonzero((table[column] != first) & ~(table[column].isna() & first.isna())):
            problems.append(
                f"{where[i]}: `{column}` of utterance {table['id'][i]!r} is "
                f"{table[column][i]!r}, but {first[i]!r} in an earlier row."
            )
    return problems
