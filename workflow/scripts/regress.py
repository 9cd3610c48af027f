"""Train one method on all folds but one, and predict that fold, in all dimensions."""

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.corpora.corpus import voices
from dimser.regression import tuning
from dimser.regression.distances import fuse, read
from dimser.regression.kernels import kernel_matrix, resolve_gamma

CHOSEN = ["fold", "dimension", "C", "epsilon", "gamma", "alpha", "inner_ccc"]
NOT_SHOWN = ["tol"]


def regress(
    *,
    distances: list[str],
    utterances: str,
    fold: int,
    regressor: str,
    kernel: str,
    gamma: str | float,
    settings: dict,
    tune: dict | None = None,
    output: str,
    models: str,
) -> None:
    """Write the out-of-fold predictions of one fold.

    Args:
        distances: of one feature set, or of several for their early fusion.
        utterances: the corpus's utterances with labels.
        fold: the fold to predict.
        regressor: module and name of a function of `dimser.regression.exact`.
        kernel: `rbf` or `linear`.
        gamma: of the RBF kernel: `scale`, `auto` or a number.
        settings: further arguments of the regressor.
        tune: values to choose from within the training fold; see `dimser.regression.tuning`.
        output: table `id,fold,valence,arousal,dominance`.
        models: table `fold,dimension,C,epsilon,gamma,alpha,inner_ccc`: the settings of each model;
            empty where the regressor has no such setting, or nothing was tuned. Any other settings
            of the regressor follow.

    Raises:
        InputError: if a speaker is both in training and in test.
    """
    fused = fuse([read(path) for path in distances])
    table = read_csv(utterances).set_index("id")
    train = table.loc[fused.train]
    leaking = set(train["speaker"].dropna()) & set(table.loc[fused.test, "speaker"])
    if leaking:
        raise InputError(f"Fold {fold}: speakers {sorted(leaking)} are in training and in test.")
    dimensions = labelled(table)
    labels, predict = train[dimensions].to_numpy(), function(regressor)
    if tune:
        speakers = voices(train).to_numpy()
        options = {"kernel": kernel, "gamma": gamma, "settings": settings, "grid": tune}
        chosen = tuning.choose(fused, labels, speakers, predict, **options)
    else:
        same = {"gamma": resolve_gamma(gamma, fused), **settings, "inner_ccc": np.nan}
        chosen = [same] * len(dimensions)
    predictions = pd.DataFrame({"id": fused.test, "fold": fold}).reindex(
        columns=["id", "fold", *DIMENSIONS]
    )
    matrix, width, count = None, None, len(labels)
    for dimension, point, column in zip(dimensions, chosen, labels.T, strict=True):
        if width != point["gamma"]:
            width = point["gamma"]
            matrix = kernel_matrix(fused, kernel, width)
        values = {name: point[name] for name in settings}
        predicted = predict(matrix[:count], matrix[count:], column[:, None], **values)
        predictions[dimension] = predicted[:, 0]
    write_csv(predictions, output)
    fitted = pd.DataFrame(chosen).assign(fold=fold, dimension=dimensions)
    if kernel == "linear":
        fitted["gamma"] = np.nan
    others = fitted.columns.difference([*CHOSEN, *NOT_SHOWN], sort=False)
    write_csv(fitted.reindex(columns=[*CHOSEN, *others]), models)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        regress(
            distances=list(snakemake.input.distances),
            utterances=snakemake.input.utterances,
            fold=int(snakemake.wildcards.fold),
            **snakemake.params.arguments,
            output=snakemake.output.predictions,
            models=snakemake.output.models,
        )
