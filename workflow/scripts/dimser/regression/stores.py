"""Distances of a fold from a feature store."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from dimser.features import store
from dimser.features.scaling import Scaled, minmax
from dimser.regression.distances import Distances, Multiply, on_cpu, squared_distances


def distances_of(
    features: str | Path,
    train: Sequence[str],
    test: Sequence[str],
    *,
    layer: int | None = None,
    threads: int = 1,
    products: Callable[[np.ndarray], Multiply] = on_cpu,
    scaling: Callable[[np.ndarray, np.ndarray], Scaled] = minmax,
) -> Distances:
    """Compute the distances of all utterances of a fold to its training utterances.

    Args:
        features: the feature store.
        train: ids of the training utterances.
        test: ids of the test utterances.
        layer: the one to use from a store with several; None uses all as one long vector.
        threads: number of blocks to compute at the same time.
        products: of rows; see `squared_distances`.
        scaling: a function of `dimser.features.scaling`.
    """
    values = store.read(features, [*train, *test], layer).features
    values = values.reshape(len(values), -1)  # several layers are one long vector
    parts = values[: len(train)], values[len(train) :]
    squared, norms, total = squared_distances(*parts, threads, products, scaling)
    return Distances([*train], [*test], squared, values.shape[1], norms, total)
