"""Train on the other folds, predict one: all three dimensions of one method."""

import pandas as pd

from dimser import regression
from dimser.errors import InputError
from dimser.files import read_csv, write_csv
from dimser.job import logged
from dimser.labels import DIMENSIONS


def regress(*, distances: list[str], utterances: str, fold: int, svr: dict, output: str) -> None:
    """Write the out-of-fold predictions of one fold.

    Args:
        distances: of one feature set, or of several for their early fusion.
        utterances: the corpus's utterances with labels.
        fold: which fold is predicted.
        svr: C, epsilon, gamma and tol.
        output: table `id,fold,valence,arousal,dominance`.

    Raises:
        InputError: if a speaker stands both in training and in test.
    """
    fused = regression.fuse([regression.read(path) for path in distances])
    table = read_csv(utterances).set_index("id")
    train = table.loc[fused.train]
    leaking = set(train["speaker"]) & set(table.loc[fused.test, "speaker"])
    if leaking:
        raise InputError(f"Fold {fold}: speakers {sorted(leaking)} are trained on and tested.")
    labels = train[list(DIMENSIONS)].to_numpy()
    predictions = pd.DataFrame(regression.predict(fused, labels, **svr), columns=DIMENSIONS)
    predictions.insert(0, "id", fused.test)
    predictions.insert(1, "fold", fold)
    write_csv(predictions, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        regress(
            distances=list(snakemake.input.distances),
            utterances=snakemake.input.utterances,
            fold=int(snakemake.wildcards.fold),
            svr=snakemake.params.svr,
            output=snakemake.output.predictions,
        )
