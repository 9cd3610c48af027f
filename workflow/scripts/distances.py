"""Compute the squared distances of one feature set and fold."""

import logging

import numpy as np

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.corpora.folds import split
from dimser.features import store
from dimser.regression.distances import Distances, Multiply, on_cpu, squared_distances, write


def distances(
    *,
    features: str,
    layer: int | None = None,
    folds: str,
    fold: int,
    threads: int,
    gpu: int = 0,
    output: str,
) -> None:
    """Write the distances of all utterances to the training utterances of a fold.

    Args:
        features: the feature store.
        layer: the one to take of a store that keeps several; None takes all as one long vector.
        folds: table `id,fold`.
        fold: which fold is held out.
        threads: threads of the matrix product.
        gpu: how many GPUs the job was given; 0 multiplies on the CPU.
        output: HDF5 file.
    """
    train, test = split(read_csv(folds), fold)
    values = store.read(features, [*train, *test], layer).features
    values = values.reshape(len(values), -1)  # several layers are one long vector
    squared, norms, total = squared_distances(
        values[: len(train)], values[len(train) :], threads, on_gpu if gpu else on_cpu
    )
    write(Distances(train, test, squared, values.shape[1], norms, total), output)


def on_gpu(rows: np.ndarray) -> Multiply:
    """Give a function for the inner products of two slices of rows; float32, on a GPU if there."""
    import torch  # costs seconds: only for who needs it

    device = "cuda" if torch.cuda.is_available() else "cpu"
    logging.info("Distances are multiplied by torch on %s.", device)
    torch.backends.cuda.matmul.allow_tf32 = False  # float32 shall be float32
    there = torch.from_numpy(rows).to(device)
    return lambda one, other: (there[one] @ there[other].T).cpu().numpy()


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        distances(
            features=snakemake.input.features,
            layer=snakemake.params.layer,
            folds=snakemake.input.folds,
            fold=int(snakemake.wildcards.fold),
            threads=snakemake.threads,
            gpu=snakemake.resources.get("gpu", 0),
            output=snakemake.output.distances,
        )
