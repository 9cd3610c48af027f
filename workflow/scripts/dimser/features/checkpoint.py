"""The files of a model: whether they are whole, and tensors by name."""

import json
import textwrap
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import torch
from safetensors import safe_open

from dimser.core.errors import InputError, raise_if

WEIGHTS = ("model.safetensors", "pytorch_model.bin")  # or shards of them, in an index
EXTRACTOR = ("preprocessor_config.json", "processor_config.json")  # either, or both
POINTER = b"version https://git-lfs"
Tensors = dict[str, torch.Tensor]


def tensors(folder: str, wanted: Callable[[str], bool]) -> Tensors:
    """Read tensors of a checkpoint, and look into all its files on the way.

    Pickled checkpoints are read with weights only, so that no code in them runs.

    Args:
        folder: as on the hub.
        wanted: tells from a tensor's name whether to read it; of the others there are shapes alone.

    Raises:
        InputError: if a file is missing, damaged, or not what its name says; it names all of them.
    """
    if not Path(folder).is_dir():
        raise InputError(f"The model in {folder!r} cannot be loaded: it is no folder.")
    found: Tensors = {}
    problems: list[str] = []
    whole = partial(_read, folder=Path(folder), problems=problems)
    whole(Path(folder, "config.json"), json.load)
    for path in extractors(folder):
        whole(path, json.load)
    weights = _weights(Path(folder), whole)
    problems += _lacking(folder, WEIGHTS, "hold the weights") * (not weights and not problems)
    for path in weights:
        found |= whole(path, partial(_safe if path.suffix == ".safetensors" else _pickled, wanted))
    raise_if(problems)
    return found


def extractors(folder: str) -> list[Path]:
    """Return the files that tell how a model's inputs are made."""
    return [path for name in EXTRACTOR if (path := Path(folder, name)).exists()]


def assert_extractor(folder: str) -> None:
    """Refuse a model that does not say how its inputs are made.

    Raises:
        InputError: if there is no such file.
    """
    raise_if(_lacking(folder, EXTRACTOR, "a model of audio has") * (not extractors(folder)))


def _lacking(folder: str, names: tuple[str, ...], why: str) -> list[str]:
    return [
        f"The model in {folder!r} cannot be loaded: it has neither {' nor '.join(names)}, which "
        f"{why}. Get it whole, or choose an encoder of speech."
    ]


def cause(error: Exception) -> str:
    """Return the beginning of what a library says, which may be pages."""
    return textwrap.shorten(str(error), 200, placeholder=" ...") or type(error).__name__


def _weights(folder: Path, whole: Callable) -> list[Path]:
    """Return the files that transformers would load."""
    for name in WEIGHTS:
        index = folder / f"{name}.index.json"
        if (folder / name).exists():
            return [folder / name]
        if index.exists():
            return [folder / shard for shard in sorted(whole(index, _shards))]
    return []


def _read(path: Path, read: Callable, folder: Path, problems: list[str]) -> dict:
    """Read a file; note what is wrong with it, if anything is, and return nothing."""
    if not _inside(folder, path):
        problems.append(
            f"{path}: this leads out of the model's folder, to {path.resolve()}. Put the file "
            "itself there."
        )
        return {}
    if path.exists() and not path.is_file():  # to read a pipe would wait for ever
        problems.append(f"{path}: this is no file. Get it anew.")
        return {}
    try:
        with path.open("rb") as file:
            if file.read(len(POINTER)) == POINTER:
                problems.append(
                    f"{path}: this is a pointer of Git LFS, and not the file itself. Run `git lfs "
                    f"pull` in {path.parent}, or download the file."
                )
                return {}
            file.seek(0)
            return read(file)
    except FileNotFoundError:
        problems.append(f"{path}: this file of the model is missing. Get it anew.")
    except PermissionError as error:
        problems.append(f"{path}: the file cannot be read ({error.strerror}). Get permission to.")
    except Exception as error:  # of json, safetensors, zip files and pickles
        problems.append(
            f"{path}: this file of the model is damaged or cut short ({cause(error)}). Get it anew."
        )
    return {}


def _inside(folder: Path, path: Path) -> bool:
    """Tell whether a file lies in its folder, or where the hub's cache keeps what that links to."""
    own = folder.resolve()
    kept = (own, *(place / "blobs" for place in own.parents[1:2]))
    return any(path.resolve().is_relative_to(place) for place in kept)


def _shards(file: BinaryIO) -> dict[str, object]:
    return dict.fromkeys(map(str, json.load(file)["weight_map"].values()))


def _safe(wanted: Callable[[str], bool], file: BinaryIO) -> Tensors:
    with safe_open(file.name, "pt") as tensors:
        return {
            name: tensors.get_tensor(name)
            if wanted(name)
            else torch.empty(tensors.get_slice(name).get_shape(), device="meta")
            for name in tensors.keys()  # noqa: SIM118
        }


def _pickled(wanted: Callable[[str], bool], file: BinaryIO) -> Tensors:
    mapped = zipfile.is_zipfile(file.name)  # files of early versions of torch are none
    weights = torch.load(file.name, map_location="cpu", weights_only=True, mmap=mapped)
    held = {name: own for name, own in weights.items() if isinstance(own, torch.Tensor)}
    return {name: own if wanted(name) else own.to("meta") for name, own in held.items()}
