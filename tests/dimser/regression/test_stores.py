"""Distances of a fold from feature stores."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.preprocessing import MinMaxScaler

from dimser.features import store
from dimser.regression.stores import distances_of


@pytest.mark.parametrize("layer", [None, 6])
def test_test_utterances_may_lie_in_a_store_of_their_own(tmp_path: Path, layer: int | None) -> None:
    draws = np.random.default_rng(0)
    paths = [tmp_path / "one.h5", tmp_path / "other.h5"]
    values = draws.normal(size=(2, 9, 2, 5)).astype(np.float32)
    ids = [f"u{number}" for number in range(9)]  # both corpora call theirs alike
    for path, own in zip(paths, values, strict=True):
        store.write(store.Store(ids, [*"abcde"], own, {"layers": [3, 6]}), path)
    found = distances_of(paths[0], ids, ids[2:5], tested=paths[1], layer=layer)
    train, test = (
        own.reshape(9, -1) if layer is None else own[:, 1] for own in values.astype(np.float64)
    )
    scaler = MinMaxScaler().fit(train)
    rows = np.concatenate([scaler.transform(train), scaler.transform(test[2:5])])
    expected = euclidean_distances(rows, rows[:9], squared=True)
    np.testing.assert_allclose(found.squared, expected, atol=1e-9)
    assert (found.train, found.test) == (ids, ids[2:5])
