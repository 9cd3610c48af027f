"""Predict from next to nothing: what a representation has to beat before it carries anything."""

import logging

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.folds import split


def baseline(*, predictor: str, utterances: str, folds: str, index: list[str], output: str) -> None:
    """Write out-of-fold predictions by least squares on one predictor.

    Args:
        predictor: `mean` (of the training labels), `gender` (their mean by gender; an unknown one
            is a gender of its own), `duration` (a straight line on its logarithm) or `loudness`
            (a straight line on the root mean square in dB).
        utterances: the corpus's utterances with labels.
        folds: table `id,fold`.
        index: audio index of each shard, columns `id,duration,level` and more.
        output: table `id,fold,valence,arousal,dominance`.
    """
    table = read_csv(utterances).set_index("id")
    audio = pd.concat([read_csv(path) for path in index]).set_index("id").loc[table.index]
    design = pd.DataFrame({"one": 1.0}, index=table.index)
    if predictor == "gender":
        if table["gender"].isna().all():
            logging.warning("No gender is known: this baseline is the mean of the labels.")
        design = pd.get_dummies(table["gender"].fillna("unknown"), dtype=float)
    elif predictor == "duration":
        design["duration"] = np.log(audio["duration"])
    elif predictor == "loudness":
        design["loudness"] = audio["level"]
    labels, assigned = table[[*DIMENSIONS]], read_csv(folds)
    parts = []
    for fold in sorted(assigned["fold"].dropna().astype(int).unique()):
        train, test = split(assigned, fold)
        fitted = np.linalg.lstsq(design.loc[train], labels.loc[train])[0]
        known = design.loc[test].dot(fitted)
        # a gender that no training utterance has is predicted by the mean of all
        unseen = ~design.loc[test, design.loc[train].any()].any(axis=1)
        known.loc[unseen] = labels.loc[train].mean().to_numpy()
        known.columns = DIMENSIONS
        known.insert(0, "fold", fold)
        parts.append(known.reset_index(names="id"))
    write_csv(pd.concat(parts), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        baseline(
            predictor=snakemake.params.predictor,
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            index=list(snakemake.input.index),
            output=snakemake.output.predictions,
        )
