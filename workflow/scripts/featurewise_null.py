"""Tell features that carry something from those that agree by chance, and sum them up by name."""

from itertools import product

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.evaluation.descriptors import Descriptor, describe
from dimser.evaluation.featurewise import featurewise_sums, null_maxima
from dimser.features import store

# The null's products are of float32. Where labels cannot be permuted, as each speaker has but one
# utterance, what is found equals its own null, and must not exceed it by rounding.
ROUNDING = 1e-6
GROUPED = ["by", "name", "dimension", "count", "share_above", "best", "best_ccc"]


def featurewise_null(
    *,
    features: str,
    layer: int | None = None,
    utterances: str,
    folds: str,
    permutations: int,
    seed: int,
    threads: int,
    detail: str,
    null: str,
    groups: str,
) -> None:
    """Write each feature's agreement with a test of it, and how many pass by what names say.

    Args:
        features: store of one feature set; several layers are one long list of features.
        layer: the one to take of a store that keeps several; None for all.
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv with columns `id,fold`; stability is measured over folds, in which utterances
            that only train have no part.
        permutations: of the labels within speakers.
        seed: of the permutations.
        threads: of the product.
        detail: output, a row a feature: `feature,group,descriptor,functional` and for each
            dimension `{dimension}_ccc`, `_pearson`, `_fold_low`, `_fold_high` (lowest and highest
            CCC of a fold) and `_above` (beyond the null's threshold).
        null: output, `dimension,threshold,share_above,permutations`: 95 % of the permutations'
            highest |CCC| lie below the threshold.
        groups: output, `by,name,dimension,count,share_above,best,best_ccc`, where `by` is
            `group`, `descriptor` or `functional`; what carries most stands first. A header alone
            where names tell nothing.
    """
    table = read_csv(utterances).merge(read_csv(folds)[["id", "fold"]], on="id")
    values, names = store.read(features, table["id"].tolist(), layer).long()
    labels = table[[*DIMENSIONS]].to_numpy(dtype=np.float64)
    fold = pd.factorize(table["fold"].fillna(-1), sort=True)[0]  # -1: it only trains
    sums = featurewise_sums(values, labels, fold)
    whole, by_fold = sums.sum(axis=0), metrics.ccc(sums[int(table["fold"].isna().any()) :])
    ccc = metrics.ccc(whole)
    maxima = null_maxima(values, labels, table["speaker"].to_numpy(), permutations, seed, threads)
    threshold = np.quantile(maxima, 0.95, axis=0) + ROUNDING
    above = np.abs(ccc) > threshold
    columns = {"feature": names}
    columns |= dict(zip(Descriptor._fields, zip(*map(describe, names), strict=True), strict=True))
    for number, dimension in enumerate(DIMENSIONS):
        columns |= {
            f"{dimension}_ccc": ccc[:, number],
            f"{dimension}_pearson": metrics.pearson(whole)[:, number],
            f"{dimension}_fold_low": by_fold[..., number].min(axis=0),
            f"{dimension}_fold_high": by_fold[..., number].max(axis=0),
            f"{dimension}_above": above[:, number],
        }
    table = pd.DataFrame(columns)
    write_csv(table, detail)
    result = pd.DataFrame({"dimension": DIMENSIONS, "threshold": threshold})
    write_csv(result.assign(share_above=above.mean(axis=0), permutations=permutations), null)
    write_csv(_by_name(table), groups)


def _by_name(table: pd.DataFrame) -> pd.DataFrame:
    """Sum features up by what their names say."""
    table = table[table["group"] != ""]
    rows = []
    for by, dimension in product(Descriptor._fields, DIMENSIONS):
        found = []
        for name, own in table[table[by] != ""].groupby(by):
            best = own[f"{dimension}_ccc"].abs().fillna(0).idxmax()
            share, ccc = own[f"{dimension}_above"].mean(), own[f"{dimension}_ccc"][best]
            found.append([by, name, dimension, len(own), share, own["feature"][best], ccc])
        rows += sorted(found, key=lambda row: (-row[4], -abs(row[6])))
    return pd.DataFrame(rows, columns=GROUPED)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        featurewise_null(
            features=snakemake.input.features,
            layer=snakemake.params.layer,
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            permutations=snakemake.params.permutations,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
            **snakemake.output,
        )
