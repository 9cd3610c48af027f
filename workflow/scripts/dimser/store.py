"""Feature stores: one HDF5 file a corpus and feature set, with all that tells how it was made."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from dimser.errors import InputError
from dimser.files import replacing

TEXT = h5py.string_dtype()


@dataclass
class Store:
    """Features of the utterances of a corpus.

    Attributes:
        ids: utterance ids, one a row.
        names: feature names, one a column.
        features: shape (utterances, dimensions), or (utterances, layers, dimensions); float32.
        attributes: the extractor, its settings, model, revision, versions; JSON values.
        predictions: shape (utterances, outputs), float32, what a model's own head says; or None.
        prediction_names: the head's outputs by name ("arousal", ...), one a column.
    """

    ids: list[str]
    names: list[str]
    features: np.ndarray
    attributes: dict = field(default_factory=dict)
    predictions: np.ndarray | None = None
    prediction_names: list[str] = field(default_factory=list)


def write(store: Store, path: str | Path) -> None:
    """Write a store, whole or not at all; HDF5 checks each chunk by a Fletcher-32 checksum.

    Raises:
        InputError: if a value is not finite; it names utterance, feature and value.
    """
    _assert_finite(store, path)
    with replacing(path) as aside, h5py.File(aside, "w") as file:
        file.create_dataset("ids", data=np.array(store.ids, dtype=object), dtype=TEXT)
        file.create_dataset("names", data=np.array(store.names, dtype=object), dtype=TEXT)
        _write_checked(file, "features", store.features)
        if store.predictions is not None:
            data = _write_checked(file, "predictions", store.predictions)
            data.attrs["names"] = store.prediction_names
        for key, value in store.attributes.items():
            file.attrs[key] = json.dumps(value, sort_keys=True)


def read(path: str | Path, ids: Sequence[str] | None = None) -> Store:
    """Read a store, its rows in the order of `ids`.

    Args:
        path: the HDF5 file.
        ids: utterance ids to give, in this order; None for all, as stored.

    Raises:
        InputError: if the store lacks one of `ids`, or is damaged.
    """
    try:
        with h5py.File(path) as file:
            stored = [str(name) for name in file["ids"].asstr()[:]]
            store = Store(
                ids=stored,
                names=[str(name) for name in file["names"].asstr()[:]],
                features=file["features"][:],
                attributes={key: json.loads(value) for key, value in file.attrs.items()},
            )
            if "predictions" in file:
                store.predictions = file["predictions"][:]
                store.prediction_names = [str(name) for name in file["predictions"].attrs["names"]]
    except (OSError, KeyError) as error:
        raise InputError(
            f"{path}: this feature store cannot be read ({error}). Delete it and run again."
        ) from error
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


def concatenate(stores: Sequence[Store], ids: Sequence[str]) -> Store:
    """Put the stores of a corpus's shards together, rows in the order of `ids`.

    Raises:
        InputError: if shards were made with different settings, or an utterance is in none.
    """
    stores = [store for store in stores if store.ids]
    first = stores[0]
    for store in stores[1:]:
        if (store.names, store.attributes) != (first.names, first.attributes):
            raise InputError(
                "The shards of one feature set were made with different settings: "
                f"{first.attributes} and {store.attributes}. Delete the shards and run again."
            )
    rows = {name: row for row, name in enumerate(i for store in stores for i in store.ids)}
    missing = [name for name in ids if name not in rows]
    if missing:
        raise InputError(f"No shard holds the utterance {missing[0]!r}. Run `extract` again.")
    order = [rows[name] for name in ids]
    predictions = None
    if first.predictions is not None:
        predictions = np.concatenate([store.predictions for store in stores])[order]
    return Store(
        ids=list(ids),
        names=first.names,
        features=np.concatenate([store.features for store in stores])[order],
        attributes=first.attributes,
        predictions=predictions,
        prediction_names=first.prediction_names,
    )


def _write_checked(file: h5py.File, name: str, values: np.ndarray) -> h5py.Dataset:
    values = np.asarray(values, dtype=np.float32)
    if not values.size:
        return file.create_dataset(name, data=values)
    rows = max(1, min(len(values), 2**20 // max(1, values[0].nbytes)))
    return file.create_dataset(name, data=values, chunks=(rows, *values.shape[1:]), fletcher32=True)


def _assert_finite(store: Store, path: str | Path) -> None:
    bad = np.argwhere(~np.isfinite(store.features))
    if len(bad):
        row, column = bad[0][0], bad[0][-1]
        rows = len(np.unique(bad[:, 0]))
        raise InputError(
            f"{path}: {len(bad)} feature values in {rows} utterances are not finite, the first is "
            f"{store.names[column]!r} of {store.ids[row]!r} = {store.features[tuple(bad[0])]}. "
            "Such utterances are mostly too short or silent: raise `min_duration`, "
            "or leave them out of the corpus."
        )
