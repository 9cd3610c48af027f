"""Feature sets: what is said of each in the configuration, and the extractors that make them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from dimser.core.settings import PATH, REQUIRED, TEXT, Credit, Setting, many, one_of, whole
from dimser.features.statistics import STATISTICS, statistics_of

# Folders of models that are no published ones, and what these are called wherever they show.
DEMO_ENCODERS = "data/encoders/"
STAND_INS = "data/stand_ins/"
NOT_PUBLISHED = {
    DEMO_ENCODERS: "demo encoder, trained on synthesised speech",
    STAND_INS: "untrained stand-in",
}


class Shard(NamedTuple):
    """How large the work of one extraction is.

    Attributes:
        utterances: number.
        seconds: of audio in all.
        longest: seconds of the longest utterance.
        model_mb: megabytes of the model's weights.
    """

    utterances: int
    seconds: float
    longest: float
    model_mb: float


@dataclass(frozen=True)
class Extractor:
    """A way to get features.

    Attributes:
        settings: keys of a feature set that it takes beside those that all have.
        function: module and name of what extracts a table of audio (see `dimser.features.store`);
            empty where nothing is extracted.
        environment: name of its file in `envs/`.
        credit: whom to cite, and the licence.
        memory: MB that the extraction of a shard takes beside an empty process, from the feature
            set's settings; None where no shards are extracted.
        seconds: that it takes on two cores, likewise.
    """

    settings: tuple[Setting, ...]
    function: str = ""
    environment: str = "analysis"
    credit: Credit | None = None
    memory: Callable[[dict, Shard], float] | None = None
    seconds: Callable[[dict, Shard], float] | None = None


def features_mb(utterances: int, width: int) -> float:
    """Return the MB of features in float32, of a copy, and of what checks them."""
    return utterances * width * 4e-6 * 2.3


def _opensmile_mb(settings: dict, shard: Shard) -> float:
    return features_mb(shard.utterances, 88 if "GeMAPS" in settings["set"] else 6_373)


LAYERS = 25  # that `all` is planned as: a large encoder's


def _transformers_mb(settings: dict, shard: Shard) -> float:
    layer = settings["layer"]
    layers = len(layer) if isinstance(layer, list) else LAYERS if layer == "all" else 1
    windows = 2 * 10 * min(shard.longest, settings["max_seconds"])
    width = layers * len(statistics_of(settings["pooling"])) * 1_024
    return features_mb(shard.utterances, width) + 1.3 * shard.model_mb + windows


# As the enumerations of the package `opensmile` have them, which a plan does not import.
OPENSMILE_SETS = (
    "ComParE_2016", "GeMAPS", "GeMAPSv01a", "GeMAPSv01b", "eGeMAPS", "eGeMAPSv01a", "eGeMAPSv01b",
    "eGeMAPSv02", "emobase", "IS09", "IS10", "IS11", "IS12", "IS13",
)  # fmt: skip
OPENSMILE_LEVELS = ("LowLevelDescriptors", "LowLevelDescriptors_Deltas", "Functionals")
TRAINED_ON = Setting(
    "trained_on", many(TEXT, minItems=0, uniqueItems=True),
    "what its model has heard, to mark scores on it: corpora, a part of one after a slash, and "
    "known models that it started from; `[]`: nothing",
    example=["MSP-Podcast/Train", "microsoft/wavlm-large"],
    otherwise="as the list of known models says, or unknown",
)  # fmt: skip
POOLING = one_of(*STATISTICS)
SEARCHED = ("best", "mixed")  # layers that only a training fold can tell
EXTRACTORS = {
    "opensmile": Extractor(
        settings=(
            Setting(
                "set", one_of(*OPENSMILE_SETS),
                f"one of openSMILE's: `{'`, `'.join(OPENSMILE_SETS)}`",
                example="ComParE_2016", default=REQUIRED,
            ),
            Setting(
                "level", one_of(*OPENSMILE_LEVELS), "other levels are pooled over time",
                example="LowLevelDescriptors", default="Functionals",
            ),
            Setting(
                "pooling", POOLING,
                "of low-level descriptors, over time: `mean`, `mean_std` or `max`",
                example="mean_std", default="mean",
            ),
        ),
        function="dimser.features.functionals:extracted",
        environment="opensmile",
        credit=Credit(
            "openSMILE", "eyben2010opensmile",
            "audEERING's research licence: free for research and teaching, not for commercial "
            "products",
        ),
        memory=_opensmile_mb,
        seconds=lambda settings, shard: shard.seconds / 150,
    ),
    "transformers": Extractor(
        settings=(
            Setting(
                "model", PATH, "id on the hub, or a folder",
                example="microsoft/wavlm-large", default=REQUIRED,
            ),
            Setting(
                "revision", {"type": "string"},
                "branch, tag or commit; pin a commit, so that others get what you got",
                example="c1423ed94bb01d80a3f5ce5bc39f6026a0f4828c", default="main",
            ),
            Setting(
                "layer",
                {"anyOf": [one_of("last", "all"), {"type": "integer"}, many({"type": "integer"})]},
                "several are one long vector where the set is a method. `last`, `all`, an index or "
                "a list into transformers' `hidden_states`, 0 being before the first layer",
                example=[0, 6, 12], default="last",
            ),
            Setting(
                "pooling", {"anyOf": [POOLING, many(POOLING, uniqueItems=True)]},
                "over time: `mean`, `mean_std` or `max`; a list keeps several from one pass over "
                "the encoder, as one long vector where the set is a method",
                example=["mean", "mean_std", "max"], default="mean",
            ),
            Setting(
                "max_seconds", {"type": "number", "exclusiveMinimum": 1},
                "longer audio is embedded in windows", example=30, default=60,
            ),
            Setting(
                "precision", one_of("float32", "tf32", "bfloat16", "float16"),
                "of an encoder's products: `float32`; `tf32` (the same on a CPU), `bfloat16` or "
                "`float16`, which cost at most 8e-5, 5e-3 and 9e-5 of cosine similarity (measured "
                "with random weights; with `bfloat16` the demo's CCCs moved by 0.0006, by 0.0023 "
                "at most)",
                example="bfloat16", default="float32",
            ),
            Setting(
                "batch_seconds", {"type": "number", "minimum": 0},
                "audio in one batch on a GPU, padding included; 0: each utterance alone",
                example=320, otherwise="half of the GPU's free memory, at most 640 s",
            ),
            TRAINED_ON,
        ),
        function="dimser.features.embedding:extracted",
        environment="transformers",
        credit=Credit("transformers", "wolf2020transformers", "Apache 2.0"),
        memory=_transformers_mb,
        # a GB of weights goes through 5 seconds of audio a second
        seconds=lambda settings, shard: shard.seconds / 5 * shard.model_mb / 1e3,
    ),
    "onnx": Extractor(
        settings=(
            Setting(
                "onnx", PATH,
                "folder as audonnx writes it (`model.onnx`, `model.yaml`), or a file `.onnx` that "
                "takes samples of any length",
                example="/models/w2v2-msp-dim", default=REQUIRED,
            ),
            Setting(
                "output", TEXT, "which output is the embedding: of the utterance, or of each frame",
                example="hidden_states", otherwise="the first that is not `logits`",
            ),
            Setting(
                "logits", TEXT, "which output is what the model predicts, for `direct`; its names "
                "are those that audonnx's YAML has",
                example="predictions", otherwise="`logits`, if there is one",
            ),
            Setting(
                "pooling", POOLING, "of frames, over time", example="mean_std", default="mean"
            ),
            Setting("rate", whole(1), "Hz, that it takes", example=8_000, default=16_000),
            Setting(
                "max_seconds", {"type": "number", "exclusiveMinimum": 1},
                "longer audio is embedded in windows", example=30, default=60,
            ),
            TRAINED_ON,
        ),
        function="dimser.features.onnx_models:extracted",
        environment="onnx",
        credit=Credit("ONNX Runtime", "", "MIT; each model has a licence of its own"),
        memory=lambda settings, shard: features_mb(shard.utterances, 1_024)
        + 2 * shard.model_mb + 10 * min(shard.longest, settings["max_seconds"]),
        seconds=lambda settings, shard: shard.seconds / 5 * shard.model_mb / 1e3,
    ),
    "layer": Extractor(
        settings=(
            Setting(
                "of", {"type": "string"}, "a `transformers` feature set that keeps several layers",
                example="wlm_all", default=REQUIRED,
            ),
            Setting(
                "layer", {"anyOf": [{"type": "integer", "minimum": 0}, one_of(*SEARCHED)]},
                "one of its layers, as a feature set of its own from the same store; `best`: for "
                "each dimension the layer that is best in inner folds of whole speakers, inside "
                "each training fold; `mixed`: all layers, their distances weighted by what was "
                "learned there",
                example=9, default=REQUIRED,
            ),
            Setting(
                "pooling", POOLING, "for `best` and `mixed`, where `of` keeps several",
                example="mean_std", otherwise="the first that `of` keeps",
            ),
        ),
    ),
    "table": Extractor(
        settings=(
            Setting(
                "path", {"type": "string", "pattern": r"^([^{}]|\{corpus\})+$"},
                "a CSV, TSV, Parquet, npy (ids beside it in `.txt`, one per line) or HDF5 table, "
                "keyed by `id`, by `file` (named from any folder above it), or by `file,start,end` "
                "as openSMILE's Python package writes it; `{corpus}` stands for the corpus. "
                "Labels, speakers, durations, numbers of rows and whatever the manifest has are no "
                "features: the log names them",
                example="features/{corpus}.parquet", default=REQUIRED,
            ),
            TRAINED_ON,
        ),
    ),
}  # fmt: skip
SETTINGS = (
    Setting("label", TEXT, "name for people", example="WLM", default=REQUIRED),
    Setting(
        "extractor", one_of(*EXTRACTORS),
        f"one of {', '.join(f'`{name}`' for name in EXTRACTORS)}; the other keys depend on it",
        example="transformers", default=REQUIRED,
    ),
)  # fmt: skip
# What a fine-tuned model's own regression head predicts.
DIRECT = (
    Setting("label", TEXT, "name for people", example="E2E EM", default=REQUIRED),
    Setting(
        "features", {"type": "string"}, "the feature set whose extraction yields it",
        example="wv2_em", default=REQUIRED,
    ),
    Setting(
        "scale", many({"type": "number"}, minItems=2, maxItems=2),
        "lowest and highest value of what the head predicts; mapped to `[0, 1]`. All layouts but "
        "transformers' classifiers, which may have been trained on any scale, are known to have "
        "the default",
        example=[1, 7], default=[0, 1],
    ),
    Setting(
        "recalibrate", {"type": "boolean"},
        "bring outputs, linearly, to the mean and standard deviation of the training folds' labels "
        "first: what is still lacking then is not calibration",
        example=True, default=False,
    ),
)  # fmt: skip
