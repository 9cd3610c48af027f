"""What a fine-tuned model's own head predicts, on the corpus's scale."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.errors import raise_if
from dimser.features import store
from dimser.features.outputs import lacking


def outputs(
    features: str | Path,
    dimensions: Sequence[str],
    scale: tuple[float, float],
    ids: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Read the outputs of a model's head.

    Args:
        features: store with the head's outputs, each by its name.
        dimensions: that are needed.
        scale: lowest and highest value of what the head predicts; mapped to [0, 1].
        ids: utterances, in this order; None for all that the store has.

    Returns:
        One column per dimension, by utterance id.

    Raises:
        InputError: if the store has no outputs, or not all dimensions.
    """
    stored = store.read(features, ids)
    low, high = scale
    raise_if(lacking(str(features), stored.prediction_names, dimensions))
    columns = [stored.prediction_names.index(name) for name in dimensions]
    values = (stored.predictions[:, columns].astype(np.float64) - low) / (high - low)
    return pd.DataFrame(values, index=stored.ids, columns=[*dimensions])


def with_outputs(stored: store.Store, names: Sequence[str]) -> np.ndarray:
    """Return one vector per utterance: its features, and after them some of the head's outputs.

    Args:
        stored: features, perhaps of several layers, and outputs.
        names: of outputs that the store has.
    """
    features, _ = stored.long()
    if not names:
        return features
    columns = [stored.prediction_names.index(name) for name in names]
    return np.hstack([features, stored.predictions[:, columns]])


def recalibrated(
    unseen: pd.DataFrame, fitted: pd.DataFrame, truth: pd.DataFrame
) -> pd.DataFrame:  # fmt: skip
    """Map outputs linearly, such that those for the training folds are as the labels there.

    That is, in mean and standard deviation. Where both correlate positively, no linear map has a
    higher CCC: the remaining loss is not one of calibration.

    Args:
        unseen: outputs that are mapped, one column per dimension.
        fitted: outputs for the training folds.
        truth: labels of the training folds.
    """
    # always positive: inverting a model's outputs would not be calibration
    slope = (truth.std(ddof=0) / fitted.std(ddof=0)).replace(np.inf, 0.0).fillna(0.0)
    return truth.mean() + (unseen - fitted.mean()) * slope
