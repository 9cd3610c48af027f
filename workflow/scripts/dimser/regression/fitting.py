"""A regression from distances: its settings, its models, and what they predict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd

from dimser.regression import tuning
from dimser.regression.distances import Distances
from dimser.regression.exact import Dual
from dimser.regression.kernels import kernel_matrix, resolve_gamma

CHOSEN = ["fold", "dimension", "C", "epsilon", "gamma", "alpha", "inner_ccc"]
NOT_SHOWN = ["tol", "units", "intercept", "dual", "factors"]
WEIGHTS = ["part", "weight"]


class Fit(NamedTuple):
    """What a fold's models predict, and what they are.

    Attributes:
        predictions: of the test utterances, shape (test, columns).
        inner: of the training utterances, each by models that never saw its inner fold, shape
            (train, columns); None where none were asked for.
        models: the settings of each column's models: one, or one for each part of a fusion; with
            `dual` and `factors` (those of its `Distances`), where these are kept.
    """

    predictions: np.ndarray
    inner: np.ndarray | None
    models: list[list[dict]]


@dataclass(frozen=True)
class KernelRegression:
    """A regression from a kernel of all training utterances.

    Attributes:
        predict: a function of `dimser.regression.exact`.
        kernel: `rbf` or `linear`.
        gamma: of the RBF kernel: `scale`, `auto` or a number.
        settings: further arguments of `predict`.
        tune: values to choose from within the training fold; see `dimser.regression.tuning`.
        dual: the function of `dimser.regression.exact` that returns what `predict` fits, where
            models are to be kept.
    """

    predict: Callable[..., np.ndarray]
    kernel: str
    gamma: str | float
    settings: dict
    tune: dict | None = None
    dual: Callable[..., Dual] | None = None

    def __call__(
        self,
        distances: Distances,
        labels: np.ndarray,
        speakers: np.ndarray,
        folds: np.ndarray | None = None,
    ) -> Fit:
        """Fit one model per label column, and predict the test utterances.

        Args:
            distances: of the fold.
            labels: of its training utterances, shape (train, columns).
            speakers: of its training utterances, shape (train,).
            folds: inner fold of each training utterance, to predict these out of fold, too: with
                the distances and the settings of the outer fold.
        """
        count, points = len(labels), self._points(distances, labels, speakers)
        predictions = np.empty((len(distances.test), len(points)))
        inner = None if folds is None else np.empty(labels.shape)
        matrix, width, models = None, None, [[point] for point in points]
        # columns of the same settings share what inner folds cut out of the kernel
        for point, numbers in groupby(range(len(points)), points.__getitem__):
            if width != point["gamma"]:
                width = point["gamma"]
                matrix = kernel_matrix(distances, self.kernel, width)
            values, columns = {name: point[name] for name in self.settings}, [*numbers]
            for number in columns:
                column = labels[:, [number]]
                if self.dual:
                    own = self.dual(matrix[:count], column, **values)
                    found = matrix[count:] @ own.coefficients + own.intercepts
                    models[number] = [point | {"dual": own, "factors": distances.factors}]
                else:
                    found = self.predict(matrix[:count], matrix[count:], column, **values)
                predictions[:, number] = found[:, 0]
            if folds is not None:
                args = matrix[:count], labels[:, columns], folds, self.predict, values
                inner[:, columns] = tuning.out_of_fold(*args)
        return Fit(predictions, inner, models)

    def _points(self, distances: Distances, labels: np.ndarray, speakers: np.ndarray) -> list[dict]:
        """Return gamma and settings of each column, and the CCC that they were chosen by."""
        if not self.tune:
            width = resolve_gamma(self.gamma, distances)
            return [{"gamma": width, **self.settings, "inner_ccc": np.nan}] * labels.shape[1]
        options = {"kernel": self.kernel, "gamma": self.gamma, "settings": self.settings}
        args = distances, labels, speakers, self.predict
        return tuning.choose(*args, **options, grid=self.tune)


def table(
    models: Sequence[Sequence[dict]],
    dimensions: Sequence[str],
    kernel: str,
    fold: int,
    parts: Sequence[object] = (),
) -> pd.DataFrame:
    """Return a fold's models as a table.

    Args:
        models: of each dimension, as in `Fit`.
        dimensions: their names.
        kernel: `rbf`, or `linear`, which has no gamma.
        fold: its number.
        parts: names of the parts of a fusion.

    Returns:
        Columns `fold,dimension,C,epsilon,gamma,alpha,inner_ccc`, empty where the regressor has no
        such setting, or nothing was tuned. Any other settings of the regressor follow; then
        `part,weight` where parts have weights: a row for each.
    """
    found = pd.DataFrame(
        model | {"dimension": dimension}
        for dimension, own in zip(dimensions, models, strict=True)
        for model in own
    ).assign(fold=fold)
    if kernel == "linear":
        found["gamma"] = np.nan
    weights = [name for name in WEIGHTS if name in found]
    if weights:
        found["part"] = found["part"].map(dict(enumerate(parts)))
    others = found.columns.difference([*CHOSEN, *NOT_SHOWN, *WEIGHTS], sort=False)
    return found.reindex(columns=[*CHOSEN, *others, *weights])
