"""Regression from a kernel of all training utterances: support vectors, or a ridge.

With the kernels of `dimser.regression.kernels`, the result is that of
`make_pipeline(MinMaxScaler(), SVR())` on the (concatenated) features.
"""

import numpy as np
import scipy.linalg


def model_settings(settings: dict) -> dict:
    """Give those of a regression's settings that `predict` takes."""
    taken = ("regressor", "C", "epsilon", "tol", "alpha")
    return {key: settings[key] for key in taken if key in settings}


def predict(
    fitted: np.ndarray, unseen: np.ndarray, labels: np.ndarray, *, regressor: str = "svr",
    C: float = 1.0, epsilon: float = 0.1, tol: float = 1e-3, alpha: float = 1.0,
) -> np.ndarray:  # fmt: skip
    """Fit one model a label column on the training utterances, and predict the others.

    Args:
        fitted: kernel of the training utterances, shape (train, train).
        unseen: kernel of the others with them, shape (test, train).
        labels: of the training utterances, shape (train, columns), in [0, 1].
        regressor: `svr` (support vector regression by libsvm), or `krr` (kernel ridge regression
            of the labels' deviation from their mean, in closed form).
        C: penalty of errors beyond epsilon.
        epsilon: half width of the tube in which errors cost nothing, on the labels' scale.
        tol: the solver's stopping tolerance.
        alpha: the ridge's penalty.

    Returns:
        Predictions of shape (test, columns).
    """
    if regressor == "krr":
        mean = labels.mean(axis=0)
        ridge = fitted + alpha * np.eye(len(fitted))
        return mean + unseen @ scipy.linalg.solve(ridge, labels - mean, assume_a="pos")
    from sklearn.svm import SVR  # costs a second: only for who needs it

    model = SVR(kernel="precomputed", C=C, epsilon=epsilon, tol=tol, cache_size=500)
    return np.column_stack([model.fit(fitted, column).predict(unseen) for column in labels.T])
