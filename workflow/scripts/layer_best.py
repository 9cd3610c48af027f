"""Take each dimension's predictions of a fold from the layer that its training fold chooses."""

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.regression.layers import best


def layer_best(*, layers: str, fitted: str, pooling: str, output: str, models: str) -> None:
    """Write the out-of-fold predictions of one fold, and which layers they are of.

    The layer with the highest CCC in inner folds of whole speakers is taken: the first of equals,
    and where none is defined. Nothing of the test fold is looked at.

    Args:
        layers: table `id,fold,layer,pooling,valence,arousal,dominance` of the fold.
        fitted: table `fold,dimension,...,inner_ccc,...,layer,pooling` of its models.
        pooling: the one to take.
        output: table `id,fold,valence,arousal,dominance`.
        models: the rows of `fitted` that are taken, one for each dimension.
    """
    every, settings = read_csv(layers), read_csv(fitted)
    every, settings = (table[table["pooling"] == pooling] for table in (every, settings))
    chosen = [
        own.iloc[[best(own["inner_ccc"].to_numpy(dtype=float))]]
        for _, own in settings.groupby("dimension", sort=False)
    ]
    first = every[every["layer"] == every["layer"].iloc[0]]
    predictions = first[["id", "fold"]].reset_index(drop=True)
    for row in chosen:
        dimension, layer = row["dimension"].item(), row["layer"].item()
        predictions[dimension] = every.loc[every["layer"] == layer, dimension].to_numpy()
    write_csv(predictions.reindex(columns=["id", "fold", *DIMENSIONS]), output)
    write_csv(pd.concat(chosen), models)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        layer_best(
            layers=snakemake.input.fold[0],
            fitted=snakemake.input.fold[1],
            pooling=snakemake.params.pooling,
            output=snakemake.output.predictions,
            models=snakemake.output.models,
        )
