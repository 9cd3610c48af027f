"""From corpora to others: who is trained on and who is tested, and their features.

Utterances of all corpora stand in one table, by keys of corpus and id: ids of two corpora may be
alike.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd

from dimser.core.errors import InputError, raise_if
from dimser.core.files import read_csv
from dimser.corpora.corpus import known, voices
from dimser.corpora.folds import assign
from dimser.features import store
from dimser.features.scaling import training_range
from dimser.regression.layers import columns_of, layers_of
from dimser.regression.precision import FEW
from dimser.regression.protocols import REFITS


class Task(NamedTuple):
    """What one model is trained on, and what it predicts.

    Attributes:
        train: rows of the table of all utterances.
        test: likewise.
        groups: of speakers, of each row that is trained on; the same in all tasks.
        count: of groups.
    """

    train: np.ndarray
    test: np.ndarray
    groups: np.ndarray
    count: int


class Source(NamedTuple):
    """A feature set in several corpora.

    Attributes:
        stores: path of its store in each corpus.
        layer: the one to read, of a store that keeps several; None for all that it holds.
        columns: which features to read; None for all.
    """

    stores: Mapping[str, str]
    layer: int | None = None
    columns: np.ndarray | None = None


def read(utterances: Mapping[str, str], folds: Mapping[str, str], apart: bool) -> pd.DataFrame:
    """Read the utterances of several corpora.

    Args:
        utterances: table of each corpus with columns `id,speaker,group` and labels.
        folds: table of each with columns `id,fold`.
        apart: whether speakers of the same name in two corpora are different people.

    Returns:
        The utterances' columns with `corpus`, `fold` (missing where an utterance is only trained
        on) and `voice`: the speaker, or the group where speakers are not known.
    """
    parts = []
    for corpus, path in utterances.items():
        table = read_csv(path).merge(read_csv(folds[corpus])[["id", "fold"]], on="id")
        voice, named = voices(table).astype(str), known(table["speaker"]).notna() & (not apart)
        own = voice.where(named, f"{corpus}/" + voice)
        parts.append(table.assign(corpus=corpus, voice=own))
    whole = pd.concat(parts)
    return whole.set_index(whole["corpus"] + "/" + whole["id"])


def tasks(table: pd.DataFrame, train: Sequence[str], test: Sequence[str]) -> Iterator[Task]:
    """Say which models are trained: one for all corpora whose speakers are not trained on.

    Where speakers of a tested corpus are trained on, too, there is a model for each of its folds,
    trained without the fold's speakers.

    Args:
        table: from `read`.
        train: corpora to train on.
        test: corpora to test on; utterances with a fold.

    Raises:
        InputError: if nobody is left to train on.
    """
    trains, tests = table["corpus"].isin(train), table["corpus"].isin(test) & table["fold"].notna()
    voice = table.loc[trains, "voice"]
    trained = set(voice)
    count = min(REFITS, len(trained))
    group = assign(voice, count) if count > 1 else pd.Series(0, voice.index)
    tested: dict[frozenset, np.ndarray] = {}
    rows = pd.Series(np.arange(len(table)), table.index)
    for corpus, own in table[tests].groupby("corpus", sort=False):
        if shared := len(trained.intersection(own["voice"])):
            logging.warning(
                "%s: %d of its speakers are trained on, too, by name; who is tested is held out.",
                corpus, shared,
            )  # fmt: skip
    for (corpus, fold), own in table[tests].groupby(["corpus", "fold"], sort=True):
        held = frozenset(own["voice"]) & trained
        if held == trained:
            raise InputError(
                f"transfer: all speakers of {' and '.join(train)} are in fold {fold:g} of "
                f"{corpus}, too, and nobody is left to train on. If their names are alike by "
                "chance, set `transfer.shared_speakers` to keep; else leave one of the corpora out "
                "of `transfer.corpora`."
            )
        tested[held] = np.append(tested.get(held, np.array([], int)), rows[own.index])
    for held, test_rows in tested.items():
        kept = trains & ~table["voice"].isin(held)
        groups = group[table.index[kept]].to_numpy()
        yield Task(np.flatnonzero(kept), np.sort(test_rows), groups, count)


def assert_alike(sources: Mapping[str, Source], ids: Mapping[str, Sequence[str]]) -> None:
    """Check that a feature set is the same features in all corpora, and lacks no utterance.

    Args:
        sources: by the feature set's id.
        ids: of the utterances of each corpus.

    Raises:
        InputError: with all that differs.
    """
    problems = []
    for features, source in sources.items():
        names = {corpus: store.names(path) for corpus, path in source.stores.items()}
        first, *others = names
        problems += [
            f"transfer: {features!r} has other features in {first} ({len(names[first]):,}) than in "
            f"{other} ({len(names[other]):,}). Leave it out of the `methods` of one, or make both "
            "in the same way."
            for other in others
            if names[other] != names[first]
        ]
        for corpus, path in source.stores.items():
            if missing := set(ids[corpus]) - set(store.ids(path)):
                problems.append(
                    f"{path}: no features for {min(missing)!r}. Delete the store and run again."
                )
    raise_if(problems)


def sources(
    stores: Mapping[tuple[str, str], str], sets: Mapping[str, dict]
) -> dict[str, list[Source]]:
    """Return what is read of each feature set: one source, or one for each layer.

    Args:
        stores: path by corpus and feature set that has a store of its own.
        sets: of each feature set the one in whose store it lies (`of`), its `layer`, and `pooling`
            where all layers are looked at, each by itself.
    """
    found = {}
    for name, own in sets.items():
        paths = {corpus: path for (corpus, of), path in stores.items() if of == own["of"]}
        if not own["pooling"]:
            found[name] = [Source(paths, own["layer"])]
            continue
        first = next(iter(paths.values()))
        columns = columns_of(first, own["pooling"])
        found[name] = [Source(paths, layer, columns) for layer in layers_of(first)]
    return found


class Reader:
    """Features of the utterances of a table, scaled by the own range of each corpus or speaker."""

    def __init__(self, table: pd.DataFrame, own_range: str = "") -> None:
        """Note what is read.

        Args:
            table: from `read`.
            own_range: column of what is scaled by its own range; empty: nothing is.
        """
        self.ids, self.corpora = table["id"].to_numpy(), table["corpus"].to_numpy()
        units = table["corpus"] + "/" + table[own_range] if own_range else None
        self.units = None if units is None else units.to_numpy()

    def values(self, source: Source, rows: np.ndarray) -> np.ndarray:
        """Return the features of some rows of the table; float64 where there are few of them."""
        first = next(islice(self._raw(source, rows[:1]), 1))[1]
        precision = np.float64 if first.shape[1] <= FEW else np.float32
        found = np.empty((len(rows), first.shape[1]), precision)
        places = pd.Series(np.arange(len(rows)), rows)
        for own, block in self.blocks(source, rows):
            found[places[own]] = block
        return found

    def blocks(self, source: Source, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Read some rows of the table block by block: which they are, and their features."""
        if self.units is None:
            yield from self._raw(source, rows)
            return
        low, spread, number = self._ranges(source, rows)
        for own, block in self._raw(source, rows):
            yield own, (block - low[number[own]]) / spread[number[own]]

    def _raw(self, source: Source, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for corpus in dict.fromkeys(self.corpora[rows]):
            own = rows[self.corpora[rows] == corpus]
            row = 0
            for block in store.blocks(source.stores[corpus], self.ids[own], source.layer):
                block = block if source.columns is None else block[:, source.columns]
                yield own[row : row + len(block)], block
                row += len(block)

    def _ranges(
        self, source: Source, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return minimum and range of each unit of these rows, and the unit of each row.

        All utterances of a unit count, whether they are trained on, tested, or neither.
        """
        wanted = np.isin(self.units, self.units[rows])
        number, names = pd.factorize(np.where(wanted, self.units, None))  # -1: not wanted
        ends = None
        for own, block in self._raw(source, np.flatnonzero(wanted)):
            if ends is None:
                ends = np.full((2, len(names), block.shape[1]), np.inf, block.dtype)
                ends[1] = -np.inf
            for unit in np.unique(number[own]):
                part = block[number[own] == unit]
                ends[0, unit] = np.minimum(ends[0, unit], part.min(axis=0))
                ends[1, unit] = np.maximum(ends[1, unit], part.max(axis=0))
        return *training_range(ends), number
