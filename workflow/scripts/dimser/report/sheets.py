"""Tables of a run as shown in the report: display names instead of ids, rounded numbers."""

import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from dimser.report.tables import number, p_value

LONG = 200  # rows that are shown; the others are only in the table's file
CORPORA = ("corpus", "corpus_a", "corpus_b", "train", "test")
# Columns that are neither shares nor lengths; counts are floats where some are missing.
FORMS = dict.fromkeys(("p", "p_holm", "p_adjusted", "p_smallest", "best_p"), p_value)
FORMS |= dict.fromkeys(("count", "unusual", "held", "analyses"), "{:,.0f}".format)
FORMS["rank"] = "{:g}".format  # equal ones share the mean of their ranks
# Columns whose rows have units of their own.
FORMS |= dict.fromkeys(
    ("mean", "sd", "lowest", "median", "highest"),
    lambda value: number(value, 3 if abs(value) < 10 else 1 if abs(value) < 1000 else 0),
)
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
    parts = ("part",) if "weight" in table else ()  # elsewhere, parts are those of a corpus
    known = dict.fromkeys(CORPORA, corpora) | dict.fromkeys((*METHODS, *parts), names)
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
        shown = FORMS.get(column.name, lambda value: number(value, digits))
        return ["" if pd.isna(value) else shown(value) for value in column]
    return ["" if pd.isna(v) else f"{v:,}" if isinstance(v, int) else str(v) for v in column]
