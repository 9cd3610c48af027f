"""Columns of a feature table that are no features: labels, descriptions, numbers of rows."""

import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from dimser.core.dimensions import SPELLINGS

# What labels are called, and what is added to that.
LABELS = {*SPELLINGS, "val", "aro", "act", "dom"} - {"power"}  # which is the sound's, too
OF_LABELS = {
    "emo", "emotion", "label", "labels", "gold", "mean", "avg", "average", "consensus", "rating",
    "ratings", "score", "target", "true", "value", "norm", "ewe",
}  # fmt: skip
# Likewise of what describes an utterance. Power and control are other words for dominance.
DESCRIPTIONS = {
    "age", "annotator", "begin", "control", "corpus", "dialog", "dialogue", "duration", "emotion",
    "end", "evaluator", "file", "filename", "fold", "gender", "group", "id", "label", "language",
    "participant", "partition", "path", "potency", "power", "rater", "session", "sex", "speaker",
    "spk", "spkr", "split", "start", "subject", "text", "transcript", "utt", "utterance", "worker",
}  # fmt: skip
OF_DESCRIPTIONS = {
    "code", "id", "ms", "name", "no", "nr", "number", "path", "s", "sec", "seconds", "time",
}  # fmt: skip
ROW_NUMBERS = {"index", "level_0", "row", "row.names", "rownames", "row_number", "x"}


def is_feature(column: pd.Series, place: int, beside: Collection[str] = ()) -> bool:
    """Tell whether a column of a table may be a feature of the utterances' sound.

    Args:
        column: with its name.
        place: of the column in the table, from 0.
        beside: names of further columns that describe utterances.

    Example:
        >>> names = ["Unnamed: 0", "EmoVal", "Speaker_ID", "mean_power", "pcm_loudness"]
        >>> [is_feature(pd.Series([0.5, 0.2, 0.1], name=name), 0) for name in names]
        [False, False, False, True, True]
    """
    name = str(column.name)
    folded = name.casefold()
    if re.fullmatch(r"(unnamed: \d+)?", folded) or folded in map(str.casefold, beside):
        return False
    words = [word.casefold() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]
    for known, added in ((LABELS, OF_LABELS), (DESCRIPTIONS, OF_DESCRIPTIONS)):
        rest = [word for word in words if word not in added] or words[:1]
        if rest and all(word in known for word in rest):
            return False
    return not (place == 0 or folded in ROW_NUMBERS) or not _counts(column, folded)


def _counts(column: pd.Series, name: str) -> bool:
    """Tell whether a column counts rows, one after the other, or is called so and may."""
    if len(column) < 3 or not pd.api.types.is_numeric_dtype(column):
        return False
    steps = np.diff(column.to_numpy(dtype=np.float64))
    in_order = column.iloc[0] in (0, 1) and (steps == 1).all()
    return in_order or (name in ROW_NUMBERS and column.is_unique and (column % 1 == 0).all())
