"""Fitting a method on a whole corpus, and keeping it."""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from dimser.features import store
from dimser.regression.distances import Distances, Space, unit
from dimser.regression.fitting import KernelRegression
from dimser.regression.fusion import Fusion, Recalibration, fit
from dimser.regression.reduction import LANDMARKS, landmarks, reduced
from dimser.regression.sealed import Kernel, Predictor, Vectors
from dimser.regression.stores import distances_of

OUTSIDE = 0.99  # share of training utterances that lie inside


class Source(NamedTuple):
    """A feature set of a corpus.

    Attributes:
        features: its store.
        layer: the one to use of several; None for all that it holds.
    """

    features: str | Path
    layer: int | None = None


class Small(NamedTuple):
    """A smaller predictor in place of a large one.

    Attributes:
        predictor: of landmarks.
        outside: as of `Sealed`.
    """

    predictor: Predictor
    outside: float


class Sealed(NamedTuple):
    """A predictor, and what is outside of what it was fitted on.

    Attributes:
        predictor: of the method.
        outside: distance beyond which an utterance lies outside: 99 % of the training utterances
            are nearer to the nearest support vector of another speaker.
        small: an approximation, where there are more support vectors than landmarks.
    """

    predictor: Predictor
    outside: float
    small: Small | None


def seal(
    sources: Sequence[Source], ids: Sequence[str], labels: np.ndarray, speakers: np.ndarray,
    regression: KernelRegression, fusion: Fusion | None = None,
    recalibration: Recalibration | None = None, most: int = LANDMARKS, threads: int = 1,
) -> Sealed:  # fmt: skip
    """Fit a method, and keep what predicts.

    Args:
        sources: its feature sets.
        ids: of the training utterances.
        labels: of them, shape (train, columns).
        speakers: of them.
        regression: with its `dual`.
        fusion: as of `dimser.regression.fusion.fit`.
        recalibration: likewise.
        most: landmarks of the smaller predictor.
        threads: for distances.
    """
    parts = [cache(partial(_distances, source, tuple(ids), threads)) for source in sources]
    models = fit(parts, labels, speakers, regression, fusion, recalibration)
    kernels, intercepts = _kernels(models.models, len(sources), regression.kernel)
    if recalibration:  # an affine map is known by what it makes of 0 and 1
        ends = np.array([[0.0], [1.0]]) * np.ones(len(intercepts))
        moved = recalibration(models.inner, labels, ends)
        slopes = moved[1] - moved[0]
        intercepts = moved[0] + slopes * intercepts
        for kernel in kernels:
            kernel.coefficients *= slopes
    used = np.any([kernel.coefficients.any(axis=1) for kernel in kernels], axis=0)
    used[0] |= not used.any()  # where labels do not vary, nothing matters; one is kept to be near
    for kernel in kernels:
        kernel.coefficients = kernel.coefficients[used]
    kept = [
        _vectors(source, ids, used, unit(part()))
        for source, part in zip(sources, parts, strict=True)
    ]
    predictor = Predictor(kept, regression.kernel, kernels, intercepts)
    total = sum(part().squared / unit(part()) for part in parts) / len(parts)
    small = None
    if used.sum() > most:
        rows = landmarks(int(used.sum()), most)
        approximate, fewer = reduced(predictor, rows), np.zeros_like(used)
        fewer[np.flatnonzero(used)[rows]] = True
        small = Small(approximate, _outside(total, fewer, speakers))
    return Sealed(predictor, _outside(total, used, speakers), small)


def _distances(source: Source, ids: tuple[str, ...], threads: int) -> Distances:
    return distances_of(source.features, ids, [], layer=source.layer, threads=threads)


def _kernels(
    models: Sequence[Sequence[dict]], parts: int, kind: str
) -> tuple[list[Kernel], np.ndarray]:
    """Gather the models of all columns: one kernel for all that share its weights.

    Args:
        models: of each column, as in `Fit`, with `dual` and `factors`.
        parts: how many feature sets there are.
        kind: of the kernels.
    """
    found: dict[tuple[float, ...], Kernel] = {}
    intercepts = np.zeros(len(models))
    for number, column in enumerate(models):
        late = len(column[0]["factors"]) < parts  # each part has a model of its own
        for model in column if late else column[:1]:
            weights, share = np.array(model["factors"]), model["weight"] if late else 1.0
            if late:
                weights = weights * (np.arange(parts) == model["part"])
            weights *= model["gamma"] if kind == "rbf" else 1.0
            dual = model["dual"]
            shape = len(dual.coefficients), len(models)
            kernel = found.setdefault(tuple(weights), Kernel(weights, np.zeros(shape)))
            kernel.coefficients[:, number] += share * dual.coefficients[:, 0]
            intercepts[number] += share * dual.intercepts[0]
        intercepts[number] += column[0]["intercept"] if late else 0.0
    return list(found.values()), intercepts


def features_of(source: Source, ids: Sequence[str]) -> np.ndarray:
    """Read a feature set as a predictor takes it: one vector per utterance."""
    return store.read(source.features, ids, source.layer).features.reshape(len(ids), -1)


def _vectors(source: Source, ids: Sequence[str], used: np.ndarray, size: float) -> Vectors:
    features = features_of(source, ids)
    return Vectors.of(Space.of(features), features[used], size)


def _outside(squared: np.ndarray, used: np.ndarray, speakers: np.ndarray) -> float:
    """Return the distance to another speaker's support vectors below which most utterances lie.

    Infinite where there are no other speakers.

    Args:
        squared: distances between the training utterances.
        used: which are support vectors.
        speakers: of the training utterances.
    """
    voices = pd.factorize(speakers, use_na_sentinel=False)[0]
    nearest = np.empty(len(squared))
    for voice in np.unique(voices):
        own, others = voices == voice, used & (voices != voice)
        nearest[own] = squared[np.ix_(own, others)].min(axis=1, initial=np.inf)
    return float(np.quantile(np.sqrt(nearest), OUTSIDE, method="higher"))
