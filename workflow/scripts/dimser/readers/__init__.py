"""Readers of corpora as their licensees received them.

A reader is one module with one function, `read(root, **options) -> Corpus`, and one line in
`READERS`. It decides nothing in silence: what it cannot use is a problem, told by file and row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

UTTERANCE_COLUMNS = ["id", "file", "start", "end", "speaker", "group", "gender", "language"]


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
    """

    utterances: pd.DataFrame
    ratings: pd.DataFrame | None = None
    problems: list[str] = field(default_factory=list)


def reader(name: str) -> Callable[..., Corpus]:
    """Give the function that reads a kind of corpus.

    Args:
        name: a key of `READERS`.
    """
    from dimser.readers import manifest

    return {"manifest": manifest.read}[name]
