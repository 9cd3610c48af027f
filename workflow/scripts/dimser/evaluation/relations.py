"""What corpora have in common that a score of one on another may rest on."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from dimser.corpora.corpus import known
from dimser.corpora.guards import telling

COMMON = ("speakers", "raters", "texts")


class Holdings(NamedTuple):
    """Who speaks in a corpus, who rated it, what is said, and in which languages."""

    speakers: frozenset
    raters: frozenset
    texts: frozenset
    languages: frozenset


def holdings(utterances: pd.DataFrame, ratings: pd.DataFrame, texts: pd.DataFrame) -> Holdings:
    """Collect what a corpus holds.

    Args:
        utterances: columns `speaker,language`.
        ratings: column `rater`.
        texts: column `text`; short ones, which anybody says, do not count.
    """
    said = telling(texts["text"])
    columns = known(utterances["speaker"]), ratings["rater"], said, utterances["language"]
    return Holdings(*(frozenset(column.dropna().astype(str)) for column in columns))


def related(train: Sequence[Holdings], test: Holdings) -> dict[str, object]:
    """Count what the tested corpus shares with those that are trained on, by name.

    Returns:
        `shared_speakers`, `shared_raters`, `shared_texts`, and the languages of both.

    Example:
        >>> one = Holdings(frozenset("ab"), frozenset(), frozenset(), frozenset({"eng"}))
        >>> other = Holdings(frozenset("bc"), frozenset(), frozenset(), frozenset({"dan"}))
        >>> related([one], other)["shared_speakers"], related([one], other)["train_languages"]
        (1, 'eng')
    """
    whole = Holdings(*(frozenset().union(*own) for own in zip(*train, strict=True)))
    counts = {f"shared_{name}": len(getattr(whole, name) & getattr(test, name)) for name in COMMON}
    names = {"train_languages": whole, "test_languages": test}
    return counts | {name: " ".join(sorted(own.languages)) for name, own in names.items()}
