"""What must not stand in training and in test: the same voice, and the same recording."""

import pandas as pd

from dimser.folds import split

COLUMNS = ["what", "fold", "count", "examples"]


def on_both_sides(folds: pd.DataFrame, values: pd.Series, what: str) -> pd.DataFrame:
    """Find values that stand in the training and in the test utterances of a fold.

    Args:
        folds: as `dimser.folds.split` takes them.
        values: of each utterance (its speaker, group, digest of its audio), by its id;
            missing values are not compared.
        what: what they are, for people.

    Returns:
        A row a fold: `what,fold,count,examples`; the count is of test utterances, and 0 where
        there is none.
    """
    rows = []
    for fold in sorted(folds["fold"].dropna().astype(int).unique()):
        train, test = split(folds, fold)
        known = set(values.reindex(train).dropna())
        shared = values.reindex(test)
        shared = shared[shared.isin(known)]
        examples = "; ".join(f"{name} ({value})" for name, value in shared.head(3).items())
        rows.append([what, fold, len(shared), examples])
    return pd.DataFrame(rows, columns=COLUMNS)
