"""Compute the squared distances of one feature set and fold."""

import logging

import numpy as np

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.corpora.folds import split
from dimser.regression.distances import Multiply, on_cpu, write
from dimser.regression.stores import distances_of


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
        layer: the one to use from a store with several; None uses all as one long vector.
        folds: table `id,fold`.
        fold: the fold that is held out.
        threads: of the matrix product.
        gpu: number of GPUs of the job; 0 multiplies on the CPU.
        output: HDF5 file.
    """
    train, test = split(read_csv(folds), fold)
    products = on_gpu if gpu else on_cpu
    write(
        distances_of(features, train, test, layer=layer, threads=threads, products=products),
        output,
    )


def on_gpu(rows: np.ndarray) -> Multiply:
    """Return a function for the inner products of two slices of rows; float32, by torch."""
    import torch  # takes seconds to import

    device = "cuda" if torch.cuda.is_available() else "cpu"
    logging.info("Distances are computed by torch on %s.", device)
    torch.backends.cuda.matmul.allow_tf32 = False  # full float32 precision
    on_device = torch.from_numpy(rows).to(device)
    return lambda one, other: (on_device[one] @ on_device[other].T).cpu().numpy()


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
