"""Take a model's own valence, arousal and dominance as predictions: no regression."""

import numpy as np

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.folds import split
from dimser.features import store


def direct(
    *, features: str, folds: str, utterances: str, recalibrate: bool = False, output: str
) -> None:
    """Write what the model's head says, as if it were out-of-fold predictions.

    Args:
        features: store that holds the head's outputs, each by its name.
        folds: csv with columns `id,fold`; each utterance keeps its fold.
        utterances: csv with columns `id,valence,arousal,dominance` and more.
        recalibrate: bring each fold's predictions linearly to where the model's predictions for
            the training folds would have the mean and standard deviation of their labels. No
            linear map has a higher CCC there: what is lacking then is not calibration.
        output: csv to write, columns `id,fold,valence,arousal,dominance`.

    Raises:
        InputError: if the store holds no outputs, or not all three dimensions.
    """
    assigned = read_csv(folds)
    table = assigned[["id", "fold"]].copy()
    stored = store.read(features, table["id"].tolist())
    missing = [name for name in DIMENSIONS if name not in stored.prediction_names]
    if stored.predictions is None or missing:
        raise InputError(
            f"{features}: the head of this model predicts "
            f"{', '.join(stored.prediction_names) or 'nothing (it has none)'}; "
            f"{', '.join(missing)} missing. Leave its direct prediction out of the configuration, "
            "or choose a model with a head for valence, arousal and dominance."
        )
    for name in DIMENSIONS:
        column = stored.predictions[:, stored.prediction_names.index(name)]
        table[name] = column.astype(np.float64)
    tested = table.dropna().astype({"fold": int})
    if recalibrate:
        labels = read_csv(utterances).set_index("id")[[*DIMENSIONS]]
        given = table.set_index("id")[[*DIMENSIONS]]
        for fold in tested["fold"].unique():
            train, test = split(assigned, fold)
            own, truth = given.loc[train], labels.loc[train]
            # the sign: where a model is right the other way round, that is no calibration
            slope = (truth.std(ddof=0) / own.std(ddof=0)).replace(np.inf, 0.0).fillna(0.0)
            moved = truth.mean() + (given.loc[test] - own.mean()) * slope
            tested.loc[tested["fold"] == fold, [*DIMENSIONS]] = moved.to_numpy()
    write_csv(tested, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        direct(
            features=snakemake.input.features,
            folds=snakemake.input.folds,
            utterances=snakemake.input.utterances,
            recalibrate=snakemake.params.recalibrate,
            output=snakemake.output.predictions,
        )
