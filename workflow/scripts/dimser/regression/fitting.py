"""A regression from distances: its settings, its models, and what they predict."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dimser.regression import tuning
from dimser.regression.distances import Distances
from dimser.regression.kernels import kernel_matrix, resolve_gamma


class Fit(NamedTuple):
    """What a fold's models predict, and what they are.

    Attributes:
        predictions: of the test utterances, shape (test, columns).
        inner: of the training utterances, each by models that never saw its inner fold, shape
            (train, columns); None where none were asked for.
        models: the settings of each column's models: one, or one for each part of a fusion.
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
    """

    predict: Callable[..., np.ndarray]
    kernel: str
    gamma: str | float
    settings: dict
    tune: dict | None = None

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
        matrix, width = None, None
        for number, point in enumerate(points):
            if width != point["gamma"]:
                width = point["gamma"]
                matrix = kernel_matrix(distances, self.kernel, width)
            values = {name: point[name] for name in self.settings}
            column = labels[:, [number]]
            found = self.predict(matrix[:count], matrix[count:], column, **values)
            predictions[:, number] = found[:, 0]
            if folds is not None:
                args = matrix[:count], column, folds, self.predict, values
                inner[:, [number]] = tuning.out_of_fold(*args)
        return Fit(predictions, inner, [[point] for point in points])

    def _points(self, distances: Distances, labels: np.ndarray, speakers: np.ndarray) -> list[dict]:
        """Return gamma and settings of each column, and the CCC that they were chosen by."""
        if not self.tune:
            width = resolve_gamma(self.gamma, distances)
            return [{"gamma": width, **self.settings, "inner_ccc": np.nan}] * labels.shape[1]
        options = {"kernel": self.kernel, "gamma": self.gamma, "settings": self.settings}
        args = distances, labels, speakers, self.predict
        return tuning.choose(*args, **options, grid=self.tune)
