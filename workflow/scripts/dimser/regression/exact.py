"""Regression from a kernel of all training utterances: support vectors, or kernel ridge.

With the kernels of `dimser.regression.kernels`, `svr` predicts what scikit-learn's
`make_pipeline(MinMaxScaler(), SVR())` predicts from the (concatenated) features.

Each function fits one model per label column on the training utterances, and predicts the others:

    fitted: kernel of the training utterances, shape (train, train).
    unseen: kernel of the others with them, shape (test, train).
    labels: of the training utterances, shape (train, columns), in [0, 1].
    returns: predictions of shape (test, columns).

`svr_dual` and `krr_dual` return what the same fit is, so that it can be kept and used elsewhere.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import scipy.linalg

from dimser.regression.units import origin_and_unit


class Dual(NamedTuple):
    """A fit from a kernel: it predicts `unseen @ coefficients + intercepts`.

    Attributes:
        coefficients: of the training utterances, shape (train, columns); 0 for those that do not
            matter.
        intercepts: shape (columns,).
    """

    coefficients: np.ndarray
    intercepts: np.ndarray


def svr(
    fitted: np.ndarray,
    unseen: np.ndarray,
    labels: np.ndarray,
    *,
    C: float,
    epsilon: float,
    tol: float,
    units: str = "scale",
) -> np.ndarray:
    """Predict by support vector regression (libsvm).

    Args:
        fitted: kernel of the training utterances.
        unseen: kernel of the others with them.
        labels: of the training utterances.
        C: penalty of errors beyond epsilon.
        epsilon: half width of the tube in which errors cost nothing.
        tol: the solver's stopping tolerance.
        units: what C, epsilon and `tol` count in; see `dimser.regression.units`.

    Example:
        >>> labels = np.array([[0.2], [0.6], [1.0]])
        >>> svr(np.eye(3), np.eye(3)[:1], labels, C=10.0, epsilon=0.0, tol=1e-6).round(2)
        array([[0.2]])
    """
    origin, unit = origin_and_unit(labels, units)
    models = _machines(fitted, (labels - origin) / unit, C=C, epsilon=epsilon, tol=tol)
    return origin + unit * np.column_stack([model.predict(unseen) for model in models])


def svr_dual(
    fitted: np.ndarray,
    labels: np.ndarray,
    *,
    C: float,
    epsilon: float,
    tol: float,
    units: str = "scale",
) -> Dual:
    """Fit what `svr` predicts by."""
    origin, unit = origin_and_unit(labels, units)
    coefficients, intercepts = np.zeros(labels.shape), np.empty(labels.shape[1])
    models = _machines(fitted, (labels - origin) / unit, C=C, epsilon=epsilon, tol=tol)
    for number, model in enumerate(models):
        coefficients[model.support_, number] = model.dual_coef_[0]
        intercepts[number] = model.intercept_[0]
    return Dual(unit * coefficients, origin + unit * intercepts)


def _machines(fitted: np.ndarray, labels: np.ndarray, **settings: float) -> Iterator:
    """Yield scikit-learn's SVR of each label column, until the next one is asked for."""
    from sklearn.svm import SVR  # takes a second to import

    model = SVR(kernel="precomputed", cache_size=500, **settings)
    yield from (model.fit(fitted, column) for column in labels.T)


def krr(fitted: np.ndarray, unseen: np.ndarray, labels: np.ndarray, *, alpha: float) -> np.ndarray:
    """Predict by kernel ridge regression of the labels' deviation from their mean, in closed form.

    Args:
        fitted: kernel of the training utterances.
        unseen: kernel of the others with them.
        labels: of the training utterances.
        alpha: the ridge's penalty.

    Example:
        >>> krr(np.eye(2), np.eye(2)[:1], np.array([[0.2], [0.8]]), alpha=1.0)
        array([[0.35]])
    """
    coefficients, mean = krr_dual(fitted, labels, alpha=alpha)
    return mean + unseen @ coefficients


def krr_dual(fitted: np.ndarray, labels: np.ndarray, *, alpha: float) -> Dual:
    """Fit what `krr` predicts by."""
    mean = labels.mean(axis=0)
    ridge = fitted + alpha * np.eye(len(fitted))
    return Dual(scipy.linalg.solve(ridge, labels - mean, assume_a="pos"), mean)
