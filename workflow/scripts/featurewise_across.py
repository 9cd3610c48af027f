"""Find the features of each set that carry most, and compare them across corpora."""

from itertools import combinations

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged

TOP = ["corpus", "features", "dimension", "rank", "feature", "ccc", "above"]
ACROSS = ["features", "dimension", "corpus_a", "corpus_b", "correlation", "above_a", "above_b",
          "above_both"]  # fmt: skip


def featurewise_across(
    *, details: list[str], sets: list[tuple[str, str]], top: int, best: str, across: str
) -> None:
    """Write the features with the highest |CCC|, and the agreement of every two corpora.

    Args:
        details: `detail.csv` of each corpus and feature set.
        sets: their ids, in the order of `details`.
        top: number of features per dimension.
        best: output, `corpus,features,dimension,rank,feature,ccc,above`; `above` tells whether the
            CCC is significant.
        across: output, one row per feature set, dimension and pair of corpora: Pearson's
            correlation of the features' CCCs, and how many features are significant in one, in the
            other and, with the same sign, in both; only a header if no set is used in two corpora.
    """
    tables = {key: read_csv(path) for key, path in zip(sets, details, strict=True)}
    rows = []
    for (corpus, features), table in tables.items():
        for dimension in _measured(table):
            ccc = table[f"{dimension}_ccc"]
            order = ccc.abs().sort_values(ascending=False, kind="stable").index[:top]
            for rank, row in enumerate(order, 1):
                values = [table["feature"][row], ccc[row], table[f"{dimension}_above"][row]]
                rows.append([corpus, features, dimension, rank, *values])
    write_csv(pd.DataFrame(rows, columns=TOP), best)
    rows = []
    for (one, features), (other, same) in combinations(tables, 2):
        if features != same:
            continue
        first, second = (tables[corpus, features].set_index("feature") for corpus in (one, other))
        shared = first.index.intersection(second.index)
        first, second = first.loc[shared], second.loc[shared]
        for dimension in _measured(first):
            if dimension not in _measured(second):
                continue
            a, b = first[f"{dimension}_ccc"], second[f"{dimension}_ccc"]
            above_a, above_b = first[f"{dimension}_above"], second[f"{dimension}_above"]
            both = above_a & above_b & (np.sign(a) == np.sign(b))
            counts = [above_a.sum(), above_b.sum(), both.sum()]
            rows.append([features, dimension, one, other, a.corr(b), *counts])
    write_csv(pd.DataFrame(rows, columns=ACROSS), across)


def _measured(table: pd.DataFrame) -> list[str]:
    """Return the dimensions that a corpus is labelled in."""
    return [name for name in DIMENSIONS if table[f"{name}_above"].notna().any()]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        featurewise_across(
            details=list(snakemake.input.details),
            sets=[tuple(names) for names in snakemake.params.sets],
            top=snakemake.params.top,
            best=snakemake.output.best,
            across=snakemake.output.across,
        )
