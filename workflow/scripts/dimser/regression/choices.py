"""Choices of an analysis that are seldom discussed: what may be chosen, and the run's own value."""

from collections.abc import Callable
from typing import NamedTuple

from dimser.core.settings import Setting, many, one_of, value_of
from dimser.regression.registry import EPSILON, FUSIONS, RECALIBRATIONS, REGRESSORS, TOL, Way


class Choice(NamedTuple):
    """A choice.

    Attributes:
        setting: of the values that are tried.
        own: from a configuration with defaults to the value that the run itself has.
        refit: whether another value needs other predictions, and not only another evaluation.
    """

    setting: Setting
    own: Callable[[dict], object]
    refit: bool = True


SCALINGS = {
    "minmax": Way("to [0, 1], as the paper does", "dimser.features.scaling:minmax"),
    "standard": Way("to mean 0 and standard deviation 1", "dimser.features.scaling:standard"),
    "rank": Way("the share of training utterances below", "dimser.features.scaling:rank"),
}
# What may follow a prediction.
MOVED = {"none": Way("as predicted", ""), **RECALIBRATIONS}
POOLINGS = {
    "pooled": "one CCC of all folds' predictions",
    "mean of folds": "of each fold's CCC",
}
OWN = "the run's own"


def _several(name: str, values: dict, text: str) -> Setting:
    allowed, (first, second, *_) = many(one_of(*values), uniqueItems=True), values
    return Setting(f"multiverse.{name}", allowed, text, example=[first, second], otherwise=OWN)


def _regressors() -> dict[str, Choice]:
    """Return the settings of the regressors that work from a kernel."""
    exact = [own for kind in REGRESSORS.values() if kind.exact for own in kind.needs]
    return {
        own.name: Choice(
            Setting(
                f"multiverse.{own.name}", many(own.schema, uniqueItems=True),
                {
                    EPSILON: "values to analyse everything with, in all combinations with those of "
                    "other choices, to see how far results rest on them; see "
                    "[below](#when-to-trust-a-ranking)",
                }.get(own, "likewise"),
                example=[own.default, own.example], otherwise=OWN,
            ),
            lambda config, key=own.key: value_of(config, key),
        )
        for own in dict.fromkeys([EPSILON, *exact])
        if own is not TOL
    }  # fmt: skip


def _told(values: dict) -> str:
    return ", ".join(f"`{name}` ({getattr(own, 'text', own)})" for name, own in values.items())


CHOICES = {
    **_regressors(),
    "scaling": Choice(
        _several("scaling", SCALINGS, f"of features, in each training fold: {_told(SCALINGS)}"),
        lambda config: "minmax",
    ),
    "fusion": Choice(
        _several("fusion", FUSIONS, "of methods `a+b` that name none after an `@`"),
        lambda config: config["fusion"],
    ),
    "recalibration": Choice(
        _several("recalibration", MOVED, f"of predictions: {_told(MOVED)}"),
        lambda config: "none",
    ),
    "grouping": Choice(
        Setting(
            "multiverse.grouping", {"type": "boolean"},
            "whether each grouping of `folds.seeds` is an analysis of its own, instead of their "
            "mean",
            example=True, otherwise="their mean",
        ),
        lambda config: False,
        refit=False,
    ),
    "pooling": Choice(
        _several("pooling", POOLINGS, f"over folds: {_told(POOLINGS)}"),
        lambda config: "pooled",
        refit=False,
    ),
}  # fmt: skip
SETTINGS = tuple(choice.setting for choice in CHOICES.values())
SECTIONS = {"multiverse": {"minProperties": 1}}
OF_REGRESSORS = [*_regressors()]
