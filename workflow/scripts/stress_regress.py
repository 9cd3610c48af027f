"""Predict a sample in altered audio, by the models of the folds that it is held out of."""

from collections.abc import Sequence

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged, progress
from dimser.core.lookup import function
from dimser.features import store
from dimser.features.stress import by_fold
from dimser.regression.layers import fold_of


def stress_regress(
    *,
    features: Sequence[str],
    altered: Sequence[str],
    models: Sequence[str] = (),
    utterances: str,
    folds: str,
    refit: str,
    arguments: dict,
    output: str,
) -> None:
    """Write the predictions of one method, in every condition.

    Each fold's model is fitted as in the run, and predicts all conditions at once.

    Args:
        features: store of each feature set of the method.
        altered: their stores of altered audio.
        models: where layers are found in the folds, what was found in each, by its number.
        utterances: the corpus's utterances with labels.
        folds: csv with columns `id,fold`.
        refit: module and name of a function of `dimser.regression.refitting`.
        arguments: its further arguments.
        output: table `id,condition,fold,valence,arousal,dominance`.
    """
    predict, found = function(refit), []
    groups = by_fold(store.ids(altered[0]), read_csv(folds))
    for number, tested in progress(groups.items(), "Fit and stress", "fold"):
        fold = fold_of(folds, utterances, number)._replace(test=[*tested.index])
        own = {"models": models[number]} if models else {}
        values = predict(fold, features, altered, **own, **arguments)
        found.append(tested.join(pd.DataFrame(values, tested.index, fold.dimensions)))
    columns = ["id", "condition", "fold", *DIMENSIONS]
    write_csv(pd.concat(found).reindex(columns=columns), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        stress_regress(
            features=list(snakemake.input.features),
            altered=list(snakemake.input.altered),
            models=list(snakemake.input.models),
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            **snakemake.params.arguments,
            output=snakemake.output.predictions,
        )
