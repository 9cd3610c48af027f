"""Single utterances and speakers as the report shows them: how labels are predicted, one by one."""

import base64
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pandas as pd
import soundfile

from dimser.core import audio, metrics
from dimser.corpora.corpus import known
from dimser.evaluation.intervals import averaged, cluster_sums, jackknife

SHOWN = 1_000  # utterances of a large corpus, spread evenly over it; and the worst ones
WORST = 10  # utterances of each method and dimension
SPEAKERS, LEAST = 60, 8  # shown, those with the most utterances; and utterances that each needs
RATE = 16_000  # of what can be played
MIDDLE = 0.5  # of the scale; there and above is high
QUADRANTS = ("low valence, low arousal", "low valence, high arousal",
             "high valence, low arousal", "high valence, high arousal")  # fmt: skip


def content(
    values: np.ndarray,
    labels: np.ndarray,
    table: pd.DataFrame,
    dimensions: list[str],
    spread: pd.DataFrame,
    texts: pd.Series,
    clusters: np.ndarray | pd.Series,
    ends: Callable[..., tuple[np.ndarray, np.ndarray]],
    playing: int,
) -> dict:
    """Return predictions beside labels, speakers, quadrants and calibration.

    Args:
        values: predictions, shape (utterances, methods, dimensions).
        labels: shape (utterances, dimensions).
        table: of the utterances, by their ids: columns `speaker` (missing where not known) and
            `file,start,end,duration`.
        dimensions: names.
        spread: standard deviations of the ratings in [0, 1], by utterance id and dimension.
        texts: by utterance id.
        clusters: of each utterance: what errs together.
        ends: from sums and a statistic of them to the ends of its interval.
        playing: how many of the utterances with the largest errors can be played, the shortest.

    Returns:
        `count` of all utterances; of those that are shown `ids,speakers,texts,spread` and by
        dimension `labels`; by dimension `predictions`, a list per method; `by_speaker`, `lines`;
        `audio` by id; and `quadrants`, where there are valence and arousal.
    """
    errors = np.abs(values - labels[:, None])
    places = chosen(errors)
    shown = table.iloc[places]
    found = {
        "count": len(table),
        **described(shown, texts, spread[dimensions].reindex(shown.index)),
        "labels": {},
        "predictions": {},
        "by_speaker": {},
        "lines": {},
        "audio": playable(table.iloc[worst(errors)], playing),
    }
    for column, dimension in enumerate(dimensions):
        own, true = values[:, :, column], labels[:, column]
        found["labels"][dimension] = rounded(true[places])
        found["predictions"][dimension] = rounded(own[places].T)
        found["by_speaker"][dimension] = by_speaker(own, true, table["speaker"])
        sums = cluster_sums(own, true[:, None], clusters)
        found["lines"][dimension] = calibration(sums[:, None], true.mean(), ends)
    if {"valence", "arousal"} <= {*dimensions}:
        plane = [dimensions.index(name) for name in ("valence", "arousal")]
        found["quadrants"] = quadrants(values[:, :, plane], labels[:, plane])
    return found


def chosen(errors: np.ndarray) -> np.ndarray:
    """Choose the utterances that are shown.

    Args:
        errors: absolute, shape (utterances, methods, dimensions).

    Returns:
        Their places, ascending: all of a small corpus; of a large one, some that are spread evenly,
        and those with the largest errors of each method and dimension.
    """
    count = len(errors)
    spread = np.linspace(0, count - 1, min(count, SHOWN)).round().astype(int)
    return np.union1d(spread, worst(errors))


def worst(errors: np.ndarray) -> np.ndarray:
    """Return the places of the largest errors of each method and dimension, as for `chosen`."""
    return np.unique(np.argsort(-errors, axis=0, kind="stable")[:WORST])


def playable(table: pd.DataFrame, count: int) -> dict[str, str]:
    """Return the audio of some utterances as data URLs: WAV of 16 bits, at 16 kHz.

    Args:
        table: columns `file,start,end,duration`, by utterance id.
        count: of utterances, the shortest of those that have audio.
    """
    found = {}
    known = table.dropna(subset=["file", "duration"]).sort_values("duration", kind="stable")
    for row in known.head(count).itertuples():
        signal, rate = audio.load(row.file, row.start, row.end, RATE)
        file = BytesIO()
        soundfile.write(file, signal, rate, format="WAV", subtype="PCM_16")
        found[row.Index] = f"data:audio/wav;base64,{base64.b64encode(file.getvalue()).decode()}"
    return found


