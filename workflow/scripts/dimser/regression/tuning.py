"""Hyperparameters chosen within a training fold, by inner speaker-independent folds."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.errors import InputError
from dimser.corpora.folds import assign
from dimser.regression.distances import Distances
from dimser.regression.kernels import kernel_matrix, resolve_gamma

FOLDS = 3  # inner ones, where no setting says how many


def choose(
    distances: Distances,
    labels: np.ndarray,
    speakers: np.ndarray,
    predict: Callable[..., np.ndarray],
    *,
    kernel: str,
    gamma: str | float,
    settings: dict,
    grid: dict,
) -> list[dict]:
    """Choose gamma and the settings of a regressor for each label column.

    Every point of the grid predicts the training utterances out of fold, with all utterances of a
    speaker in the same inner fold. The point with the highest CCC over all inner folds is chosen,
    the first if several are equal. The inner models use the distances of the outer fold, whose
    scaling was fitted only on the outer training utterances.

    Args:
        distances: of the outer fold.
        labels: of its training utterances, shape (train, columns).
        speakers: of its training utterances, shape (train,).
        predict: a function of `dimser.regression.exact`.
        kernel: `rbf` or `linear`.
        gamma: of the kernel, unless the grid names it.
        settings: of the regressor; values of the grid replace them.
        grid: values to try, by setting; and `folds`, the number of inner folds (at most as many
            as there are speakers).

    Returns:
        For each column `gamma`, the settings, and `inner_ccc`, NaN where none is defined.

    Raises:
        InputError: if there is only one speaker.
    """
    axes = {key: values for key, values in grid.items() if key != "folds"}
    folds = inner_folds(speakers, grid["folds"], "svr.tune")
    best: list[dict] = [{"inner_ccc": -np.inf} for _ in labels.T]
    for width in (resolve_gamma(value, distances) for value in axes.pop("gamma", [gamma])):
        matrix = kernel_matrix(distances, kernel, width)[: len(labels)]
        for values in product(*axes.values()):
            point = settings | dict(zip(axes, values, strict=True))
            for number, ccc in enumerate(inner_ccc(matrix, labels, folds, predict, point)):
                if ccc > best[number]["inner_ccc"]:
                    best[number] = {"gamma": width, **point, "inner_ccc": ccc}
    undefined = {"gamma": resolve_gamma(gamma, distances), **settings, "inner_ccc": np.nan}
    return [point if "gamma" in point else undefined for point in best]


def inner_folds(speakers: np.ndarray, count: int, what: str) -> np.ndarray:
    """Return an inner fold for each training utterance; all of a speaker are in the same one.

    Args:
        speakers: of the training utterances.
        count: of folds, at most; there are no more than speakers.
        what: needs them, as the configuration names it.

    Raises:
        InputError: if there is only one speaker.
    """
    units = pd.Series(speakers, name="speaker")
    if units.nunique() < 2:
        raise InputError(
            f"{what}: all training utterances are of {units.iloc[0]!r}, and inner folds need two "
            f"speakers. Leave `{what}` out, or use more speakers."
        )
    return assign(units, min(count, units.nunique())).to_numpy()


def out_of_fold(
    kernel: np.ndarray,
    labels: np.ndarray,
    folds: np.ndarray,
    predict: Callable[..., np.ndarray],
    settings: dict,
) -> np.ndarray:
    """Predict each training utterance by a model that was fitted without its inner fold.

    Args:
        kernel: of the training utterances, shape (train, train).
        labels: of the training utterances, shape (train, columns).
        folds: inner fold of each, shape (train,).
        predict: a function of `dimser.regression.exact`.
        settings: of it.
    """
    predictions = np.empty_like(labels)
    for fold in np.unique(folds):
        train, test = folds != fold, folds == fold
        fitted, unseen = kernel[np.ix_(train, train)], kernel[np.ix_(test, train)]
        predictions[test] = predict(fitted, unseen, labels[train], **settings)
    return predictions


def inner_ccc(
    kernel: np.ndarray,
    labels: np.ndarray,
    folds: np.ndarray,
    predict: Callable[..., np.ndarray],
    settings: dict,
) -> np.ndarray:
    """Return the CCC of each column, pooled over the inner folds; see `out_of_fold`."""
    predictions = out_of_fold(kernel, labels, folds, predict, settings)
    return metrics.ccc(metrics.sums(predictions, labels))
