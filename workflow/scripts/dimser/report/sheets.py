"""Tables of a run as shown in the report: display names instead of ids, rounded numbers."""

import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from dimser.report.tables import number

LONG = 200  # rows that are shown; the others are only in the table's file
CORPORA = ("corpus", "corpus_a", "corpus_b")
METHODS = ("method", "method_a", "method_b", "features", "label")


def readable(
    table: pd.DataFrame, names: dict[str, str], corpora: dict[str, str], keep: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Replace the ids of corpora, feature sets and methods by their display names.

    Args:
        table: any table of a run.
        names: display names of feature sets and methods.
        corpora: display names of corpora.
        keep: columns to leave as they are.

    Example:
        >>> readable(pd.DataFrame({"method": ["cmp"]}), {"cmp": "ComParE"}, {})["method"].tolist()
        ['ComParE']
    """
    known = dict.fromkeys(CORPORA, corpora) | dict.fromkeys(METHODS, names)
    columns = [name for name in known if name in table and name not in keep]
    return table.assign(
        **{
            name: table[name].map(lambda value, k=known[name]: k.get(value, value))
            for name in columns
        }
    )


def records(table: pd.DataFrame) -> list[dict]:
    """Return the rows of a table for JSON: missing values are None."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def grid(table: pd.DataFrame) -> dict:
    """Return a table as text: `columns`, `numeric` (which are numbers), `rows`, `count` of rows."""
    columns = [str(name) for name in table.columns]
    cells = [_texts(table[name].head(LONG)) for name in table.columns]
    return {
        "columns": [name.replace("_", " ") for name in columns],
        "numeric": [
            is_numeric_dtype(table[name]) and not is_bool_dtype(table[name])
            for name in table.columns
        ],
        "rows": list(zip(*cells, strict=True)),
        "count": len(table),
        "long": LONG,
    }


def _texts(column: pd.Series) -> list[str]:
    if is_bool_dtype(column):
        return column.map({True: "yes", False: "no"}).tolist()
    if is_float_dtype(column):
        digits = 3 if column.abs().max() < 10 else 1
        texts = ["" if pd.isna(value) else number(value, digits) for value in column]
        # p is never 0
        return (
            ["< 0.001" if text == "0.000" else text for text in texts] if _is_p(column) else texts
        )
    return ["" if pd.isna(v) else f"{v:,}" if isinstance(v, int) else str(v) for v in column]


def _is_p(column: pd.Series) -> bool:
    return column.name in ("p", "p_holm")
