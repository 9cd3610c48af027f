"""What must not stand in training and in test: the same voice, and the same recording."""

import pandas as pd

from dimser.corpora.folds import split

COLUMNS = ["what", "fold", "count", "examples"]


def overlapping(audio: pd.DataFrame) -> pd.Series:
    """Name the stretch of a recording in which segments overlap: turns in which both speak.

    Args:
        audio: columns `file,start,end,duration`, by utterance id; seconds.

    Returns:
        By utterance id, the file and the time at which the stretch begins; missing where an
        utterance overlaps no other.
    """
    ordered = audio.sort_values(["file", "start"], kind="stable")
    end = ordered["end"].fillna(ordered["start"] + ordered["duration"])
    until = end.groupby(ordered["file"]).cummax().groupby(ordered["file"]).shift()
    stretch = (~(ordered["start"] < until)).cumsum()  # a new one where no earlier one goes on
    first = ordered["start"].groupby(stretch).transform("first")
    names = ordered["file"] + " at " + first.map("{:g} s".format).astype(str)
    return names.where(stretch.groupby(stretch).transform("size") > 1)


def on_both_sides(folds: pd.DataFrame, values: pd.Series, what: str) -> pd.DataFrame:
    """Find values that stand in the training and in the test utterances of a fold.

    Args:
        folds: as `dimser.corpora.folds.split` takes them.
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
