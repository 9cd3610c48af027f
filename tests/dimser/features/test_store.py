from pathlib import Path

import h5py
import numpy as np
import pytest

from dimser.core import hdf5
from dimser.core.errors import InputError
from dimser.features import store


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


def test_of_many_values_that_are_not_finite_the_first_is_named(tmp_path: Path) -> None:
    values = np.zeros((4, 3, 3), dtype=np.float32)
    values[2, 1, 0], values[2, 2, 1], values[3, 0, 2] = np.inf, np.nan, np.nan
    with pytest.raises(InputError, match=r"3 feature values in 2 .* first is 'x' of 'c' = inf"):
        store.write(store.Store(list("abcd"), list("xyz"), values), tmp_path / "s.h5")


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


def test_shards_are_put_together_an_empty_one_too(tmp_path: Path) -> None:
    settings = {"level": "Functionals"}
    shards = [tmp_path / f"{number}.h5" for number in range(3)]
    for ids, path in zip((["a", "b"], [], ["c"]), shards, strict=True):
        shard = example(ids, settings=settings)
        shard.predictions, shard.prediction_names = shard.features[:, :1] + 7, ["arousal"]
        store.write(shard, path)
    store.join(shards, ["c", "a", "b"], settings, tmp_path / "all.h5", audio_digest="x")
    whole = store.read(tmp_path / "all.h5", ["c", "b", "a"])
    assert whole.features.tolist() == [[0, 1], [2, 3], [0, 1]]
    assert whole.predictions.ravel().tolist() == [7, 9, 7]
    assert whole.prediction_names == ["arousal"] and whole.names == ["f0", "loudness"]
    assert whole.attributes["audio_digest"] == "x" and whole.attributes["settings"] == settings


def test_shards_of_other_settings_are_refused(tmp_path: Path) -> None:
    store.write(example(["a"], settings={"layer": 3}), tmp_path / "a.h5")
    with pytest.raises(InputError) as error:
        store.join([tmp_path / "a.h5"], ["a", "z"], {"layer": 9}, tmp_path / "all.h5")
    assert "a.h5: made with `layer: 3`, but the configuration says 9" in str(error.value)
    assert "'z'" in str(error.value) and not (tmp_path / "all.h5").exists()


def test_one_layer_is_read_without_the_others(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((5, 3, 4)).astype(np.float32)
    layers = store.Store(list("abcde"), list("wxyz"), values, {"layers": [0, 2, 7]})
    path = tmp_path / "s.h5"
    store.write(layers, path)
    with h5py.File(path) as file:
        assert file["features"].chunks == (5, 1, 4)
        damaged = file["features"].id.get_chunk_info(0).byte_offset  # layer 0
    content = bytearray(path.read_bytes())
    content[damaged] ^= 0xFF
    path.write_bytes(content)
    np.testing.assert_array_equal(store.read(path, list("eb"), layer=2).features, values[[4, 1], 1])
    with pytest.raises(InputError, match="cannot be read"):
        store.read(path, layer=0)
    with pytest.raises(InputError, match="no layer 1 to choose; its layers are 0, 2, 7"):
        store.read(path, layer=1)


def test_layers_are_one_long_vector_whose_names_begin_with_the_layers_number() -> None:
    values = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    layers = store.Store(["a", "b"], ["x", "y"], values, {"layers": [0, 2, 7]})
    vectors, names = layers.long()
    assert vectors.tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]
    assert names == ["0/x", "0/y", "2/x", "2/y", "7/x", "7/y"]
    layers.attributes = {}
    assert layers.long()[1] == ["0/x", "0/y", "1/x", "1/y", "2/x", "2/y"]
    plain = example(["a", "b"])
    assert plain.long() == (plain.features, plain.names)


def test_a_layer_is_one_of_at_least_two(tmp_path: Path) -> None:
    values = np.arange(4, dtype=np.float32).reshape(1, 2, 2)
    store.write(store.Store(["a"], ["x", "y"], values, {"layers": [3, 4]}), tmp_path / "two.h5")
    assert store.read(tmp_path / "two.h5", layer=4).features.tolist() == [[2, 3]]
    assert next(store.blocks(tmp_path / "two.h5", ["a"], layer=3)).tolist() == [[0, 1]]
    store.write(example(["a"], layers=[3]), tmp_path / "one.h5")
    with pytest.raises(InputError, match="has no layer 3 to choose; its layers are 3"):
        store.read(tmp_path / "one.h5", layer=3)
    store.write(example(["a"]), tmp_path / "none.h5")
    with pytest.raises(InputError, match="its layers are not numbered"):
        store.read(tmp_path / "none.h5", layer=3)


