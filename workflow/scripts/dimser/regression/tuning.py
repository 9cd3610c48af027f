"""Hyperparameters chosen inside a training fold, by inner speaker-independent folds."""

from itertools import product

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.errors import InputError
from dimser.corpora.folds import assign
from dimser.regression import exact
from dimser.regression.distances import Distances
from dimser.regression.kernels import kernel_matrix, resolve_gamma


def choose(
    distances: Distances, labels: np.ndarray, speakers: np.ndarray, settings: dict, grid: dict
) -> list[dict]:
    """Choose C, epsilon and gamma for each label column.

    Every point of the grid predicts the training utterances out of inner folds, in which speakers
    stay whole; the one with the highest CCC over all of them is taken, the first of equals. The
    inner models use the distances of the outer fold, whose scaling was fitted on all of the outer
    training utterances and on no other.

    Args:
        distances: of the outer fold.
        labels: of its training utterances, shape (train, columns).
        speakers: of its training utterances, shape (train,).
        settings: of the regression; the grid's values replace its own.
        grid: values to try, by setting; and `folds`, the number of inner folds (of as many as
            there are speakers, where there are fewer).

    Returns:
        For each column the settings, gamma as a number, and `inner_ccc`.

    Raises:
        InputError: if there is but one speaker.
    """
    axes = {key: values for key, values in grid.items() if key != "folds"}
    count = len(labels)
    units = pd.Series(speakers, name="speaker")
    if units.nunique() < 2:
        raise InputError(
            f"svr.tune: the utterances to train on are all of {units.iloc[0]!r}, and inner folds "
            "need two speakers. Leave `svr.tune` out, or give more speakers."
        )
    folds = assign(units, min(grid["folds"], units.nunique())).to_numpy()
    best: list[dict] = [{"inner_ccc": -np.inf} for _ in labels.T]
    gammas = axes.pop("gamma", [settings["gamma"]])
    for gamma in (resolve_gamma(gamma, distances) for gamma in gammas):
        kernel = kernel_matrix(distances, settings["kernel"], gamma)[:count]
        for values in product(*axes.values()):
            point = settings | dict(zip(axes, values, strict=True)) | {"gamma": gamma}
            for number, ccc in enumerate(_inner_ccc(kernel, labels, folds, point)):
                if ccc > best[number]["inner_ccc"]:
                    best[number] = point | {"inner_ccc": ccc}
    return [own if "gamma" in own else settings | {"inner_ccc": np.nan} for own in best]


def _inner_ccc(
    kernel: np.ndarray, labels: np.ndarray, folds: np.ndarray, settings: dict
) -> np.ndarray:
    """Give the CCC of each column, pooled over the inner folds."""
    predictions = np.empty_like(labels)
    for fold in np.unique(folds):
        train, test = folds != fold, folds == fold
        predictions[test] = exact.predict(
            kernel[np.ix_(train, train)],
            kernel[np.ix_(test, train)],
            labels[train],
            **exact.model_settings(settings),
        )
    return metrics.ccc(metrics.sums(predictions, labels))
