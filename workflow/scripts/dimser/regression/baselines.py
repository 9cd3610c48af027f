"""Baselines: least squares on a few columns, fitted within each training fold.

Each function returns these columns, one row per utterance, by utterance id. Their arguments:

    table: the corpus's utterances, columns `gender` and more, by id.
    audio: the audio index, columns `duration` (seconds) and `level` (dB), by id.
"""

import logging

import numpy as np
import pandas as pd


def mean(table: pd.DataFrame, audio: pd.DataFrame) -> pd.DataFrame:
    """Return a constant: it predicts the mean of the training labels."""
    return pd.DataFrame({"one": 1.0}, index=table.index)


def gender(table: pd.DataFrame, audio: pd.DataFrame) -> pd.DataFrame:
    """Return one column per gender, with unknown as another."""
    if table["gender"].isna().all():
        logging.warning("No gender is known: this baseline is the mean of the labels.")
    return pd.get_dummies(table["gender"].fillna("unknown"), dtype=float)


def duration(table: pd.DataFrame, audio: pd.DataFrame) -> pd.DataFrame:
    """Return a constant and the logarithm of the duration."""
    return mean(table, audio).assign(duration=np.log(audio["duration"]))


def loudness(table: pd.DataFrame, audio: pd.DataFrame) -> pd.DataFrame:
    """Return a constant and the level (root mean square in dB)."""
    return mean(table, audio).assign(loudness=audio["level"])


def predict(
    design: pd.DataFrame, labels: pd.DataFrame, train: list[str], test: list[str]
) -> pd.DataFrame:
    """Predict labels by least squares.

    Args:
        design: columns to predict from, by utterance id.
        labels: one column per dimension, by utterance id.
        train: ids to fit on.
        test: ids to predict. If all of an utterance's columns are 0 in training (a gender that no
            training utterance has), the mean of the training labels is predicted.

    Returns:
        Predictions of the test utterances, with the columns of `labels`, by id.

    Example:
        >>> design = pd.DataFrame({"one": 1.0}, index=["a", "b", "c"])
        >>> labels = pd.DataFrame({"valence": [0.2, 0.6, 0.9]}, index=["a", "b", "c"])
        >>> predict(design, labels, train=["a", "b"], test=["c"]).round(2)
           valence
        c      0.4
    """
    fitted = np.linalg.lstsq(design.loc[train], labels.loc[train])[0]
    predicted = design.loc[test].dot(fitted)
    unseen = ~design.loc[test, design.loc[train].any()].any(axis=1)
    predicted.loc[unseen] = labels.loc[train].mean().to_numpy()
    return predicted.set_axis(labels.columns, axis="columns")
