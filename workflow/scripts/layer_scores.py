"""Score every layer of an encoder, with intervals."""

from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.evaluation.clusters import clusters_of
from dimser.evaluation.intervals import averaged, cluster_sums
from dimser.evaluation.predictions import checked
from dimser.evaluation.registry import METRICS


def layer_scores(
    *,
    utterances: str,
    folds: list[str],
    predictions: list[str],
    interval: str,
    settings: dict,
    clusters: str,
    output: str,
) -> None:
    """Write the CCC of each layer, pooling and dimension, computed once over all folds.

    Args:
        utterances: csv with columns `id,speaker,group,valence,arousal,dominance` and more.
        folds: csv of each grouping of the speakers, columns `id,fold`.
        predictions: of each fold, columns `id,fold,layer,pooling,valence,arousal,dominance`; those
            of the first grouping come first.
        interval: module and name of a function of `dimser.evaluation.intervals`.
        settings: of the interval.
        clusters: what errs together, as for `dimser.evaluation.clusters.clusters_of`.
        output: csv, `layer,pooling,dimension,ccc,ccc_low,ccc_high,clusters`; intervals and the
            number of clusters are empty where clusters are not known.

    Raises:
        InputError: if a layer does not predict an utterance exactly once, or not by a finite
            number.
    """
    found = []
    for paths in np.array_split(predictions, len(folds)):  # of each grouping
        every = pd.concat([read_csv(path) for path in paths])
        layers = dict(list(every.groupby(["layer", "pooling"], sort=False)))
        found += [(f"{paths[0]} and its siblings", own) for own in layers.values()]
    values, labels, table, dimensions = checked(utterances, folds, found)
    names, by = clusters_of(table, clusters)
    each = [
        cluster_sums(values[:, :, number], labels[:, None], names) for number in range(len(layers))
    ]
    sums, scale = np.stack(each, axis=2), METRICS["ccc"].scale
    ccc = averaged(metrics.ccc, scale)
    low, high = partial(function(interval), **settings)(sums, ccc, scale)
    rows = [(*own, dimension) for own, dimension in product(layers, dimensions)]
    result = pd.DataFrame(rows, columns=["layer", "pooling", "dimension"])
    result["ccc"] = ccc(sums.sum(axis=0)[None]).ravel()
    known = {"ccc_low": low.ravel(), "ccc_high": high.ravel(), "clusters": len(sums)}
    write_csv(result.assign(**known if by else dict.fromkeys(known)), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        layer_scores(
            utterances=snakemake.input.utterances,
            folds=list(snakemake.input.folds),
            predictions=list(snakemake.input.predictions),
            **snakemake.params.arguments,
            output=snakemake.output.scores,
        )
