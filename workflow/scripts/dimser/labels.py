"""From raters to labels: consensus of several raters, and the way from a scale to [0, 1]."""

import numpy as np
import pandas as pd

DIMENSIONS = ("valence", "arousal", "dominance")


def to_unit(labels: np.ndarray, scale: tuple[float, float]) -> np.ndarray:
    """Map labels linearly from the ends of their scale (not from the observed range) to [0, 1]."""
    low, high = scale
    return (np.asarray(labels, dtype=np.float64) - low) / (high - low)


def ewe_weights(ratings: np.ndarray) -> np.ndarray:
    """Weigh raters by their agreement, as the evaluator weighted estimator does.

    The weight of a rater is Pearson's correlation of the rater's ratings with the mean of the
    others' ratings, over the utterances that the rater and at least one other have rated. A rater
    whose correlation is negative or undefined (no variance, fewer than two utterances) gets 0.

    Source: M. Grimm, K. Kroschel, "Evaluation of natural emotions using self assessment manikins",
    ASRU 2005, equations 4 to 6, with the mean of the *other* raters as in E. Coutinho et al.,
    "Assessing the prosody of non-native speakers of English", LREC 2016.

    Args:
        ratings: shape (utterances, raters), NaN where a rating is missing.

    Returns:
        Weights of shape (raters,), in [0, 1].
    """
    present = ~np.isnan(ratings)
    filled = np.where(present, ratings, 0.0)
    total, count = filled.sum(axis=1), present.sum(axis=1)
    weights = np.zeros(ratings.shape[1])
    for rater in range(ratings.shape[1]):
        rows = present[:, rater] & (count > 1)
        own = filled[rows, rater]
        others = (total[rows] - own) / (count[rows] - 1)
        if len(own) > 1 and np.ptp(own) > 0 and np.ptp(others) > 0:
            weights[rater] = max(0.0, np.corrcoef(own, others)[0, 1])
    return weights


def weighted_mean(ratings: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Average the ratings that are there, each by its rater's weight.

    Args:
        ratings: shape (utterances, raters), NaN where a rating is missing.
        weights: shape (raters,), not negative.

    Returns:
        Shape (utterances,). Where all raters of an utterance have weight 0, their plain mean; NaN
        where nobody rated.
    """
    present = ~np.isnan(ratings)
    filled = np.where(present, ratings, 0.0)
    weight = (present * weights).sum(axis=1)
    count = present.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0, filled @ weights / weight, filled.sum(axis=1) / count)


def consensus(ratings: pd.DataFrame, method: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merge all ratings of each utterance into one label a dimension.

    Args:
        ratings: columns `id,rater,valence,arousal,dominance`; empty = missing.
        method: `mean` (all raters alike) or `ewe` (evaluator weighted estimator).

    Returns:
        Labels, indexed by utterance id, one column a dimension, on the ratings' scale; and the
        raters' weights, indexed by rater, one column a dimension.
    """
    labels, weights = {}, {}
    for dimension in DIMENSIONS:
        table = ratings.pivot(index="id", columns="rater", values=dimension)
        values = table.to_numpy(dtype=np.float64)
        weight = ewe_weights(values) if method == "ewe" else np.ones(values.shape[1])
        labels[dimension] = pd.Series(weighted_mean(values, weight), index=table.index)
        weights[dimension] = pd.Series(weight, index=table.columns)
    return pd.DataFrame(labels), pd.DataFrame(weights)
