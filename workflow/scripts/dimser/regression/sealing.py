"""Fitting a method on a whole corpus, and keeping it: what predicts, and what tells what is near.

Each kind of method has a function, here or in `dimser.regression.sealing_blocks`, with the same
first arguments:

    sources: the method's feature sets.
    table: the training utterances, columns `id`, `speaker`, `group` and labels.
    threads: for distances.
"""

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from dimser.core.dimensions import labelled
from dimser.core.lookup import function
from dimser.corpora.corpus import voices
from dimser.features import store
from dimser.regression.direct import with_outputs
from dimser.regression.distances import Distances, Space, unit
from dimser.regression.fitting import KernelRegression
from dimser.regression.fusion import fit
from dimser.regression.layers import columns_of, layers_of
from dimser.regression.reduction import LANDMARKS, landmarks, reduced
from dimser.regression.sealed import AT_A_TIME, Kernel, Predictor, Vectors
from dimser.regression.stores import distances_of

OUTSIDE = 0.99  # share of training utterances that lie inside
HELD = 4  # feature sets whose distances are in memory at a time


class Source(NamedTuple):
    """Features of a corpus.

    Attributes:
        features: the store of a feature set.
        layer: the one to use of several; None for all that it holds.
        columns: which of its features to use; None for all.
        outputs: of the model's head that follow the features.
    """

    features: str | Path
    layer: int | None = None
    columns: np.ndarray | None = None
    outputs: tuple[str, ...] = ()


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
            are nearer to the nearest utterance that is kept, of another speaker.
        sources: what the predictor takes, in this order: those that have any weight.
        small: an approximation, where there are more support vectors than landmarks.
    """

    predictor: Predictor
    outside: float
    sources: list[Source]
    small: Small | None = None


def layers(path: str | Path, pooling: str) -> list[Source]:
    """Return each layer of a store by itself, of which a search chooses."""
    columns = columns_of(path, pooling)
    return [Source(path, layer, columns) for layer in layers_of(path)]


def of_kernel(
    sources: Sequence[Source], table: pd.DataFrame, threads: int = 1, *, regressor: str, dual: str,
    kernel: str, gamma: str | float, settings: dict, tune: dict | None = None,
    fusion: str | None = None, recalibration: str | None = None, most: int = LANDMARKS,
) -> Sealed:  # fmt: skip
    """Fit a regression on distances, and keep its support vectors.

    Args:
        sources: see above, as of `table` and `threads`.
        table: see above.
        threads: see above.
        regressor: as of `dimser.regression.fusion.named`, and likewise `kernel` to `recalibration`.
        dual: module and name of what returns the coefficients that `regressor` predicts by.
        kernel: see there.
        gamma: see there.
        settings: see there.
        tune: see there.
        fusion: see there.
        recalibration: see there.
        most: landmarks of the smaller predictor.
    """
    ids, labels, speakers = training(table)
    regression = KernelRegression(
        function(regressor), kernel, gamma, settings, tune, dual=function(dual)
    )

    @lru_cache(HELD)
    def distances(number: int) -> Distances:
        own = sources[number]
        more = {"layer": own.layer, "columns": own.columns, "threads": threads}
        return distances_of(own.features, ids, [], **more)

    parts = [partial(distances, number) for number in range(len(sources))]
    moved = function(recalibration) if recalibration else None
    models = fit(parts, labels, speakers, regression, function(fusion) if fusion else None, moved)
    kernels, intercepts = _kernels(models.models, len(sources), kernel)
    if not kernels:  # a stack may have no use for any part
        kernels = [Kernel(np.eye(len(sources))[0], np.zeros(labels.shape))]
    if moved:  # an affine map is known by what it makes of 0 and 1
        ends = moved(models.inner, labels, np.array([[0.0], [1.0]]) * np.ones(len(intercepts)))
        slopes = ends[1] - ends[0]
        intercepts = ends[0] + slopes * intercepts
        for own in kernels:
            own.coefficients *= slopes
    chosen = np.flatnonzero(np.any([own.weights > 0 for own in kernels], axis=0))
    used = np.any([own.coefficients.any(axis=1) for own in kernels], axis=0)
    used[0] |= not used.any()  # where labels do not vary, nothing matters; one is kept to be near
    kept, slopes, total = [], [], 0.0
    for number in chosen:
        features, own = inputs_of(sources[number], ids), parts[number]()
        space, size = Space.of(features), unit(own)
        total = total + own.squared / size / len(chosen)
        kept.append(Vectors.of(space, features[used], size))
        if kernel == "linear":
            slopes.append(_slopes(space, features, number, kernels))
    for own in kernels:
        own.coefficients, own.weights = own.coefficients[used], own.weights[chosen]
    predictor = Predictor(kept, [] if slopes else kernels, slopes, intercepts)
    small = None
    if used.sum() > most:
        rows = landmarks(int(used.sum()), most)
        fewer = np.zeros_like(used)
        fewer[np.flatnonzero(used)[rows]] = True
        small = Small(reduced(predictor, rows), _outside(total, fewer, speakers))
    taken = [sources[number] for number in chosen]
    return Sealed(predictor, _outside(total, used, speakers), taken, small)


def training(table: pd.DataFrame) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return ids, labels and speakers of training utterances."""
    labels = table[labelled(table)].to_numpy(dtype=np.float64)
    return table["id"].tolist(), labels, voices(table).to_numpy()


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
            if not share:
                continue
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


def _slopes(space: Space, features: np.ndarray, part: int, kernels: Sequence[Kernel]) -> np.ndarray:
    """Return what linear kernels of training utterances make of a part's scaled features."""
    weighted = sum(own.weights[part] * own.coefficients for own in kernels)
    starts = range(0, len(features), AT_A_TIME)
    blocks = (slice(start, start + AT_A_TIME) for start in starts)
    return sum(space.scaled(features[own]).T @ weighted[own] for own in blocks)


def inputs_of(source: Source, ids: Sequence[str]) -> np.ndarray:
    """Read features as a predictor takes them: one vector per utterance."""
    own = store.read(source.features, ids, source.layer)
    if source.columns is not None:
        own.features = own.features[..., source.columns]
    return with_outputs(own, source.outputs)


def _outside(squared: np.ndarray, used: np.ndarray, speakers: np.ndarray) -> float:
    """Return the distance beyond which an utterance lies outside.

    Args:
        squared: distances between the training utterances.
        used: which of them are kept.
        speakers: of the training utterances.
    """
    voices_of = pd.factorize(speakers)[0]
    return inside(to_others(squared[:, used], voices_of, voices_of[used]))


def to_others(squared: np.ndarray, here: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the distance to the nearest utterance of another speaker; infinite without any.

    Args:
        squared: distances to those that are kept, shape (utterances, kept).
        here: speakers of the utterances.
        kept: speakers of those that are kept.
    """
    others = np.where(here[:, None] == kept, np.inf, squared)
    return np.sqrt(others.min(axis=1, initial=np.inf))


def inside(nearest: np.ndarray) -> float:
    """Return the distance below which most training utterances lie."""
    return float(np.quantile(nearest, OUTSIDE, method="higher"))
