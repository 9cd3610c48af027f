"""From ratings to labels: the consensus of several raters, and the mapping to [0, 1]."""

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS

# Of a scale's length: a mean of five fives is 5.000000000000001, and in float32 5.0000005.
ROUNDING = 1e-6


def to_unit(labels: np.ndarray, scale: tuple[float, float]) -> np.ndarray:
    """Map labels linearly from their scale (not from the observed range) to [0, 1].

    Args:
        labels: any shape.
        scale: lowest and highest value.

    Example:
        >>> to_unit(np.array([1, 3, 5]), scale=(1, 5))
        array([0. , 0.5, 1. ])
    """
    low, high = scale
    unit = (np.asarray(labels, dtype=np.float64) - low) / (high - low)
    return np.clip(unit, 0.0, 1.0)  # means at the end of the scale may exceed it by rounding


def outside(values: pd.Series | np.ndarray, scale: tuple[float, float]) -> pd.Series | np.ndarray:
    """Return which values lie outside a scale, by more than rounding; missing ones do not.

    Example:
        >>> outside(pd.Series([1, 5.000000000000001, 5.5, None]), scale=(1, 5)).tolist()
        [False, False, True, False]
    """
    low, high = scale
    rounding = ROUNDING * (high - low)
    return (values < low - rounding) | (values > high + rounding)


def mean_of_others(values: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return for each rating the mean of its utterance's other ratings; NaN if there is none.

    Example:
        >>> mean_of_others(np.array([1.0, 2.0, 4.0, 5.0]), np.array(["a", "a", "a", "b"]))
        array([3. , 2.5, 1.5, nan])
    """
    group = pd.Series(np.asarray(values, dtype=np.float64)).groupby(np.asarray(units))
    return ((group.transform("sum") - group.obj) / (group.transform("size") - 1)).to_numpy()


def ewe_weights(values: np.ndarray, units: np.ndarray, raters: np.ndarray) -> pd.Series:
    """Compute the raters' weights of the evaluator weighted estimator (EWE).

    A rater's weight is Pearson's correlation of the rater's ratings with the mean of the others'
    ratings, over the utterances that the rater and at least one other have rated. It is 0 where
    the correlation is negative or undefined (no variance, fewer than two utterances).

    Source: M. Grimm, K. Kroschel, "Evaluation of natural emotions using self assessment manikins",
    ASRU 2005, equations 4 to 6, with the mean of the *other* raters as in E. Coutinho et al.,
    "Assessing the prosody of non-native speakers of English", LREC 2016.

    Args:
        values: ratings, shape (ratings,), none missing.
        units: the utterance of each rating.
        raters: the rater of each rating.

    Returns:
        Weights in [0, 1], indexed by rater.
    """
    table = pd.DataFrame({"own": np.asarray(values, dtype=np.float64)})
    # Rounding errors must not pass for variance, nor for a weight.
    table["others"] = mean_of_others(values, units).round(12)
    if table.empty:  # without groups, pandas returns correlations of another shape
        return pd.Series(dtype=np.float64)
    pairs = table.groupby(np.asarray(raters))[["own", "others"]].corr()
    weights = pairs["own"].xs("others", level=-1)
    return weights.where(weights > 1e-12, 0.0)


def weighted_mean(values: np.ndarray, units: np.ndarray, weights: np.ndarray) -> pd.Series:
    """Average the ratings of each utterance, weighted by rater.

    Args:
        values: ratings, shape (ratings,), none missing.
        units: the utterance of each rating.
        weights: of each rating, not negative.

    Returns:
        Means, indexed by utterance; the plain mean where all ratings of an utterance have weight 0.

    Example:
        >>> values, units = np.array([1.0, 4.0, 2.0]), np.array(["a", "a", "b"])
        >>> weighted_mean(values, units, np.array([1.0, 0.5, 0.0])).to_dict()
        {'a': 2.0, 'b': 2.0}
    """
    values, weights = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    table = pd.DataFrame({"sum": values * weights, "weight": weights, "plain": values})
    group = table.groupby(np.asarray(units))
    total = group[["sum", "weight"]].sum()
    return (total["sum"] / total["weight"]).where(total["weight"] > 0, group["plain"].mean())


def consensus(ratings: pd.DataFrame, method: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merge all ratings of an utterance into one label per dimension.

    Only sums over an utterance's or a rater's ratings are used: a table of all utterances by all
    raters would not fit into memory for corpora like MSP-Podcast.

    Args:
        ratings: columns `id,rater,valence,arousal,dominance`; empty = missing.
        method: `mean` (equal weights) or `ewe` (evaluator weighted estimator).

    Returns:
        Labels, indexed by utterance id, one column per dimension, on the scale of the ratings, NaN
        where nobody rated; and the raters' weights, indexed by rater, one column per dimension.
    """
    labels, weights = {}, {}
    utterances = pd.Index(sorted(ratings["id"].unique()), name="id")
    raters = pd.Index(sorted(ratings["rater"].unique()), name="rater")
    for dimension in DIMENSIONS:
        rated = ratings[["id", "rater", dimension]].dropna()
        weight = pd.Series(1.0, index=raters)
        if method == "ewe":
            weight = ewe_weights(rated[dimension], rated["id"], rated["rater"])
            weight = weight.reindex(raters, fill_value=0.0)
        merged = weighted_mean(rated[dimension], rated["id"], rated["rater"].map(weight))
        labels[dimension], weights[dimension] = merged.reindex(utterances), weight
    return pd.DataFrame(labels), pd.DataFrame(weights)
