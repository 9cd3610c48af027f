"""Predictions of several methods for the same utterances, checked before they are compared."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from dimser.core.dimensions import labelled
from dimser.core.errors import raise_if
from dimser.core.files import read_csv
from dimser.core.words import counted


def load(
    utterances: str, folds: Sequence[str], predictions: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame, list[str]]:
    """Read the predictions of several methods, sorted by utterance id.

    Utterances without a fold, which are only trained on, are left out.

    Args:
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv of each grouping of the speakers, mostly one; columns `id,fold`, and `part` where
            a corpus was published in several; an empty fold means that nothing is predicted.
        predictions: csv of each method, columns `id,fold,valence,arousal,dominance`; those of the
            first grouping come first.

    Returns:
        Predictions of shape (utterances, groupings, methods, dimensions), labels of shape
        (utterances, dimensions), the utterances' table with columns `fold` (of the first grouping)
        and `part` (missing where there are none), and the names of the dimensions, those that the
        corpus is labelled in.

    Raises:
        InputError: if an utterance is not predicted exactly once, or not by a finite number.
    """
    return checked(utterances, folds, [(path, read_csv(path)) for path in predictions])


def checked(
    utterances: str, folds: Sequence[str], predictions: Sequence[tuple[str, pd.DataFrame]]
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame, list[str]]:
    """Sort predictions that have been read, as `load` does.

    Args:
        utterances: as for `load`.
        folds: likewise.
        predictions: of each method, with the file that they stand in; by grouping, likewise.
    """
    tested = [read_csv(path).dropna(subset="fold").set_index("id") for path in folds]
    table = read_csv(utterances).set_index("id")
    dimensions = labelled(table)
    table = table.loc[tested[0].index].sort_index()
    methods = len(predictions) // len(tested)
    raise_if(
        problem
        for number, (path, predicted) in enumerate(predictions)
        for problem in _problems(path, predicted, tested[number // methods]["fold"], dimensions)
    )
    values = [
        one.set_index("id").loc[table.index, dimensions].to_numpy(float) for _, one in predictions
    ]
    values = np.stack(values, axis=1).reshape(len(table), len(tested), methods, len(dimensions))
    labels = table[dimensions].to_numpy(dtype=np.float64)
    table = table.join(tested[0].reindex(columns=["fold", "part"]))
    return values, labels, table, dimensions


def test_parts(table: pd.DataFrame) -> Iterator[tuple[str | None, np.ndarray]]:
    """Return what is scored: all utterances, and those of each published test part by themselves.

    Args:
        table: column `part`, as from `load`.

    Returns:
        Pairs of a part's name, None for all, and which utterances it has. One part alone is all.

    Example:
        >>> table = pd.DataFrame({"part": ["Test2", "Test1"]})
        >>> [(name, own.tolist()) for name, own in test_parts(table)]
        [(None, [True, True]), ('Test1', [False, True]), ('Test2', [True, False])]
    """
    yield None, np.full(len(table), True)
    names = sorted(table["part"].dropna().unique())
    for name in names if len(names) > 1 else []:
        yield name, table["part"].eq(name).to_numpy()


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
