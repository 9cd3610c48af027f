"""Compute the squared distances of one feature set and fold."""

from dimser import regression, store
from dimser.files import read_csv
from dimser.folds import split
from dimser.job import logged


def distances(
    *, features: str, layer: int | None = None, folds: str, fold: int, threads: int, output: str
) -> None:
    """Write the distances of all utterances to the training utterances of a fold.

    Args:
        features: the feature store.
        layer: the one to take of a store that keeps several; None takes all as one long vector.
        folds: table `id,fold`.
        fold: which fold is held out.
        threads: threads of the matrix product.
        output: HDF5 file.
    """
    train, test = split(read_csv(folds), fold)
    values = store.read(features, [*train, *test], layer).features
    values = values.reshape(len(values), -1)  # several layers are one long vector
    squared, norms, total = regression.squared_distances(
        values[: len(train)], values[len(train) :], threads
    )
    regression.write(
        regression.Distances(train, test, squared, values.shape[1], norms, total), output
    )


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        distances(
            features=snakemake.input.features,
            layer=snakemake.params.layer,
            folds=snakemake.input.folds,
            fold=int(snakemake.wildcards.fold),
            threads=snakemake.threads,
            output=snakemake.output.distances,
        )
