"""Predict a sample of a corpus in altered audio by a fine-tuned model's own head."""

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.folds import split
from dimser.features.stress import by_fold
from dimser.regression.direct import outputs, recalibrated


def stress_direct(
    *,
    features: str,
    altered: str,
    folds: str,
    utterances: str,
    scale: tuple[float, float] = (0, 1),
    recalibrate: bool = False,
    output: str,
) -> None:
    """Write the outputs of the model's head, in every condition.

    Args:
        features: store with the head's outputs for the corpus.
        altered: likewise for altered audio.
        folds: csv with columns `id,fold`.
        utterances: csv with columns `id,valence,arousal,dominance` and more.
        scale: lowest and highest value of what the head predicts.
        recalibrate: whether they are brought to the training labels' mean and standard deviation,
            by what the model predicts for unaltered training utterances.
        output: csv, columns `id,condition,fold,valence,arousal,dominance`.
    """
    assigned, labels = read_csv(folds), read_csv(utterances).set_index("id")
    dimensions, found = labelled(labels), []
    predicted = outputs(altered, dimensions, scale)
    fitted = outputs(features, dimensions, scale) if recalibrate else None
    for fold, tested in by_fold(predicted.index, assigned).items():
        values = predicted.loc[tested.index]
        if recalibrate:
            train, _ = split(assigned, fold)
            values = recalibrated(values, fitted.loc[train], labels.loc[train, dimensions])
        found.append(tested.join(values))
    columns = ["id", "condition", "fold", *DIMENSIONS]
    write_csv(pd.concat(found).reindex(columns=columns), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        stress_direct(
            features=snakemake.input.features,
            altered=snakemake.input.altered[0],
            folds=snakemake.input.folds,
            utterances=snakemake.input.utterances,
            **snakemake.params.arguments,
            output=snakemake.output.predictions,
        )
