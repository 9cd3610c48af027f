"""How well raters agree, and how far a single human gets: the reference for machines.

Everything is computed from sums over an utterance's or a rater's ratings, so that corpora with
hundreds of thousands of utterances and thousands of raters need no table of all by all.
"""

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.corpora.labels import mean_of_others, to_unit

COLUMNS = ["dimension", "raters", "ratings", "ratings_per_utterance", "alpha", "icc_single",
           "icc_average", "spread", "human_ccc", "one_rater_ccc", "ceiling_ccc"]  # fmt: skip
ROUNDING = 1e-12  # relative to the numbers that were added up


def agreement(ratings: pd.DataFrame, scale: tuple[float, float]) -> pd.DataFrame:
    """Return what the functions below find, one row for each dimension that is rated.

    Args:
        ratings: columns `id,rater,valence,arousal,dominance`; missing where not rated.
        scale: lowest and highest rating; the spread is on [0, 1].

    Returns:
        Columns `COLUMNS`; missing where a value is undefined, as for a single rater.
    """
    rows = []
    for dimension in DIMENSIONS:
        rated = ratings[ratings[dimension].notna()]
        if rated.empty:
            continue
        values = to_unit(rated[dimension].to_numpy(), scale)
        units = rated["id"].to_numpy()
        single, average = intraclass_correlation(values, units)
        one_rater, ceiling = references(single, units)
        rows.append(
            {
                "dimension": dimension,
                "raters": rated["rater"].nunique(),
                "ratings": len(rated),
                "ratings_per_utterance": len(rated) / rated["id"].nunique(),
                "alpha": krippendorff_alpha(values, units),
                "icc_single": single,
                "icc_average": average,
                "spread": spread(values, units),
                "human_ccc": human_ccc(values, units, rated["rater"].to_numpy()),
                "one_rater_ccc": one_rater,
                "ceiling_ccc": ceiling,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def krippendorff_alpha(values: np.ndarray, units: np.ndarray) -> float:
    """Compute Krippendorff's alpha for interval data; utterances with one rating do not count.

    Source: K. Krippendorff, "Content Analysis", 3rd ed., Sage, 2013, chapter 12; for squared
    differences, the pairs within an utterance sum up to 2 m SS, where m is the number of its
    ratings and SS their squared deviations from its mean.

    Args:
        values: ratings, shape (ratings,), none missing.
        units: the utterance of each rating.

    Returns:
        At most 1; NaN where nothing can be compared, or all ratings are equal.

    Example:
        >>> units = np.array(["a", "a", "b", "b"])
        >>> krippendorff_alpha(np.array([1, 1, 3, 3]), units)
        1.0
        >>> round(krippendorff_alpha(np.array([1, 2, 3, 3]), units), 3)
        0.727
    """
    group = pd.Series(values).groupby(np.asarray(units))
    pairable = (group.transform("size") > 1).to_numpy()
    values, units = np.asarray(values)[pairable], np.asarray(units)[pairable]
    if not len(values) or _equal(values):
        return np.nan
    size, within = _within(values, units)
    expected = 2 * np.sum((values - values.mean()) ** 2) / (len(values) - 1)
    observed = np.sum(2 * size * within / (size - 1)) / len(values)
    return float(1 - observed / expected)


def intraclass_correlation(values: np.ndarray, units: np.ndarray) -> tuple[float, float]:
    """Compute the intraclass correlation, one-way random effects, for any number of ratings.

    Source: P. E. Shrout, J. L. Fleiss, "Intraclass correlations: uses in assessing rater
    reliability", Psychological Bulletin 86 (2), 1979, ICC(1,1) and ICC(1,k); with k0 ratings per
    utterance where numbers differ (G. W. Snedecor, W. G. Cochran, "Statistical Methods", section
    13.7).

    Args:
        values: ratings, shape (ratings,), none missing.
        units: the utterance of each rating.

    Returns:
        Reliability of one rating, and of the mean of an utterance's ratings; NaN where undefined.

    Example:
        >>> values, units = np.array([1, 2, 3, 3]), np.array(["a", "a", "b", "b"])
        >>> [round(reliability, 2) for reliability in intraclass_correlation(values, units)]
        [0.8, 0.89]
    """
    size, within = _within(values, units)
    count, number = len(values), len(size)
    if number < 2 or count == number:
        return np.nan, np.nan
    total = np.sum((values - np.mean(values)) ** 2)
    between = (total - within.sum()) / (number - 1)
    error = within.sum() / (count - number)
    k0 = (count - np.sum(size**2) / count) / (number - 1)
    if _equal(values) or between <= ROUNDING * total:
        return np.nan, np.nan
    single = (between - error) / (between + (k0 - 1) * error)
    return float(single), float((between - error) / between)


def references(reliability: float, units: np.ndarray) -> tuple[float, float]:
    """Compute what CCC one more rater would reach, and what the labels' reliability allows.

    Labels are the mean of an utterance's ratings, and a rating is what all would say on average,
    plus an error of its own. A machine is scored against the mean of all m raters, and so is the
    rater here: one who is not among them. `human_ccc` scores each against the m - 1 others.

    Source: from the definitions; a correlation cannot exceed the root of one side's reliability (C.
    Spearman, American Journal of Psychology 15 (1), 1904), which for m ratings is that of one,
    stepped up (W. Brown, 1910). 1 / m is averaged where numbers differ.

    Args:
        reliability: of one rating, ICC(1,1).
        units: the utterance of each rating, shape (ratings,).

    Returns:
        Both in (0, 1]; NaN where the reliability is undefined or not positive, or no utterance has
        two ratings. Approximate where labels weight raters.

    Example:
        >>> units = np.repeat(np.arange(100), 3)
        >>> [round(ccc, 3) for ccc in references(0.5, units)]
        [0.6, 0.866]
    """
    counts = np.unique(units, return_counts=True)[1] if len(units) else np.array([1])
    if np.isnan(reliability) or reliability <= 0 or counts.max() < 2:
        return np.nan, np.nan
    noise = (1 - reliability) * np.mean(1 / counts)
    one = 2 * reliability / (2 * reliability + (1 - reliability) + noise)
    return float(one), float(np.sqrt(reliability / (reliability + noise)))


def _equal(values: np.ndarray) -> bool:
    """Return whether values differ by no more than rounding, which must not pass for variance."""
    return bool(np.ptp(values) <= ROUNDING * np.abs(values).max())


def _within(values: np.ndarray, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each utterance's number of ratings, and the sum of their squared deviations."""
    group = pd.Series(np.asarray(values, dtype=np.float64)).groupby(np.asarray(units))
    size = group.size().to_numpy(dtype=np.float64)
    return size, (group.var(ddof=0).to_numpy() * size)


def spread(values: np.ndarray, units: np.ndarray) -> float:
    """Compute the mean standard deviation (n - 1) of an utterance's ratings, if at least two."""
    return float(pd.Series(values).groupby(np.asarray(units)).std(ddof=1).mean())


def human_ccc(values: np.ndarray, units: np.ndarray, raters: np.ndarray) -> float:
    """Compute the CCC of one rater with the mean of the others: a reference for machines.

    Args:
        values: ratings, shape (ratings,), none missing.
        units: the utterance of each rating.
        raters: the rater of each rating.

    Returns:
        The raters' CCC, each over the utterances that the rater and at least one other rated,
        averaged with their number of ratings as weights; NaN if no rater shares two utterances
        with others.
    """
    table = pd.DataFrame({"own": np.asarray(values, dtype=np.float64), "rater": raters})
    table["others"] = mean_of_others(values, units)
    table = table.dropna(subset="others")
    if table.empty:
        return np.nan
    rows = metrics.moments(table["own"].to_numpy(), table["others"].to_numpy())
    sums = pd.DataFrame(rows).groupby(table["rater"].to_numpy()).sum().to_numpy()
    sums = sums[sums[:, 0] > 1]
    ccc = metrics.ccc(sums)
    defined = ~np.isnan(ccc)
    return float(np.average(ccc[defined], weights=sums[defined, 0])) if defined.any() else np.nan
