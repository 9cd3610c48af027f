"""Tables as people save them: from a spreadsheet, R or pandas, in any of their ways."""

import csv
import re
from collections.abc import Collection, Iterable
from itertools import chain, islice
from pathlib import Path

import pandas as pd

from dimser.core.errors import InputError
from dimser.core.files import NAMES
from dimser.corpora.files import encoding_of
from dimser.corpora.names import clean

SEPARATORS = ",;\t"
# What spreadsheets, R and pandas write where there is no number.
MISSING = ["", "NA", "N/A", "#N/A", "<NA>", "NaN", "nan", "NaT", "null", "NULL", "None"]
NUMBER = r"^([+-]?\d*){}(\d+(?:[eE][+-]?\d+)?)$"
SAMPLE = 200_000  # cells that are looked at to see how a table is written


def read(path: str | Path, known: Collection[str], *, numbers: bool = False) -> pd.DataFrame:
    """Read a CSV table with a header, in UTF-8 or what its byte order mark says.

    Columns are separated by commas, semicolons or tabs: by what the header has most of. Decimals
    have points or commas, but not now these and now those.

    Args:
        path: the table.
        known: names of columns; one that differs from them in case alone is called by them.
        numbers: turn the columns that hold nothing but numbers into such; those that hold names
            stay text.

    Returns:
        Cells as text, "" where nothing is, or numbers. The index is the row in the file; blank rows
        are left out.

    Raises:
        InputError: if it is no such table, or has a column twice.
    """
    path = Path(path)
    try:
        return _read(path, known, numbers)
    except (OSError, ValueError, csv.Error) as error:  # pandas' and the decoder's are ValueErrors
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path}: this is not a CSV table in UTF-8 ({reason}). Save it as CSV in UTF-8, with "
            "one cell for each column in all rows."
        ) from error


def named(columns: Iterable[object], known: Collection[str]) -> list[str]:
    """Call columns as they are known, whatever the case of their letters.

    Example:
        >>> named([" File", "F0", "START"], ["file", "start"])
        ['file', 'F0', 'start']
    """
    names = {name.casefold(): name for name in known}
    given = [clean(str(name)) for name in columns]
    return [names.get(name.casefold(), name) for name in given]


def is_missing(cells: pd.Series) -> pd.Series:
    """Tell which cells of a column of numbers say that there is none."""
    return cells.isin(MISSING)


def _read(path: Path, known: Collection[str], numbers: bool) -> pd.DataFrame:
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        lines = enumerate(file)
        above, first = next(((n, line) for n, line in lines if line.strip()), (0, ""))
        told = re.fullmatch(r'"?sep=(.)"?', first.rstrip("\r\n"))  # a spreadsheet's note to itself
        if told:
            above, first = next(lines, (0, ""))
        separator = told[1] if told else max(SEPARATORS, key=_columns(first).get)
        rows = csv.reader(chain([first], file), delimiter=separator)
        header = named(next(rows, []), known)
        sample = list(islice(rows, max(SAMPLE // max(len(header), 1), 1)))
    if not header:
        raise ValueError("it is empty")
    if repeated := sorted({name for name in header if name and header.count(name) > 1}):
        raise InputError(
            f"{path}: the columns {', '.join(repeated)} occur more than once; remove or rename all "
            "but one of each."
        )
    _check_lengths(len(header), sample, above + 2)
    values = [place for place, name in enumerate(header) if name not in NAMES]
    decimal = _decimal([[row[place] for place in values if place < len(row)] for row in sample])
    text = [place for place in range(len(header)) if not numbers or place not in values]
    missing = dict.fromkeys(values, MISSING) if numbers else []
    cells = pd.read_csv(
        path, encoding=encoding, sep=separator, skiprows=above, header=0, names=range(len(header)),
        skip_blank_lines=False, keep_default_na=False, na_values=missing, decimal=decimal,
        dtype=dict.fromkeys(text, str), low_memory=False,
    )  # fmt: skip
    cells.index = range(above + 2, above + 2 + len(cells))
    cells[text] = cells[text].fillna("").apply(lambda column: column.str.strip())
    if decimal == "," and not numbers:
        cells[values] = cells[values].replace(NUMBER.format(","), r"\1.\2", regex=True)
    blank = cells[text].eq("").all(axis="columns")
    blank &= cells.drop(columns=text).isna().all(axis="columns")
    return cells[~blank].set_axis(header, axis="columns")


def _columns(line: str) -> dict[str, int]:
    """Count the columns of a line by separator."""
    return {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in SEPARATORS}


def _check_lengths(columns: int, rows: list[list[str]], first: int) -> None:
    """Refuse rows that are longer than the header: pandas would shift what stands above them."""
    longer = [(number, row) for number, row in enumerate(rows, first) if len(row) > columns]
    if not longer:
        return
    number, row = longer[0]
    ending = all(row[-1].strip() == "" for _, row in longer)
    raise ValueError(
        f"Expected {columns} fields in line {number}, saw {len(row)}: "
        + ("a separator too many stands at its end" if ending else "a column has no name")
    )


def _decimal(rows: list[list[str]]) -> str:
    """Tell whether decimals have commas: where some have, and none a point."""
    comma, point = (re.compile(NUMBER.format(mark)) for mark in (",", r"\."))
    commas = any("," in cell and comma.match(cell.strip()) for row in rows for cell in row)
    points = commas and any(point.match(cell.strip()) for row in rows for cell in row)
    return "," if commas and not points else "."
