"""Use a model's own valence, arousal and dominance as predictions, without regression."""

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.folds import split
from dimser.regression.direct import outputs, recalibrated


def direct(
    *,
    features: str,
    folds: str,
    utterances: str,
    scale: tuple[float, float] = (0, 1),
    recalibrate: bool = False,
    output: str,
) -> None:
    """Write the outputs of the model's head, in the form of out-of-fold predictions.

    Args:
        features: store with the head's outputs, each by its name.
        folds: csv with columns `id,fold`; each utterance keeps its fold.
        utterances: csv with columns `id,valence,arousal,dominance` and more.
        scale: lowest and highest value of what the head predicts; mapped to [0, 1].
        recalibrate: bring each fold's predictions to the labels' mean and standard deviation, as
            `dimser.regression.direct.recalibrated` does.
        output: csv to write, columns `id,fold,valence,arousal,dominance`.

    Raises:
        InputError: if the store has no outputs, or not all dimensions of the corpus.
    """
    assigned, labels = read_csv(folds), read_csv(utterances).set_index("id")
    dimensions = labelled(labels)
    predicted = outputs(features, dimensions, scale, assigned["id"].tolist())
    tested = assigned[["id", "fold"]].dropna().astype({"fold": int})
    values = predicted.loc[tested["id"]]
    for fold in tested["fold"].unique() if recalibrate else ():
        train, test = split(assigned, fold)
        truth = labels.loc[train, dimensions]
        values.loc[test] = recalibrated(values.loc[test], predicted.loc[train], truth)
    tested[dimensions] = values.to_numpy()
    write_csv(tested.reindex(columns=["id", "fold", *DIMENSIONS]), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        direct(
            features=snakemake.input.features,
            folds=snakemake.input.folds,
            utterances=snakemake.input.utterances,
            **snakemake.params.arguments,
            output=snakemake.output.predictions,
        )
