"""Metrics and intervals: what predictions are judged by, and how sure that is."""

from collections.abc import Callable
from typing import NamedTuple

from dimser.core.settings import PATH, Setting, whole


class Metric(NamedTuple):
    """A column of scores.

    Attributes:
        function: module and name; from sums of shape (..., 6) to values (see
            `dimser.core.metrics`).
        interval: whether it is shown with one.
    """

    function: str
    interval: bool = False


class Interval(NamedTuple):
    """A way to compute intervals.

    Attributes:
        function: module and name; from sums, a statistic of them and the settings to both ends (see
            `dimser.evaluation.intervals`).
        settings: keys of the configuration that it takes.
        text: where it comes from, from the settings, to follow "95 % intervals".
    """

    function: str
    settings: tuple[Setting, ...]
    text: Callable[[dict], str]


# In the order of a breakdown's columns; scores begin with those that have an interval.
METRICS = {
    "ccc": Metric("dimser.core.metrics:ccc", interval=True),
    "pearson": Metric("dimser.core.metrics:pearson"),
    "scale_shift": Metric("dimser.core.metrics:scale_shift"),
    "location_shift": Metric("dimser.core.metrics:location_shift"),
    "rmse": Metric("dimser.core.metrics:rmse", interval=True),
}
RESAMPLES = Setting(
    "bootstrap.resamples", whole(100), "resamples of the speakers for 95 % intervals",
    example=1000, default=10_000,
)  # fmt: skip
SEED = Setting(
    "bootstrap.seed", whole(0), "of resamples, swaps and permutations", example=2, default=1
)
INTERVALS = {
    "bootstrap": Interval(
        "dimser.evaluation.intervals:bootstrap",
        (RESAMPLES, SEED),
        lambda settings: f"from {settings['resamples']:,} resamples of the speakers",
    )
}
INTERVAL = INTERVALS["bootstrap"]  # the one in use
SETTINGS = (
    Setting(
        "permutations", whole(20),
        "of the labels within speakers (within groups where no speaker is known), for the CCC that "
        "the best feature reaches by chance",
        example=200, default=1000,
    ),
    *INTERVAL.settings,
    Setting(
        "published", PATH,
        "a published table to audit: CSV with `corpus,method` (your ids) and "
        "`{dimension}_ccc,{dimension}_rmse`, digits as printed",
        example="data/published/mine.csv", otherwise="the paper's Table 1",
    ),
)  # fmt: skip
