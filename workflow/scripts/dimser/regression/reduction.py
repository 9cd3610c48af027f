"""A smaller predictor in place of a large one: Nystroem's approximation of its kernels.

What a predictor predicts is a function in the space that its kernel spans; the smaller one is the
nearest function to it that some of the support vectors, the landmarks, span. It needs no labels and
no features of other utterances. What is linear in the features stays as it is.

Source: C. K. I. Williams, M. Seeger, "Using the Nystroem method to speed up kernel machines",
NIPS 2000.
"""

from collections.abc import Sequence

import numpy as np
import scipy.linalg

from dimser.core import metrics
from dimser.regression.sealed import Kernel, Predictor

LANDMARKS = 2000
SEED = 1  # of drawing them
JITTER = 1e-10  # of the kernels' largest eigenvalue: landmarks may resemble each other


def landmarks(count: int, most: int = LANDMARKS) -> np.ndarray:
    """Draw which support vectors are kept: their rows, ascending; the same for the same numbers.

    Example:
        >>> landmarks(10, 4), landmarks(3)
        (array([0, 4, 7, 8]), array([0, 1, 2]))
    """
    return np.sort(np.random.default_rng(SEED).permutation(count)[:most])


def reduced(predictor: Predictor, rows: np.ndarray) -> Predictor:
    """Return the predictor that is nearest among those of some support vectors.

    Args:
        predictor: of all.
        rows: of the support vectors that are kept.
    """
    kept = [part.only(rows) for part in predictor.parts]
    small = Predictor(kept, [], predictor.slopes, predictor.intercepts)
    squared = [part.squared(whole) for part, whole in zip(kept, predictor.parts, strict=True)]
    for kernel in predictor.kernels:
        matrix = kernel.matrix(squared)
        values, vectors = scipy.linalg.eigh(matrix[rows])
        safe = values > JITTER * values[-1]
        projected = vectors[:, safe].T @ (matrix.T @ kernel.coefficients)
        own = vectors[:, safe] @ (projected / values[safe, None])
        small.kernels.append(Kernel(kernel.weights, own))
    return small


def loss(
    predictor: Predictor, features: Sequence[np.ndarray], labels: np.ndarray, most: int = LANDMARKS
) -> dict[str, np.ndarray]:
    """Return what a smaller predictor loses on utterances that the whole was not fitted on.

    Training utterances would not tell: the whole one has learnt their own labels, too.

    Args:
        predictor: the whole.
        features: of these utterances, in each part.
        labels: of them, shape (utterances, columns).
        most: landmarks of the smaller one.

    Returns:
        `ccc` of the whole and `small_ccc` of the smaller one, and `rms_difference` of both.
    """
    whole, _ = predictor(features)
    small, _ = reduced(predictor, landmarks(len(predictor.parts[0].rows), most))(features)
    return {
        "ccc": metrics.ccc(metrics.sums(whole, labels)),
        "small_ccc": metrics.ccc(metrics.sums(small, labels)),
        "rms_difference": np.sqrt(np.square(small - whole).mean(axis=0)),
    }
