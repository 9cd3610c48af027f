"""Gather the weights that the folds of fused methods chose for their parts."""

import pandas as pd

from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged


def weights(*, models: list[str], methods: list[str], output: str) -> None:
    """Write one row per method, dimension and part.

    Args:
        models: csv of each method and fold, columns `dimension,part,weight` and more.
        methods: id of the method of each.
        output: csv, columns `method,dimension,part,weight,lowest_weight,highest_weight,folds`: the
            mean over the folds, and the ends. Weights of distances sum to 1; those of a stack are
            the factors of predictions.
    """
    found = pd.concat(
        read_csv(path).assign(method=method) for path, method in zip(models, methods, strict=True)
    )
    keys = ["method", "dimension", "part"]
    groups = found.groupby(keys, sort=False)["weight"]
    table = groups.agg(["mean", "min", "max", "size"]).reset_index()
    write_csv(
        table.set_axis([*keys, "weight", "lowest_weight", "highest_weight", "folds"], axis=1),
        output,
    )


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        weights(
            models=list(snakemake.input.models),
            methods=list(snakemake.params.methods),
            output=snakemake.output.weights,
        )
