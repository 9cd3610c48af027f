"""Weights of several parts' distances, chosen within a training fold by inner folds of speakers.

The parts (feature sets, or layers of an encoder) share one RBF kernel, exp(-gamma * sum of
w_p N_p), where N_p are a part's squared distances divided by its dimensions times the variance of
its scaled training values, so that all parts count alike where all weights are equal.

The weights are found by greedy forward selection with replacement (R. Caruana, A. Niculescu-Mizil,
G. Crew, A. Ksikes, "Ensemble selection from libraries of models", ICML 2004), here of distances and
not of predictions: the part that raises the criterion most is picked, again and again, and a part's
weight is its share of the picks. The criterion is the CCC of out-of-fold predictions, pooled over
inner folds of whole speakers, on a sample of the training utterances: so that 25 layers cost less
than the regression that they are for.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from dimser.regression.tuning import FOLDS, inner_ccc, inner_folds

MOST = 1200  # training utterances that are looked at
SEED = 1  # of drawing them
PICKS = 10  # at most: weights are tenths at their finest
MARGIN = 0.002  # of CCC: less is noise, and no reason for another pick


class Choice(NamedTuple):
    """What was chosen for one label column.

    Attributes:
        weights: of the parts, shape (parts,); not negative, their sum is 1.
        ccc: the criterion that they reach; NaN where none is defined.
    """

    weights: np.ndarray
    ccc: float


def sample(count: int, most: int = MOST) -> np.ndarray:
    """Draw the training utterances that are looked at: all, or `most` of them.

    Args:
        count: number of training utterances.
        most: that are drawn.

    Returns:
        Their rows, ascending; the same for the same numbers.

    Example:
        >>> sample(3), len(sample(7869))
        (array([0, 1, 2]), 1200)
    """
    drawn = np.random.default_rng(SEED).permutation(count)[:most]
    return np.sort(drawn)


def choose(
    parts: Sequence[np.ndarray],
    labels: np.ndarray,
    speakers: np.ndarray,
    predict: Callable[..., np.ndarray],
    *,
    gamma: float = 1.0,
    settings: dict,
    what: str = "@learned",
) -> list[Choice]:
    """Choose the weights of parts for each label column.

    Equal weights stay where nothing else is better by more than `MARGIN`.

    Args:
        parts: normalised squared distances between the utterances of `sample`, of each part, shape
            (sample, sample). Nothing else is held: at most 6 MB a part.
        labels: of these utterances, shape (sample, columns).
        speakers: of these utterances, shape (sample,).
        predict: a function of `dimser.regression.exact`.
        gamma: of the kernel; 1 is scikit-learn's `scale`.
        settings: of the regressor.
        what: needs the weights, as the configuration names it.

    Returns:
        A choice for each column.

    Raises:
        InputError: if there is only one speaker.

    Example:
        >>> from dimser.regression.exact import krr
        >>> points, noise = np.arange(12.0), np.random.default_rng(0).random(12)
        >>> parts = [(x - x[:, None]) ** 2 / x.var() for x in (points, noise)]
        >>> labels, speakers = points[:, None] / 12, np.arange(12) % 4
        >>> choose(parts, labels, speakers, krr, settings={"alpha": 0.1})[0].weights
        array([1., 0.])
    """
    folds = inner_folds(speakers, FOLDS, what)
    return [_chosen(parts, column[:, None], folds, predict, gamma, settings) for column in labels.T]


def _chosen(
    parts: Sequence[np.ndarray],
    labels: np.ndarray,
    folds: np.ndarray,
    predict: Callable[..., np.ndarray],
    gamma: float,
    settings: dict,
) -> Choice:
    """Choose the weights of one column."""

    def criterion(total: np.ndarray, count: int) -> float:
        kernel = np.multiply(total, -gamma / count, dtype=np.float64)
        np.exp(kernel, out=kernel)
        return np.nan_to_num(inner_ccc(kernel, labels, folds, predict, settings)[0], nan=-np.inf)

    picks = np.zeros(len(parts))
    total, reached = np.zeros_like(parts[0]), -np.inf
    for count in range(1, PICKS + 1):
        found = [criterion(total + part, count) for part in parts]
        best = int(np.argmax(found))
        if not found[best] > reached + MARGIN:
            break
        picks[best], reached, total = picks[best] + 1, found[best], total + parts[best]
    equal = criterion(sum(parts[1:], start=parts[0]), len(parts))
    if reached > equal + MARGIN:
        return Choice(picks / picks.sum(), float(reached))
    return Choice(np.full(len(parts), 1 / len(parts)), equal if np.isfinite(equal) else np.nan)
