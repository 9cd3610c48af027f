"""Which rows of scores and comparisons are about what."""

import pandas as pd


def of_all(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows about all utterances: one per method, or pair, and dimension.

    Args:
        table: scores or comparisons of a corpus; `part` names the published test part that a row is
            about, and is missing where it is about all; so are all rows of tables without it.

    Example:
        >>> of_all(pd.DataFrame({"ccc": [0.5, 0.6], "part": [None, "Test1"]}))["ccc"].tolist()
        [0.5]
    """
    return table[table["part"].isna()] if "part" in table else table


def by_part(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows about each published test part, by its name.

    Args:
        table: as for `of_all`.

    Example:
        >>> list(by_part(pd.DataFrame({"ccc": [0.5, 0.6], "part": [None, "Test1"]})))
        ['Test1']
    """
    parts = table["part"].dropna().unique() if "part" in table else []
    return {part: table[table["part"] == part] for part in parts}
