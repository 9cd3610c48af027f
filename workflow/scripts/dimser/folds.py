"""Speaker-independent folds."""

import numpy as np
import pandas as pd

from dimser.errors import InputError


def assign(units: pd.Series, k: int, seed: int | None = None) -> pd.Series:
    """Spread the units of a corpus (speakers, sessions, groups) over k folds.

    A unit lies wholly in one fold. Where there are k units, each is a fold; where there are more,
    one after the other goes to the fold that is smallest by then, the largest unit first or, with
    a seed, in a random order. So folds are about equal in utterances. The answer depends on names,
    sizes and seed alone, not on the order of rows. Folds are numbered by their first unit's name.

    Args:
        units: the unit of each utterance.
        k: number of folds, at least 2.
        seed: of a random order, to see how far results depend on the grouping.

    Returns:
        Fold of each utterance, 0 to k - 1, with the index of `units`.

    Raises:
        InputError: if there are fewer units than folds.
    """
    sizes = units.value_counts()
    if k < 2 or len(sizes) < k:
        raise InputError(
            f"{k} folds were asked for, but column {units.name!r} has {len(sizes)} different "
            f"values ({', '.join(sorted(sizes.index)[:8])}). Set `folds: k:` to between 2 and the "
            "number of values, or choose another `folds: by:`."
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


def split(folds: pd.DataFrame, fold: int) -> tuple[list[str], list[str]]:
    """Give the ids that train a fold's model, and those that it predicts.

    Args:
        folds: columns `id,fold`.
        fold: which fold is held out.

    Returns:
        Training ids and test ids, each in the table's order.
    """
    held_out = folds["fold"] == fold
    return folds["id"][~held_out].tolist(), folds["id"][held_out].tolist()


def assert_speaker_independent(folds: pd.DataFrame, utterances: pd.DataFrame) -> None:
    """Stop where a speaker stands in two folds, or an utterance in none.

    Args:
        folds: columns `id,fold`.
        utterances: columns `id,speaker` and more.

    Raises:
        InputError: naming each speaker that leaks, and utterances without exactly one fold.
    """
    problems = []
    if sorted(folds["id"]) != sorted(utterances["id"]):
        problems.append("The fold table does not hold every utterance exactly once.")
    table = utterances.merge(folds, on="id")
    for speaker, numbers in table.groupby("speaker")["fold"].unique().items():
        if len(numbers) > 1:
            problems.append(
                f"Speaker {speaker!r} stands in folds {sorted(map(int, numbers))}: its model would "
                "be tested on a voice that it was trained on. Choose folds by speaker or group."
            )
    if problems:
        raise InputError(problems)
