"""A multiverse: the same comparison of methods in many analyses, and what its result rests on.

An analysis is one combination of choices. A multiverse tells how far a ranking rests on choices
that are seldom discussed. It does not tell chance: all analyses predict the same utterances of the
same speakers, and two methods that are equally good may well rank alike in all of them.

Sources: S. Steegen, F. Tuerlinckx, A. Gelman, W. Vanpaemel, "Increasing transparency through a
multiverse analysis", Perspectives on Psychological Science 11 (5), 2016; U. Simonsohn, J. P.
Simmons, L. D. Nelson, "Specification curve analysis", Nature Human Behaviour 4, 2020.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.errors import InputError
from dimser.evaluation.intervals import averaged
from dimser.evaluation.registry import METRICS
from dimser.regression.choices import CHOICES

SPEC = [*CHOICES]
RANKS = ["dimension", "method", "rank", "analyses", "share"]
EFFECTS = ["dimension", "method", "choice", "value", "analyses", "first", "ccc", "ccc_share",
           "lead", "lead_share"]  # fmt: skip


def _pooled(sums: np.ndarray) -> np.ndarray:
    """Return the CCC of all folds together: shape (..., folds, rows, 6) to (..., rows)."""
    return metrics.ccc(sums.sum(axis=-3))


def _mean(sums: np.ndarray) -> np.ndarray:
    """Return the mean of the folds' CCCs, of those that are defined; likewise."""
    each = metrics.ccc(sums)
    defined = np.isfinite(each)
    count = defined.sum(axis=-2)
    total = np.where(defined, each, 0.0).sum(axis=-2)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


POOLINGS = {"pooled": _pooled, "mean of folds": _mean}


def score(
    folds: Sequence[Sequence[pd.DataFrame]], *, grouping: bool, pooling: Sequence[str]
) -> pd.DataFrame:
    """Return the CCC and the rank of every method in every analysis.

    Args:
        folds: of each grouping of the speakers, the tables of its folds; see `multiverse_fold.py`.
        grouping: whether each grouping is an analysis of its own; otherwise the mean over them
            counts, as in `scores.csv`.
        pooling: how a CCC is made of several folds, keys of `POOLINGS`.

    Returns:
        The columns `SPEC`, then `method,dimension,ccc,rank`. Rank 1 has the highest CCC of an
        analysis and dimension; equal ones have the mean of their ranks.

    Raises:
        InputError: if the folds were not analysed alike.
    """
    first = folds[0][0].drop(columns=metrics.SUMS)
    for table in (table for own in folds for table in own):
        if not table.drop(columns=metrics.SUMS).equals(first):
            raise InputError(
                "The folds of a multiverse were not analysed alike. Delete the folders "
                "`multiverse` of this corpus and run again."
            )
    sums = np.array([[table[metrics.SUMS].to_numpy() for table in own] for own in folds])
    apart = {number: sums[[number]] for number in range(len(sums))} if grouping else {None: sums}
    parts = []
    for number, own in apart.items():
        for name in pooling:
            ccc = averaged(POOLINGS[name], METRICS["ccc"].scale)(own[None])[0]
            parts.append(first.assign(grouping=number, pooling=name, ccc=ccc))
    table = pd.concat(parts, ignore_index=True)[[*SPEC, "method", "dimension", "ccc"]]
    groups = table.groupby([*SPEC, "dimension"], dropna=False, sort=False)["ccc"]
    return table.assign(rank=groups.rank(ascending=False))


def ranks(table: pd.DataFrame) -> pd.DataFrame:
    """Return in how many analyses each method has each rank.

    Args:
        table: from `score`.

    Returns:
        Columns `RANKS`, the method with the lowest mean rank first; ranks that do not occur have no
        row. `share` is of all analyses.

    Example:
        >>> table = pd.DataFrame({"method": ["a", "b"] * 3, "dimension": "valence",
        ...                       "rank": [1, 2, 2, 1, 1, 2]})
        >>> ranks(table)[["method", "rank", "analyses"]].to_numpy().tolist()
        [['a', 1, 2], ['a', 2, 1], ['b', 1, 1], ['b', 2, 2]]
    """
    found = [
        (dimension, method, rank, count, count / len(own))
        for (dimension, method), own in _in_order(table)
        for rank, count in own["rank"].value_counts().sort_index().items()
    ]
    return pd.DataFrame(found, columns=RANKS)


def effects(table: pd.DataFrame) -> pd.DataFrame:
    """Return what each choice does to the CCC of each method, and to its lead.

    The share of a choice is the variance of the means over its values, divided by the variance over
    all analyses (Sobol's first index; all combinations are analysed). What is missing to 1 is due
    to choices together.

    Args:
        table: from `score`.

    Returns:
        Columns `EFFECTS`, a row for each value of each choice that has several: in how many
        analyses it was made, in how many of these the method is first, the means of its CCC and its
        lead, and the choice's share of their variances; NaN where they do not vary.
    """
    table = table.assign(lead=lead(table))
    several = varied(table)
    rows = []
    for (dimension, method), own in _in_order(table):
        for choice in several:
            shares = {f"{name}_share": _share(own[name], own[choice]) for name in ("ccc", "lead")}
            for value, part in own.groupby(choice, dropna=False, sort=False):
                means = {name: part[name].mean() for name in ("ccc", "lead")}
                counts = {"analyses": len(part), "first": int((part["rank"] == 1).sum())}
                of = {"dimension": dimension, "method": method, "choice": choice, "value": value}
                rows.append(of | counts | means | shares)
    return pd.DataFrame(rows, columns=EFFECTS)


def lead(table: pd.DataFrame) -> pd.Series:
    """Return how far each method is ahead of the best other one in the same analysis.

    Args:
        table: from `score`.

    Returns:
        Differences of CCC, with the index of the table: negative where another method is ahead, NaN
        where there is none.
    """
    keys = [table[name] for name in (*SPEC, "dimension")]
    place = table.groupby(keys, dropna=False)["ccc"].rank(ascending=False, method="first")
    best, second = (
        table["ccc"].where(place == n).groupby(keys, dropna=False).transform("max") for n in (1, 2)
    )
    return table["ccc"] - best.where(place > 1, second)


def varied(table: pd.DataFrame) -> list[str]:
    """Return the choices that have several values; where one does not exist, that is none.

    Args:
        table: from `score`.
    """
    return [name for name in SPEC if table[name].nunique() > 1]


def _in_order(table: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    """Return the rows of each dimension and method, the method with the lowest mean rank first."""
    order = [*table["dimension"].unique()]
    groups = [*table.groupby(["dimension", "method"], sort=False)]
    return sorted(groups, key=lambda group: (order.index(group[0][0]), group[1]["rank"].mean()))


def _share(values: pd.Series, choice: pd.Series) -> float:
    """Return the share of the variance that lies between the values of a choice."""
    total = values.var(ddof=0)
    means = values.groupby(choice, dropna=False).transform("mean")
    return means.var(ddof=0) / total if total > 0 else np.nan


def held(table: pd.DataFrame, margin: Callable[[pd.DataFrame], float]) -> tuple[int, int]:
    """Return in how many analyses a statement on the methods' CCCs holds, and of how many.

    Args:
        table: from `score`.
        margin: from the CCCs of an analysis (methods in rows, dimensions in columns) to a number
            that is not negative where the statement holds.

    Raises:
        KeyError: if the statement is about a method that is not in the multiverse.
    """
    every = table.groupby(SPEC, dropna=False, sort=False)
    ccc = [own.pivot(index="method", columns="dimension", values="ccc") for _, own in every]
    return sum(margin(own) >= 0 for own in ccc), len(ccc)
