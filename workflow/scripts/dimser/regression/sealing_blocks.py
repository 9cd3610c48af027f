"""Keeping what is not fitted on distances: regressions block by block, and a model's own head.

Arguments are those of `dimser.regression.sealing`.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pandas as pd

from dimser.core.dimensions import labelled
from dimser.core.lookup import function
from dimser.features import store
from dimser.regression import blockwise, fused_blocks
from dimser.regression.blockwise import Block, Blocks, Model
from dimser.regression.direct import outputs, recalibrated
from dimser.regression.distances import Space
from dimser.regression.reduction import LANDMARKS, SEED
from dimser.regression.sealed import Kernel, Predictor, Vectors
from dimser.regression.sealing import Sealed, Source, inputs_of, inside, to_others, training
from dimser.regression.stores import blocks_of

ROWS = 4096  # of a block


def of_blocks(
    sources: Sequence[Source], table: pd.DataFrame, threads: int = 1, *,
    regressor: str, settings: dict, fusion: str = "concatenated",
) -> Sealed:  # fmt: skip
    """Fit a regression block by block, and keep its landmarks, or as many to tell what is near.

    Args:
        sources: the method's feature sets.
        table: the training utterances.
        threads: without meaning here.
        regressor: module and name of a function of `dimser.regression.blockwise`.
        settings: further arguments of it.
        fusion: of several sources, as of `dimser.regression.fused_blocks.fused`.
    """
    ids, labels, speakers = training(table)
    rows, wanted, trains = pd.Series(np.arange(len(ids)), ids), {*ids}, np.full(len(ids), True)
    order = [name for name in store.ids(sources[0].features) if name in wanted]
    places = rows[order].to_numpy()
    parts = [partial(blocks_of, own.features, order, places, own.layer) for own in sources]
    models = fused_blocks.fitted(function(regressor), parts, trains, labels, settings, fusion)
    count, seed = settings.get("landmarks", LANDMARKS), settings.get("seed", SEED)
    is_kept = blockwise.drawn(trains, count, seed)
    kept = [_kept(part, is_kept) for part in parts]
    kernels, slopes = _terms(models, kept, balanced=fusion == "balanced")
    intercepts = np.mean([own.intercepts for own in models], axis=0)
    predictor = Predictor(kept, kernels, slopes, intercepts)
    return Sealed(predictor, _outside(predictor, parts, is_kept, speakers), [*sources])


def of_outputs(
    sources: Sequence[Source], table: pd.DataFrame, threads: int = 1, *,
    scale: tuple[float, float], recalibrate: bool, most: int = LANDMARKS,
) -> Sealed:  # fmt: skip
    """Keep what a model's own head predicts; what is near is told by its embeddings.

    Args:
        sources: the feature set of the model.
        table: the training utterances.
        threads: without meaning here.
        scale: lowest and highest value of what the head predicts; mapped to [0, 1].
        recalibrate: whether they get the labels' mean and standard deviation.
        most: embeddings that are kept.
    """
    ids, labels, speakers = training(table)
    dimensions, (low, high) = labelled(table), scale
    source = sources[0]._replace(outputs=tuple(dimensions))
    found = outputs(source.features, dimensions, scale, ids)
    ends = pd.DataFrame(np.outer([0.0, 1.0], np.ones(len(dimensions))), columns=dimensions)
    if recalibrate:  # an affine map is known by what it makes of 0 and 1
        ends = recalibrated(ends, found, pd.DataFrame(labels, columns=dimensions))
    offset, top = ends.to_numpy()
    features = inputs_of(source, ids)

    def blocks() -> Iterator[Block]:
        for start in range(0, len(ids), ROWS):
            rows = np.arange(start, min(start + ROWS, len(ids)))
            yield rows, features[rows]

    is_kept = blockwise.drawn(np.full(len(ids), True), most, SEED)
    kept = _kept(blocks, is_kept)
    heads = slice(features.shape[1] - len(dimensions), None)
    slopes = np.zeros((features.shape[1], len(dimensions)))
    slopes[heads] = np.diag((top - offset) * kept.space.spread[heads] / (high - low))
    intercepts = offset + (top - offset) * (kept.space.low[heads] - low) / (high - low)
    predictor = Predictor([kept], [], [slopes], intercepts)
    return Sealed(predictor, _outside(predictor, [blocks], is_kept, speakers), [source])


def _kept(part: Blocks, is_kept: np.ndarray) -> Vectors:
    """Return the utterances that are kept, in the scaled features of all.

    In float64: coefficients of landmarks that resemble each other are large, and opposite.
    """
    own = blockwise.fit_scaling(part, np.full(len(is_kept), True))
    features = blockwise.gather(part(), is_kept)[1]
    space = Space(own.low, own.spread, own(features).mean(axis=0))
    size = own.dimensions * own.variance if own.variance > 0 else 1.0
    return Vectors.of(space, features, size, np.float64)


def _terms(
    models: Sequence[Model], parts: Sequence[Vectors], balanced: bool
) -> tuple[list[Kernel], list[np.ndarray]]:
    """Return what models make of parts that are scaled by their ranges alone: kernels, or slopes.

    Args:
        models: one of all parts together, or one of each part, whose mean predicts.
        parts: what is kept.
        balanced: whether the one model divides each part by the root of its `unit`.
    """
    factors = np.array([1 / part.unit if balanced else 1.0 for part in parts])
    if models[0].landmarks is not None:
        each = np.eye(len(parts)) if len(models) > 1 else [factors]
        return [
            Kernel(own.gamma * share, own.weights / len(models))
            for own, share in zip(models, each, strict=True)
        ], []
    if len(models) > 1:
        return [], [own.weights / len(models) for own in models]
    ends = np.cumsum([part.rows.shape[1] for part in parts])
    split = np.split(models[0].weights, ends[:-1])
    return [], [own * np.sqrt(factor) for own, factor in zip(split, factors, strict=True)]


def _outside(
    predictor: Predictor, parts: Sequence[Blocks], is_kept: np.ndarray, speakers: np.ndarray
) -> float:
    """Return the distance beyond which an utterance lies outside, block by block."""
    voices, nearest = pd.factorize(speakers)[0], np.empty(len(speakers))
    for blocks in zip(*(part() for part in parts), strict=True):
        rows, features = blocks[0][0], [own for _, own in blocks]
        squared = predictor.mean(predictor.squared(features))
        nearest[rows] = to_others(squared, voices[rows], voices[is_kept])
    return inside(nearest)
