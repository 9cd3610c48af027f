"""Fusions of feature sets that are read block by block."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from dimser.regression.blockwise import Block, Blocks, Model, predicted


def fused(
    regressor: Callable[..., Model],
    parts: Sequence[Blocks],
    trains: np.ndarray,
    labels: np.ndarray,
    settings: dict,
    fusion: str,
) -> np.ndarray:
    """Predict from several feature sets.

    Args:
        regressor: a function of `dimser.regression.blockwise`.
        parts: return rows and features of each set, in blocks of the same rows.
        trains: which rows are training utterances.
        labels: shape (rows, columns).
        settings: further arguments of the regressor.
        fusion: `concatenated`, `balanced`, or `mean` of the predictions of each.

    Returns:
        Predictions of shape (rows, columns); NaN in training rows.
    """
    models = fitted(regressor, parts, trains, labels, settings, fusion)
    each = parts if fusion == "mean" else [partial(_together, parts)]
    predictions = [
        predicted(own, trains, labels.shape[1], model)
        for own, model in zip(each, models, strict=True)
    ]
    return np.mean(predictions, axis=0)


def fitted(
    regressor: Callable[..., Model],
    parts: Sequence[Blocks],
    trains: np.ndarray,
    labels: np.ndarray,
    settings: dict,
    fusion: str,
) -> list[Model]:
    """Return the models of a fusion, with arguments as of `fused`: one, or one for each part."""
    if fusion == "mean":
        return [regressor(part, trains, labels, **settings) for part in parts]
    balance = [next(part())[1].shape[1] for part in parts] if fusion == "balanced" else None
    more = {"balance": balance} if balance else {}
    return [regressor(partial(_together, parts), trains, labels, **settings, **more)]


def _together(parts: Sequence[Blocks]) -> Iterator[Block]:
    for blocks in zip(*(part() for part in parts), strict=True):
        yield blocks[0][0], np.hstack([features for _, features in blocks])
