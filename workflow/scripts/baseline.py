"""Predict by a baseline: a representation has to exceed it to show more than what it knows."""

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.corpora.folds import split
from dimser.regression.baselines import predict


def baseline(*, predictor: str, utterances: str, folds: str, index: list[str], output: str) -> None:
    """Write out-of-fold predictions by least squares on one predictor.

    Args:
        predictor: module and name of a function of `dimser.regression.baselines`.
        utterances: the corpus's utterances with labels.
        folds: table `id,fold`.
        index: audio index of each shard, columns `id,duration,level` and more.
        output: table `id,fold,valence,arousal,dominance`.
    """
    table = read_csv(utterances).set_index("id")
    audio = pd.concat([read_csv(path) for path in index]).set_index("id").loc[table.index]
    design = function(predictor)(table, audio)
    labels, assigned = table[labelled(table)], read_csv(folds)
    parts = []
    for fold in sorted(assigned["fold"].dropna().astype(int).unique()):
        predicted = predict(design, labels, *split(assigned, fold))
        parts.append(predicted.assign(fold=fold).reset_index(names="id"))
    write_csv(pd.concat(parts).reindex(columns=["id", "fold", *DIMENSIONS]), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        baseline(
            predictor=snakemake.params.predictor,
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            index=list(snakemake.input.index),
            output=snakemake.output.predictions,
        )
