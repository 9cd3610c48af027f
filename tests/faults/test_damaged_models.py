"""Checkpoints and stores that are cut short, overwritten, or pointers to what was never fetched.

What is read of them is what was written, or is refused in a sentence; nothing else may be raised.
"""

import json
import random
import shutil
from collections import Counter
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModel

from dimser.core.errors import InputError
from dimser.demo import stand_ins
from dimser.features import encoders, store

EACH = 6
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab\nsize 4817\n"
CONFIGURATIONS = ("config.json", "preprocessor_config.json", "model.safetensors.index.json")
OTHERS = (None, -1, 0, 2.5, "", "x", [], {}, [[1]], {"a": 1}, True)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model with its weights in safetensors, in shards of them, and pickled."""
    root = tmp_path_factory.mktemp("models")
    stand_ins.write("wv2_em", 7, str(root / "safe"))
    for name in ("shards", "pickled", "early"):
        shutil.copytree(root / "safe", root / name)
        (root / name / "model.safetensors").unlink()
    weights = load_file(root / "safe/model.safetensors")
    torch.save(weights, root / "pickled/pytorch_model.bin")
    torch.save(weights, root / "early/pytorch_model.bin", _use_new_zipfile_serialization=False)
    whole = AutoModel.from_pretrained(root / "safe")
    whole.save_pretrained(root / "shards", max_shard_size="500KB")
    return root


def answered(folder: Path) -> str | None:
    """Load a model; give what is said against it."""
    try:
        encoders.load(str(folder), "all", "cpu")
    except InputError as error:
        assert all(len(problem) < 600 and "\n" not in problem for problem in error.problems), error
        return str(error)
    return None


def copied(model: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return shutil.copytree(model, folder)


@pytest.mark.parametrize("kind", ["safe", "shards", "pickled", "early"])
def test_a_file_of_a_model_that_is_not_whole_is_named(
    models: Path, tmp_path: Path, kind: str, tried: Counter
) -> None:
    generator = random.Random(kind)
    for name in sorted(path.name for path in (models / kind).iterdir()):
        sound = (models / kind / name).read_bytes()
        ends = [0, 1, 7, 8, 9, 100, len(sound) - 2, *generator.sample(range(len(sound)), EACH)]
        for damaged in (POINTER, b"<html>404</html>", *(sound[:end] for end in ends)):
            folder = copied(models / kind, tmp_path / "m")
            (folder / name).write_bytes(damaged)
            said = answered(folder)
            assert said and str(folder / name) in said, (name, len(damaged), said)
            tried["checkpoints damaged"] += 1


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_that_says_something_else_is_answered(
    models: Path, tmp_path: Path, name: str, tried: Counter
) -> None:
    generator = random.Random(name)
    sound = (models / "shards" / name).read_text()
    for key in sorted(json.loads(sound)):
        for other in generator.sample(OTHERS, 2):
            folder = copied(models / "shards", tmp_path / "m")
            (folder / name).write_text(json.dumps(json.loads(sound) | {key: other}))
            answered(folder)
            tried["checkpoints damaged"] += 1
    for place in generator.sample(range(len(sound)), 2 * EACH):
        folder = copied(models / "shards", tmp_path / "m")
        (folder / name).write_text(
            sound[:place] + generator.choice('"{}[],:0x') + sound[place + 1 :]
        )
        answered(folder)
        tried["checkpoints damaged"] += 1


@pytest.mark.parametrize("shape", [(40, 7), (40, 3, 700)])
def test_a_store_that_is_cut_short_is_never_read_as_whole(
    tmp_path: Path, shape: tuple[int, ...], tried: Counter
) -> None:
    path, generator = tmp_path / "s.h5", np.random.default_rng(len(shape))
    features = generator.normal(size=shape).astype(np.float32)
    names = [f"f{number}" for number in range(shape[-1])]
    store.write(store.Store([f"{n:02}" for n in range(40)], names, features, {}), path)
    sound = path.read_bytes()
    with h5py.File(path) as file:
        chunks: list[h5py.h5d.StoreInfo] = []
        file["features"].id.chunk_iter(chunks.append)
    ends = [0, 1, 8, chunks[0].byte_offset, *generator.integers(len(sound), size=150)]
    for end in [*ends, len(sound) - 1]:
        path.write_bytes(sound[:end])
        with pytest.raises(InputError, match=r"s\.h5: this feature store cannot be read"):
            store.read(path)
        tried["stores cut short"] += 1
    for chunk in chunks:  # the rest of it was never written
        for gone in (chunk.size, 4, *generator.integers(8, chunk.size, size=EACH)):
            end = chunk.byte_offset + chunk.size
            path.write_bytes(sound[: end - gone] + bytes(int(gone)) + sound[end:])
            with pytest.raises(InputError, match=r"s\.h5: this feature store cannot be read"):
                store.read(path)
            tried["stores cut short"] += 1