def by_speaker(predicted: np.ndarray, labels: np.ndarray, speakers: pd.Series) -> dict:
    """Compute the CCC of each speaker, with its interval.

    A speaker's interval takes his or her utterances to err independently.

    Args:
        predicted: shape (utterances, methods).
        labels: shape (utterances,).
        speakers: of each utterance; missing where not known.

    Returns:
        Speakers with their number of utterances, and `ccc,low,high` of each method: lists over
        methods of lists over speakers. NaN where a value is undefined.
    """
    counts = speakers.value_counts(sort=False)
    counts = counts[counts >= LEAST].sort_values(ascending=False, kind="stable").head(SPEAKERS)
    names = sorted(counts.index)
    ccc, found = averaged(metrics.ccc, "atanh"), []
    for name in names:
        own = (speakers == name).to_numpy()
        if not np.ptp(labels[own]):  # whatever was predicted, it would be 0
            found.append(np.full((3, predicted.shape[1]), np.nan))
            continue
        each = metrics.moments(predicted[own], labels[own, None])[:, None]
        found.append(np.stack([ccc(each.sum(axis=0)[None])[0], *jackknife(each, ccc, "atanh")]))
    values = np.reshape(found, (len(names), 3, predicted.shape[1])).transpose(1, 2, 0)
    parts = dict(zip(("ccc", "low", "high"), map(rounded, values), strict=True))
    return {"names": [*map(str, names)], "counts": counts[names].tolist(), **parts}


def slope(sums: np.ndarray) -> np.ndarray:
    """Compute the slope of the regression of labels on predictions: shape (..., 6) to (...).

    1 where predictions are calibrated; above it where they vary less than they could. NaN where
    predictions are constant.

    Example:
        >>> label = np.array([0.2, 0.4, 0.6])
        >>> float(slope(metrics.sums(0.5 * label, label)).round(3))
        2.0
    """
    ratio = metrics.scale_shift(sums)
    return metrics.pearson(sums) / np.where(ratio > 0, ratio, np.nan)


def calibration(
    sums: np.ndarray, centre: float, ends: Callable[..., tuple[np.ndarray, np.ndarray]]
) -> dict:
    """Compute the lines of labels on predictions, with the intervals of their slopes.

    Args:
        sums: of each cluster, shape (clusters, 1, methods, 6), centred.
        centre: that was subtracted.
        ends: from sums and a statistic of them to the ends of its interval.

    Returns:
        `slope,low,high,intercept`, lists over methods.
    """
    total = sums.sum(axis=(0, 1))
    steep, (low, high) = slope(total), ends(sums, averaged(slope))
    x, y = (total[:, place] / total[:, 0] + centre for place in (1, 2))
    values = (steep, low, high, y - steep * x)
    return dict(zip(("slope", "low", "high", "intercept"), map(rounded, values), strict=True))


def quadrants(predicted: np.ndarray, labels: np.ndarray) -> list[list[list[int]]]:
    """Count the quadrants of valence and arousal that labels and predictions lie in.

    Args:
        predicted: valence and arousal, shape (utterances, methods, 2).
        labels: shape (utterances, 2).

    Returns:
        Of each method, for each quadrant of the labels (in the order of `QUADRANTS`) the numbers of
        utterances that are predicted to be in each.
    """
    high, true = predicted >= MIDDLE, labels >= MIDDLE
    there, here = (2 * of[..., 0] + of[..., 1] for of in (high, true))
    counts = np.zeros((predicted.shape[1], 4, 4), dtype=int)
    for method in range(predicted.shape[1]):
        np.add.at(counts[method], (here, there[:, method]), 1)
    return counts.tolist()


def described(table: pd.DataFrame, texts: pd.Series, spread: pd.DataFrame) -> dict:
    """Return what is known of the utterances that are shown.

    Args:
        table: column `speaker`, by utterance id.
        texts: by utterance id; empty if none are known.
        spread: standard deviation of each utterance's ratings in [0, 1], a column per dimension.
    """
    told = texts.reindex(table.index)
    return {
        "ids": table.index.tolist(),
        "speakers": known(table["speaker"]).fillna("").astype(str).tolist(),
        "texts": told.fillna("").tolist() if told.notna().any() else [],
        "spread": {
            name: rounded(own.to_numpy()) for name, own in spread.items() if own.notna().any()
        },
    }


def rounded(values: np.ndarray) -> list:
    """Return numbers with three decimals as lists, None where they are undefined."""
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values), np.round(values, 3), None).tolist()
