"""Parts of a corpus by a number that each utterance has."""

import pandas as pd

THIRDS = ("lowest third", "middle third", "highest third")


def thirds(values: pd.Series) -> pd.Series:
    """Return the third that each utterance is in; missing where its value is.

    Ties stay together: row order would divide them by session and speaker, and so would the last
    bit of a spread, which depends on whether ratings were 1, 1, 2 or 4, 4, 5.

    Example:
        >>> thirds(pd.Series([3.0, 1.0, 2.0])).tolist()
        ['highest third', 'lowest third', 'middle third']
    """
    rank = values.round(9).rank(method="average", pct=True)
    return pd.cut(rank, [0, 1 / 3, 2 / 3, 1], labels=THIRDS)
