"""Compare each feature of a set by itself with the labels (Figures 3 and 4, Table 2)."""

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.evaluation.featurewise import featurewise_ccc
from dimser.features import store


def featurewise(*, features: str, layer: int | None = None, utterances: str, output: str) -> None:
    """Write the CCC of each feature, min-max scaled over the corpus, with each label.

    Args:
        features: store of one feature set. If it has several layers, features are named
            `{layer}/{name}`, with the numbers of its attribute `layers`, or from 0 without it.
        layer: the one to use from a store with several; None for all.
        utterances: csv with columns `id,valence,arousal,dominance` and more.
        output: csv to write, columns `feature,valence,arousal,dominance`.

    Raises:
        InputError: if the store lacks an utterance.
    """
    table = read_csv(utterances)
    values, names = store.read(features, table["id"].tolist(), layer).long()
    dimensions = labelled(table)
    ccc = featurewise_ccc(values, table[dimensions].to_numpy(dtype=np.float64))
    result = pd.DataFrame(ccc, columns=dimensions).assign(feature=names)
    write_csv(result.reindex(columns=["feature", *DIMENSIONS]), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        featurewise(
            features=snakemake.input.features,
            layer=snakemake.params.layer,
            utterances=snakemake.input.utterances,
            output=snakemake.output.featurewise,
        )
