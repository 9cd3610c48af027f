"""Predict a sample in altered audio, by the models of the folds that it is held out of."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged, progress
from dimser.corpora.corpus import voices
from dimser.corpora.folds import split
from dimser.features import store
from dimser.features.stress import by_fold
from dimser.regression.fusion import named
from dimser.regression.stores import distances_of


def stress_regress(
    *,
    features: Sequence[str],
    altered: Sequence[str],
    layers: Sequence[int | None],
    utterances: str,
    folds: str,
    arguments: dict,
    output: str,
) -> None:
    """Write the predictions of one method, in every condition.

    Each fold's model is fitted as `regress` does, and predicts all conditions at once.

    Args:
        features: store of each feature set of the method.
        altered: their stores of altered audio.
        layers: of each, the one to use from a store with several, or None.
        utterances: the corpus's utterances with labels.
        folds: csv with columns `id,fold`.
        arguments: of `dimser.regression.fusion.named`.
        output: table `id,condition,fold,valence,arousal,dominance`.
    """
    assigned, known = read_csv(folds), read_csv(utterances).set_index("id")
    dimensions, fit, found = labelled(known), named(**arguments), []
    groups = by_fold(store.ids(altered[0]), assigned)
    for fold, tested in progress(groups.items(), "Fit and stress", "fold"):
        train, _ = split(assigned, fold)
        parts = [
            partial(distances_of, path, train, tested.index, tested=other, layer=layer)
            for path, other, layer in zip(features, altered, layers, strict=True)
        ]
        table = known.loc[train]
        fitted = fit(parts, table[dimensions].to_numpy(), voices(table).to_numpy())
        values = pd.DataFrame(fitted.predictions, tested.index, dimensions)
        found.append(tested.join(values))
    columns = ["id", "condition", "fold", *DIMENSIONS]
    write_csv(pd.concat(found).reindex(columns=columns), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        stress_regress(
            features=list(snakemake.input.features),
            altered=list(snakemake.input.altered),
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            layers=list(snakemake.params.layers),
            arguments=snakemake.params.arguments,
            output=snakemake.output.predictions,
        )
