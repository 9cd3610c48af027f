"""Feature stores: one HDF5 file per corpus and feature set, with a record of how it was made.

What fills one is the `function` of an extractor in `dimser.features.registry`. All have the same
arguments, so that training, prediction and stress tests extract alike:

    table: columns `id,file,start,end,duration`, one row per utterance.
    settings: of the feature set, as `dimser.plan.run.Run.extraction` returns them.
    model: folder of its model; "" where it has none, or the settings name it.
    threads: number of utterances at the same time.
    gpu: number of GPUs that may be used; 0 computes on the CPU.
    load: reads a segment as `dimser.core.audio.load` does, and may change it.
"""

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from dimser.core import hdf5
from dimser.core.errors import InputError

ABSURD = 1e12  # openSMILE's functionals reach 1e13 where they divide by almost 0


@dataclass
class Store:
    """Features of the utterances of a corpus.

    Attributes:
        ids: utterance ids, one per row.
        names: feature names, one per column.
        features: shape (utterances, dimensions), or (utterances, layers, dimensions); float32.
        attributes: the extractor, its settings, model, revision, versions; JSON values.
        predictions: shape (utterances, outputs), float32, of the model's own head; or None.
        prediction_names: names of the head's outputs ("arousal", ...), one per column.
    """

    ids: list[str]
    names: list[str]
    features: np.ndarray
    attributes: dict = field(default_factory=dict)
    predictions: np.ndarray | None = None
    prediction_names: list[str] = field(default_factory=list)

    def long(self) -> tuple[np.ndarray, list[str]]:
        """Return one vector per utterance, and its names; with several layers `{layer}/{name}`.

        Layers are numbered by the attribute `layers`, or from 0 without it.

        Example:
            >>> Store(["a"], ["x"], np.ones((1, 2, 1)), {"layers": [6, 12]}).long()[1]
            ['6/x', '12/x']
        """
        if self.features.ndim == 2:
            return self.features, self.names
        layers = self.attributes.get("layers", range(self.features.shape[1]))
        names = [f"{layer}/{name}" for layer in layers for name in self.names]
        return self.features.reshape(len(self.ids), -1), names


def write(store: Store, path: str | Path) -> None:
    """Write a store atomically, with checksums of all its content.

    Raises:
        InputError: if a value is not finite; it names utterance, feature and value.
    """
    assert_finite(store, path)
    values = [store.features, *([] if store.predictions is None else [store.predictions])]
    size = sum(part.size for part in values) * 4 + 64 * len([*store.ids, *store.names])
    with hdf5.new(path, size) as file:
        hdf5.write_texts(file, "ids", store.ids)
        hdf5.write_texts(file, "names", store.names)
        hdf5.write(file, "features", np.asarray(store.features, dtype=np.float32))
        if store.predictions is not None:
            data = hdf5.write(file, "predictions", np.asarray(store.predictions, np.float32))
            data.attrs["names"] = store.prediction_names
        for key, value in store.attributes.items():
            file.attrs[key] = json.dumps(value, sort_keys=True)


def read(path: str | Path, ids: Sequence[str] | None = None, layer: int | None = None) -> Store:
    """Read a store, its rows in the order of `ids`.

    Args:
        path: the HDF5 file.
        ids: ids of the utterances to return, in this order; None for all, as stored.
        layer: the only hidden state to read from a store with several layers; None for all.

    Raises:
        InputError: if the store lacks one of `ids` or the layer, or is damaged.
    """
    with _opened(path) as file:
        stored, attributes = hdf5.texts(file, "ids"), _attributes(file)
        features = file["features"]
        if layer is None:
            values = features[:]
        else:
            values = features[:, _position(path, layer, attributes.get("layers", []))]
        store = Store(stored, hdf5.texts(file, "names"), values, attributes)
        if "predictions" in file:
            store.predictions = file["predictions"][:]
            store.prediction_names = [str(name) for name in file["predictions"].attrs["names"]]
    if ids is None or list(ids) == stored:
        return store
    rows = {name: row for row, name in enumerate(stored)}
    missing = [name for name in ids if name not in rows]
    if missing:
        raise InputError(
            f"{path}: no features for {len(missing)} of {len(ids)} utterances, "
            f"the first of them {missing[0]!r}. Delete the store and run again."
        )
    order = [rows[name] for name in ids]
    store.ids, store.features = list(ids), store.features[order]
    if store.predictions is not None:
        store.predictions = store.predictions[order]
    return store


def attributes(path: str | Path) -> dict:
    """Return the attributes of a store: how it was made."""
    with _opened(path) as file:
        return _attributes(file)


def ids(path: str | Path) -> list[str]:
    """Return the utterance ids of a store, as stored."""
    with _opened(path) as file:
        return hdf5.texts(file, "ids")


def names(path: str | Path) -> list[str]:
    """Return the names of a store's features."""
    with _opened(path) as file:
        return hdf5.texts(file, "names")


