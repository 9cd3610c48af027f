"""What readers return: utterances, ratings, problems and findings.

A reader is one module in `dimser.corpora.readers` with one function, `read(root, **options)`, and
one entry in `dimser.corpora.registry`. Nothing is decided silently: what cannot be used is a
problem, what had to be decided is a finding, and both name file and row.
"""

from dataclasses import dataclass, field
from os.path import splitext
from typing import NamedTuple

import pandas as pd

from dimser.core.dimensions import DIMENSIONS

# Prefix of the names of unknown speakers, who may be anybody.
UNKNOWN = "unknown_"
UTTERANCE_COLUMNS = ["id", "file", "start", "end", "speaker", "group", "gender", "language"]


class Finding(NamedTuple):
    """A decision that a reader had to make.

    Attributes:
        kind: the case in a few words, the same for all of its kind ("blank rating").
        where: file and row, or utterance.
        what: a sentence: which value was there, and what was done.
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
            opened from the working directory; `start` and `end` are in seconds (`end` NaN: to the
            end of the file).
        ratings: columns `id,rater,valence,arousal,dominance`, NaN where missing; None where the
            corpus ships none.
        problems: sentences on rows that cannot be used; the run stops and reports them all.
        findings: what the reader had to decide; the run goes on.
        texts: transcripts by utterance id; None where the corpus ships none.
        scale: lowest and highest value of labels and ratings as stated by the corpus; None where
            it states none.
    """

    utterances: pd.DataFrame
    ratings: pd.DataFrame | None = None
    problems: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    texts: pd.Series | None = None
    scale: tuple[float, float] | None = None


def utterance_ids(table: pd.DataFrame) -> pd.Series:
    """Name utterances by their file's path without suffix, and segments also by their times.

    Args:
        table: columns `file,start,end`.

    Example:
        >>> rows = {"file": ["a.wav", "b.wav"], "start": [0.0, 1.5], "end": [None, 2.25]}
        >>> utterance_ids(pd.DataFrame(rows)).tolist()
        ['a', 'b_1.5_2.25']
    """
    names = table["file"].map(lambda file: splitext(file)[0])
    segment = table["end"].notna() | (table["start"] > 0)
    # All digits: with six, neighbours in a long recording would have the same name.
    start, end = (table[time].map("{:.12g}".format) for time in ("start", "end"))
    end = end.where(table["end"].notna(), "end")
    return names.where(~segment, names + "_" + start + "_" + end)


def seconds(times: pd.Series) -> pd.Series:
    """Convert times in seconds, or audformat's timedeltas, to seconds; NaN where there is none.

    Args:
        times: numbers, timedeltas, or text of either.

    Example:
        >>> seconds(pd.Series(["1.5", "0 days 00:01:00", ""])).tolist()
        [1.5, 60.0, nan]
    """
    if pd.api.types.is_timedelta64_dtype(times):
        return times.dt.total_seconds()
    numbers = pd.to_numeric(times, errors="coerce")
    return numbers.fillna(pd.to_timedelta(times, errors="coerce").dt.total_seconds())


def blank_ratings(ratings: pd.DataFrame, where: str) -> list[Finding]:
    """Report how many single ratings are blank or not a number, by dimension."""
    counts = ratings[list(DIMENSIONS)].isna().sum()
    return [
        Finding("blank rating", where, f"{count} {dimension} ratings count as missing.")
        for dimension, count in counts.items()
        if count
    ]
