"""Regressors and baselines: their settings, what they take, whom to cite, and their functions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from dimser.core.settings import (
    PATH,
    POSITIVE,
    REQUIRED,
    TEXT,
    Credit,
    Setting,
    many,
    one_of,
    whole,
)


class Fold(NamedTuple):
    """How large the work of one fold is.

    Attributes:
        utterances: of the corpus.
        stores_mb: megabytes of the feature stores that are read block by block.
    """

    utterances: int
    stores_mb: float

    @property
    def width(self) -> float:
        """Dimensions of the features, in float32."""
        return self.stores_mb * 1e6 / 4 / self.utterances


@dataclass(frozen=True)
class Regressor:
    """A kind of regression.

    Attributes:
        text: what it is, for config/README.md.
        function: module and name. An exact one is called with the kernel of the training
            utterances, the kernel of the others with them, and labels, and returns predictions; any
            other with blocks of features, which rows train, and labels, and returns a model; both
            with their settings by name. See `dimser.regression.exact` and
            `dimser.regression.blockwise`.
        settings: keys of the configuration that it takes.
        grid: what `svr.tune: default` stands for; only of exact ones.
        exact: whether it works from a kernel of all training utterances (whose `kernel` and `gamma`
            it then has, too), or block by block over the features, for corpora of any size.
        memory: MB that a fold takes beside an empty process; for those that are not exact.
        seconds: that a fold takes; of those that are not exact.
        credit: whom to cite, and the licence; none for textbook methods.
        dual: module and name of what returns its coefficients, of which predictors are made; empty
            where there is none.
    """

    text: str
    function: str
    settings: tuple[Setting, ...]
    exact: bool = False
    grid: dict = field(default_factory=dict)
    memory: Callable[[Fold, dict], float] = lambda fold, settings: 0.0
    seconds: Callable[[Fold], float] = lambda fold: 0.1 * fold.stores_mb
    credit: Credit | None = None
    dual: str = ""

    @property
    def needs(self) -> tuple[Setting, ...]:
        """All keys of the configuration that its results depend on."""
        return (*self.settings, GAMMA, KERNEL) if self.exact else self.settings


@dataclass(frozen=True)
class Fusion:
    """A way to fuse feature sets.

    Attributes:
        text: what it does, for config/README.md.
        function: module and name; see `dimser.regression.fusion`.
        label: of a fused method; the labels of its parts stand in the place of `{}`.
        blockwise: whether it also works block by block; see `regress_blockwise.py`.
        rbf: whether it needs the RBF kernel.
        inner: whether it fits models on inner folds of the training fold.
        late: whether each part has a model of its own.
    """

    text: str
    function: str
    label: str
    blockwise: bool = False
    rbf: bool = False
    inner: bool = False
    late: bool = False


class Way(NamedTuple):
    """A way to do a step.

    Attributes:
        text: what it does, for config/README.md.
        function: module and name; empty where nothing is done.
    """

    text: str
    function: str


class Baseline(NamedTuple):
    """A prediction from next to nothing.

    Attributes:
        text: what it predicts from, for config/README.md.
        function: module and name of the function that makes its columns (see
            `dimser.regression.baselines`).
        audio: whether it needs the corpus's audio.
    """

    text: str
    function: str
    audio: bool = False


AS_SVR = "as scikit-learn's `SVR`"
C = Setting("svr.C", POSITIVE, AS_SVR, example=10.0, default=1.0)
EPSILON = Setting(
    "svr.epsilon", {"type": "number", "minimum": 0}, AS_SVR, example=0.05, default=0.1
)
GAMMA = Setting(
    "svr.gamma", {"anyOf": [one_of("scale", "auto"), POSITIVE]},
    f"{AS_SVR}: `scale`, `auto` or a number", example="auto", default="scale",
)  # fmt: skip
TOL = Setting(
    "svr.tol", POSITIVE,
    "solver's tolerance. scikit-learn's default 1.0e-3 changes predictions by up to 3e-4. In YAML "
    "write `1.0e-6`: `1e-6` is text",
    example=1.0e-3, default=1.0e-6,
)  # fmt: skip
UNITS = Setting(
    "svr.units", one_of("scale", "labels"),
    "what `C` and `epsilon` count in: `scale`, the labels' scale brought to [0, 1], as the paper "
    "has it; or `labels`, standard deviations of the training labels, so that corpora and "
    "dimensions whose raters use less of the scale lose nothing by that",
    example="labels", default="scale",
)  # fmt: skip
KERNEL = Setting(
    "svr.kernel", one_of("rbf", "linear"), "`rbf` or `linear`", example="linear", default="rbf"
)
ALPHA = Setting(
    "alpha", POSITIVE, "penalty of `krr`, `ridge` and `nystroem`", example=0.1, default=1.0
)
LANDMARKS = Setting("landmarks", whole(2), "of `nystroem`", example=500, default=2000)
SEED = Setting(
    "seed", whole(0), "of demo corpora, stand-ins and `landmarks`", example=1, default=2024
)

LIBLINEAR = Credit(
    "LIBLINEAR, the solver of linear support vector regression", "fan2008liblinear", "BSD 3-clause"
)
NOT_TUNED = (TOL, UNITS, KERNEL, LANDMARKS, SEED)
REGRESSORS = {
    "svr": Regressor(
        "support vector regression",
        "dimser.regression.exact:svr",
        (C, EPSILON, TOL, UNITS),
        exact=True,
        grid={"C": [0.3, 1.0, 3.0, 10.0], "epsilon": [0.025, 0.1, 0.4]},
        credit=Credit(
            "LIBSVM, the solver of support vector regression", "chang2011libsvm", "BSD 3-clause"
        ),
        dual="dimser.regression.exact:svr_dual",
    ),
    "krr": Regressor(
        "kernel ridge on the deviation from the mean label",
        "dimser.regression.exact:krr",
        (ALPHA,),
        exact=True,
        grid={"alpha": [0.1, 0.3, 1.0, 3.0, 10.0]},
        dual="dimser.regression.exact:krr_dual",
    ),
    "ridge": Regressor(
        "ridge regression",
        "dimser.regression.blockwise:ridge",
        (ALPHA,),
        memory=lambda fold, settings: 8e-6 * 3 * fold.width**2,
    ),
    "linear_svr": Regressor(
        "holds all features; squared loss beyond epsilon",
        "dimser.regression.blockwise:linear_svr",
        (C, EPSILON, UNITS),
        memory=lambda fold, settings: 8e-6 * 4 * fold.width * fold.utterances,
        seconds=lambda fold: 2 * fold.stores_mb,
        credit=LIBLINEAR,
    ),
    "nystroem": Regressor(
        "a ridge on `landmarks` features that approximate the RBF kernel",
        "dimser.regression.blockwise:nystroem",
        (GAMMA, ALPHA, LANDMARKS, SEED),
        memory=lambda fold, settings: 8e-6 * 4 * settings["landmarks"] * fold.width,
        credit=Credit("Nystroem's approximation", "williams2001nystrom"),
    ),
}

BASELINES = {
    "mean": Baseline("of the training labels", "dimser.regression.baselines:mean"),
    "gender": Baseline("the mean where a corpus states none", "dimser.regression.baselines:gender"),
    "duration": Baseline("its logarithm", "dimser.regression.baselines:duration", audio=True),
    "loudness": Baseline(
        "root mean square in dB", "dimser.regression.baselines:loudness", audio=True
    ),
}


FUSIONS = {
    "concatenated": Fusion(
        "one long vector, the paper's early fusion: the set with more dimensions decides",
        "dimser.regression.fusion:concatenated",
        "EF({})",
        blockwise=True,
    ),
    "balanced": Fusion(
        "each set's squared distances are divided by its dimensions times its variance, so that "
        "all count alike",
        "dimser.regression.fusion:balanced",
        "EF({}), balanced",
        blockwise=True,
    ),
    "learned": Fusion(
        "likewise, with weights that are chosen by CCC for each dimension, in inner folds of whole "
        "speakers inside each training fold, on at most 1,200 of its utterances",
        "dimser.regression.fusion:learned",
        "EF({}), learned",
        rbf=True,
        inner=True,
    ),
    "mean": Fusion(
        "late fusion: the mean of the sets' predictions",
        "dimser.regression.fusion:mean",
        "LF({}), mean",
        blockwise=True,
        late=True,
    ),
    "stack": Fusion(
        "late fusion: non-negative least squares of the sets' predictions, in such inner folds",
        "dimser.regression.fusion:stack",
        "LF({}), stacked",
        inner=True,
        late=True,
    ),
}


# Of the layers of an encoder: fusions whose parts are all of them.
SEARCHES = {
    "best": "dimser.regression.fusion:best_part",
    "mixed": "dimser.regression.fusion:learned",
}
RECALIBRATED = "recalibrated"  # the modifier of a method's name, behind its fusion
RECALIBRATIONS = {
    "variance": Way(
        "brought to mean and standard deviation of the training labels, by predictions in inner "
        "folds of whole speakers inside each training fold",
        "dimser.regression.recalibration:variance",
    ),
    "least_squares": Way(
        "the labels regressed on such predictions", "dimser.regression.recalibration:least_squares"
    ),
}


def _listed(exact: bool) -> str:
    entries = {name: entry for name, entry in REGRESSORS.items() if entry.exact == exact}
    return ", ".join(f"`{name}` ({entry.text})" for name, entry in entries.items())


GRIDS = {name: str(kind.grid).replace("'", "") for name, kind in REGRESSORS.items() if kind.grid}
CHOICE = (
    "values to choose from by CCC, in inner folds of whole speakers inside each training fold; the "
    "choice stands in `results/{corpus}/models/`. `svr: {tune: default}` stands for "
    + " or ".join(f"`{grid}` (`{name}`)" for name, grid in GRIDS.items())
)
TUNE = (
    *(
        Setting(
            f"svr.tune.{setting.name}", many(setting.schema),
            CHOICE if setting is C else "likewise",
            example=[setting.default, setting.example], otherwise="not tuned",
        )
        for setting in dict.fromkeys(own for kind in REGRESSORS.values() for own in kind.needs)
        if setting not in NOT_TUNED
    ),
    Setting("svr.tune.folds", whole(2), "number of inner folds", example=5, default=3),
)  # fmt: skip
SETTINGS = (
    Setting(
        "fusion", one_of(*FUSIONS),
        "of methods `a+b` that name none after an `@`, as `a+b@balanced` does: "
        + "; ".join(f"`{name}` ({kind.text})" for name, kind in FUSIONS.items())
        + ". Regressors that go block by block have "
        + ", ".join(f"`{name}`" for name, kind in FUSIONS.items() if kind.blockwise),
        example="balanced", default="concatenated",
    ),
    Setting(
        "recalibration", one_of(*RECALIBRATIONS),
        "of methods whose name ends in `@recalibrated`, as `wlm@recalibrated` and "
        "`cmp+wlm@balanced@recalibrated`: "
        + "; ".join(f"`{name}` ({way.text})" for name, way in RECALIBRATIONS.items()),
        example="least_squares", default="variance",
    ),
    Setting(
        "regressor", one_of(*REGRESSORS),
        f"from a kernel of all training utterances: {_listed(True)}; block by block, for corpora "
        f"of any size: {_listed(False)}. What a regressor does not depend on is refused where it "
        "is `svr.kernel` or `svr.tune`, and otherwise changes and reruns nothing",
        example="nystroem", default="svr",
    ),
    *(own for kind in REGRESSORS.values() for own in kind.needs if own is not SEED),
    *TUNE,
    Setting(
        "exact_limit", whole(1),
        "training utterances up to which a kernel of all of them is held; above it the run stops "
        "before extraction, and says how much memory that would take",
        example=50_000, default=30_000,
    ),
    Setting(
        "folds_at_once", whole(1),
        "folds of a corpus that may have distances on the disk at a time: a fold then waits for "
        "the regressions of an earlier one. They take 4 bytes (8 of sets of at most 128 "
        "dimensions) times utterances times training utterances times feature sets (IEMOCAP, five "
        "sets: 1.6 GB a fold). Without it folds are begun in order, and distances go as soon as "
        "the last regression has used them",
        example=2, otherwise="all",
    ),
)  # fmt: skip
# An object, or the word that stands for a regressor's own grid.
SECTIONS = {"svr.tune": {"type": ["object", "string"], "minProperties": 1, "pattern": "^default$"}}
UNLABELLED = (
    Setting(
        "audio", PATH, "a file, a folder, or a table `.csv` of segments `file,start,end`",
        example="/path/to/recordings", default=REQUIRED,
    ),
    Setting(
        "window", POSITIVE, "seconds of a window, to follow long recordings",
        example=5, otherwise="files and segments as a whole",
    ),
    Setting(
        "hop", POSITIVE, "seconds from the beginning of a window to that of the next",
        example=1, otherwise="as long as a window",
    ),
)  # fmt: skip
BASELINE_SETTINGS = (
    Setting("label", TEXT, "name for people", example="Duration alone", default=REQUIRED),
    Setting(
        "predictor", one_of(*BASELINES),
        ", ".join(f"`{name}` ({baseline.text})" for name, baseline in BASELINES.items()),
        example="duration", default=REQUIRED,
    ),
)  # fmt: skip
