"""Train every layer of an encoder by itself on all folds but one, and predict that fold."""

import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import write_csv
from dimser.core.job import logged, progress
from dimser.core.lookup import function
from dimser.regression import layers, tuning
from dimser.regression.fitting import KernelRegression, table


def layer_map(
    *,
    features: str,
    poolings: list[str],
    compared: list[str],
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
    """Write the out-of-fold predictions of every layer, pooling and dimension in one fold.

    Args:
        features: a store of several layers, of which each is read once.
        poolings: those to regress.
        compared: those whose layers are compared inside the training fold: their models' inner
            CCC is that of training utterances, by models that never heard their speakers.
        folds: table `id,fold`.
        utterances: the corpus's utterances with labels.
        fold: the fold to predict.
        regressor: module and name of a function of `dimser.regression.exact`.
        kernel: `rbf` or `linear`.
        gamma: of the RBF kernel: `scale`, `auto` or a number.
        settings: further arguments of the regressor.
        tune: values to choose from within the training fold; see `dimser.regression.tuning`.
        threads: of the matrix products.
        output: table `id,fold,layer,pooling,valence,arousal,dominance`.
        models: table `fold,dimension,C,epsilon,gamma,alpha,inner_ccc` (and any other settings),
            `layer,pooling`; `inner_ccc` is empty where nothing is compared or tuned.

    Raises:
        InputError: if a speaker is both in training and in test, or the store is not such a one;
            or if there is nothing to compare, with one speaker to train on.
    """
    own = layers.fold_of(folds, utterances, fold)
    regression = KernelRegression(function(regressor), kernel, gamma, settings, tune)
    inner = tuning.inner_folds(own.speakers, tuning.FOLDS, "layer: best") if compared else None
    predictions, fitted = [], []
    for layer in progress(layers.layers_of(features), "Regress", "layer"):
        measured = layers.distances(features, layer, poolings, own, threads)
        for pooling, distances in measured.items():
            within = inner if pooling in compared else None
            fit = regression(distances, own.labels, own.speakers, within)
            of = {"layer": layer, "pooling": pooling}
            found = pd.DataFrame(fit.predictions, columns=own.dimensions)
            found = found.assign(id=own.test, fold=fold, **of)
            predictions.append(found.reindex(columns=["id", "fold", *of, *DIMENSIONS]))
            chosen = table(fit.models, own.dimensions, kernel, fold).assign(**of)
            if fit.inner is not None:
                chosen["inner_ccc"] = metrics.ccc(metrics.sums(fit.inner, own.labels))
            fitted.append(chosen)
    write_csv(pd.concat(predictions), output)
    write_csv(pd.concat(fitted), models)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        layer_map(
            features=snakemake.input.features,
            folds=snakemake.input.folds,
            utterances=snakemake.input.utterances,
            fold=int(snakemake.wildcards.fold),
            **snakemake.params.arguments,
            threads=snakemake.threads,
            output=snakemake.output.predictions,
            models=snakemake.output.models,
        )
