"""Speaker-independent folds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dimser.core.errors import InputError
from dimser.corpora.names import person


def assign(units: pd.Series, k: int, seed: int | None = None) -> pd.Series:
    """Assign the units of a corpus (speakers, sessions, groups) to k folds.

    Each unit is in one fold only. If there are k units, each is a fold. If there are more, they go
    one by one to the fold that is smallest so far, the largest unit first or, with a seed, in
    random order, so that folds have about as many utterances. The result depends only on names,
    sizes and seed, not on the order of rows. Folds are numbered by their first unit's name.

    Args:
        units: the unit of each utterance.
        k: number of folds, at least 2.
        seed: of a random order, to see how far results depend on the grouping.

    Returns:
        Fold of each utterance, 0 to k - 1, with the index of `units`.

    Raises:
        InputError: if there are fewer units than folds.

    Example:
        >>> assign(pd.Series(["ann", "bob", "bob", "eve"]), k=2).tolist()
        [0, 1, 1, 0]
    """
    sizes = units.value_counts()
    if k < 2 or len(sizes) < k:
        raise InputError(
            f"`folds: k:` is {k}, but column {units.name!r} has {len(sizes)} different values "
            f"({', '.join(sorted(sizes.index)[:8])}). Set `folds: k:` to between 2 and the number "
            "of values, or choose another `folds: by:`."
        )
    folds: list[list[str]] = [[] for _ in range(k)]
    load = [0] * k
    order = sorted(sizes.index, key=lambda unit: (-sizes[unit], unit))
    if seed is not None:
        order = np.random.default_rng(seed).permutation(order)
    for unit in order:
        smallest = load.index(min(load))
        folds[smallest].append(unit)
        load[smallest] += sizes[unit]
    fold_of = {unit: number for number, fold in enumerate(sorted(folds, key=min)) for unit in fold}
    return units.map(fold_of)


def from_parts(
    units: pd.Series, test: Sequence[str], train: Sequence[str] | None = None
) -> tuple[pd.Series, pd.Series]:
    """Use the partitions of a published corpus: some are trained on, others are predicted.

    All test parts are one fold: they are predicted by one model.

    Args:
        units: the part of each utterance.
        test: parts that are predicted.
        train: parts to train on; all others if left out.

    Returns:
        Whether each utterance is predicted, and whether it trains.

    Raises:
        InputError: if a part has no utterances, or is named in both.
    """
    known = sorted(units.unique())
    test, train = ([person(part) for part in parts or []] for parts in (test, train))
    if missing := [part for part in [*test, *train] if part not in known]:
        raise InputError(
            f"Column {units.name!r} has no {', '.join(map(repr, missing))}, as named in `folds`; "
            f"it has {', '.join(map(repr, known[:8]))}."
        )
    if both := [part for part in test if part in train]:
        raise InputError(
            f"`folds` names {', '.join(map(repr, both))} in both `test:` and `train:`; a part is "
            "either trained on or predicted. Leave it out of one of them."
        )
    tested = units.isin(test)
    trains = units.isin(train) if train else ~tested
    if not trains.any():
        raise InputError(
            f"All values of column {units.name!r} are test parts, and none is left for training; "
            "name fewer in `folds: test:`."
        )
    return tested, trains


def split(folds: pd.DataFrame, fold: int) -> tuple[list[str], list[str]]:
    """Return the training and test ids of a fold.

    Args:
        folds: columns `id,fold`, and `train` where some utterances are never trained on; an empty
            fold means that the utterance is not predicted.
        fold: the fold that is held out.

    Returns:
        Training ids and test ids, each in the table's order.

    Example:
        >>> split(pd.DataFrame({"id": ["a", "b", "c"], "fold": [0, 1, 1]}), fold=0)
        (['b', 'c'], ['a'])
    """
    held_out = folds["fold"].fillna(-1) == fold
    trains = ~held_out & folds["train"] if "train" in folds else ~held_out
    return folds["id"][trains].tolist(), folds["id"][held_out].tolist()


def assert_speaker_independent(folds: pd.DataFrame, utterances: pd.DataFrame) -> None:
    """Check that no speaker is both in training and in test, and that no utterance is missing.

    Args:
        folds: as for `split`.
        utterances: columns `id,speaker` and more; no speaker where it is not known.

    Raises:
        InputError: if a speaker leaks (all are named), or the table does not list every utterance
            exactly once.
    """
    problems = []
    if sorted(folds["id"]) != sorted(utterances["id"]):
        problems.append("The fold table does not list every utterance exactly once.")
    speaker = utterances.set_index("id")["speaker"]
    for fold in sorted(folds["fold"].dropna().unique()):
        parts = split(folds, fold)
        train, test = (set(speaker.reindex(ids).dropna()) for ids in parts)
        problems += [
            f"Speaker {name!r} is both in the training and in the test set of fold {fold:g}: the "
            "model would be tested on a voice that it knows. Choose folds by speaker, or by groups "
            "that do not split speakers."
            for name in sorted(train & test)
        ]
        if not parts[0]:
            problems.append(f"Fold {fold:g} has no utterance to train on; choose other folds.")
    if problems:
        raise InputError(problems)
