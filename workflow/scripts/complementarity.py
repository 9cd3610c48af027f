"""Compare every two representations: how similar they are, and how their errors correlate."""

from itertools import combinations

import numpy as np
import pandas as pd

from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.evaluation import predictions as predicted
from dimser.evaluation.complementarity import alignment, centred_kernel, error_correlation
from dimser.features import store

COLUMNS = ["dimension", "method_a", "method_b", "alignment", "error_correlation"]


def complementarity(
    *,
    features: list[str],
    layers: list[int | None],
    utterances: str,
    folds: list[str],
    predictions: list[str],
    methods: list[str],
    most: int,
    seed: int,
    output: str,
) -> None:
    """Write one row per dimension and pair of feature sets.

    Args:
        features: store of each feature set.
        layers: the layer of each to use, or None for all.
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv of each grouping, columns `id,fold`.
        predictions: csv of each feature set's regression; those of the first grouping come first.
            Correlations are averaged over groupings.
        methods: ids of the feature sets, in the order of both.
        most: maximum number of utterances in the kernels; of larger corpora, this many are drawn.
        seed: of the draw.
        output: csv, `dimension,method_a,method_b,alignment,error_correlation`; only a header if
            there are fewer than two feature sets.
    """
    if len(methods) < 2:
        write_csv(pd.DataFrame(columns=COLUMNS), output)
        return
    values, labels, _, dimensions = predicted.load(utterances, folds, predictions)
    ids = np.array(sorted(read_csv(utterances)["id"]))
    drawn = np.sort(np.random.default_rng(seed).permutation(len(ids))[:most])
    kernels = [
        centred_kernel(store.read(path, ids[drawn].tolist(), layer).features)
        for path, layer in zip(features, layers, strict=True)
    ]
    pairs = list(combinations(range(len(methods)), 2))
    alike = {(a, b): alignment(kernels[a], kernels[b]) for a, b in pairs}
    rows = []
    for number, dimension in enumerate(dimensions):
        for a, b in pairs:
            errors = [
                error_correlation(own[:, a, number], own[:, b, number], labels[:, number])
                for own in np.moveaxis(values, 1, 0)
            ]
            rows.append([dimension, methods[a], methods[b], alike[a, b], np.mean(errors)])
    write_csv(pd.DataFrame(rows, columns=COLUMNS), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        complementarity(
            features=list(snakemake.input.features),
            layers=list(snakemake.params.layers),
            utterances=snakemake.input.utterances,
            folds=list(snakemake.input.folds),
            predictions=list(snakemake.input.predictions),
            methods=list(snakemake.params.methods),
            most=snakemake.params.most,
            seed=snakemake.params.seed,
            output=snakemake.output.complementarity,
        )
