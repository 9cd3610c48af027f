"""Fusions of feature sets that are read block by block."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from dimser.regression.blockwise import Block, Blocks


def fused(
    regressor: Callable[..., np.ndarray],
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

    def predicted(of: Sequence[Blocks], **more: list[int]) -> np.ndarray:
        return regressor(lambda: _together(of), trains, labels, **settings, **more)

    if fusion == "mean":
        return np.mean([predicted([part]) for part in parts], axis=0)
    if fusion == "balanced":
        return predicted(parts, balance=[next(part())[1].shape[1] for part in parts])
    return predicted(parts)


def _together(parts: Sequence[Blocks]) -> Iterator[Block]:
    for blocks in zip(*(part() for part in parts), strict=True):
        yield blocks[0][0], np.hstack([features for _, features in blocks])
