"""Train one method on all folds but one, and predict that fold, in all dimensions."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.corpus import voices
from dimser.regression.distances import read, read_split
from dimser.regression.fitting import table
from dimser.regression.fusion import named


def regress(
    *,
    distances: list[str],
    utterances: str,
    fold: int,
    regressor: str,
    kernel: str,
    gamma: str | float,
    settings: dict,
    tune: dict | None = None,
    fusion: str | None = None,
    parts: Sequence[str] = (),
    recalibration: str | None = None,
    output: str,
    models: str,
) -> None:
    """Write the out-of-fold predictions of one fold.

    Args:
        distances: of one feature set, or of several for their fusion.
        utterances: the corpus's utterances with labels.
        fold: the fold to predict.
        regressor: module and name of a function of `dimser.regression.exact`.
        kernel: `rbf` or `linear`.
        gamma: of the RBF kernel: `scale`, `auto` or a number.
        settings: further arguments of the regressor.
        tune: values to choose from within the training fold; see `dimser.regression.tuning`.
        fusion: module and name of a function of `dimser.regression.fusion`; None for one set.
        parts: ids of the feature sets that are fused.
        recalibration: module and name of a function of `dimser.regression.recalibration`.
        output: table `id,fold,valence,arousal,dominance`.
        models: the settings of each model, a table as of `dimser.regression.fitting.table`.

    Raises:
        InputError: if a speaker is both in training and in test.
    """
    trained, tested = read_split(distances[0])
    known = read_csv(utterances).set_index("id")
    train = known.loc[trained]
    leaking = set(train["speaker"].dropna()) & set(known.loc[tested, "speaker"])
    if leaking:
        raise InputError(f"Fold {fold}: speakers {sorted(leaking)} are in training and in test.")
    dimensions = labelled(known)
    how = {"regressor": regressor, "kernel": kernel, "gamma": gamma, "settings": settings}
    fit = named(**how, tune=tune, fusion=fusion, recalibration=recalibration)
    sources = [partial(read, path) for path in distances]
    found = fit(sources, train[dimensions].to_numpy(), voices(train).to_numpy())
    predictions = pd.DataFrame(found.predictions, columns=dimensions).assign(id=tested, fold=fold)
    write_csv(predictions.reindex(columns=["id", "fold", *DIMENSIONS]), output)
    write_csv(table(found.models, dimensions, kernel, fold, parts), models)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        regress(
            distances=list(snakemake.input.distances),
            utterances=snakemake.input.utterances,
            fold=int(snakemake.wildcards.fold),
            **snakemake.params.arguments,
            output=snakemake.output.predictions,
            models=snakemake.output.models,
        )
