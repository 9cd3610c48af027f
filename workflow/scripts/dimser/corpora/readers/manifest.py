"""Corpora described by one CSV file as in audformat: `file` or `file,start,end`, and labels.

With a column `rater` the file has one row per rating, otherwise one row per utterance, where each
rater may have columns of their own.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS, SPELLINGS
from dimser.core.errors import InputError, raise_if
from dimser.corpora import text_tables, wide
from dimser.corpora.corpus import (
    SPELL,
    UTTERANCE_COLUMNS,
    Corpus,
    Finding,
    seconds,
    unified,
    utterance_ids,
    years,
)
from dimser.corpora.names import clean, person

KNOWN = [*UTTERANCE_COLUMNS, *SPELLINGS, "session", "dialogue", "age", "text", "rater"]
GENDERS = {"f": "female", "w": "female", "m": "male"}


def read(
    root: str,
    *,
    manifest: str = "manifest.csv",
    where: dict | None = None,
    ratings: str = "",
    dimensions: Sequence[str] = DIMENSIONS,
    language: str = "",
) -> Corpus:
    """Read a manifest.

    Args:
        root: folder of the corpus; `file` is relative to it (or absolute).
        manifest: the table, relative to `root`. Columns `file,speaker,valence,arousal,dominance`
            and optionally `id,start,end,group` (or `session`), `dialogue,gender,age,language,text`
            and `rater`, in upper or lower case; others are ignored, and reported. `start` and `end`
            are in seconds, or audformat's timedeltas. Without audio there is `id` in place of
            `file`, and where speakers are not known `group` in place of `speaker`.
        where: value, or values, of columns; other rows are not read.
        ratings: pattern of the columns that hold one rater's values each; see
            `dimser.corpora.wide`.
        dimensions: what the corpus is labelled in.
        language: of utterances whose row names none.

    Returns:
        The corpus. Without `id`, an utterance is named by its file's path without suffix, and by
        start and end where it is a segment.

    Raises:
        InputError: if the file cannot be read as such a table.
    """
    path = Path(root) / manifest
    table = _chosen(_read_text_table(path), where or {}, path)
    columns = wide.find(ratings, list(table)) if ratings else {}
    table = _complete(table, columns, ratings, dimensions, path)
    findings = [
        Finding("column not read", str(path), what)
        for what in _not_read(table, {*(where or {})}, columns, dimensions)
    ]
    table = unified(table, str(path), findings, SPELL | {"id": person, "file": clean})
    rows = [f"{path}, row {row}" for row in table["row"]]
    problems = _missing_values(table, rows)
    if "group" not in table:
        table["group"] = table["speaker"]
    for column in ("start", "end"):
        table[column], bad = _seconds(table[column])
        problems += [f"{rows[i]}: {column} {bad[i]!r} is not a time in seconds." for i in bad]
    for column in [*dimensions, *columns]:
        text = table[column] if column in table else pd.Series("", table.index)
        table[column] = pd.to_numeric(text, errors="coerce")
        for i in np.flatnonzero(table[column].isna() & ~text_tables.is_missing(text)):
            problems.append(f"{rows[i]}: {column} {text[i]!r} is not a number; correct it.")
    table = table.assign(**{name: np.nan for name in DIMENSIONS if name not in dimensions})
    table["start"] = table["start"].fillna(0.0)
    for i in np.flatnonzero(table["end"] <= table["start"]):
        problems.append(
            f"{rows[i]}: `end` {table['end'][i]:.12g} s is not after `start` "
            f"{table['start'][i]:.12g} s."
        )
    if "id" not in table:
        table["id"] = utterance_ids(table)
    table["gender"] = table["gender"].str.lower().replace(GENDERS)
    table["age"] = years(
        table["age"].mask(text_tables.is_missing(table["age"])), str(path), findings
    )
    table["language"] = table["language"].where(table["language"] != "", language)
    table["file"] = [str(Path(root) / file) if file else np.nan for file in table["file"]]
    table["speaker"] = table["speaker"].replace("", np.nan)

    first = table.drop_duplicates("id").set_index("id")
    texts = first["text"] if "text" in table else None
    dialogues = first["dialogue"].replace("", np.nan) if "dialogue" in table else None
    more = {"texts": texts, "dialogues": dialogues, "ages": first["age"]}
    if "rater" not in table:
        problems += _repeated(table, ["id"], rows, "utterance")
        labels = [] if columns and table[[*dimensions]].isna().all(axis=None) else DIMENSIONS
        utterances = table[[*UTTERANCE_COLUMNS, *labels]]
        votes = wide.votes(table.drop_duplicates("id"), columns) if columns else None
        return Corpus(utterances, votes, problems, findings, **more)
    problems += _repeated(table, ["id", "rater"], rows, "rating")
    problems += _contradictions(table, rows)
    utterances = table.drop_duplicates("id")[UTTERANCE_COLUMNS].reset_index(drop=True)
    # repeated ratings are reported above, with their rows
    votes = table.drop_duplicates(["id", "rater"])[["id", "rater", *DIMENSIONS]]
    return Corpus(utterances, votes, problems, findings, **more)


def _chosen(table: pd.DataFrame, where: dict, path: Path) -> pd.DataFrame:
    """Keep the rows whose columns have the wanted values."""
    names = {name.lower(): name for name in table.columns.drop("row")}
    kept = pd.Series(True, table.index)
    for column, wanted in where.items():
        if column.lower() not in names:
            raise InputError(
                f"{path}: `where` names the column {column!r}, which it does not have; it has "
                f"{', '.join(names.values())}."
            )
        own = table[names[column.lower()]]
        values = wanted if isinstance(wanted, list) else [wanted]
        found = [
            own.map(person) == person(value)
            if isinstance(value, str)
            else pd.to_numeric(own, errors="coerce") == value
            for value in values
        ]
        for value, rows in zip(values, found, strict=True):
            if not rows.any():
                raise InputError(
                    f"{path}: no row has {value!r} in the column {column!r}, as `where` wants; "
                    f"there are {', '.join(map(repr, own.unique()[:8]))}."
                )
        kept &= np.any(found, axis=0)
    if not kept.any():
        raise InputError(f"{path}: no row has all that `where` wants; correct it.")
    return table[kept].reset_index(drop=True)


def _complete(
    table: pd.DataFrame,
    columns: dict[str, wide.Column],
    ratings: str,
    dimensions: Sequence[str],
    path: Path,
) -> pd.DataFrame:
    """Add the optional columns that are missing, or say which others are needed."""
    has = ", ".join(table.columns.drop("row"))
    empty = [name for name in table.columns.intersection(KNOWN) if (table[name] == "").all()]
    table = table.drop(columns=empty)
    if "group" not in table:
        table = table.rename(columns={"session": "group"})
    needed = [("file", "id"), ("speaker", "group")]
    rated = {column.dimension for column in columns.values()}
    needed += [(name,) for name in dimensions if name not in rated]
    missing = [names for names in needed if not {*names} & {*table.columns}]
    advice = {
        "file": "where all feature sets are tables, `id` does instead of `file`",
        "speaker": "with `folds: {by: group}`, `group` or `session` does instead of `speaker`",
    }
    labels = [name for (name, *_) in missing if name in DIMENSIONS]
    if labels:
        others = ", ".join(name for name in dimensions if name not in labels)
        advice[labels[0]] = (
            f"a corpus that has labels of {others} alone says so by `dimensions: [{others}]`"
            if others else "a corpus whose raters have columns of their own says so by `ratings`"
        )  # fmt: skip
    problems = []
    if missing:
        hints = [advice[name] for (name, *_) in missing if name in advice]
        problems.append(
            f"{path}: the columns {', '.join(name for (name, *_) in missing)} are missing or empty "
            f"(it has {has}). A manifest needs file, speaker, {', '.join(dimensions)}, with "
            "commas, semicolons or tabs between them"
            + "".join(f"; {hint}" for hint in hints) + "."
        )  # fmt: skip
    if ratings and not columns:
        problems.append(f"{path}: no column fits `ratings: {ratings}` (it has {has}); correct it.")
    if columns and "rater" in table:
        problems.append(
            f"{path}: it has a column `rater`, and columns that fit `ratings: {ratings}`; leave "
            "out either."
        )
    names = [column for column in columns.values() if list(columns.values()).count(column) > 1]
    problems += [
        f"{path}: several columns are {own.dimension} of rater {own.rater!r}; rename all but one."
        for own in dict.fromkeys(names)
    ]
    raise_if(problems)
    for column in ("file", "speaker", "start", "end", "gender", "age", "language"):
        if column not in table:
            table[column] = ""
    return table


def _not_read(
    table: pd.DataFrame,
    chosen_by: set[str],
    columns: dict[str, wide.Column],
    dimensions: Sequence[str],
) -> list[str]:
    """Say of each column that is not read why."""
    idle = {name: name for name in DIMENSIONS} | {n: own.dimension for n, own in columns.items()}
    read = {*KNOWN, "row", *(column.lower() for column in chosen_by)}
    return [
        f"{name!r} is not read: {idle[name]} is not among the corpus's `dimensions`."
        if name in idle
        else f"A manifest has no column {name!r}.{_suggest(name)}"
        for name in table.columns
        if (idle[name] not in dimensions if name in idle else name.lower() not in read)
    ]


def _read_text_table(path: Path) -> pd.DataFrame:
    """Read all cells as text; the first column is the row in the file."""
    if not path.is_file():
        raise InputError(f"{path}: the manifest does not exist. Set `root` and `manifest`.")
    table = text_tables.read(path, KNOWN).rename(columns=SPELLINGS)
    if repeated := sorted({*table.columns[table.columns.duplicated()]} - {""}):
        raise InputError(
            f"{path}: the columns {', '.join(repeated)} occur more than once, by other names; "
            "remove or rename all but one of each."
        )
    if table.empty:
        raise InputError(f"{path}: the manifest has no row below its header.")
    table = table.drop(columns="", errors="ignore").rename_axis("row").reset_index()
    return table


def _suggest(name: str) -> str:
    close = get_close_matches(name.lower(), KNOWN, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _missing_values(table: pd.DataFrame, where: list[str]) -> list[str]:
    return [
        f"{where[i]}: `{column}` is empty; fill it in."
        for column in ("id", "file", "speaker", "group", "rater")
        if column in table and (table[column] != "").any()
        for i in np.flatnonzero(table[column] == "")
    ]


def _seconds(text: pd.Series) -> tuple[pd.Series, dict[int, str]]:
    """Return times in seconds, NaN where empty, and the texts that cannot be read, by row."""
    times = seconds(text)
    bad = (times.isna() & ~text_tables.is_missing(text)) | (times < 0) | np.isinf(times)
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
    columns = [*(column for column in UTTERANCE_COLUMNS if column != "id"), "age"]
    problems = []
    for column in columns:
        first = table.groupby("id")[column].transform("first")
        own, other = table[column].astype(object), first.astype(object)  # 30.0, not np.float64
        for i in np.flatnonzero((own != other) & ~(own.isna() & other.isna())):
            problems.append(
                f"{where[i]}: `{column}` of utterance {table['id'][i]!r} is "
                f"{own[i]!r}, but {other[i]!r} in an earlier row."
            )
    return problems
