"""Compare each feature of a set by itself with the labels, and tell which agree beyond chance.

Figures 3 and 4 and Table 2 rest on it.
"""

import logging
from itertools import product

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.corpus import voices
from dimser.corpora.folds import split
from dimser.evaluation.clusters import flipped
from dimser.evaluation.comparison import ALPHA, is_exact
from dimser.evaluation.descriptors import Descriptor, describe
from dimser.evaluation.featurewise import (
    beyond_chance,
    featurewise_ccc,
    featurewise_sums,
    out_of_fold_ccc,
)
from dimser.features import store

ALIKE = 0.99  # what correlates more with a label, by whichever sign, may be that label
MEASURED = ["ccc", "pearson", "fold_low", "fold_high", "above"]
TESTED = ["p", "ccc_out_of_fold"]
GROUPED = ["by", "name", "dimension", "count", "share_above", "best", "best_ccc"]


def featurewise(
    *,
    features: str,
    layer: int | None = None,
    utterances: str,
    folds: str,
    draws: int,
    seed: int,
    threads: int,
    output: str,
    detail: str,
    null: str,
    groups: str,
) -> None:
    """Write each feature's CCC and its test, and the shares of significant features by name.

    Features are scaled over the corpus, each by itself. Those of a store with several layers are
    called `{layer}/{name}`, with the numbers of its attribute `layers`, or from 0 without it.

    Args:
        features: store of one feature set.
        layer: the one to use from a store with several; None for all.
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv with columns `id,fold`; stability is measured over folds, without utterances
            that are only trained on.
        draws: number of random sign flips, unless all are no more than that.
        seed: of the flips.
        threads: of the product.
        output: csv, `feature,valence,arousal,dominance`: the CCC with each label.
        detail: output, one row per feature: `feature,group,descriptor,functional` and for each
            dimension `{dimension}_ccc`, `_pearson`, `_fold_low`, `_fold_high` (lowest and highest
            CCC of a fold) and `_above` (whether p is at most 0.05); then for each `{dimension}_p`
            (within speakers, corrected over the features of the set) and
            `{dimension}_ccc_out_of_fold` (range and direction from training folds).
        null: output, `dimension,threshold` (empty: there is no common one), `share_above`,
            `permutations` (flips that were tried), `like_label,clusters,cluster_by,draws`: the
            number of clusters that were flipped, and what they are (`dialogue`, `circle` of
            speakers who share dialogues, `speaker` or `group`); with fewer than six nothing can
            pass. `like_label` names the features that may be the label itself.
        groups: output, `by,name,dimension,count,share_above,best,best_ccc`, where `by` is
            `group`, `descriptor` or `functional`; those with the most significant features come
            first. Only a header if the names of the features are unknown.

    Raises:
        InputError: if the store lacks an utterance.
    """
    assigned = read_csv(folds)
    table = read_csv(utterances).merge(assigned[["id", "fold"]], on="id")
    values, names = store.read(features, table["id"].tolist(), layer).long()
    dimensions = labelled(table)
    labels = table[dimensions].to_numpy(dtype=np.float64)
    fold = pd.factorize(table["fold"].fillna(-1), sort=True)[0]  # -1: only trained on
    sums = featurewise_sums(values, labels, fold)
    whole, by_fold = sums.sum(axis=0), metrics.ccc(sums[int(table["fold"].isna().any()) :])
    ccc = featurewise_ccc(values, labels)
    agreement = pd.DataFrame(ccc, columns=dimensions).assign(feature=names)
    write_csv(agreement.reindex(columns=["feature", *DIMENSIONS]), output)
    clusters = flipped(table)
    p = beyond_chance(values, labels, voices(table), clusters, draws, seed, threads)
    above = p <= ALPHA
    rows = pd.Series(np.arange(len(table)), table["id"])
    parts = [split(assigned, number) for number in sorted(assigned["fold"].dropna().unique())]
    parts = [(rows[train].to_numpy(), rows[test].to_numpy()) for train, test in parts]
    out_of_fold = out_of_fold_ccc(values, labels, parts)
    columns = {"feature": names}
    columns |= dict(zip(Descriptor._fields, zip(*map(describe, names), strict=True), strict=True))
    for number, dimension in enumerate(dimensions):
        columns |= {
            f"{dimension}_ccc": ccc[:, number],
            f"{dimension}_pearson": metrics.pearson(whole)[:, number],
            f"{dimension}_fold_low": by_fold[..., number].min(axis=0),
            f"{dimension}_fold_high": by_fold[..., number].max(axis=0),
            f"{dimension}_above": above[:, number],
            f"{dimension}_p": p[:, number],
            f"{dimension}_ccc_out_of_fold": out_of_fold[:, number],
        }
    table = pd.DataFrame(columns)
    measured = [
        f"{dimension}_{column}"
        for part in (MEASURED, TESTED)
        for dimension in DIMENSIONS
        for column in part
    ]
    by = clusters.name
    count = clusters.nunique()
    write_csv(table.reindex(columns=["feature", *Descriptor._fields, *measured]), detail)
    result = pd.DataFrame({"dimension": dimensions, "threshold": np.nan})
    tried = 2 ** (count - 1) if is_exact(count, draws) else draws + 1
    result = result.assign(share_above=above.mean(axis=0), permutations=tried)
    alike = [table["feature"][table[f"{name}_pearson"].abs() > ALIKE] for name in dimensions]
    result["like_label"] = ["; ".join(found) for found in alike]
    for row in result[result["like_label"] != ""].itertuples():
        logging.warning("%s correlates with %s by more than %g: is it the label?",
                        row.like_label, row.dimension, ALIKE)  # fmt: skip
    write_csv(result.assign(clusters=count, cluster_by=by, draws=draws), null)
    write_csv(_by_name(table, dimensions), groups)


def _by_name(table: pd.DataFrame, dimensions: list[str]) -> pd.DataFrame:
    """Summarise features by group, descriptor and functional."""
    table = table[table["group"] != ""]
    rows = []
    for by, dimension in product(Descriptor._fields, dimensions):
        kinds = []
        for name, part in table[table[by] != ""].groupby(by):
            best = part[f"{dimension}_ccc"].abs().fillna(0).idxmax()
            share, ccc = part[f"{dimension}_above"].mean(), part[f"{dimension}_ccc"][best]
            kinds.append([by, name, dimension, len(part), share, part["feature"][best], ccc])
        rows += sorted(kinds, key=lambda row: (-row[3] * row[4], -row[4], -abs(row[6])))
    return pd.DataFrame(rows, columns=GROUPED)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        featurewise(
            features=snakemake.input.features,
            layer=snakemake.params.layer,
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            draws=snakemake.params.draws,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
            output=snakemake.output.featurewise,
            detail=snakemake.output.detail,
            null=snakemake.output.null,
            groups=snakemake.output.groups,
        )
