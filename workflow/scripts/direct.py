"""Take a model's own valence, arousal and dominance as predictions: no regression."""

import numpy as np

from dimser import store
from dimser.errors import InputError
from dimser.files import read_csv, write_csv
from dimser.job import logged
from dimser.labels import DIMENSIONS


def direct(*, features: str, folds: str, output: str) -> None:
    """Write what the model's head says, as if it were out-of-fold predictions.

    Args:
        features: store that holds the head's outputs, each by its name.
        folds: csv with columns `id,fold`; each utterance keeps its fold.
        output: csv to write, columns `id,fold,valence,arousal,dominance`.

    Raises:
        InputError: if the store holds no outputs, or not all three dimensions.
    """
    table = read_csv(folds)[["id", "fold"]].dropna().astype({"fold": int})
    stored = store.read(features, table["id"].tolist())
    missing = [name for name in DIMENSIONS if name not in stored.prediction_names]
    if stored.predictions is None or missing:
        raise InputError(
            f"{features}: this model predicts {', '.join(stored.prediction_names) or 'nothing'} "
            f"by itself, but not {', '.join(missing)}. Leave its direct prediction out of the "
            "configuration, or choose a model with a head for valence, arousal and dominance."
        )
    for name in DIMENSIONS:
        column = stored.predictions[:, stored.prediction_names.index(name)]
        table[name] = column.astype(np.float64)
    write_csv(table, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        direct(
            features=snakemake.input.features,
            folds=snakemake.input.folds,
            output=snakemake.output.predictions,
        )
