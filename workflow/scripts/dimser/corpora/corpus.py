"""What readers return: utterances, ratings, problems and findings.

A reader is one module in `dimser.corpora.readers` with one function, `read(root, **options)`, and
one entry in `dimser.corpora.registry`. Nothing is decided silently: what cannot be used is a
problem, what had to be decided is a finding, and both name file and row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from os.path import splitext
from typing import NamedTuple

import numpy as np
import pandas as pd

from dimser.core.dimensions import labelled
from dimser.core.words import counted
from dimser.corpora.names import clean, mistakable, person, spellings

# Prefix of the names of unknown speakers, who may be anybody.
UNKNOWN = "unknown_"
# How names are written; an utterance's may be that of a file, and 1.0.wav is not 1.wav.
SPELL = {"id": clean, "speaker": person, "group": person, "rater": person}
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
            opened from the working directory, and is NaN where there is no audio; `start` and `end`
            are in seconds (`end` NaN: to the end of the file); `speaker` is NaN in all rows where
            speakers are not known.
        ratings: columns `id,rater,valence,arousal,dominance`, NaN where missing; None where the
            corpus ships none.
        problems: sentences on rows that cannot be used; the run stops and reports them all.
        findings: what the reader had to decide; the run goes on.
        texts: transcripts by utterance id; None where the corpus ships none.
        scale: lowest and highest value of labels and ratings as stated by the corpus; None where
            it states none.
        left_out: utterances that are not used, each with its reason.
        dialogues: the dialogue that each utterance belongs to, by utterance id; None where it is
            not known.
        ages: of who speaks, in years, by utterance id; NaN, or None, where it is not known.

    Names of utterances, speakers, groups and raters are written in one way, as from
    `dimser.corpora.names`.
    """

    utterances: pd.DataFrame
    ratings: pd.DataFrame | None = None
    problems: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    texts: pd.Series | None = None
    scale: tuple[float, float] | None = None
    left_out: dict[str, str] = field(default_factory=dict)
    dialogues: pd.Series | None = None
    ages: pd.Series | None = None

    def __post_init__(self) -> None:
        """Write each name in one way, and ask about people who may be one or two."""
        people = {}
        for name in ("utterances", "ratings"):
            if (table := getattr(self, name)) is not None:
                setattr(self, name, unified(table, f"the {name}", self.findings))
                people |= {c: table[c] for c in ("speaker", "group", "rater") if c in table}
        if self.texts is not None:
            self.texts = self.texts.rename(clean)
        if self.dialogues is not None:
            self.dialogues = self.dialogues.rename(clean).map(clean, na_action="ignore")
        if self.ages is not None:
            self.ages = self.ages.rename(clean)
        if "group" in people and people["group"].equals(people.get("speaker")):
            del people["group"]
        for what, names in people.items():
            named = known(names).dropna().unique()
            self.problems += mistakable(map(person, named), what)


def known(speakers: pd.Series) -> pd.Series:
    """Return the speakers, missing where it is not known who speaks.

    Example:
        >>> known(pd.Series(["ann", "unknown_a.wav"])).tolist()
        ['ann', nan]
    """
    return speakers.mask(speakers.map(lambda name: str(name).startswith(UNKNOWN)).astype(bool))


def unified(
    table: pd.DataFrame,
    where: str,
    findings: list[Finding],
    spell: dict[str, Callable[[str], str]] = SPELL,
) -> pd.DataFrame:
    """Write the names in a table in one way, and report those that it has in several.

    Args:
        table: with some columns of names, text.
        where: they stand, for findings.
        findings: to which what was unified is added.
        spell: how the names of each column are written.
    """
    for column in [name for name in spell if name in table]:
        written = table[column].dropna().unique()
        said = spellings(written, column, spell[column])
        findings += [Finding("name in several spellings", where, text) for text in said]
        table = table.assign(**{column: table[column].map({n: spell[column](n) for n in written})})
    return table


def voices(utterances: pd.DataFrame) -> pd.Series:
    """Return what may share a voice: the speakers, or the groups where they are not known.

    Args:
        utterances: columns `speaker,group`.
    """
    return utterances["speaker" if utterances["speaker"].notna().any() else "group"]


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


def years(ages: pd.Series, where: str, findings: list[Finding]) -> pd.Series:
    """Convert ages to numbers; NaN where there is none.

    Args:
        ages: numbers or text; missing where they are not known.
        where: they stand, for findings.
        findings: to which is added what is no age.

    Example:
        >>> years(pd.Series(["31", "20 to 30", None]), "a.csv", []).tolist()
        [31.0, nan, nan]
    """
    numbers = pd.to_numeric(ages.astype(object), errors="coerce").astype(float)
    numbers = numbers.where((numbers >= 0) & (numbers < np.inf))
    odd = ages[numbers.isna() & ages.notna()]
    if len(odd):
        count = counted(len(odd), "age")
        what = f"Not a number of years: {count}, first {odd.iloc[0]!r}; counted as not known."
        findings.append(Finding("age without number", where, what))
    return numbers


def blank_ratings(ratings: pd.DataFrame, where: str) -> list[Finding]:
    """Report how many single ratings are blank or not a number, by dimension."""
    counts = ratings[labelled(ratings)].isna().sum()
    return [
        Finding("blank rating", where, f"Missing: {counted(count, f'{dimension} rating')}.")
        for dimension, count in counts.items()
        if count
    ]
