"""The layers of an encoder, one after the other: their distances, from a store that keeps several.

Only one layer is in memory at a time, and its chunks are read at once.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dimser.core.dimensions import labelled
from dimser.core.errors import InputError
from dimser.core.files import read_csv
from dimser.corpora.corpus import voices
from dimser.corpora.folds import assert_speaker_independent, split
from dimser.features import store
from dimser.features.statistics import STATISTICS
from dimser.regression.distances import Distances, fuse, squared_distances
from dimser.regression.stores import features_of


class Fold(NamedTuple):
    """What a fold trains on, and what it predicts.

    Attributes:
        train: ids of the training utterances.
        test: ids of the test utterances.
        dimensions: that the corpus is labelled in.
        labels: of the training utterances, shape (train, dimensions).
        speakers: of the training utterances, shape (train,); groups where they are not known.
    """

    train: list[str]
    test: list[str]
    dimensions: list[str]
    labels: np.ndarray
    speakers: np.ndarray


def fold_of(folds: str, utterances: str, number: int) -> Fold:
    """Read a fold.

    Args:
        folds: table `id,fold`.
        utterances: table `id,speaker,group,valence,arousal,dominance` and more.
        number: of the fold to predict.

    Raises:
        InputError: if a speaker is both in training and in test.
    """
    assigned, table = read_csv(folds), read_csv(utterances)
    assert_speaker_independent(assigned, table)
    train, test = split(assigned, number)
    dimensions, known = labelled(table), table.set_index("id").loc[train]
    labels = known[dimensions].to_numpy(dtype=np.float64)
    return Fold(train, test, dimensions, labels, voices(known).to_numpy())


def layers_of(path: str | Path) -> list[int]:
    """Return the layers that a store keeps.

    Raises:
        InputError: if it does not keep several.
    """
    layers = store.attributes(path).get("layers", [])
    if len(layers) < 2:
        raise InputError(
            f"{path}: the store does not keep several layers to compare. Extract with `layer: "
            "all`: delete the store and run again."
        )
    return layers


def columns_of(path: str | Path, pooling: str) -> np.ndarray:
    """Return which features of a store are of a pooling.

    Args:
        path: the feature store.
        pooling: of one or more statistics that the store keeps.
    """
    statistics = [name.rpartition("_")[0] for name in store.names(path)]
    return np.flatnonzero(np.isin(statistics, STATISTICS[pooling]))


def distances(
    path: str | Path,
    layer: int,
    poolings: Sequence[str],
    fold: Fold,
    threads: int = 1,
    *,
    tested: str | Path | None = None,
) -> dict[str, Distances]:
    """Compute the distances of one layer, by pooling.

    What poolings share (`mean` and `mean_std` the mean) is computed once.

    Args:
        path: the feature store.
        layer: one of its layers.
        poolings: each of one or more statistics that the store keeps.
        fold: whose training utterances scale the features.
        threads: of the matrix products.
        tested: the store that test utterances lie in, if it is another one.

    Raises:
        InputError: if the store lacks an utterance, the layer or a statistic.
    """
    train, test = fold.train, fold.test
    names, known, unseen = features_of(path, train, test, tested=tested, layer=layer)
    parts = {}
    for statistic in dict.fromkeys(part for pooling in poolings for part in STATISTICS[pooling]):
        columns = [n for n, name in enumerate(names) if name.rpartition("_")[0] == statistic]
        if not columns:
            raise InputError(
                f"{path}: the store keeps no {statistic} over time, which `pooling` asks for. "
                "Delete the store and run again."
            )
        own = slice(columns[0], columns[-1] + 1)
        squared, norms, total = squared_distances(known[:, own], unseen[:, own], threads)
        parts[statistic] = Distances(train, test, squared, len(columns), norms, total)
    return {pooling: fuse([parts[own] for own in STATISTICS[pooling]]) for pooling in poolings}


def best(inner_ccc: np.ndarray) -> int:
    """Return the place of the layer with the highest inner CCC: the first of equals.

    Args:
        inner_ccc: of each layer, shape (layers,); NaN where it is undefined.

    Example:
        >>> best(np.array([np.nan, 0.3, 0.5, 0.5])), best(np.array([np.nan, np.nan]))
        (2, 0)
    """
    return int(np.argmax(np.nan_to_num(inner_ccc, nan=-np.inf)))
