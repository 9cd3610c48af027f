"""Regress block by block from features, for corpora whose kernel does not fit in memory."""

from functools import partial

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.errors import raise_if
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.corpora.folds import assert_speaker_independent, split
from dimser.features import store
from dimser.regression.fused_blocks import fused
from dimser.regression.stores import blocks_of


def regress_blockwise(
    *,
    features: list[str],
    layers: list[int | None],
    folds: str,
    utterances: str,
    fold: int,
    regressor: str,
    settings: dict,
    fusion: str = "concatenated",
    output: str,
) -> None:
    """Write the out-of-fold predictions of one fold.

    Args:
        features: store of one feature set, or of several for their fusion.
        layers: the layer of each to use, or None for all.
        folds: table `id,fold`.
        utterances: the corpus's utterances with labels.
        fold: the fold to predict.
        regressor: module and name of a function of `dimser.regression.blockwise`.
        settings: further arguments of the regressor.
        fusion: of several: `concatenated`, `balanced`, or `mean` of the predictions of each.
        output: table `id,fold,valence,arousal,dominance`.

    Raises:
        InputError: if a speaker is both in training and in test, or a store lacks utterances.
    """
    table, assigned = read_csv(utterances), read_csv(folds)
    assert_speaker_independent(assigned, table)
    train, test = split(assigned, fold)
    used = {*train, *test}
    stored = {path: store.ids(path) for path in features}
    raise_if(
        f"{path}: no features for {min(used - set(ids))!r}. Delete the store and run again."
        for path, ids in stored.items()
        if used - set(ids)
    )
    order = [name for name in stored[features[0]] if name in used]  # fast, because as stored
    table = table.set_index("id").loc[sorted(used)]  # the same for any order of the store
    places = table.index.get_indexer(order)

    dimensions = labelled(table)
    trains, labels = table.index.isin(train), table[dimensions].to_numpy(dtype=np.float64)
    parts = [
        partial(blocks_of, path, order, places, layer)
        for path, layer in zip(features, layers, strict=True)
    ]
    found = fused(function(regressor), parts, trains, labels, settings, fusion)
    predictions = pd.DataFrame(found, index=table.index, columns=dimensions).loc[test]
    predictions = predictions.reindex(columns=[*DIMENSIONS])
    predictions.insert(0, "fold", fold)
    write_csv(predictions.reset_index(names="id"), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        regress_blockwise(
            features=list(snakemake.input.features),
            layers=list(snakemake.params.layers),
            folds=snakemake.input.folds,
            utterances=snakemake.input.utterances,
            fold=int(snakemake.wildcards.fold),
            **snakemake.params.arguments,
            output=snakemake.output.predictions,
        )
