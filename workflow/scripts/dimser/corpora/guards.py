"""What must not be in both training and test: the same voice, and the same recording."""

import pandas as pd

from dimser.corpora.folds import split

COLUMNS = ["what", "fold", "count", "examples"]
WORDS, CHARACTERS = 3, 12  # a text of fewer of both is a "yes" or "okay", which anybody says


def overlapping(audio: pd.DataFrame) -> pd.Series:
    """Find the stretches of a recording in which segments overlap, as where two people speak.

    Args:
        audio: columns `file,start,end,duration`, by utterance id; seconds.

    Returns:
        By utterance id, the file and the time at which the stretch begins; missing where an
        utterance overlaps no other.

    Example:
        >>> times = {"file": "d.wav", "start": [0.0, 1.0, 5.0], "end": [2.0, 3.0, 6.0]}
        >>> audio = pd.DataFrame(times | {"duration": [2.0, 2.0, 1.0]}, index=["a", "b", "c"])
        >>> overlapping(audio).tolist()
        ['d.wav at 0 s', 'd.wav at 0 s', nan]
    """
    ordered = audio.sort_values(["file", "start"], kind="stable")
    end = ordered["end"].fillna(ordered["start"] + ordered["duration"])
    until = end.groupby(ordered["file"]).cummax().groupby(ordered["file"]).shift()
    stretch = (~(ordered["start"] < until)).cumsum()  # a new one where all earlier ones have ended
    first = ordered["start"].groupby(stretch).transform("first")
    names = ordered["file"] + " at " + first.map("{:.12g} s".format).astype(str)
    return names.where(stretch.groupby(stretch).transform("size") > 1)


def telling(texts: pd.Series) -> pd.Series:
    """Return the texts that are long enough for a repetition to mean something.

    Args:
        texts: by utterance id; missing where nothing is known.

    Returns:
        Letters and digits of those of at least three words or twelve characters, in lower case.

    Example:
        >>> said = pd.Series(["Yes.", "I'm sorry!", "No, no, NO", "Donaudampfschiff"])
        >>> telling(said).tolist()
        ['i m sorry', 'no no no', 'donaudampfschiff']
    """
    words = texts.dropna().astype(str).str.casefold().str.findall(r"\w+")
    plain = words.str.join(" ")
    return plain[(words.str.len() >= WORDS) | (plain.str.len() >= CHARACTERS)]


def on_both_sides(folds: pd.DataFrame, values: pd.Series, what: str) -> pd.DataFrame:
    """Find values that occur in both the training and the test utterances of a fold.

    Args:
        folds: as for `dimser.corpora.folds.split`.
        values: of each utterance (its speaker, group, digest of its audio), by its id; missing
            values are not compared. If there are none, nothing is checked, which is not nothing
            found: `count` is then missing.
        what: name of the values.

    Returns:
        One row per fold, `what,fold,count,examples`; `count` is the number of test utterances
        whose value is also in training.
    """
    rows = []
    for fold in sorted(folds["fold"].dropna().astype(int).unique()):
        train, test = split(folds, fold)
        known = set(values.reindex(train).dropna())
        shared = values.reindex(test)
        shared = shared[shared.isin(known)]
        examples = "; ".join(f"{name} ({value})" for name, value in shared.head(3).items())
        found = (
            [len(shared), examples]
            if len(values)
            else [pd.NA, "not checked: there are none to compare"]
        )
        rows.append([what, fold, *found])
    return pd.DataFrame(rows, columns=COLUMNS).astype({"count": "Int64"})
