"""Fusions of feature sets: of their distances (early), or of their predictions (late).

Each function has the same arguments:

    parts: returns the distances of a fold, for each feature set; called when they are needed, so
        that few of them are held at a time.
    labels: of the training utterances, shape (train, columns), in [0, 1].
    speakers: of the training utterances, shape (train,).
    regression: what is fitted.
    folds: inner fold of each training utterance, to predict these out of fold, too; or None.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from dimser.core import metrics
from dimser.core.lookup import function
from dimser.regression import tuning, weights
from dimser.regression.distances import Distances, balance, fuse, unit
from dimser.regression.fitting import Fit, KernelRegression
from dimser.regression.layers import best

Part = Callable[[], Distances]
Fusion = Callable[..., Fit]
Recalibration = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def fit(
    parts: Sequence[Part], labels: np.ndarray, speakers: np.ndarray, regression: KernelRegression,
    fusion: Fusion | None = None, recalibration: Recalibration | None = None,
) -> Fit:  # fmt: skip
    """Fit a method: a regression on one feature set or a fusion, recalibrated or not.

    Args:
        parts: as above; one, where there is no fusion.
        labels: as above.
        speakers: as above.
        regression: as above.
        fusion: a function of this module; None for one feature set.
        recalibration: a function of `dimser.regression.recalibration`.
    """
    folds = tuning.inner_folds(speakers, tuning.FOLDS, "@recalibrated") if recalibration else None
    if fusion:
        found = fusion(parts, labels, speakers, regression, folds)
    else:
        (part,) = parts
        found = regression(part(), labels, speakers, folds)
    if not recalibration:
        return found
    return found._replace(predictions=recalibration(found.inner, labels, found.predictions))


def named(
    *, regressor: str, kernel: str, gamma: str | float, settings: dict, tune: dict | None = None,
    fusion: str | None = None, recalibration: str | None = None,
) -> Callable[[Sequence[Part], np.ndarray, np.ndarray], Fit]:  # fmt: skip
    """Return how to fit a method from parts, labels and speakers, its functions being named.

    Args:
        regressor: module and name of a function of `dimser.regression.exact`.
        kernel: `rbf` or `linear`.
        gamma: of the RBF kernel: `scale`, `auto` or a number.
        settings: further arguments of the regressor.
        tune: values to choose from within the training fold; see `dimser.regression.tuning`.
        fusion: module and name of a function of this module; None for one set.
        recalibration: module and name of a function of `dimser.regression.recalibration`.
    """
    return partial(
        fit,
        regression=KernelRegression(function(regressor), kernel, gamma, settings, tune),
        fusion=function(fusion) if fusion else None,
        recalibration=function(recalibration) if recalibration else None,
    )


def concatenated(
    parts: Sequence[Part], labels: np.ndarray, speakers: np.ndarray,
    regression: KernelRegression, folds: np.ndarray | None = None,
) -> Fit:  # fmt: skip
    """Fit on the concatenated features, as the paper does."""
    return regression(fuse([part() for part in parts]), labels, speakers, folds)


def balanced(
    parts: Sequence[Part], labels: np.ndarray, speakers: np.ndarray,
    regression: KernelRegression, folds: np.ndarray | None = None,
) -> Fit:  # fmt: skip
    """Fit on distances in which every part counts alike, whatever its number of dimensions."""
    return regression(balance(parts), labels, speakers, folds)


def learned(
    parts: Sequence[Part], labels: np.ndarray, speakers: np.ndarray,
    regression: KernelRegression, folds: np.ndarray | None = None,
) -> Fit:  # fmt: skip
    """Fit on distances in which parts have weights, chosen by `dimser.regression.weights`.

    They are chosen with the regression's own settings, before any of `tune`.
    """
    rows = weights.sample(len(labels))
    # of `scale` and `auto`, the weights' kernel has the gamma that equal weights have
    gamma = 1.0 if isinstance(regression.gamma, str) else regression.gamma * len(parts)
    choices = weights.choose(
        [_sampled(part(), rows) for part in parts], labels[rows], speakers[rows],
        regression.predict, gamma=gamma, settings=regression.settings,
    )  # fmt: skip
    fits = [
        regression(balance(parts, choice.weights), labels[:, [number]], speakers, folds)
        for number, choice in enumerate(choices)
    ]
    predictions = np.hstack([fit.predictions for fit in fits])
    inner = None if folds is None else np.hstack([fit.inner for fit in fits])
    models = [
        [fit.models[0][0] | {"part": part, "weight": w} for part, w in enumerate(choice.weights)]
        for fit, choice in zip(fits, choices, strict=True)
    ]
    return Fit(predictions, inner, models)


def _sampled(part: Distances, rows: np.ndarray) -> np.ndarray:
    return part.squared[np.ix_(rows, rows)] / unit(part)


def mean(
    parts: Sequence[Part], labels: np.ndarray, speakers: np.ndarray,
    regression: KernelRegression, folds: np.ndarray | None = None,
) -> Fit:  # fmt: skip
    """Fit one model per part, and take the mean of their predictions."""
    fits = [regression(part(), labels, speakers, folds) for part in parts]
    predictions = np.mean([fit.predictions for fit in fits], axis=0)
    inner = None if folds is None else np.mean([fit.inner for fit in fits], axis=0)
    shares = np.full((labels.shape[1], len(parts)), 1 / len(parts))
    return Fit(predictions, inner, _of_parts(fits, shares, np.zeros(len(shares))))


def stack(
    parts: Sequence[Part], labels: np.ndarray, speakers: np.ndarray,
    regression: KernelRegression, folds: np.ndarray | None = None,
) -> Fit:  # fmt: skip
    """Fit one model per part, and combine their predictions by non-negative least squares.

    The combination (a weight of each part, and an intercept) is fitted on predictions of training
    utterances by models that never heard their speakers. Unlike a mean it may stretch predictions.
    """
    from scipy.optimize import nnls  # few jobs need it

    if folds is None:
        folds = tuning.inner_folds(speakers, tuning.FOLDS, "@stack")
    fits = [regression(part(), labels, speakers, folds) for part in parts]
    predictions, inner = np.empty_like(fits[0].predictions), np.empty(labels.shape)
    shares, intercepts = np.empty((labels.shape[1], len(parts))), np.empty(labels.shape[1])
    for number, column in enumerate(labels.T):
        fitted = np.column_stack([fit.inner[:, number] for fit in fits])
        unseen = np.column_stack([fit.predictions[:, number] for fit in fits])
        centre = fitted.mean(axis=0)
        shares[number], _ = nnls(fitted - centre, column - column.mean())
        intercepts[number] = column.mean() - centre @ shares[number]
        predictions[:, number] = column.mean() + (unseen - centre) @ shares[number]
        inner[:, number] = column.mean() + (fitted - centre) @ shares[number]
    return Fit(predictions, inner, _of_parts(fits, shares, intercepts))


def best_part(
    parts: Sequence[Part], labels: np.ndarray, speakers: np.ndarray,
    regression: KernelRegression, folds: np.ndarray | None = None,
) -> Fit:  # fmt: skip
    """Fit one model per part, and keep each column's with the highest CCC in inner folds.

    So a layer is chosen where all layers are parts.
    """
    if folds is None:
        folds = tuning.inner_folds(speakers, tuning.FOLDS, "layer: best")
    fits = [regression(part(), labels, speakers, folds) for part in parts]
    reached = np.stack([metrics.ccc(metrics.sums(fit.inner, labels)) for fit in fits])
    picks = [best(column) for column in reached.T]

    def columns(name: str) -> np.ndarray:
        return np.column_stack([getattr(fits[p], name)[:, n] for n, p in enumerate(picks)])

    models = _of_parts(fits, np.eye(len(parts))[picks], np.zeros(len(picks)))
    return Fit(columns("predictions"), columns("inner"), models)


def _of_parts(fits: Sequence[Fit], shares: np.ndarray, intercepts: np.ndarray) -> list[list[dict]]:
    """Return the models of each column and part, with the part's weight and what is added."""
    return [
        [
            fit.models[number][0] | {"part": p, "weight": own[p], "intercept": intercepts[number]}
            for p, fit in enumerate(fits)
        ]
        for number, own in enumerate(shares)
    ]