def test_the_order_of_settings_changes_no_byte(tmp_path: Path) -> None:
    for name, keys in (("one", "ab"), ("two", "ba")):
        store.write(example(["a"], settings=dict.fromkeys(keys, 1)), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("rows", [1, 2, 4096])
def test_blocks_follow_the_order_asked_for_and_not_that_of_the_store(
    tmp_path: Path, rows: int
) -> None:
    values = np.random.default_rng(0).random((5, 3, 4)).astype(np.float32)
    path = tmp_path / "s.h5"
    store.write(store.Store(list("abcde"), list("wxyz"), values, {"layers": [0, 2, 7]}), path)
    found = list(store.blocks(path, list("dbea"), rows=rows))
    assert [len(block) for block in found] == {1: [1] * 4, 2: [2, 2], 4096: [4]}[rows]
    np.testing.assert_array_equal(np.vstack(found), values[[3, 1, 4, 0]].reshape(4, 12))
    one = np.vstack(list(store.blocks(path, list("dbea"), layer=7, rows=rows)))
    np.testing.assert_array_equal(one, values[[3, 1, 4, 0], 2])
    assert one.dtype == np.float32


def test_absurd_values_are_named_in_the_log(tmp_path: Path, caplog) -> None:
    odd = example(["a", "b"])
    odd.features[1, 0] = -3e13
    store.write(odd, tmp_path / "s.h5")
    assert "feature 'f0' of 'b' is absurdly large: -3e+13" in caplog.text
    assert len(caplog.records) == 1


@pytest.mark.parametrize(("many", "told"), [(19, 19), (20, 20), (21, 21), (30, 21)])
def test_of_many_absurd_values_twenty_are_named_and_all_are_counted(
    tmp_path: Path, caplog, many: int, told: int
) -> None:
    values = np.zeros((40, 2, 2), dtype=np.float32)
    values[:many, 0, 1] = 1e13
    store.write(store.Store([f"u{n:02}" for n in range(40)], ["x", "y"], values), tmp_path / "s.h5")
    assert [f"'y' of 'u{n:02}'" in caplog.text for n in range(many)] == [
        n < 20 for n in range(many)
    ]
    assert len(caplog.records) == told
    assert (f"{many} absurd values in all" in caplog.text) == (many > 20)


def test_one_flipped_bit_anywhere_is_found_or_changes_nothing(tmp_path: Path) -> None:
    written = example([f"u{n}" for n in range(6)], layers=[1])
    written.predictions, written.prediction_names = written.features[:, :1], ["arousal"]
    store.write(written, tmp_path / "s.h5")
    sound = (tmp_path / "s.h5").read_bytes()
    generator, found = np.random.default_rng(0), 0
    for place in generator.choice(len(sound), 400, replace=False):
        content = bytearray(sound)
        content[place] ^= 1 << generator.integers(8)
        (tmp_path / "s.h5").write_bytes(content)
        try:
            read = store.read(tmp_path / "s.h5")
        except InputError as error:
            assert "cannot be read" in str(error)
            found += 1
        else:
            assert (read.ids, read.names) == (written.ids, written.names)
            assert read.attributes == written.attributes
            assert read.prediction_names == written.prediction_names
            np.testing.assert_array_equal(read.features, written.features)
            np.testing.assert_array_equal(read.predictions, written.predictions)
    assert found > 50  # the rest of a file so small is padding


def test_about_as_much_space_is_asked_for_as_a_store_takes(tmp_path: Path, monkeypatch) -> None:
    asked, new = [], hdf5.new
    monkeypatch.setattr(hdf5, "new", lambda path, size: asked.append(size) or new(path, size))
    values = np.random.default_rng(0).random((2000, 10)).astype(np.float32)
    ids, names = [f"utterance{n}" for n in range(2000)], [f"f{n}" for n in range(10)]
    store.write(store.Store(ids, names, values, {}, values, names), tmp_path / "s.h5")
    assert 1 <= asked[0] / (tmp_path / "s.h5").stat().st_size <= 1.2


@pytest.mark.parametrize("kept", [0, 100, -1])
def test_a_truncated_store_is_told(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "s.h5"
    store.write(example(["a", "b"]), path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="cannot be read"):
        store.read(path)
