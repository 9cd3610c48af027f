"""A sample of a corpus in altered audio: who is in it, and how it is read.

Nothing altered is stored: audio is changed between reading and extraction. What is drawn depends on
the seed, the utterance and the condition alone, and on no order, shard or thread.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import soxr

from dimser.core import audio
from dimser.core.errors import InputError
from dimser.features import alterations
from dimser.features.conditions import UNALTERED, Condition

ENDINGS = {".wav", ".flac", ".ogg", ".mp3", ".opus", ".aiff", ".aif"}
BETWEEN = "@"  # an utterance and a condition; no condition's name has it


def sample(table: pd.DataFrame, count: int, seed: int) -> list[str]:
    """Draw utterances of as many speakers as there are, and from each about as many.

    Args:
        table: columns `id,speaker`, one row per utterance that is predicted; those whose speaker
            is missing count as one's.
        count: how many are drawn; all, if there are no more.
        seed: of the draw.

    Returns:
        Ids, sorted.

    Example:
        >>> table = pd.DataFrame({"id": ["a", "b", "c", "d"], "speaker": ["x", "x", "x", "y"]})
        >>> sample(table, 2, seed=1)
        ['b', 'd']
    """
    keys = table["id"].map(lambda name: _number(seed, name))
    turn = keys.groupby(table["speaker"], dropna=False).rank(method="first")
    order = table.assign(turn=turn, key=keys).sort_values(["turn", "key"])
    return sorted(order["id"].head(count))


def rows(table: pd.DataFrame, conditions: Mapping[str, Condition]) -> pd.DataFrame:
    """Return one row for each utterance and condition that means anything for it.

    Args:
        table: columns `id,file,start,end,duration,rate`, one row per utterance.
        conditions: by name.

    Returns:
        The same columns, the unaltered audio first; `id` ends with the condition, and `file` begins
        with it and with the utterance's place in the table, as `Altered` reads them.
    """
    means = {UNALTERED: np.full(len(table), True)} | {
        name: (table["rate"] / 2 > own.above) & (table["duration"] > own.longer)
        for name, own in conditions.items()
    }
    places = pd.Series(range(len(table)), table.index).astype(str) + BETWEEN
    return pd.concat(
        table.assign(id=table["id"] + BETWEEN + name, file=name + BETWEEN + places + table["file"])[
            there
        ]
        for name, there in means.items()
    ).reset_index(drop=True)


def by_fold(names: Sequence[str], folds: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Return what is in a store of altered audio, by the fold that its utterances are held out of.

    Args:
        names: ids in the store, `{utterance}@{condition}`.
        folds: columns `id,fold`.

    Returns:
        Columns `id,condition,fold` by name.

    Example:
        >>> folds = pd.DataFrame({"id": ["a", "b"], "fold": [1, 0]})
        >>> {fold: own.index.tolist() for fold, own in by_fold(["a@gain", "b@gain"], folds).items()}
        {0: ['b@gain'], 1: ['a@gain']}
    """
    apart = [name.rpartition(BETWEEN)[::2] for name in names]
    table = pd.DataFrame(apart, index=[*names], columns=["id", "condition"])
    table["fold"] = table["id"].map(folds.set_index("id")["fold"]).astype(int)
    return dict(iter(table.groupby("fold")))


class Altered:
    """Reads a segment as `dimser.core.audio.load` does, in the condition that its file names."""

    def __init__(
        self,
        ids: Sequence[str],
        conditions: Mapping[str, Condition],
        noises: Mapping[str, str],
        seed: int,
    ) -> None:
        """Note what is to be done, and look for recordings of noise.

        Args:
            ids: of the table that `rows` were made of.
            conditions: by name.
            noises: folder of each condition that adds recordings, by its name.
            seed: of all that is drawn.

        Raises:
            InputError: if a folder has no recordings.
        """
        self.ids, self.conditions, self.seed = ids, conditions, seed
        self.recordings = {name: recordings(folder) for name, folder in noises.items()}

    def __call__(
        self, file: str, start: float = 0.0, end: float | None = None, rate: int | None = None
    ) -> tuple[np.ndarray, int]:
        """Read a segment, alter it at its own rate, and resample it."""
        name, place, path = file.split(BETWEEN, 2)
        signal, own = audio.load(path, start, end)
        if name != UNALTERED:
            signal = self._altered(name, signal, own, self.ids[int(place)])
        if rate in (None, own):
            return signal, own
        return soxr.resample(signal, own, rate, quality="HQ"), rate

    def _altered(self, name: str, signal: np.ndarray, rate: int, utterance: str) -> np.ndarray:
        condition = self.conditions[name]
        rng = np.random.default_rng(_number(self.seed, f"{name} {utterance}"))
        level = float(rng.choice(condition.levels))
        if name in self.recordings:
            changed = alterations.mixed(
                signal, _noise(self.recordings[name], rate, rng), rng, level
            )
        else:
            change = getattr(alterations, condition.function)
            changed = change(signal, rate, rng, level)
        return np.asarray(changed, dtype=np.float32)


def recordings(folder: str) -> list[Path]:
    """Return the recordings below a folder, in the order of their names.

    Raises:
        InputError: if there is none.
    """
    found = sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in ENDINGS)
    if not found:
        raise InputError(
            f"{folder}: no recordings in it (of {', '.join(sorted(ENDINGS))}). Correct its path in "
            "`stress.noises`, or leave it out."
        )
    return found


def _noise(files: list[Path], rate: int, rng: np.random.Generator) -> np.ndarray:
    """Read a recording of noise at a rate."""
    path = files[rng.integers(len(files))]
    try:
        samples, own, _ = audio.read(path, 0.0, None)
    except audio.UNREADABLE as error:
        raise InputError(
            f"{path}: this recording of noise cannot be read ({error}). Restore it, or take it out "
            "of its folder in `stress.noises`."
        ) from error
    noise = samples.mean(axis=1)
    if not alterations.rms(noise) > 0:
        raise InputError(
            f"{path}: this recording of noise is empty or silent. Take it out of its folder in "
            "`stress.noises`."
        )
    return noise if own == rate else soxr.resample(noise, own, rate, quality="HQ")


def _number(seed: int, text: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed} {text}".encode(), digest_size=8).digest())
