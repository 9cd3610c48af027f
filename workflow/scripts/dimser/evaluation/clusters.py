"""What errs together: the clusters that intervals and tests rest on."""

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dimser.corpora.corpus import known, voices

# Dialogues of a speaker, on average, between which they are no clusters: what is left of a few
# dialogues, after the speaker's mean is taken away, goes together (simulated, see benchmarks).
FEW, MANY = 1.5, 8


def clusters_of(table: pd.DataFrame, by: str) -> tuple[np.ndarray, str]:
    """Return the cluster of each utterance.

    Args:
        table: columns `speaker,group`, one row per utterance.
        by: `speaker`, `group`, or `auto`: the group where every group holds exactly two speakers
            and no speaker stands in two groups, as in sessions of dialogues between two people;
            otherwise the speaker.

    Returns:
        Shape (utterances,), and what they are: `speaker` or `group`; empty where it is not known.

    Example:
        >>> table = pd.DataFrame({"speaker": ["a", "b", "c", "d"], "group": [1, 1, 2, 2]})
        >>> clusters_of(table, "auto")[1], clusters_of(table.assign(group=1), "auto")[1]
        ('group', 'speaker')
    """
    if by == "auto":
        by = "group" if are_pairs(table) else "speaker"
    there = known(table["speaker"]).notna().any() if by == "speaker" else table[by].notna().all()
    return table[by].to_numpy(), by if there else ""


def are_pairs(table: pd.DataFrame) -> bool:
    """Return whether every group holds two speakers, and every speaker stands in one group."""
    members = table.assign(speaker=known(table["speaker"]))[["speaker", "group"]].drop_duplicates()
    if members.isna().any(axis=None):
        return False
    pairs = members.groupby("group").size().eq(2).all()
    return bool(pairs and members["speaker"].is_unique)


def flipped(table: pd.DataFrame) -> pd.Series:
    """Return what single features are tested by: what covaries within speakers by itself.

    Args:
        table: columns `speaker,group` and perhaps `dialogue`, one row per utterance.

    Returns:
        The dialogue of each utterance, where all are known; where speakers have more than one of
        them but not many, the circle of those who share dialogues; where dialogues are not known,
        the speaker, or the group if speakers are not known either. The series is called by what it
        holds.
    """
    speakers = voices(table)
    if "dialogue" not in table or table["dialogue"].isna().any():
        return speakers
    each = table["dialogue"].groupby(speakers).nunique().mean()
    if each <= FEW or each >= MANY:
        return table["dialogue"]
    who, what = (pd.factorize(column)[0] for column in (speakers, table["dialogue"]))
    size = who.max() + what.max() + 2
    links = coo_array((np.ones(len(who)), (who, what + who.max() + 1)), shape=(size, size))
    return pd.Series(connected_components(links)[1][who], table.index, name="circle")
