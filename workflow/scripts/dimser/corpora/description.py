"""What a corpus is like: its labels, its raters, its audio, and what stands out."""

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.corpora.labels import consensus

COLUMNS = ["of", "what", "n", "mean", "sd", "lowest", "median", "highest", "unusual", "examples"]


def raters(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return how well each rater agrees with the others, whatever the labels rest on.

    Args:
        ratings: columns `id,rater,valence,arousal,dominance`; may be empty.

    Returns:
        Columns `rater,ratings,valence,arousal,dominance`: the number of utterances that they have
        rated, and their weights in the evaluator weighted estimator.
    """
    weights = consensus(ratings, "ewe")[1][labelled(ratings)].reindex(columns=DIMENSIONS)
    weights.insert(0, "ratings", ratings["rater"].value_counts().reindex(weights.index))
    return weights.reset_index(names="rater")


def of_labels(utterances: pd.DataFrame, weights: pd.DataFrame) -> list[dict]:
    """Describe the labels and the raters.

    Args:
        utterances: columns `valence,arousal,dominance` in [0, 1].
        weights: from `raters`; may be empty.

    Returns:
        Rows with the columns of `COLUMNS`, one for each dimension; unusual is a rater with the
        weight 0.
    """
    rows = [_row("labels", name, utterances[name]) for name in labelled(utterances)]
    of = weights.set_index("rater")
    return rows + [_row("raters", f"weight, {d}", of[d], of[d] == 0) for d in labelled(weights)]


def of_audio(audio: pd.DataFrame) -> list[dict]:
    """Describe the audio; nothing is changed for it.

    Args:
        audio: columns `id`, and those of `dimser.corpora.inspection.Heard`; may be empty.

    Returns:
        Rows with the columns of `COLUMNS`. Unusual is a rate or a number of channels that is not
        the commonest; a level that is farther than 6 dB, and than four (robust) standard
        deviations, from the median; more than a thousandth of samples clipped; more than half
        silent; an offset of more than a tenth of the root mean square; more than 10 ms lost.
    """
    if audio.empty:
        return []
    heard = audio.set_index("id")
    far = (heard["level"] - heard["level"].median()).abs()
    unusual = {
        "duration (s)": ("duration", None),
        "sampling rate (Hz)": ("rate", heard["rate"] != heard["rate"].mode()[0]),
        "channels": ("channels", heard["channels"] != heard["channels"].mode()[0]),
        "level (dB)": ("level", far > max(6, 4 * 1.4826 * far.median())),
        "clipped (share)": ("clipped", heard["clipped"] > 0.001),
        "silent (share)": ("silent", heard["silent"] > 0.5),
        "DC offset": ("offset", heard["offset"].abs() > 0.1 * 10 ** (heard["level"] / 20)),
        "lost (s)": ("lost", heard["lost"] > 0.01),
    }
    return [_row("audio", what, heard[name], odd) for what, (name, odd) in unusual.items()]


def _row(of: str, what: str, values: pd.Series, unusual: pd.Series | None = None) -> dict:
    odd = values[unusual] if unusual is not None else values[:0]
    return {
        "of": of,
        "what": what,
        "n": values.count(),
        "mean": values.mean(),
        "sd": values.std(),
        "lowest": values.min(),
        "median": values.median(),
        "highest": values.max(),
        "unusual": np.nan if unusual is None else len(odd),
        "examples": "; ".join(f"{name} ({value:.6g})" for name, value in odd.head(3).items()),
    }
