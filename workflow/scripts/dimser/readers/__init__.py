"""Readers of corpora as their licensees received them.

A reader is one module with one function, `read(root, **options) -> Corpus`, and one line in
`READERS`. It decides nothing in silence: what it cannot use is a problem, what it had to decide is
a finding, and both name file and row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import NamedTuple

import pandas as pd

from dimser.labels import DIMENSIONS

# Each reader and where its label files lie: an edit of them reads the corpus again.
READERS = {
    "manifest": "{manifest}",
    "iemocap": "Session[0-9]/dialog/EmoEvaluation/*.txt",
    "vam": "**/*.[eE][vVwW][aAeE]",
    "msp_podcast": "[Ll]abels/labels*.*",
    "msp_improv": "**/Eval*tion.txt",
    "audformat": "db*.*",
    "audb": "",
    "quechua_collao": "**/*.[cCxX][sSlL][vVsS]*",
}
# What the name of a speaker begins with who is not known, and so may be anybody.
UNKNOWN = "unknown_"
UTTERANCE_COLUMNS = ["id", "file", "start", "end", "speaker", "group", "gender", "language"]


class Finding(NamedTuple):
    """What a reader had to decide, and how it did.

    Attributes:
        kind: the case in a few words, the same for all like it ("blank rating").
        where: file and row, or utterance.
        what: a sentence: which value stood there, and what was done.
    """

    kind: str
    where: str
    what: str


@dataclass
class Corpus:
    """A corpus as read, its labels on the corpus's own scale.

    Attributes:
        utterances: columns `id,file,start,end,speaker,group,gender,language`, and
            `valence,arousal,dominance` where the corpus ships consensus labels. `file` can be
            opened from the working directory; `start` and `end` are seconds (`end` NaN: to the
            end of the file).
        ratings: columns `id,rater,valence,arousal,dominance`, NaN where missing; None where the
            corpus ships none.
        problems: sentences on rows that cannot be used; the run stops at them, all at once.
        findings: what the reader had to decide; the run goes on.
        texts: what is said, by the utterance's id; None where the corpus ships no transcripts.
    """

    utterances: pd.DataFrame
    ratings: pd.DataFrame | None = None
    problems: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    texts: pd.Series | None = None


def reader(name: str) -> Callable[..., Corpus]:
    """Give the function that reads a kind of corpus.

    Args:
        name: a key of `READERS`.
    """
    return import_module(f"dimser.readers.{name}").read


def blank_ratings(ratings: pd.DataFrame, where: str) -> list[Finding]:
    """Report how many single ratings are blank or no number, by dimension."""
    counts = ratings[list(DIMENSIONS)].isna().sum()
    return [
        Finding("blank rating", where, f"{count} {dimension} ratings count as missing.")
        for dimension, count in counts.items()
        if count
    ]