def blocks(
    path: str | Path, ids: Sequence[str], layer: int | None = None, rows: int = 4096
) -> Iterator[np.ndarray]:
    """Read a store block by block; fast if `ids` are in the order of the store.

    Args:
        path: the HDF5 file.
        ids: utterances in the store, in the order to return them.
        layer: as in `read`; without it, several layers are one long vector.
        rows: number of utterances in a block.

    Yields:
        Features of the next utterances, shape (rows, dimensions).
    """
    with _opened(path) as file:
        row_of = {name: row for row, name in enumerate(hdf5.texts(file, "ids"))}
        features = file["features"]
        place = ()
        if layer is not None:
            place = (_position(path, layer, _attributes(file).get("layers", [])),)
        for start in range(0, len(ids), rows):
            wanted = np.array([row_of[name] for name in ids[start : start + rows]])
            order = np.argsort(wanted)
            block = np.empty((len(wanted), *features[(0, *place)].shape), dtype=np.float32)
            block[order] = features[(wanted[order], *place)]
            yield block.reshape(len(wanted), -1)


def join(
    shards: Sequence[str | Path], ids: Sequence[str], settings: dict, path: str | Path, **also: str
) -> None:
    """Join the stores of a corpus's shards, with only one in memory at a time.

    Args:
        shards: HDF5 files.
        ids: utterances that must be in them.
        settings: extraction settings that all shards must have.
        path: HDF5 file to write.
        also: further attributes.

    Raises:
        InputError: if a shard was made with other settings, or an utterance is in none.
    """
    joined, kept, problems = [], [], []
    for shard in shards:
        with _opened(shard) as file:
            stored, attributes = hdf5.texts(file, "ids"), _attributes(file)
        joined += stored
        if stored:
            kept.append(shard)
        problems += [
            f"{shard}: made with `{key}: {attributes['settings'].get(key)}`, but the configuration "
            f"says {value}. Delete this shard and run again."
            for key, value in settings.items()
            if attributes["settings"].get(key) != value
        ]
    if missing := sorted(set(ids) - set(joined)):
        problems.append(f"No shard has the utterance {missing[0]!r}. Delete them and run again.")
    if problems:
        raise InputError(problems)
    with hdf5.new(path, sum(os.path.getsize(shard) for shard in kept)) as whole:
        hdf5.write_texts(whole, "ids", joined)
        row = 0
        for number, shard in enumerate(kept):
            with _opened(shard) as part:
                if not number:
                    part.copy("names", whole)
                    whole.attrs.update(part.attrs)
                    for name in {"features", "predictions"} & set(part):
                        shape = (len(joined), *part[name].shape[1:])
                        hdf5.create(whole, name, shape).attrs.update(part[name].attrs)
                for name in {"features", "predictions"} & set(part):
                    whole[name][row : row + len(part[name])] = part[name][:]
                row += len(part["features"])
        for key, value in also.items():
            whole.attrs[key] = json.dumps(value)


def _opened(path: str | Path) -> AbstractContextManager[h5py.File]:
    return hdf5.opened(path, "feature store")


def _attributes(file: h5py.File) -> dict:
    return {key: json.loads(value) for key, value in file.attrs.items() if key != hdf5.DIGEST}


def _position(path: str | Path, layer: int, layers: list[int]) -> int:
    if layer not in layers or len(layers) < 2:
        raise InputError(
            f"{path}: the store has no layer {layer} to choose; its layers are "
            f"{', '.join(map(str, layers)) or 'not numbered'}. Choose one of them, or extract with "
            "`layer: all`."
        )
    return layers.index(layer)


def assert_finite(store: Store, path: str | Path) -> None:
    """Check that all values are finite, and warn of absurd ones.

    Args:
        store: the features.
        path: of its file, or what else tells which they are.

    Raises:
        InputError: if a value is not finite; it names utterance, feature and value.
    """
    bad = np.argwhere(~np.isfinite(store.features))
    if len(bad):
        row, column = bad[0][0], bad[0][-1]
        rows = len(np.unique(bad[:, 0]))
        raise InputError(
            f"{path}: {len(bad)} feature values in {rows} utterances are not finite, the first is "
            f"{store.names[column]!r} of {store.ids[row]!r} = {store.features[tuple(bad[0])]}. "
            "Such utterances are usually too short or silent: raise `min_duration`, "
            "or leave them out of the corpus."
        )
    absurd = np.argwhere(np.abs(store.features) > ABSURD)
    for row, column in absurd[:20, [0, -1]]:
        logging.warning(
            "%s: feature %r of %r is absurdly large: %g.",
            path, store.names[column], store.ids[row], store.features[row, ..., column].max(),
        )  # fmt: skip
    if len(absurd) > 20:
        logging.warning("%s: %d absurd values in all.", path, len(absurd))
