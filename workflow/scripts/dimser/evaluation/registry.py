"""Metrics and intervals: what predictions are judged by, and how sure that is."""

from collections.abc import Callable
from typing import NamedTuple

from dimser.core.settings import PATH, Setting, many, one_of, whole
from dimser.corpora.registry import METHODS


class Metric(NamedTuple):
    """A column of scores.

    Attributes:
        function: module and name; from sums of shape (..., 6) to values (see
            `dimser.core.metrics`).
        scale: where it has an interval, the scale of that (a key of
            `dimser.evaluation.intervals.SCALES`).
    """

    function: str
    scale: str = ""


class Interval(NamedTuple):
    """A way to compute intervals.

    Attributes:
        function: module and name; from sums, a statistic of them, a scale and the settings to both
            ends (see `dimser.evaluation.intervals`).
        settings: keys of the configuration that it takes.
        text: where it comes from, from the settings, to follow "95 % intervals come".
    """

    function: str
    settings: tuple[Setting, ...]
    text: Callable[[dict], str]


# In the order of a breakdown's columns; scores begin with those that have an interval.
METRICS = {
    "ccc": Metric("dimser.core.metrics:ccc", scale="atanh"),
    "pearson": Metric("dimser.core.metrics:pearson"),
    "scale_shift": Metric("dimser.core.metrics:scale_shift"),
    "location_shift": Metric("dimser.core.metrics:location_shift"),
    "rmse": Metric("dimser.core.metrics:rmse", scale="log"),
}
INTERVALS = {
    "jackknife": Interval(
        "dimser.evaluation.intervals:jackknife",
        (),
        lambda settings: "from a jackknife over speakers, or over groups of two speakers",
    )
}
INTERVAL = INTERVALS["jackknife"]  # the one in use
SETTINGS = (
    Setting(
        "clusters", one_of("auto", "speaker", "group"),
        "what errs together, for intervals and tests: `speaker`, `group`, or `auto`: the group "
        "where each holds exactly two speakers (the sessions of IEMOCAP and MSP-IMPROV), otherwise "
        "the speaker",
        example="speaker", default="auto",
    ),
    Setting(
        "compare", {"anyOf": [one_of("all", "representations"), METHODS]},
        "the family of pairs that are compared: `all` (but not two baselines), `representations` "
        "(no baseline), or the methods of a list with each other; fewer pairs can show more",
        example="representations", default="all",
    ),
    Setting(
        "draws", whole(100), "random sign flips of a test, where there are more ways to flip",
        example=1000, default=10_000,
    ),
    Setting("seed_of_draws", whole(0), "of flips", example=2, default=1),
    Setting(
        "permutations", whole(20), "not used any more (signs are flipped, `draws` times); accepted",
        example=200, otherwise="nothing",
    ),
    Setting(
        "bootstrap.resamples", whole(100), "the former name of `draws`; still accepted",
        example=1000, otherwise="`draws`",
    ),
    Setting(
        "bootstrap.seed", whole(0), "the former name of `seed_of_draws`; still accepted",
        example=2, otherwise="`seed_of_draws`",
    ),
    *INTERVAL.settings,
    Setting(
        "published", {"anyOf": [PATH, many(PATH, uniqueItems=True)]},
        "published tables to audit, one or several: CSV with `corpus,method` (your ids), "
        "`{dimension}_ccc`, perhaps `{dimension}_rmse`, digits as printed, and `part` where it is "
        "about a published test part",
        example=["data/published/mine.csv"],
        otherwise="the paper's Table 1 and others, `data/published/`",
    ),
)  # fmt: skip
