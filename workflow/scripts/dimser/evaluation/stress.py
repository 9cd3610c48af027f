"""The table of a corpus's stress tests: each method, dimension and check in a row."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from dimser.evaluation import correctness, fairness
from dimser.evaluation.intervals import jackknife
from dimser.evaluation.parts import THIRDS
from dimser.evaluation.registry import (
    CORRECTNESS,
    FAIRNESS,
    LOST,
    NO_CHANCE,
    NOT_ASKED,
    NOT_TOLD,
    STAYED,
    Fairness,
)
from dimser.evaluation.robustness import LEVEL, Found, lost, stayed, verdict
from dimser.features.conditions import SHARE, UNALTERED, Condition

KEYS = ["method", "dimension", "check", "condition"]
COLUMNS = [
    *KEYS, "value", "low", "high", "threshold", "threshold_simulated", "n", "passed", "measure",
    "reason",
]  # fmt: skip
PLACES = {name: place for place, name in enumerate(THIRDS)}  # else in alphabetical order
ALL, HEARD = "all", f"speakers with {correctness.ENOUGH} utterances and more"


def of_all(
    predictions: pd.DataFrame,
    labels: pd.DataFrame,
    checks: Sequence[str],
    speakers: pd.Series,
    clusters: pd.Series | None,
) -> Iterator[dict]:
    """Return one row for each dimension and measure of correctness, of one method.

    Args:
        predictions: one column per dimension, by utterance id.
        labels: likewise.
        checks: keys of `dimser.evaluation.registry.CORRECTNESS`.
        speakers: by utterance id; missing where they are not known.
        clusters: what intervals leave out; None where they are not known.
    """
    own = None if clusters is None else clusters.to_numpy()
    for check, dimension in product(checks, labels.columns):
        asked, pair = CORRECTNESS[check], [x[dimension].to_numpy() for x in (predictions, labels)]
        row = {"dimension": dimension, "check": check, "condition": ALL, "measure": asked.text}
        row |= {"threshold": asked.threshold}
        if check in correctness.STATISTICS:
            found = correctness.of_utterances(check, *pair, own)
        else:
            row |= {"condition": HEARD}
            found = correctness.of_speakers(check, *pair, speakers.to_numpy(), own)
        if isinstance(found, str):
            yield row | {"n": 0, "reason": found}
            continue
        row |= {"n": found.n, "value": found.value, "low": found.low, "high": found.high}
        row |= {"threshold_simulated": found.allowed, "passed": found.passed}
        reason = NO_CHANCE if np.isnan(found.allowed) else NOT_TOLD
        reason = "undefined" if np.isnan(found.value) else reason
        yield row | ({"reason": reason} if found.passed is None else {})


def robustness(
    predicted: pd.DataFrame,
    labels: pd.DataFrame,
    clusters: pd.Series | None,
    conditions: Mapping[str, Condition],
) -> Iterator[dict]:
    """Return one row for each dimension and condition, of one method.

    Args:
        predicted: columns `id,condition` and one for each dimension.
        labels: one column per dimension, by utterance id.
        clusters: by utterance id; None where they are not known.
        conditions: by name.
    """
    plain = predicted[predicted["condition"] == UNALTERED].set_index("id")
    for name, condition in conditions.items():
        altered = predicted[predicted["condition"] == name].set_index("id")
        ids = altered.index
        own = None if clusters is None else clusters[ids].to_numpy()
        for dimension in labels.columns:
            row = {"dimension": dimension, "check": name, "condition": condition.text}
            row |= {"measure": STAYED if condition.asked == SHARE else LOST}
            row |= {"threshold": condition.threshold, "n": len(ids)}
            if ids.empty:
                yield row | {"reason": _unable(condition)}
                continue
            pair = plain.loc[ids, dimension].to_numpy(), altered[dimension].to_numpy()
            if condition.asked == SHARE:
                found = stayed(*pair, own, condition.threshold)
            else:
                found = lost(*pair, labels.loc[ids, dimension].to_numpy(), own, condition.threshold)
            yield row | _told(found)


def _told(found: Found) -> dict:
    told = {"value": found.value, "low": found.low, "high": found.high}
    told |= {"threshold_simulated": found.allowed, "passed": found.passed}
    untold = NOT_ASKED if np.isnan(found.allowed) else NOT_TOLD
    return told | ({"reason": untold} if found.passed is None else {})


def _unable(condition: Condition) -> str:
    if condition.above:
        return f"no recording reaches {condition.above:g} Hz"
    return f"no utterance is longer than {condition.longer:g} s"


def of_groups(
    predictions: pd.DataFrame,
    labels: pd.DataFrame,
    groups: Mapping[str, tuple[pd.Series, str]],
    speakers: pd.Series | None,
    clusters: pd.Series | None,
    seed: int,
) -> Iterator[dict]:
    """Return one row for each dimension, group and measure, of one method.

    Args:
        predictions: one column per dimension, by utterance id.
        labels: likewise.
        groups: by check, the group of each utterance by id, missing where it is not known; and why
            there are none, where there are fewer than two.
        speakers: by utterance id; None where they are not known.
        clusters: what intervals leave out; likewise.
        seed: of simulations.
    """
    names = {
        check: sorted(own.dropna().unique(), key=lambda name: (PLACES.get(name, 0), name))
        for check, (own, _) in groups.items()
    }
    judged = [check for check, own in names.items() if len(own) > 1]
    for check in [check for check in names if check not in judged]:
        for dimension in labels.columns:
            yield {"dimension": dimension, "check": check, "n": 0, "reason": groups[check][1]}
    voices = None if speakers is None else speakers.to_numpy()
    for check, dimension in product(judged, labels.columns):
        own, truth = predictions[dimension].to_numpy(), labels[dimension].to_numpy()
        mask = fairness.members(groups[check][0].to_numpy(), names[check])
        codes = pd.factorize(groups[check][0], use_na_sentinel=False)[0]
        draw = fairness.fair_model(own, truth, codes, voices, uncertain=len(names[check]) > 2)
        drawn = np.nan_to_num(fairness.by_chance(draw, truth, mask, seed))
        tests = drawn[0].size * labels.shape[1]  # of this check and method
        allowed = np.quantile(drawn, 1 - LEVEL / tests, axis=0, method="higher")
        rows = fairness.contributions(own, truth)
        for (place, number), told in _judged(rows, mask, clusters, allowed, FAIRNESS[check]):
            row = {"dimension": dimension, "check": check, "condition": names[check][place]}
            yield row | {"measure": f"{fairness.MEASURES[number]}, against all"} | told


def _judged(
    rows: np.ndarray,
    mask: np.ndarray,
    clusters: pd.Series | None,
    allowed: np.ndarray,
    check: Fairness,
) -> Iterator[tuple[tuple[int, int], dict]]:
    """Judge each group by each measure: which ones, and what came of it."""
    value, low, high = _differences(rows, mask, clusters)
    counts = fairness.counts(mask.T @ rows)[1:]
    asked = [check.ccc, check.shift, *[check.precision] * fairness.BINS]
    for here in np.ndindex(value.shape):
        told = {"threshold": asked[here[1]], "n": int(counts[here])}
        if here[1] > 1 and counts[here] < fairness.FEWEST:
            yield here, told | {"reason": f"fewer than {fairness.FEWEST} predictions there"}
        elif np.isnan(value[here]):
            yield here, told | {"reason": "undefined"}
        else:
            passed = verdict(abs(value[here]), asked[here[1]], allowed[here])
            told |= {"value": value[here], "low": low[here], "high": high[here], "passed": passed}
            told |= {"threshold_simulated": allowed[here]}
            yield here, told | ({"reason": NOT_TOLD} if passed is None else {})


def _differences(
    rows: np.ndarray, mask: np.ndarray, clusters: pd.Series | None
) -> tuple[np.ndarray, ...]:
    """Return the groups' measures against all, and the ends of their intervals."""
    value = fairness.differences(mask.T @ rows)
    if clusters is None:
        return value, np.full_like(value, np.nan), np.full_like(value, np.nan)
    numbers, _ = pd.factorize(clusters)
    sums = np.zeros((numbers.max() + 1, 1, mask.shape[1], rows.shape[1]))
    np.add.at(sums[:, 0], numbers, mask[:, :, None] * rows[:, None, :])
    low, high = jackknife(sums, lambda own: fairness.differences(own[:, 0]))
    return value, low, high
