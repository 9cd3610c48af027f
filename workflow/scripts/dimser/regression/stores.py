"""A fold's features, and their distances, from feature stores."""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from dimser.features import store
from dimser.features.scaling import Scaled, minmax
from dimser.regression.distances import Distances, Multiply, on_cpu, squared_distances


def features_of(
    features: str | Path,
    train: Sequence[str],
    test: Sequence[str],
    *,
    tested: str | Path | None = None,
    layer: int | None = None,
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return names of features, and the features of training and test utterances.

    Args:
        features: the feature store.
        train: ids of the training utterances.
        test: ids of the test utterances.
        tested: the store that they lie in, if it is another one.
        layer: the one to use from a store with several, or None.
    """
    if tested is None:  # one pass over the store
        both = store.read(features, [*train, *test], layer)
        return both.names, both.features[: len(train)], both.features[len(train) :]
    one, other = store.read(features, train, layer), store.read(tested, test, layer)
    return one.names, one.features, other.features


def blocks_of(
    features: str | Path, ids: Sequence[str], places: np.ndarray, layer: int | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Read a store block by block.

    Args:
        features: the feature store.
        ids: of the utterances to read; fast, if they are in the order of the store.
        places: the row of each in a table.
        layer: the one to use from a store with several, or None.

    Yields:
        Rows of the table, and their features.
    """
    row = 0
    for block in store.blocks(features, ids, layer):
        yield places[row : row + len(block)], block
        row += len(block)


def distances_of(
    features: str | Path,
    train: Sequence[str],
    test: Sequence[str],
    *,
    tested: str | Path | None = None,
    layer: int | None = None,
    columns: np.ndarray | None = None,
    threads: int = 1,
    products: Callable[[np.ndarray], Multiply] = on_cpu,
    scaling: Callable[[np.ndarray, np.ndarray], Scaled] = minmax,
) -> Distances:
    """Compute the distances of all utterances of a fold to its training utterances.

    Args:
        features: the feature store.
        train: ids of the training utterances.
        test: ids of the test utterances.
        tested: the store that they lie in, if it is another one.
        layer: the one to use from a store with several; None uses all as one long vector.
        columns: which of its features to use; None uses all.
        threads: number of blocks to compute at the same time.
        products: of rows; see `squared_distances`.
        scaling: a function of `dimser.features.scaling`.
    """
    _, *parts = features_of(features, train, test, tested=tested, layer=layer)
    # layers are one long vector; without test utterances, their number is not known by -1
    one, other = (part.reshape(len(part), math.prod(part.shape[1:])) for part in parts)
    if columns is not None:
        one, other = one[:, columns], other[:, columns]
    squared, norms, total = squared_distances(one, other, threads, products, scaling)
    return Distances([*train], [*test], squared, one.shape[1], norms, total)
