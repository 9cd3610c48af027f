from pathlib import Path

import h5py
import numpy as np
import pytest

from dimser import store
from dimser.errors import InputError


def example(ids: list[str], **changes: object) -> store.Store:
    values = np.arange(len(ids) * 2, dtype=np.float32).reshape(-1, 2)
    entries = {"extractor": "opensmile", "versions": {"opensmile": "2.6.0"}}
    return store.Store(ids, ["f0", "loudness"], values, entries | changes)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = example(["b", "ä", "007"])
    written.predictions = np.array([[1], [2], [3]], dtype=np.float32)
    written.prediction_names = ["arousal"]
    store.write(written, tmp_path / "s.h5")
    read = store.read(tmp_path / "s.h5")
    assert (read.ids, read.names, read.attributes) == (
        written.ids,
        written.names,
        written.attributes,
    )
    assert read.features.dtype == np.float32
    np.testing.assert_array_equal(read.features, written.features)
    np.testing.assert_array_equal(read.predictions, written.predictions)
    assert read.prediction_names == ["arousal"]


def test_rows_come_in_the_order_asked_for(tmp_path: Path) -> None:
    store.write(example(["a", "b", "c"]), tmp_path / "s.h5")
    read = store.read(tmp_path / "s.h5", ["c", "a"])
    assert read.ids == ["c", "a"] and read.features.tolist() == [[4, 5], [0, 1]]
    with pytest.raises(InputError, match=r"no features for 1 of 2 utterances.*'x'"):
        store.read(tmp_path / "s.h5", ["a", "x"])


def test_values_that_are_not_finite_are_named(tmp_path: Path) -> None:
    bad = example(["a", "b"])
    bad.features[1, 1] = np.nan
    with pytest.raises(InputError, match=r"'loudness' of 'b' = nan"):
        store.write(bad, tmp_path / "s.h5")
    assert not list(tmp_path.iterdir())


def test_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    store.write(example([f"{n}" for n in range(2000)]), path)
    with h5py.File(path) as file:
        offset = file["features"].id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[offset + 100] ^= 0xFF  # one flipped byte: the checksum of the chunk tells
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        store.read(path)
    path.write_bytes(b"no HDF5")
    with pytest.raises(InputError, match="cannot be read"):
        store.read(path)


def test_shards_are_put_together_in_the_order_asked_for() -> None:
    empty = store.Store([], ["f0", "loudness"], np.empty((0, 2), dtype=np.float32))
    whole = store.concatenate([example(["a", "b"]), empty, example(["c"])], ["c", "b", "a"])
    assert whole.ids == ["c", "b", "a"]
    assert whole.features.tolist() == [[0, 1], [2, 3], [0, 1]]


def test_shards_of_different_settings_are_refused() -> None:
    with pytest.raises(InputError, match="different settings"):
        store.concatenate([example(["a"]), example(["b"], extractor="other")], ["a", "b"])
    with pytest.raises(InputError, match="'z'"):
        store.concatenate([example(["a"])], ["a", "z"])
