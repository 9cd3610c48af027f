"""Train on the other folds, predict one: all three dimensions of one method."""

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.regression import exact, tuning
from dimser.regression.distances import fuse, read
from dimser.regression.kernels import kernel_matrix, resolve_gamma

CHOSEN = ["C", "epsilon", "gamma", "alpha", "inner_ccc"]


def regress(
    *,
    distances: list[str],
    utterances: str,
    fold: int,
    settings: dict,
    tune: dict | None = None,
    output: str,
    models: str,
) -> None:
    """Write the out-of-fold predictions of one fold.

    Args:
        distances: of one feature set, or of several for their early fusion.
        utterances: the corpus's utterances with labels.
        fold: which fold is predicted.
        settings: regressor, and what it takes; see `dimser.plan.config.REGRESSORS`.
        tune: values to choose from inside the training fold; see `dimser.regression.tuning`.
        output: table `id,fold,valence,arousal,dominance`.
        models: table `fold,dimension,C,epsilon,gamma,alpha,inner_ccc`: what each model was fitted
            with; empty where the regressor takes no such thing, or nothing was tuned.

    Raises:
        InputError: if a speaker stands both in training and in test.
    """
    fused = fuse([read(path) for path in distances])
    table = read_csv(utterances).set_index("id")
    train = table.loc[fused.train]
    leaking = set(train["speaker"]) & set(table.loc[fused.test, "speaker"])
    if leaking:
        raise InputError(f"Fold {fold}: speakers {sorted(leaking)} are trained on and tested.")
    labels = train[list(DIMENSIONS)].to_numpy()
    if tune:
        chosen = tuning.choose(fused, labels, train["speaker"].to_numpy(), settings, tune)
    else:
        chosen = [settings | {"inner_ccc": np.nan}] * len(DIMENSIONS)
    chosen = [own | {"gamma": resolve_gamma(own["gamma"], fused)} for own in chosen]
    predictions = pd.DataFrame({"id": fused.test, "fold": fold})
    kernel, gamma, count = None, None, len(labels)
    for dimension, own, column in zip(DIMENSIONS, chosen, labels.T, strict=True):
        if gamma != own["gamma"]:
            gamma = own["gamma"]
            kernel = kernel_matrix(fused, own["kernel"], gamma)
        predictions[dimension] = exact.predict(
            kernel[:count], kernel[count:], column[:, None], **exact.model_settings(own)
        )[:, 0]
    write_csv(predictions, output)
    fitted = pd.DataFrame(chosen).reindex(columns=CHOSEN)
    if settings["kernel"] == "linear":
        fitted["gamma"] = np.nan
    fitted.insert(0, "dimension", DIMENSIONS)
    fitted.insert(0, "fold", fold)
    write_csv(fitted, models)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        regress(
            distances=list(snakemake.input.distances),
            utterances=snakemake.input.utterances,
            fold=int(snakemake.wildcards.fold),
            settings=snakemake.params.settings,
            tune=snakemake.params.tune,
            output=snakemake.output.predictions,
            models=snakemake.output.models,
        )
