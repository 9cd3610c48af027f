"""Regression from a kernel of all training utterances: support vectors, or kernel ridge.

With the kernels of `dimser.regression.kernels`, `svr` predicts what scikit-learn's
`make_pipeline(MinMaxScaler(), SVR())` predicts from the (concatenated) features.

Each function fits one model per label column on the training utterances, and predicts the others:

    fitted: kernel of the training utterances, shape (train, train).
    unseen: kernel of the others with them, shape (test, train).
    labels: of the training utterances, shape (train, columns), in [0, 1].
    returns: predictions of shape (test, columns).
"""

import numpy as np
import scipy.linalg

from dimser.regression.units import origin_and_unit


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
    from sklearn.svm import SVR  # takes a second to import

    model = SVR(kernel="precomputed", C=C, epsilon=epsilon, tol=tol, cache_size=500)
    origin, unit = origin_and_unit(labels, units)
    columns = ((labels - origin) / unit).T
    predicted = [model.fit(fitted, column).predict(unseen) for column in columns]
    return origin + unit * np.column_stack(predicted)


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
    mean = labels.mean(axis=0)
    ridge = fitted + alpha * np.eye(len(fitted))
    return mean + unseen @ scipy.linalg.solve(ridge, labels - mean, assume_a="pos")
