"""All analyses of one fold: every combination of choices, for every method.

What analyses share is computed once: distances for each scaling, and one model for its predictions
and for their recalibration.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np

from dimser.core.lookup import function
from dimser.regression.distances import Distances
from dimser.regression.fitting import KernelRegression

SHARED = ("scaling", "fusion", "recalibration")  # not settings of the regression itself


class Analysis(NamedTuple):
    """What one analysis of a method predicts.

    Attributes:
        choices: the value of each; one that does not matter (gamma of a linear kernel) is None.
        method: its id.
        predictions: of the test utterances, shape (test, columns).
    """

    choices: dict[str, object]
    method: str
    predictions: np.ndarray


def points(choices: dict[str, list]) -> list[dict[str, object]]:
    """Return every combination of choices.

    Args:
        choices: values by name. A linear kernel has no gamma, and is combined with none.

    Example:
        >>> points({"kernel": ["rbf", "linear"], "gamma": [0.1, 0.2]})[1:]
        [{'kernel': 'rbf', 'gamma': 0.2}, {'kernel': 'linear', 'gamma': None}]
    """
    every = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
    alike = [p | {"gamma": None} if p.get("kernel") == "linear" else p for p in every]
    return list({tuple(point.values()): point for point in alike}.values())


def analyses(
    distances: Callable[[str], Callable[[str], Distances]],
    methods: dict[str, Sequence[str]],
    fused: dict[str, str],
    labels: np.ndarray,
    speakers: np.ndarray,
    folds: np.ndarray | None,
    *,
    regressor: str,
    settings: dict,
    choices: dict[str, list],
    fusions: dict[str, str],
    recalibrations: dict[str, str],
) -> Iterator[Analysis]:
    """Predict the test utterances of a fold in every analysis.

    Args:
        distances: from a scaling to a function that returns the distances of a feature set.
        methods: the feature sets of each method.
        fused: how methods fuse whose name says so; others as the choice says.
        labels: of the training utterances, shape (train, columns).
        speakers: of the training utterances, shape (train,).
        folds: inner fold of each training utterance; None where nothing is recalibrated.
        regressor: module and name of a function of `dimser.regression.exact`.
        settings: of it, where they are no choice.
        choices: values of `kernel`, `gamma`, `scaling`, `fusion`, `recalibration`, and of settings
            of the regressor.
        fusions: module and name of the function of each fusion.
        recalibrations: likewise, and "" where nothing is done.
    """
    predict = function(regressor)
    models = points({name: own for name, own in choices.items() if name not in SHARED})
    for scaling in choices["scaling"]:
        part = distances(scaling)
        for (method, sets), model in product(methods.items(), models):
            own = settings | {n: v for n, v in model.items() if n not in ("kernel", "gamma")}
            gamma = model["gamma"] or "auto"  # not used by a linear kernel
            regression = KernelRegression(predict, model["kernel"], gamma, own)
            for fusion, named in _ways(fused.get(method), len(sets), choices["fusion"]).items():
                if fusion is None:
                    fit = regression(part(sets[0]), labels, speakers, folds)
                else:
                    parts = [partial(part, name) for name in sets]
                    fit = function(fusions[fusion])(parts, labels, speakers, regression, folds)
                for recalibration in choices["recalibration"]:
                    found = fit.predictions
                    if how := recalibrations[recalibration]:
                        found = function(how)(fit.inner, labels, found)
                    for name in named:
                        own_choices = (scaling, name, recalibration)
                        point = model | dict(zip(SHARED, own_choices, strict=True))
                        yield Analysis(point, method, found)


def _ways(own: str | None, parts: int, fusions: list[str]) -> dict[str | None, list[str]]:
    """Return how a method is fused, and for which values of the choice that serves.

    Example:
        >>> _ways(None, 1, ["mean", "balanced"]), _ways(None, 2, ["mean", "balanced"])
        ({None: ['mean', 'balanced']}, {'mean': ['mean'], 'balanced': ['balanced']})
    """
    if parts == 1 or own:
        return {own: fusions}
    return {name: [name] for name in fusions}
