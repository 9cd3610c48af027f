"""Predictions of several methods for the same utterances, checked before they are compared."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from dimser.core.dimensions import labelled
from dimser.core.errors import raise_if
from dimser.core.files import read_csv
from dimser.core.words import counted


def load(
    utterances: str, folds: str, predictions: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame, list[str]]:
    """Read the predictions of several methods, sorted by utterance id.

    Utterances without a fold, which are only trained on, are left out.

    Args:
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv with columns `id,fold`; an empty fold means that nothing is predicted.
        predictions: csv of each method, columns `id,fold,valence,arousal,dominance`.

    Returns:
        Predictions of shape (utterances, methods, dimensions), labels of shape (utterances,
        dimensions), the utterances' table, and the names of the dimensions, those that the corpus
        is labelled in.

    Raises:
        InputError: if an utterance is not predicted exactly once, or not by a finite number.
    """
    tested = read_csv(folds).dropna(subset="fold").set_index("id")["fold"]
    table = read_csv(utterances).set_index("id")
    dimensions = labelled(table)
    table = table.loc[tested.index].sort_index()
    tables = [read_csv(path) for path in predictions]
    raise_if(
        problem
        for path, predicted in zip(predictions, tables, strict=True)
        for problem in _problems(path, predicted, tested, dimensions)
    )
    values = [one.set_index("id").loc[table.index, dimensions].to_numpy(float) for one in tables]
    labels = table[dimensions].to_numpy(dtype=np.float64)
    return np.stack(values, axis=1), labels, table, dimensions


def _problems(
    path: str, predicted: pd.DataFrame, folds: pd.Series, dimensions: list[str]
) -> Iterator[str]:
    """Report utterances that are not predicted exactly once, in their fold, by finite numbers."""
    ids = folds.index
    finite = np.isfinite(predicted[dimensions].to_numpy(dtype=np.float64)).all(axis=1)
    wrong = {
        "not predicted": ids.difference(predicted["id"], sort=False),
        "predicted more than once": predicted["id"][predicted["id"].duplicated()].unique(),
        "not in the corpus, or in no fold": predicted["id"][~predicted["id"].isin(ids)],
        "predicted in the wrong fold": predicted["id"][
            predicted["id"].isin(ids) & (predicted["fold"] != predicted["id"].map(folds))
        ],
        "predicted by what is not a finite number": predicted["id"][~finite],
    }
    for what, names in wrong.items():
        if len(names):
            first = ", ".join(repr(name) for name in list(names)[:5])
            yield (
                f"{path}: {counted(len(names), 'utterance')} {what}: {first}"
                f"{', ...' if len(names) > 5 else ''}. Delete this file and run again."
            )
