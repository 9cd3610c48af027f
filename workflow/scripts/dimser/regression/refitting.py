"""The models of a run's folds once more, to predict what lies in other stores.

Each function fits as the run does, and has the same arguments, with those of its own by name:

    fold: what is trained on, and ids in the other stores, which are predicted.
    features: store of each feature set.
    others: likewise, with what is predicted.

They return predictions of shape (test, dimensions).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain

import numpy as np

from dimser.core.files import read_csv
from dimser.core.lookup import function
from dimser.features import store
from dimser.regression import layers as encoder
from dimser.regression.blockwise import Block
from dimser.regression.distances import Distances, balance
from dimser.regression.fitting import KernelRegression
from dimser.regression.fused_blocks import fused
from dimser.regression.fusion import named
from dimser.regression.layers import Fold
from dimser.regression.stores import blocks_of, distances_of


def from_kernels(
    fold: Fold, features: Sequence[str], others: Sequence[str], *,
    layers: Sequence[int | None], **arguments: object,
) -> np.ndarray:  # fmt: skip
    """Fit from the kernels of all training utterances, as `regress` does.

    Args:
        fold: as above; so are the next two.
        features: likewise.
        others: likewise.
        layers: of each store, the one to use, or None.
        arguments: of `dimser.regression.fusion.named`.
    """
    parts = [
        partial(distances_of, path, fold.train, fold.test, tested=other, layer=layer)
        for path, other, layer in zip(features, others, layers, strict=True)
    ]
    return named(**arguments)(parts, fold.labels, fold.speakers).predictions


def from_found_layers(
    fold: Fold, features: Sequence[str], others: Sequence[str], *, models: str, pooling: str,
    regressor: str, kernel: str, gamma: str | float, settings: dict, tune: dict | None = None,
) -> np.ndarray:  # fmt: skip
    """Fit from the layers that `layer_best` has found in this fold, or their weights.

    Args:
        fold: as above; so are the next two.
        features: one store, of several layers.
        others: likewise.
        models: table `dimension,layer` of the best, or `dimension,part,weight` of a mixture.
        pooling: the one to use.
        regressor: as of `layer_best` and `layer_mixed`; so are the others.
        kernel: likewise.
        gamma: likewise.
        settings: likewise.
        tune: likewise.
    """
    regression = KernelRegression(function(regressor), kernel, gamma, settings, tune)
    found, (path,), (other,) = dict(iter(read_csv(models).groupby("dimension"))), features, others

    @lru_cache(maxsize=1)  # dimensions may share a layer
    def measured(layer: int) -> Distances:
        return encoder.distances(path, layer, [pooling], fold, tested=other)[pooling]

    predictions = []
    for dimension, labels in zip(fold.dimensions, fold.labels.T, strict=True):
        own = found[dimension]
        if "weight" in own:
            kept = encoder.layers_of(path)
            distances = balance([partial(measured, layer) for layer in kept], own["weight"])
        else:
            distances = measured(own["layer"].item())
        predictions.append(regression(distances, labels[:, None], fold.speakers).predictions)
    return np.hstack(predictions)


def in_blocks(
    fold: Fold, features: Sequence[str], others: Sequence[str], *, layers: Sequence[int | None],
    regressor: str, settings: dict, fusion: str = "concatenated",
) -> np.ndarray:  # fmt: skip
    """Fit block by block, as `regress_blockwise` does.

    Args:
        fold: as above; so are the next two.
        features: likewise.
        others: likewise.
        layers: of each store, the one to use, or None.
        regressor: as of `regress_blockwise`; so are the others.
        settings: likewise.
        fusion: likewise.
    """
    # landmarks are drawn by the place of their names, wherever they are stored
    order = np.argsort(fold.train)
    place = {fold.train[row]: number for number, row in enumerate(order)}
    trained = [name for name in store.ids(features[0]) if name in place]  # fast, because as stored
    places = np.array([place[name] for name in trained])
    count, rows = len(order), np.arange(len(order) + len(fold.test))
    labels = np.full((len(rows), fold.labels.shape[1]), np.nan)
    labels[:count] = fold.labels[order]

    def blocks(path: str, other: str, layer: int | None) -> Iterator[Block]:
        return chain(
            blocks_of(path, trained, places, layer),
            blocks_of(other, fold.test, rows[count:], layer),
        )

    parts = [partial(blocks, *own) for own in zip(features, others, layers, strict=True)]
    return fused(function(regressor), parts, rows < count, labels, settings, fusion)[count:]
