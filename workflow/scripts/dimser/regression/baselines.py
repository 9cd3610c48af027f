"""What next to nothing predicts: least squares on a few columns, fitted inside each training fold.

Each function makes these columns, one row per utterance, by utterance id:

    table: the corpus's utterances, columns `gender` and more, by id.
    audio: the audio index, columns `duration` (seconds) and `level` (dB), by id.
"""

import logging

import numpy as np
import pandas as pd


def mean(table: pd.DataFrame, audio: pd.DataFrame) -> pd.DataFrame:
    """Return a constant: the mean of the training labels is predicted."""
    return pd.DataFrame({"one": 1.0}, index=table.index)


def gender(table: pd.DataFrame, audio: pd.DataFrame) -> pd.DataFrame:
    """Return a column per gender, an unknown one being a gender of its own."""
    if table["gender"].isna().all():
        logging.warning("No gender is known: this baseline is the mean of the labels.")
    return pd.get_dummies(table["gender"].fillna("unknown"), dtype=float)


def duration(table: pd.DataFrame, audio: pd.DataFrame) -> pd.DataFrame:
    """Return a straight line on the logarithm of the duration."""
    return mean(table, audio).assign(duration=np.log(audio["duration"]))


def loudness(table: pd.DataFrame, audio: pd.DataFrame) -> pd.DataFrame:
    """Return a straight line on the root mean square in dB."""
    return mean(table, audio).assign(loudness=audio["level"])


def predict(
    design: pd.DataFrame, labels: pd.DataFrame, train: list[str], test: list[str]
) -> pd.DataFrame:
    """Predict labels by least squares.

    Args:
        design: columns to predict from, by utterance id.
        labels: a column per dimension, by utterance id.
        train: ids to fit on.
        test: ids to predict. One whose columns are all 0 in training (a gender that no training
            utterance has) is predicted by the mean of the training labels.

    Returns:
        Predictions of the test utterances, the columns of `labels`, by id.
    """
    fitted = np.linalg.lstsq(design.loc[train], labels.loc[train])[0]
    predicted = design.loc[test].dot(fitted)
    unseen = ~design.loc[test, design.loc[train].any()].any(axis=1)
    predicted.loc[unseen] = labels.loc[train].mean().to_numpy()
    return predicted.set_axis(labels.columns, axis="columns")
