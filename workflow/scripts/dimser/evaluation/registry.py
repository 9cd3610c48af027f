"""Metrics and intervals: what predictions are judged by, and how sure that is."""

from collections.abc import Callable
from typing import NamedTuple

from dimser.core.settings import (
    ID,
    PATH,
    POSITIVE,
    REQUIRED,
    Setting,
    many,
    object_schema,
    one_of,
    whole,
)
from dimser.corpora.registry import METHODS
from dimser.features.conditions import CONDITIONS


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


class Correctness(NamedTuple):
    """What the reference suite asks of predictions.

    Attributes:
        text: what is measured.
        threshold: the largest value that passes.
        least: whether it is the smallest instead.
    """

    text: str
    threshold: float
    least: bool = False


class Fairness(NamedTuple):
    """A way to group utterances, and what the reference suite asks of each group against all.

    Attributes:
        noun: for a group, with a place for its name.
        ccc: the largest difference of CCC; None where the suite asks nothing; likewise below.
        shift: of the mean error.
        precision: of the precision in a quarter of the scale.
    """

    noun: str
    ccc: float | None
    shift: float | None
    precision: float | None


CORRECTNESS = {
    "ccc": Correctness("CCC", 0.5, least=True),
    "pearson": Correctness("Pearson's correlation", 0.5, least=True),
    "error": Correctness("mean absolute error", 0.1),
    "speaker_error": Correctness("mean absolute error of speakers' means", 0.1),
    "distribution": Correctness("Jensen-Shannon distance", 0.2),
    "speaker_ranks": Correctness("rank correlation of speakers' means", 0.7, least=True),
}
FAIRNESS = {
    "sex": Fairness("{} speakers", 0.075, None, 0.1),
    "pitch": Fairness("utterances in the {} of pitch", 0.1, None, 0.125),
    "language": Fairness("utterances in the language {!r}", None, 0.03, 0.1),
    "age": Fairness("utterances in the {} of age", None, None, None),  # the suite has no such test
}
# What else a stress test measures, and why it may give no verdict.
STAYED, LOST = "share that moves by less than 0.05", "loss of CCC"
NOT_ASKED, NOT_TOLD, NO_CHANCE = (
    "the reference suite asks nothing",
    "short of what is asked, and within chance",
    "short of what is asked, and chance cannot be told from these speakers",
)
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
    Setting(
        "seed_of_draws", whole(0), "of flips, and of stress tests", example=2, default=1
    ),
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
NOISE = (
    Setting("path", PATH, "folder of recordings", example="data/musan/music", default=REQUIRED),
    Setting("snr", {"type": "number"}, "dB", example=10, default=20),
)
STRESS = (
    Setting(
        "stress.methods", METHODS,
        "which methods are tested; a corpus that lacks one of them tests the others",
        example=["cmp", "e2e_em"],
        otherwise="all regressions on audio and all direct predictions of a corpus",
    ),
    Setting(
        "stress.checks", many(one_of(*CORRECTNESS, *CONDITIONS, *FAIRNESS), uniqueItems=True),
        "which checks are made; see [below](#what-is-asked)",
        example=["ccc", "gain", "noise", "sex"], otherwise="all",
    ),
    Setting(
        "stress.precision", POSITIVE,
        "half the width of a 95 % interval of a share of 0.95, if utterances were independent: how "
        "many are drawn follows from it (292 from 0.025, 1,825 from 0.01)",
        example=0.01, default=0.025,
    ),
    Setting(
        "stress.utterances", whole(20),
        "how many are drawn of each corpus; about as many of each speaker",
        example=300, otherwise="from `stress.precision`",
    ),
    Setting(
        "stress.noises",
        {
            "type": "object", "minProperties": 1, "propertyNames": ID,
            "additionalProperties": object_schema(NOISE),
        },
        "folders of recordings to mix in, by name, each a check of its own: `path`, and `snr` in "
        "dB (20, unless given)",
        example={"music": {"path": "data/musan/music"}}, otherwise="none",
    ),
)  # fmt: skip
SECTIONS = {"stress": {}}  # without the section nothing is tested
