"""What of a corpus models of other corpora know, and what they lose of what its own models know.

The difference between a cell of the matrix and the diagonal (models of the tested corpus itself,
each tested on speakers it never heard) is one of the same test utterances. It varies with the
speakers who are tested, which a jackknife over them tells, and with those who were trained on. For
the latter, each model is trained again without one of a few groups of its speakers: the jackknife's
variance of the CCC over these refits is V. The diagonal was trained on others; its variance is
taken to be V times the ratio of the numbers of speakers, as variances are inverse to these.
Degrees of freedom are Welch's and Satterthwaite's. Simulated coverage: `benchmarks/README.md`.

A difference is a sum: of the correlation (what is known), of the scale (predictions that vary less
or more than labels) and of the location (their mean).

Source: F. E. Satterthwaite, "An approximate distribution of estimates of variance components",
Biometrics Bulletin 2 (6), 1946.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from dimser.core import metrics
from dimser.core.lookup import function
from dimser.evaluation.intervals import FEWEST, averaged, spread
from dimser.evaluation.registry import METRICS
from dimser.evaluation.shrinkage import without_location_shift

SHOWN = ["ccc", "pearson", "scale_shift", "location_shift"]
DIFFERENCE = ["difference", "difference_low", "difference_high"]
PARTS = ["of_correlation", "of_scale", "of_location"]
COLUMNS = [
    "train", "test", "protocol", "method", "dimension", "ccc", "ccc_low", "ccc_high", "pearson",
    "scale_shift", "location_shift", "n", "clusters", "cluster_by", *DIFFERENCE, *PARTS,
    "shared_speakers", "shared_raters", "shared_texts", "train_languages", "test_languages",
    "heard",
]  # fmt: skip
LEVEL = 0.95


class Refits(NamedTuple):
    """Models trained again, each without a group of its speakers.

    Attributes:
        sums: of each, shape (refits, dimensions, 6); those of the metrics.
        ratio: speakers that they are trained on, to those that the diagonal is trained on.
    """

    sums: np.ndarray
    ratio: float


def scored(sums: np.ndarray, ends: Callable[..., tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
    """Score predictions of a corpus.

    Args:
        sums: of each cluster, shape (clusters, groupings, dimensions, 6).
        ends: the interval; a function of `dimser.evaluation.intervals`.

    Returns:
        A row for each dimension.
    """
    total, columns = sums.sum(axis=0), {}
    for name in SHOWN:
        scale = METRICS[name].scale
        of = averaged(function(METRICS[name].function), scale or "identity")
        columns[name] = of(total[None])[0]
        if scale:
            columns[f"{name}_low"], columns[f"{name}_high"] = ends(sums, of, scale)
    return pd.DataFrame(columns | {"n": total[0, :, 0].astype(int), "clusters": len(sums)})


def recalibrated(
    sums: np.ndarray, ends: Callable[..., tuple[np.ndarray, np.ndarray]]
) -> pd.DataFrame:
    """Score predictions that are brought to mean and spread of the very labels they are tested on.

    Their CCC then is their correlation: no other map that keeps the order linearly has a higher
    one, where it is positive. That is a ceiling, and no system.
    """
    found = scored(sums, ends)
    of = averaged(metrics.pearson, "atanh")
    low, high = ends(sums, of, "atanh")
    there = found["pearson"].notna()
    moved = {"ccc": found["pearson"], "ccc_low": low, "ccc_high": high}
    shifts = {"scale_shift": there.map({True: 1.0}), "location_shift": there.map({True: 0.0})}
    return found.assign(**moved, **shifts)


def compared(
    sums: np.ndarray,
    diagonal: np.ndarray,
    refits: Refits | None,
    statistic: Callable[[np.ndarray], np.ndarray] = metrics.ccc,
) -> pd.DataFrame:
    """Compare a cell with the diagonal, on the same test utterances.

    Args:
        sums: of each cluster, shape (clusters, 1, dimensions, 6).
        diagonal: likewise, shape (clusters, groupings, dimensions, 6).
        refits: of the cell's models; None where nothing was trained.
        statistic: what the cell's CCC is, from sums.

    Returns:
        Columns `DIFFERENCE`, a row for each dimension; no interval where there are fewer than two
        refits, or too few clusters.
    """
    pair = np.stack([np.broadcast_to(sums, diagonal.shape), diagonal], axis=2)
    of = averaged(partial(_pair, statistic), METRICS["ccc"].scale)

    def difference(own: np.ndarray) -> np.ndarray:
        one, other = np.moveaxis(of(own), -2, 0)
        return one - other

    whole = difference(pair.sum(axis=0)[None])[0]
    variance, freedom = spread(pair, difference)
    trained, own = 0.0, 1
    if refits is not None:
        own = len(refits.sums) - 1
        again = statistic(refits.sums) if own > 0 else np.array([np.nan])
        trained = (1 + refits.ratio) * own * again.var(axis=0)
    both = variance + trained
    with np.errstate(divide="ignore", invalid="ignore"):  # missing where nothing varies
        welch = both**2 / (variance**2 / freedom + np.square(trained) / own)
        half = stdtrit(welch, (1 + LEVEL) / 2) * np.sqrt(both)
    half = half if len(sums) >= FEWEST else np.full_like(half, np.nan)
    return pd.DataFrame(dict(zip(DIFFERENCE, (whole, whole - half, whole + half), strict=True)))


def _pair(statistic: Callable[[np.ndarray], np.ndarray], sums: np.ndarray) -> np.ndarray:
    """Return the cell's statistic and the diagonal's CCC: shape (..., 2, dimensions, 6)."""
    cell, diagonal = sums[..., 0, :, :], sums[..., 1, :, :]
    return np.stack([statistic(cell), metrics.ccc(diagonal)], axis=-2)


def parts(cell: pd.DataFrame, diagonal: pd.DataFrame) -> pd.DataFrame:
    """Take the difference of two CCCs apart: what is known, and what scale and location cost.

    Args:
        cell: columns `ccc,pearson,scale_shift`, a row for each dimension.
        diagonal: likewise.

    Returns:
        Columns `PARTS`; their sum is the difference of the CCCs. Missing where predictions do not
        vary.

    Example:
        A cell that knows the order as well, and lies off the level:

        >>> diagonal = pd.DataFrame({"ccc": [0.6], "pearson": [0.6], "scale_shift": [1.0]})
        >>> parts(diagonal.assign(ccc=0.4), diagonal).round(3).values.tolist()
        [[0.0, 0.0, -0.2]]
    """
    one, other = (
        [own["pearson"], without_location_shift(own) - own["pearson"],
         own["ccc"] - without_location_shift(own)]
        for own in (cell, diagonal)
    )  # fmt: skip
    lost = [a - b for a, b in zip(one, other, strict=True)]
    return pd.DataFrame(dict(zip(PARTS, lost, strict=True)))
