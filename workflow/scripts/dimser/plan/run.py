"""What a run is made of: corpora, feature sets, methods, and how they hang together."""

import json
import os
import re
from functools import cached_property
from pathlib import Path

from dimser.core.dimensions import DIMENSIONS
from dimser.core.methods import kind, parse
from dimser.core.settings import value_of, with_defaults
from dimser.evaluation.registry import INTERVAL
from dimser.features.registry import EXTRACTORS, NOT_PUBLISHED, SEARCHED, Extractor
from dimser.plan.settings import schema, with_default_grid, with_present_names
from dimser.regression.registry import (
    BASELINES,
    EPSILON,
    FUSIONS,
    RECALIBRATED,
    RECALIBRATIONS,
    REGRESSORS,
    UNITS,
    Fusion,
    Regressor,
)

SAID = ("label", "extractor", "trained_on")  # of a feature set, and nothing to extract it with
_RUNS: dict[str, "Run"] = {}


class Run:
    """A configuration, and all that follows from it.

    Attributes:
        config: with defaults, and with `~` in paths replaced.
        corpora: entries of the configuration by id; likewise `features`, `direct`, `baselines`.
    """

    def __init__(self, config: dict) -> None:
        """Fill in what the configuration leaves open."""
        self.config = with_defaults(with_default_grid(with_present_names(config)), schema())
        del self.config["bootstrap"]
        paths = [("features", key) for key in ("model", "path", "onnx")]
        for section, key in [("corpora", "root"), *paths]:
            self.config[section] = {
                name: entry | ({key: os.path.expanduser(entry[key])} if key in entry else {})
                for name, entry in self.config[section].items()
            }
        self.corpora: dict[str, dict] = self.config["corpora"]
        self.features: dict[str, dict] = self.config["features"]
        self.direct: dict[str, dict] = self.config["direct"]
        self.baselines: dict[str, dict] = self.config["baselines"]

    @classmethod
    def of(cls, config: dict) -> "Run":
        """Return the run of a configuration, the same one for the same configuration."""
        key = json.dumps(config, sort_keys=True, default=str)
        return _RUNS.get(key) or _RUNS.setdefault(key, cls(config))

    @property
    def shards(self) -> range:
        """Numbers of the parts in which a corpus is extracted."""
        return range(self.config["shards"])

    @property
    def regressor(self) -> Regressor:
        """The kind of regression that is fitted."""
        return REGRESSORS[self.config["regressor"]]

    @property
    def regression(self) -> dict:
        """What a regression is called with, and no more: another setting reruns nothing."""
        needs = {own.name: value_of(self.config, own.key) for own in self.regressor.needs}
        arguments = {"regressor": self.regressor.function}
        if self.regressor.exact:
            arguments |= {name: needs.pop(name) for name in ("kernel", "gamma")}
            arguments["tune"] = self.config["svr"].get("tune")
        return arguments | {"settings": needs}

    @property
    def tube(self) -> dict:
        """What is not punished in training: epsilon, None where it is not one value, and its units.

        And the methods that are fitted with it.
        """
        settings, tuned = self.regression["settings"], self.config["svr"].get("tune") or {}
        return {
            "epsilon": None if EPSILON.name in tuned else settings.get(EPSILON.name),
            "units": settings.get(UNITS.name, "scale"),
            "regressed": self.regressed,
        }

    def fitting(self, wildcards: object) -> dict:
        """Return what the regression of a method is called with."""
        arguments = self.regression
        if self.is_recalibrated(wildcards.method):
            arguments["recalibration"] = RECALIBRATIONS[self.config["recalibration"]].function
        if not (fusion := self.fusion(wildcards.method)):
            return arguments
        if not self.regressor.exact:
            return arguments | {"fusion": fusion}
        parts = self.sources(wildcards.method)
        return arguments | {"fusion": FUSIONS[fusion].function, "parts": parts}

    def is_recalibrated(self, method: str) -> bool:
        """Return whether a method's predictions are brought to the labels' mean and spread."""
        return RECALIBRATED in parse(method).modifiers

    def recalibration_function(self, wildcards: object) -> str:
        """Return module and name of the function that does so; empty where none does."""
        if not self.is_recalibrated(wildcards.method):
            return ""
        return RECALIBRATIONS[self.config["recalibration"]].function

    def fusion(self, method: str) -> str:
        """Return how a method fuses feature sets: as it says, or as the configuration does.

        Args:
            method: that is a regression; a single feature set has none, "".
        """
        parts, modifiers = parse(method)
        named = [name for name in modifiers if name in FUSIONS]
        return [*named, self.config["fusion"]][0] if len(parts) > 1 else ""

    def fusion_of(self, method: str) -> Fusion | None:
        """Return the kind of a method's fusion; None where nothing is fused."""
        return FUSIONS.get(self.fusion(method))

    def regressor_function(self, wildcards: object = None) -> str:
        """Return module and name of the function that fits and predicts."""
        return self.regressor.function

    def fusion_function(self, wildcards: object) -> str:
        """Return module and name of the function that fuses; empty where nothing is fused."""
        fusion = self.fusion_of(wildcards.method)
        return fusion.function if fusion else ""

    @property
    def interval(self) -> dict:
        """What makes intervals: a function, and its settings."""
        settings = {own.name: value_of(self.config, own.key) for own in INTERVAL.settings}
        return {"interval": INTERVAL.function, "settings": settings}

    def scoring(self, corpus: str) -> dict:
        """Return what the methods of a corpus are scored with."""
        config = self.config
        return {
            "methods": self.methods(corpus),
            "clusters": config["clusters"],
            "draws": config["draws"],
            "seed": config["seed_of_draws"],
            **self.interval,
        }

    def comparing(self, corpus: str) -> dict:
        """Return what the methods of a corpus are compared with."""
        family = {"family": self.config["compare"], "baselines": list(self.baselines)}
        return self.scoring(corpus) | family

    def breaking_down(self, corpus: str) -> dict:
        """Return what the scores of a corpus are taken apart with, and single utterances shown."""
        shown = {"methods": self.methods(corpus), "scale": self.corpora[corpus]["scale"]}
        shown["audio"] = value_of(self.config, "report.audio")
        return shown | {"clusters": self.config["clusters"]} | self.interval

    def interval_function(self, wildcards: object = None) -> str:
        """Return module and name of the function that makes intervals."""
        return INTERVAL.function

    @property
    def interval_text(self) -> str:
        """Where intervals come from, to follow "95 % intervals"."""
        return INTERVAL.text(self.interval["settings"])

    def methods(self, corpus: str) -> list[str]:
        """Return a corpus's methods in the order of Table 1: its own, the common ones, or all."""
        every_one = [*self.features, *self.direct, *self.baselines]
        return self.corpora[corpus].get("methods") or self.config.get("methods") or every_one

    def kinds(self, corpus: str) -> dict[str, str]:
        """Return what each method of a corpus is: a representation, a fusion, and so on."""
        return {name: kind(name, self.direct, self.baselines) for name in self.methods(corpus)}

    def sources(self, method: str) -> list[str]:
        """Return the feature sets that a method rests on."""
        if method in self.baselines:
            return []
        return (
            [self.direct[method]["features"]] if method in self.direct else [*parse(method).parts]
        )

    def used(self, corpus: str) -> list[str]:
        """Return the feature sets that the methods of a corpus need, and those of its layer maps.

        A map is made where it is asked for, and where a method is the best layer of a set.
        """
        used = {*self._sources(corpus), *self.mapped(corpus)}
        return [name for name in self.features if name in used]

    def feature_sets(self, corpus: str) -> list[str]:
        """Return the feature sets of a corpus's methods that are the same features in each fold."""
        used = self._sources(corpus) - {*self.searched()}
        return [name for name in self.features if name in used]

    def _sources(self, corpus: str) -> set[str]:
        return {name for method in self.methods(corpus) for name in self.sources(method)}

    def needing_audio(self, corpus: str) -> list[str]:
        """Return in words what of a corpus's methods needs its audio."""
        sets = [f for f in self.used(corpus) if f not in self.extracted_by("table")]
        used = [name for name in self.methods(corpus) if name in self.baselines]
        heard = [b for b in used if BASELINES[self.baselines[b]["predictor"]].audio]
        own = [name for name in self.methods(corpus) if name in self.direct]
        return [
            f"the {kind} {name!r}"
            for kind, names in (
                ("feature set", sets), ("direct prediction", own), ("baseline", heard),
            )
            for name in names
        ]  # fmt: skip

    @property
    def corpus_features(self) -> list[tuple[str, str]]:
        """Every corpus with each of its feature sets."""
        return [(corpus, name) for corpus in self.corpora for name in self.feature_sets(corpus)]

    @cached_property
    def regressed(self) -> list[str]:
        """All methods that are a regression on features, in any corpus."""
        named = {method for corpus in self.corpora for method in self.methods(corpus)}
        return sorted(named - {*self.direct, *self.baselines})

    @property
    def on_distances(self) -> list[str]:
        """The regressions that need nothing but distances of whole feature sets."""
        return sorted({*self.regressed} - {*self.searched()})

    def single_methods(self, corpus: str) -> list[str]:
        """Return the methods of a corpus that are a regression on one feature set."""
        sets = self.feature_sets(corpus)
        return [method for method in self.methods(corpus) if method in sets]

    def predictor(self, baseline: str) -> str:
        """Return module and name of the function that a baseline predicts from."""
        return BASELINES[self.baselines[baseline]["predictor"]].function

    def folds(self, corpus: str) -> range:
        """Return the numbers of the folds of a corpus that are predicted."""
        folds = self.corpora[corpus]["folds"]
        return range(1 if "test" in folds else folds["k"])

    def groupings(self, corpus: str) -> list[str]:
        """Return where the results of each grouping of a corpus's speakers lie: a folder, or ""."""
        more = range(1, self.corpora[corpus]["folds"]["seeds"])
        return ["", *(f"groupings/{number}/" for number in more)]

    def grouping(self, corpus: str, folder: str) -> dict:
        """Return what a corpus is grouped into folds by.

        Args:
            corpus: its id.
            folder: of the grouping, from `groupings`; all but the first are random.
        """
        folds, number = self.corpora[corpus]["folds"], self.groupings(corpus).index(folder)
        return folds | ({"seed": folds.get("seed", 0) + number} if number else {})

    def extractor(self, features: str) -> Extractor:
        """Return what makes a feature set."""
        return EXTRACTORS[self.features[features]["extractor"]]

    def extracted_by(self, *extractors: str) -> list[str]:
        """Return the feature sets that these extractors make."""
        return [n for n, entry in self.features.items() if entry["extractor"] in extractors]

    @property
    def extracted(self) -> list[str]:
        """The feature sets that are extracted in shards."""
        return [name for name in self.features if self.extractor(name).memory]

    def extraction(self, features: str) -> dict:
        """Return what an extraction is called with, in one order, however it was written."""
        entry = {key: own for key, own in self.features[features].items() if key not in SAID}
        if "set" in entry:  # `set` is a word of Python's
            entry["feature_set"] = entry.pop("set")
        return dict(sorted(entry.items()))

    def predicted(self, features: str) -> list[str]:
        """Return the dimensions that the model of a feature set has to predict itself."""
        needed = {
            dimension
            for corpus, entry in self.corpora.items()
            for method in self.methods(corpus)
            if method in self.direct and features in self.sources(method)
            for dimension in entry["dimensions"]
        }
        return [dimension for dimension in DIMENSIONS if dimension in needed]

    def predicting(self, direct: str) -> dict:
        """Return what is done to the outputs of a model's own head."""
        return {key: self.direct[direct][key] for key in ("scale", "recalibrate")}

    def stored_in(self, features: str) -> str:
        """Return the feature set in whose store another lies: its own, or that of all layers."""
        return self.features[features].get("of", features)

    def layer(self, features: str) -> int | None:
        """Return the layer to read of a store that keeps several; None for all that it holds."""
        entry = self.features[features]
        return entry["layer"] if entry["extractor"] == "layer" else None

    def searched(self, *how: str) -> list[str]:
        """Return the feature sets whose layers are found in the training folds.

        Args:
            how: `best` or `mixed`; both, if nothing is named.
        """
        found = {name: self.features[name]["layer"] for name in self.extracted_by("layer")}
        return [name for name, layer in found.items() if layer in (how or SEARCHED)]

    def poolings(self, features: str) -> list[str]:
        """Return the poolings that a set keeps; of a searched one, the one that it uses."""
        entry = self.features[features]
        if "pooling" not in entry:
            return self.poolings(entry["of"])[:1]
        return [entry["pooling"]] if isinstance(entry["pooling"], str) else entry["pooling"]

    def best_of(self, corpus: str) -> dict[str, tuple[str, str]]:
        """Return the methods that are the best layer of a set, with that set and the pooling."""
        best = self.searched("best")
        methods = [method for method in self.methods(corpus) if method in best]
        return {name: (self.stored_in(name), self.poolings(name)[0]) for name in methods}

    def mapped(self, corpus: str) -> list[str]:
        """Return the feature sets of which every layer is scored on a corpus."""
        chosen_from = {features for features, _ in self.best_of(corpus).values()}
        return [n for n in self.features if n in chosen_from or n in self.config["layer_maps"]]

    def mapping(self, corpus: str, features: str) -> dict:
        """Return what the layers of a set are regressed with."""
        chosen_from = {pool for of, pool in self.best_of(corpus).values() if of == features}
        poolings = self.poolings(features)
        compared = [pooling for pooling in poolings if pooling in chosen_from]
        return {"poolings": poolings, "compared": compared, **self.regression}

    def layers(self, corpus: str) -> dict[str, dict[int, str]]:
        """Return the methods that are a layer each, by the set that keeps several, and by layer."""
        found: dict[str, dict[int, str]] = {}
        for method in self.single_methods(corpus):
            if self.layer(method) is not None:
                found.setdefault(self.stored_in(method), {})[self.layer(method)] = method
        return {features: own for features, own in found.items() if len(own) > 1}

    def profiling(self, corpus: str) -> dict:
        """Return what the figure of a corpus's layers shows, and beside what."""
        methods = self.methods(corpus)
        handcrafted = self.extracted_by("opensmile")
        return {
            "mapped": self.mapped(corpus),
            "layers": self.layers(corpus),
            "functionals": [method for method in methods if method in handcrafted],
            "baselines": [method for method in methods if method in self.baselines],
            "labels": self.labels,
            "stand_ins": self.stand_ins,
        }

    @property
    def labels(self) -> dict[str, str]:
        """What people call each feature set, fusion, direct prediction and baseline."""
        entries = {**self.features, **self.direct, **self.baselines}
        names = {name: entry["label"] for name, entry in entries.items()}
        fused = {method: fusion for method in self.regressed if (fusion := self.fusion_of(method))}
        parts = {method: "+".join(names[part] for part in self.sources(method)) for method in fused}
        names |= {m: fusion.label.format(parts[m]) for m, fusion in fused.items()}
        moved = [method for method in self.regressed if self.is_recalibrated(method)]
        single = {m: names[self.sources(m)[0]] for m in moved if m not in fused}
        return names | {m: f"{(names | single)[m]}, {RECALIBRATED}" for m in moved}

    @property
    def beyond_paper(self) -> list[str]:
        """Methods that fuse, or find layers, as the paper does not, or are recalibrated."""
        paper, found = ("", "concatenated"), self.searched()
        return [
            method
            for method in self.regressed
            if self.fusion(method) not in paper or self.is_recalibrated(method) or method in found
        ]

    def weighted_models(self, corpus: str) -> list[tuple[str, int]]:
        """Return the methods of a corpus whose parts have weights that were chosen, and folds."""
        fused = {m: self.fusion_of(m) for m in self.methods(corpus) if m in self.regressed}
        mixed = self.searched("mixed")
        weighted = [m for m, fusion in fused.items() if m in mixed or (fusion and fusion.inner)]
        return [(method, fold) for method in weighted for fold in self.folds(corpus)]

    @property
    def transferred(self) -> list[str]:
        """The corpora between which models are transferred; none where that is not asked for."""
        asked = self.config.get("transfer")
        return [] if asked is None else asked.get("corpora", [*self.corpora])

    @property
    def feature_labels(self) -> dict[str, str]:
        """What people call each feature set."""
        return {name: entry["label"] for name, entry in self.features.items()}

    @property
    def corpus_labels(self) -> dict[str, str]:
        """What people call each corpus."""
        return {name: corpus["label"] for name, corpus in self.corpora.items()}

    @property
    def stand_ins(self) -> dict[str, str]:
        """Feature sets and methods that rest on no published model, and what theirs is called."""
        kinds = {
            name: kind
            for name in self.features
            for folder, kind in NOT_PUBLISHED.items()
            if self.features[self.stored_in(name)].get("model", "").startswith(folder)
        }
        named = {name: [kinds[s] for s in self.sources(name) if s in kinds] for name in self.labels}
        return {name: some[0] for name, some in named.items() if some}

    @property
    def hub_models(self) -> dict[str, dict]:
        """Feature sets' entries by the name of the folder that their model is fetched to."""
        entries = [entry for entry in self.features.values() if "model" in entry]
        return {Path(hub_folder(entry)).name: entry for entry in entries}


def hub_folder(entry: dict) -> str:
    """Return where a model of the hub lies on this machine once it is fetched."""
    return f"data/models/{'--'.join(Path(entry['model']).parts)}@{entry['revision']}"


def one_of(names: list[str]) -> str:
    """Return a wildcard constraint that matches these names alone, or nothing if there are none."""
    return "|".join(re.escape(name) for name in names) or "(?!)"
