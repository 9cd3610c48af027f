"""Train on the weighted distances of all layers of an encoder, on all folds but one; predict it."""

import logging
from functools import partial

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.regression import layers, tuning
from dimser.regression.distances import Distances
from dimser.regression.fitting import KernelRegression, table
from dimser.regression.fusion import learned


def layer_mixed(
    *,
    features: str,
    pooling: str,
    folds: str,
    utterances: str,
    fold: int,
    regressor: str,
    kernel: str,
    gamma: str | float,
    settings: dict,
    tune: dict | None = None,
    threads: int = 1,
    output: str,
    models: str,
) -> None:
    """Write the out-of-fold predictions of one fold: a learned fusion whose parts are layers.

    For each dimension, weights are chosen inside the training fold; then layers that have one are
    read again.

    Args:
        features: a store of several layers.
        pooling: the one to use.
        folds: table `id,fold`.
        utterances: the corpus's utterances with labels.
        fold: the fold to predict.
        regressor: module and name of a function of `dimser.regression.exact`.
        kernel: `rbf`, of the weighted distances.
        gamma: of the RBF kernel, as of `dimser.regression.fusion.learned`.
        settings: further arguments of the regressor.
        tune: values to choose from once the weights are known; see `dimser.regression.tuning`.
        threads: of the matrix products.
        output: table `id,fold,valence,arousal,dominance`.
        models: table `fold,dimension,C,epsilon,gamma,alpha,inner_ccc` (and any other settings),
            `part,weight`: a row for each layer.

    Raises:
        InputError: if a speaker is both in training and in test, or there is one to train on.
    """
    own = layers.fold_of(folds, utterances, fold)
    tuning.inner_folds(own.speakers, tuning.FOLDS, "layer: mixed")  # says so where there are none
    regression = KernelRegression(function(regressor), kernel, gamma, settings, tune)

    def measured(layer: int) -> Distances:
        logging.info("Measure layer %d.", layer)
        return layers.distances(features, layer, [pooling], own, threads)[pooling]

    kept = layers.layers_of(features)
    parts = [partial(measured, layer) for layer in kept]
    fit = learned(parts, own.labels, own.speakers, regression)
    found = pd.DataFrame(fit.predictions, columns=own.dimensions).assign(id=own.test, fold=fold)
    write_csv(found.reindex(columns=["id", "fold", *DIMENSIONS]), output)
    names = [f"layer {layer}" for layer in kept]
    write_csv(table(fit.models, own.dimensions, kernel, fold, names), models)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        layer_mixed(
            features=snakemake.input.features,
            pooling=snakemake.params.pooling,
            folds=snakemake.input.folds,
            utterances=snakemake.input.utterances,
            fold=int(snakemake.wildcards.fold),
            **snakemake.params.arguments,
            threads=snakemake.threads,
            output=snakemake.output.predictions,
            models=snakemake.output.models,
        )
