"""Use a model's own valence, arousal and dominance as predictions, without regression."""

import numpy as np

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.errors import raise_if
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.folds import split
from dimser.features import store
from dimser.features.outputs import lacking


def direct(
    *,
    features: str,
    folds: str,
    utterances: str,
    scale: tuple[float, float] = (0, 1),
    recalibrate: bool = False,
    output: str,
) -> None:
    """Write the outputs of the model's head, in the form of out-of-fold predictions.

    Args:
        features: store with the head's outputs, each by its name.
        folds: csv with columns `id,fold`; each utterance keeps its fold.
        utterances: csv with columns `id,valence,arousal,dominance` and more.
        scale: lowest and highest value of what the head predicts; mapped to [0, 1].
        recalibrate: map each fold's predictions linearly, such that the model's predictions for
            the training folds have the mean and standard deviation of their labels. Where both
            correlate positively, no linear map has a higher CCC: the remaining loss is not one of
            calibration.
        output: csv to write, columns `id,fold,valence,arousal,dominance`.

    Raises:
        InputError: if the store has no outputs, or not all dimensions of the corpus.
    """
    assigned, labels = read_csv(folds), read_csv(utterances).set_index("id")
    dimensions = labelled(labels)
    table = assigned[["id", "fold"]].copy()
    stored = store.read(features, table["id"].tolist())
    low, high = scale
    raise_if(lacking(features, stored.prediction_names, dimensions))
    for name in dimensions:
        column = stored.predictions[:, stored.prediction_names.index(name)]
        table[name] = (column.astype(np.float64) - low) / (high - low)
    tested = table.dropna().astype({"fold": int})
    if recalibrate:
        labels = labels[dimensions]
        predicted = table.set_index("id")[dimensions]
        for fold in tested["fold"].unique():
            train, test = split(assigned, fold)
            outputs, truth = predicted.loc[train], labels.loc[train]
            # always positive: inverting a model's outputs would not be calibration
            slope = (truth.std(ddof=0) / outputs.std(ddof=0)).replace(np.inf, 0.0).fillna(0.0)
            moved = truth.mean() + (predicted.loc[test] - outputs.mean()) * slope
            tested.loc[tested["fold"] == fold, dimensions] = moved.to_numpy()
    write_csv(tested.reindex(columns=["id", "fold", *DIMENSIONS]), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        direct(
            features=snakemake.input.features,
            folds=snakemake.input.folds,
            utterances=snakemake.input.utterances,
            **snakemake.params.arguments,
            output=snakemake.output.predictions,
        )
