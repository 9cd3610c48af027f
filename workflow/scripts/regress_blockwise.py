"""Regress from features, block by block, where the kernel of a corpus does not fit in memory."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import raise_if
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.corpora.folds import assert_speaker_independent, split
from dimser.features import store
from dimser.regression.blockwise import Block


def regress_blockwise(
    *,
    features: list[str],
    layers: list[int | None],
    folds: str,
    utterances: str,
    fold: int,
    regressor: str,
    settings: dict,
    output: str,
) -> None:
    """Write the out-of-fold predictions of one fold.

    Args:
        features: store of one feature set, or of several for their early fusion.
        layers: for each the layer to take, or None for all.
        folds: table `id,fold`.
        utterances: the corpus's utterances with labels.
        fold: which fold is predicted.
        regressor: module and name of a function of `dimser.regression.blockwise`.
        settings: what it takes beside.
        output: table `id,fold,valence,arousal,dominance`.

    Raises:
        InputError: if a speaker stands both in training and in test, or a store lacks utterances.
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
    order = [name for name in stored[features[0]] if name in used]  # as stored: fast to read
    table = table.set_index("id").loc[sorted(used)]  # the same however a store is sorted
    places = table.index.get_indexer(order)

    def blocks() -> Iterator[Block]:
        sources = zip(features, layers, strict=True)
        row = 0
        for parts in zip(*(store.blocks(p, order, layer) for p, layer in sources), strict=True):
            block = np.hstack(parts)
            yield places[row : row + len(block)], block
            row += len(block)

    labels = table[[*DIMENSIONS]].to_numpy(dtype=np.float64)
    found = function(regressor)(blocks, table.index.isin(train), labels, **settings)
    predictions = pd.DataFrame(found, index=table.index, columns=DIMENSIONS).loc[test]
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
