"""Analyse one fold in every combination of choices, for every method."""

from collections.abc import Callable
from functools import cache

import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.corpora.corpus import voices
from dimser.corpora.folds import split
from dimser.regression.choices import CHOICES
from dimser.regression.distances import Distances
from dimser.regression.multiverse import analyses
from dimser.regression.stores import distances_of
from dimser.regression.tuning import FOLDS, inner_folds


def multiverse_fold(
    *,
    features: list[str],
    sets: dict[str, int | None],
    utterances: str,
    folds: str,
    fold: int,
    methods: dict[str, list[str]],
    fused: dict[str, str],
    regressor: str,
    settings: dict,
    choices: dict[str, list],
    scalings: dict[str, str],
    fusions: dict[str, str],
    recalibrations: dict[str, str],
    output: str,
) -> None:
    """Write the sums of predictions and labels that every metric follows from.

    Args:
        features: store of each feature set.
        sets: their ids, each with the layer to use from a store with several, or None.
        utterances: csv of the corpus's utterances with labels.
        folds: csv with columns `id,fold` and more.
        fold: the fold that is held out.
        methods: the feature sets of each method; what follows as for
            `dimser.regression.multiverse.analyses`.
        fused: how methods fuse whose name says so.
        regressor: module and name of its function.
        settings: of the regressor, where they are no choice.
        choices: values of each choice.
        scalings: module and name of the function of each scaling.
        fusions: module and name of the function of each fusion.
        recalibrations: likewise.
        output: csv, a column for each choice, then `method,dimension,n,x,y,xx,yy,xy`: the sums of
            `dimser.core.metrics`, centred alike in all folds, so that they can be added.
    """
    train, test = split(read_csv(folds), fold)
    table = read_csv(utterances).set_index("id")
    dimensions = labelled(table)
    labels, unseen = (table.loc[ids, dimensions].to_numpy() for ids in (train, test))
    speakers = voices(table.loc[train]).to_numpy()
    inner = None
    if choices["recalibration"] != ["none"]:
        inner = inner_folds(speakers, FOLDS, "multiverse.recalibration")
    stores = dict(zip(sets, features, strict=True))

    def scaled(scaling: str) -> Callable[[str], Distances]:
        @cache  # of one scaling: another one's are gone by then
        def part(name: str) -> Distances:
            how = {"layer": sets[name], "scaling": function(scalings[scaling])}
            return distances_of(stores[name], train, test, **how)

        return part

    rows, centre = [], table[dimensions].mean().to_numpy()
    options = {"regressor": regressor, "settings": settings, "choices": choices}
    options |= {"fusions": fusions, "recalibrations": recalibrations}
    args = scaled, methods, fused, labels, speakers, inner
    for choice, method, predictions in analyses(*args, **options):
        sums = metrics.sums(predictions, unseen, centre)
        rows += [
            choice
            | {"method": method, "dimension": name}
            | dict(zip(metrics.SUMS, own, strict=True))
            for name, own in zip(dimensions, sums.tolist(), strict=True)
        ]
    refit = [name for name, choice in CHOICES.items() if choice.refit]
    write_csv(pd.DataFrame(rows, columns=[*refit, "method", "dimension", *metrics.SUMS]), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        multiverse_fold(
            features=list(snakemake.input.features),
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            fold=int(snakemake.wildcards.fold),
            **snakemake.params.arguments,
            output=snakemake.output.sums,
        )
