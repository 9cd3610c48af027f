"""Whether predictions are right: agreement, errors, distribution, and the ranks of speakers.

From out-of-fold predictions of all utterances. Means of speakers are those of speakers whom
`ENOUGH` utterances are known of. Their error is the mean, over these speakers, of the absolute
difference of the mean prediction and the mean label; their rank correlation is Spearman's. The
distance is that of the distributions of predictions and labels in ten bins of [0, 1], to the base 2
(J. Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on Information Theory
37 (1), 1991; its square root).

Few utterances, or few speakers, make distributions differ: the jackknife estimates by how much, and
its interval is that of the distance without it. On the scale of the fourth power, the standard
error does not fall where the distance happens to be large. Levels of verdicts and intervals are
simulated: `benchmarks/README.md`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import entr, stdtrit

from dimser.core import metrics
from dimser.evaluation.intervals import FEWEST, SCALES, bias, jackknife, spread
from dimser.evaluation.registry import CORRECTNESS
from dimser.evaluation.robustness import LEVEL, Found, verdict

BINS = 10
ENOUGH = 10  # utterances of a speaker whose mean counts
FEWEST_RANKED, MOST = 5, 200  # speakers whose ranks are compared; parts to leave out of them
_COUNTS = len(metrics.SUMS)
SCALE = {
    "ccc": "atanh", "pearson": "atanh", "error": "log", "speaker_error": "log",
    "distribution": "fourth power", "speaker_ranks": "atanh",
}  # fmt: skip


def contributions(prediction: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Return what each utterance adds to the sums that measures follow from.

    Args:
        prediction: shape (utterances,).
        label: shape (utterances,).

    Returns:
        Shape (utterances, 7 + 2 * BINS): the sums of `dimser.core.metrics`, the absolute error, and
        the bins of prediction and label; what lies outside of [0, 1] is in the outermost.
    """
    bins = [np.clip(np.floor(x * BINS), 0, BINS - 1) for x in (prediction, label)]
    there = [own[:, None] == np.arange(BINS) for own in bins]
    errors = np.abs(prediction - label)[:, None]
    return np.hstack([metrics.moments(prediction, label), errors, *there])


def mean_error(sums: np.ndarray) -> np.ndarray:
    """Return the mean of what the last column sums up: shape (..., columns) to (...)."""
    return sums[..., -1] / sums[..., 0]


def distance(sums: np.ndarray) -> np.ndarray:
    """Return the Jensen-Shannon distance, in [0, 1]: shape (..., 7 + 2 * BINS) to (...)."""
    one, other = np.split(sums[..., -2 * BINS :] / sums[..., :1], 2, axis=-1)
    divergence = _entropy((one + other) / 2) - (_entropy(one) + _entropy(other)) / 2
    return np.sqrt(np.maximum(divergence, 0.0))


def _entropy(shares: np.ndarray) -> np.ndarray:
    return entr(shares).sum(axis=-1) / np.log(2)


STATISTICS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "ccc": lambda sums: metrics.ccc(sums[..., :_COUNTS]),
    "pearson": lambda sums: metrics.pearson(sums[..., :_COUNTS]),
    "error": lambda sums: mean_error(sums[..., : _COUNTS + 1]),
    "distribution": distance,
}


def of_utterances(
    check: str, prediction: np.ndarray, label: np.ndarray, clusters: np.ndarray | None
) -> Found:
    """Judge all predictions of a dimension together.

    Args:
        check: key of `STATISTICS`.
        prediction: shape (utterances,).
        label: shape (utterances,).
        clusters: of each utterance; None where they are not known: utterances then count as
            independent, and there is no interval.
    """
    rows = contributions(prediction, label)
    if clusters is not None:
        return judged(_summed(rows, clusters), STATISTICS[check], check)._replace(n=len(label))
    return judged(rows[:, None], STATISTICS[check], check)._replace(low=np.nan, high=np.nan)


def of_speakers(
    check: str, prediction: np.ndarray, label: np.ndarray, speakers: np.ndarray,
    clusters: np.ndarray | None,
) -> Found | str:  # fmt: skip
    """Judge the means of speakers.

    Args:
        check: `speaker_error` or `speaker_ranks`.
        prediction: shape (utterances,).
        label: shape (utterances,).
        speakers: of each utterance; missing where it is not known.
        clusters: likewise; None where there are no others than speakers.

    Returns:
        What came of it, `n` being the speakers; or why nothing could be made.
    """
    columns = {"prediction": prediction, "label": label, "count": 1}
    columns["cluster"] = speakers if clusters is None else clusters
    how = {"prediction": "mean", "label": "mean", "count": "size", "cluster": "first"}
    means = pd.DataFrame(columns).groupby(pd.Series(speakers)).agg(how)
    means = means[means["count"] >= ENOUGH]
    fewest = FEWEST_RANKED if check == "speaker_ranks" else 1
    if len(means) < fewest:
        few = f"fewer than {fewest} known speakers have" if fewest > 1 else "no known speaker has"
        return f"{few} {ENOUGH} utterances"
    pairs, numbers = means[["prediction", "label"]].to_numpy(), pd.factorize(means["cluster"])[0]
    if check == "speaker_error":
        rows = np.column_stack([np.ones(len(means)), np.abs(pairs[:, 0] - pairs[:, 1])])
        return judged(_summed(rows, numbers), mean_error, check)._replace(n=len(means))
    numbers %= MOST  # of many clusters, some are left out together
    there = numbers == np.arange(numbers.max() + 1)[:, None]
    sums = np.hstack([there.sum(axis=1, keepdims=True), there]).astype(float)[:, None]
    return judged(sums, _ranks_of(pairs), check)._replace(n=len(means))


def _ranks_of(means: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function for the rank correlation of the speakers whom rows say are there."""

    def ranks(rows: np.ndarray) -> np.ndarray:
        pairs = (pd.DataFrame(means[own[1:] > 0]).rank().to_numpy().T for own in rows)
        return np.array([metrics.pearson(metrics.sums(one, other)) for one, other in pairs])

    return ranks


def _summed(rows: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Sum the rows of each cluster: shape (clusters, 1, columns), for the jackknife."""
    numbers = pd.factorize(clusters)[0]
    sums = np.zeros((numbers.max() + 1, 1, rows.shape[1]))
    np.add.at(sums[:, 0], numbers, rows)
    return sums


def judged(sums: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], check: str) -> Found:
    """Judge a statistic by its jackknife.

    Args:
        sums: shape (clusters, 1, columns); the first column counts.
        statistic: from shape (any, columns) to (any,).
        check: key of `dimser.evaluation.registry.CORRECTNESS`.
    """
    asked, scale = CORRECTNESS[check], SCALES[SCALE[check]]
    how = (sums, lambda own: statistic(own[:, 0]), SCALE[check])
    value, sign = float(statistic(sums.sum(axis=0))[0]), -1 if asked.least else 1
    with np.errstate(divide="ignore", invalid="ignore"):  # of perfect predictions
        low, high = jackknife(*how, unbiased=check == "distribution")
        variance, freedom = spread(*how)
        further = sign * stdtrit(freedom, 1 - LEVEL) * np.sqrt(variance)
        if check == "distribution":
            further = further + bias(*how)
        allowed = float(scale.back(scale.there(asked.threshold) + further))
    if len(sums) < FEWEST or not np.isfinite(allowed):
        allowed = np.nan
    most = np.inf if np.isnan(allowed) else sign * allowed  # unless chance is not known
    passed = None if np.isnan(value) else verdict(sign * value, sign * asked.threshold, most)
    return Found(value, float(low), float(high), allowed, len(sums), passed)
