"""Tables of a run as a page shows them: names of people instead of ids, numbers of a few digits."""

import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from dimser.report.tables import number

LONG = 200  # rows that are shown; the rest stands in the table's file
CORPORA = ("corpus", "corpus_a", "corpus_b")
METHODS = ("method", "method_a", "method_b", "features", "label")


def readable(
    table: pd.DataFrame, names: dict[str, str], corpora: dict[str, str], keep: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Put what people call corpora, feature sets and methods in the place of their ids.

    Args:
        table: any of a run's tables.
        names: what people call feature sets and methods.
        corpora: what people call corpora.
        keep: columns that stay as they are.
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
    """Give the rows of a table as JSON takes them: None for what is missing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def grid(table: pd.DataFrame) -> dict:
    """Give a table as text: `columns`, `numeric` (which are numbers), `rows`, `count` of rows."""
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
