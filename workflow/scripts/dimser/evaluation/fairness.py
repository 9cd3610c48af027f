"""Whether predictions serve groups alike: agreement, level and precision of each, against all.

For each group, from its own out-of-fold predictions and those of all whose group is known: the
difference of CCC, of the mean error (prediction minus label), and of precision in each quarter of
the scale (the share of utterances predicted there whose label lies there).

How far chance alone takes these is simulated with a fair model: one whose predictions follow the
labels as this method's do, and that errs by as much, alike within a speaker as far as this method
does within a group, whoever speaks. With a random model and independent utterances, as the
reference suite has them, speakers who differ would look like groups that do.
"""

from collections.abc import Callable

import numpy as np

from dimser.core import metrics

BINS = 4
MEASURES = ("CCC", "mean error", *(f"precision, {n / 4:g} to {(n + 1) / 4:g}" for n in range(BINS)))
FEWEST = 30  # predictions in a quarter of the scale that a precision needs
SIMULATIONS = 1_000
_COUNTS = len(metrics.SUMS)


def contributions(prediction: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Return what each utterance adds to the sums that all measures follow from.

    Args:
        prediction: shape (utterances,).
        label: shape (utterances,).

    Returns:
        Shape (utterances, 6 + 2 * BINS): the sums of `dimser.core.metrics`; for each quarter
        whether the prediction lies in it, and whether both do.
    """
    quarter, true = (np.clip(np.floor(x * BINS), 0, BINS - 1) for x in (prediction, label))
    there = quarter[:, None] == np.arange(BINS)
    hit = there & (true == quarter)[:, None]
    return np.hstack([metrics.moments(prediction, label), there, hit])


def measured(sums: np.ndarray) -> np.ndarray:
    """Compute the measures: shape (..., 6 + 2 * BINS) to (..., 2 + BINS); NaN where undefined."""
    there, hit = np.split(sums[..., _COUNTS:], 2, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = (sums[..., 1] - sums[..., 2]) / sums[..., 0]
        precision = hit / there
    ccc = metrics.ccc(sums[..., :_COUNTS])
    return np.concatenate([ccc[..., None], shift[..., None], precision], axis=-1)


def counts(sums: np.ndarray) -> np.ndarray:
    """Return how many utterances each measure rests on: all, or those predicted in a quarter."""
    there, _ = np.split(sums[..., _COUNTS:], 2, axis=-1)
    return np.concatenate([sums[..., :1], sums[..., :1], there], axis=-1)


def differences(sums: np.ndarray) -> np.ndarray:
    """Compute each group's measures minus those of all.

    Args:
        sums: shape (..., 1 + groups, 6 + 2 * BINS), those of all first.

    Returns:
        Shape (..., groups, measures).
    """
    values = measured(sums)
    return values[..., 1:, :] - values[..., :1, :]


def members(groups: np.ndarray, names: list[str]) -> np.ndarray:
    """Return who is in all groups together, and in each: shape (utterances, 1 + groups)."""
    own = np.asarray(groups, dtype=object)[:, None] == np.array(names, dtype=object)
    return np.hstack([own.any(axis=1, keepdims=True), own]).astype(float)


def fair_model(
    prediction: np.ndarray,
    label: np.ndarray,
    groups: np.ndarray,
    speakers: np.ndarray | None,
    *,
    uncertain: bool = False,
) -> Callable[[np.random.Generator], np.ndarray]:
    """Return a function that draws predictions as good as these, and fair.

    What groups differ by is no part of it: errors are measured from their own group's mean.

    Args:
        prediction: shape (utterances,).
        label: shape (utterances,).
        groups: number of each utterance's group, from 0.
        speakers: of each utterance; None where they are not known.
        uncertain: whether it counts that few speakers tell how much speakers differ; a mean of
            theirs then varies as Student's t. Thirds of ten speakers fail too often without it, two
            sexes do not (see benchmarks).
    """
    centred = label - label.mean()
    spread = np.square(centred).sum()
    slope = (centred * prediction).sum() / spread if spread > 0 else 0.0
    follows = prediction.mean() + slope * centred
    errors = prediction - follows
    errors -= (np.bincount(groups, errors) / np.maximum(np.bincount(groups), 1))[groups]
    size, alike = errors.std(), 0.0
    numbers = np.arange(len(label))
    if speakers is not None:
        _, numbers = np.unique(speakers, return_inverse=True)
        alike = alikeness(errors, numbers, groups.max() + 1)

    freedom = max(numbers.max() - groups.max(), 1)  # speakers less groups

    def draw(rng: np.random.Generator) -> np.ndarray:
        shared = rng.normal(size=numbers.max() + 1)[numbers]
        if uncertain:
            shared *= np.sqrt(freedom / rng.chisquare(freedom))
        own = rng.normal(size=len(label))
        return follows + size * (np.sqrt(alike) * shared + np.sqrt(1 - alike) * own)

    return draw


def alikeness(errors: np.ndarray, speakers: np.ndarray, groups: int = 1) -> float:
    """Return the intraclass correlation of errors, by analysis of variance; at least 0.

    Args:
        errors: shape (utterances,), from their groups' means.
        speakers: number of each utterance's speaker, from 0.
        groups: number of means that were taken away.
    """
    numbers = np.bincount(speakers)
    count, total = len(numbers), len(errors)
    if not groups < count < total:
        return 0.0
    means = np.bincount(speakers, errors) / numbers
    between = (numbers * np.square(means - errors.mean())).sum() / (count - groups)
    within = np.square(errors - means[speakers]).sum() / (total - count)
    size = (total - np.square(numbers).sum() / total) / (count - 1)
    whole = between + (size - 1) * within
    return float(np.clip((between - within) / whole, 0.0, 1.0)) if whole > 0 else 0.0


def by_chance(
    draw: Callable[[np.random.Generator], np.ndarray],
    label: np.ndarray,
    mask: np.ndarray,
    seed: int,
) -> np.ndarray:
    """Simulate how far a fair model's measures differ between groups.

    Args:
        draw: from `fair_model`.
        label: shape (utterances,).
        mask: from `members`.
        seed: of the draws.

    Returns:
        Absolute differences of shape (simulations, groups, measures).
    """
    rng, of = np.random.default_rng(seed), mask.T
    found = [of @ contributions(draw(rng), label) for _ in range(SIMULATIONS)]
    return np.abs(differences(np.stack(found)))
