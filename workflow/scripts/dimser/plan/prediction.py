"""Predictors of a run: which methods can be kept, from what, and what is said of them."""

import os

from snakemake.io import local

from dimser.features.exposure import Exposure, known
from dimser.features.registry import DEMO_ENCODERS, NOT_PUBLISHED, SEARCHED, STAND_INS, Shard
from dimser.plan.config_file import ConfigurationError
from dimser.plan.files import Files
from dimser.plan.resources import LONGEST, MODEL, SECONDS, UTTERANCES, Job
from dimser.plan.run import Run
from dimser.plan.sizes import Sizes
from dimser.regression.registry import LANDMARKS, REGRESSORS, SEARCHES
from dimser.report import credits

ALWAYS = ("vlasenko", "numpy", "scipy", "pandas", "scikit-learn")


class Prediction:
    """What predictors of a run need.

    Attributes:
        run: what the configuration asks for.
        files: of it.
    """

    def __init__(self, run: Run, files: Files) -> None:
        """Note both."""
        self.run, self.files = run, files

    def refusal(self, corpus: str, method: str) -> str:
        """Say why a method cannot be kept as a predictor; empty where it can."""
        run = self.run
        if method not in run.methods(corpus):
            known = ", ".join(run.methods(corpus))
            return f"it is no method of {corpus}. Add it to its `methods`, or choose of: {known}."
        if method in run.baselines:
            return "it is a baseline, which methods are compared with."
        if method not in run.direct and run.regressor.exact and not run.regressor.dual:
            kinds = [name for name, kind in REGRESSORS.items() if kind.dual or not kind.exact]
            own = run.config["regressor"]
            return f"`regressor: {own}` leaves nothing to keep. Choose one of: {', '.join(kinds)}."
        for part in run.sources(method):
            if part in run.extracted_by("table"):
                return f"{part!r} comes from a table, and not from audio."
        return ""

    def stores(self, wildcards: object) -> list[str]:
        """Return the feature stores of a method.

        Raises:
            ConfigurationError: if it cannot be kept as a predictor.
        """
        corpus, method = wildcards.corpus, wildcards.method
        if refusal := self.refusal(corpus, method):
            raise ConfigurationError(
                f"{method} of {corpus} cannot be kept as a predictor: {refusal}"
            )
        return self.files.stores(wildcards)

    def arguments(self, wildcards: object) -> dict:
        """Return what a predictor is fitted and described with."""
        searched = wildcards.method in self.run.searched()
        return {
            "seal": self.seal(wildcards),
            "fitting": self._fitting(wildcards),
            "layers": [None] if searched else self.files.layers(wildcards),
            "search": self.run.poolings(wildcards.method)[0] if searched else "",
            "described": self.described(wildcards),
        }

    def seal(self, wildcards: object) -> str:
        """Return module and name of the function that fits a method and keeps it."""
        if wildcards.method in self.run.direct:
            return "dimser.regression.sealing_blocks:of_outputs"
        if not self.run.regressor.exact:
            return "dimser.regression.sealing_blocks:of_blocks"
        return "dimser.regression.sealing:of_kernel"

    def regressor(self, wildcards: object) -> str:
        """Return module and name of the regression; empty where there is none."""
        return "" if wildcards.method in self.run.direct else self.run.regressor.function

    def _fitting(self, wildcards: object) -> dict:
        """Return further arguments of that function."""
        run, method = self.run, wildcards.method
        if method in run.direct:
            return run.predicting(method)
        arguments = {key: own for key, own in run.fitting(wildcards).items() if key != "parts"}
        if run.regressor.exact:
            arguments["dual"] = run.regressor.dual
        if method in run.searched():
            arguments["fusion"] = SEARCHES[run.features[method]["layer"]]
        return arguments

    def sealing_mb(self, job: Job) -> float:
        """Return the MB of fitting a method on all utterances: distances of all parts, twice."""
        method = job.wildcards.method
        if method in self.run.direct:
            return 4 * job.stores_mb
        if not self.run.regressor.exact:  # landmarks stand in float64, and distances to them
            settings = self.run.regression["settings"]
            kept = 8e-6 * settings.get("landmarks", LANDMARKS.default) * job.fold.width
            return Sizes(self.run).blocks_mb(job.fold) + 4 * kept + 500
        # of layers that are searched, those of four are held
        parts = 4 if method in self.run.searched() else len(self.run.sources(method))
        inner = Sizes(self.run).inner_fits(method)
        return job.kernel_mb(2 * parts, inner) + 4 * max(job.stores, default=0.0)

    def sealing_seconds(self, job: Job) -> float:
        """Return the seconds that it takes, twice: what a smaller form loses is measured."""
        method = job.wildcards.method
        if method in self.run.direct:
            return 0.2 * job.stores_mb
        if not self.run.regressor.exact:
            return self.run.regressor.seconds(job.fold) + 0.2 * job.stores_mb
        if method in self.run.searched():
            return 4 * Sizes(self.run).mixed_seconds(job)
        fits = Sizes(self.run).fits(method)
        return 2 * (6e-6 * job.stores_mb * job.utterances + 0.5 * job.pairs * fits)

    @property
    def unlabelled(self) -> list[str]:
        """Ids of the audio that is in no corpus."""
        return [*self.run.config.get("unlabelled", {})]

    def audio(self, wildcards: object) -> str:
        """Return the file or folder of audio that is in no corpus."""
        entry = self.run.config["unlabelled"][wildcards.audio]
        return local(os.path.expanduser(entry["audio"]))

    def predicting(self, wildcards: object) -> dict:
        """Return what it is predicted with."""
        entry = self.run.config["unlabelled"][wildcards.audio]
        own = {key: entry[key] for key in ("window", "hop") if key in entry}
        return own | {"on_bad_audio": self.run.config["on_bad_audio"]}

    def predicting_mb(self, job: Job) -> float:
        """Return the MB of extracting unlabelled audio, as if it were as large as IEMOCAP."""
        sets = [self.run.stored_in(name) for name in self.run.sources(job.wildcards.method)]
        whole = Shard(UTTERANCES, SECONDS, LONGEST, MODEL)
        return sum(self.run.extractor(s).memory(self.run.features[s], whole) for s in sets)

    def predicting_seconds(self, job: Job) -> float:
        """Return the seconds that it takes on two cores, likewise."""
        sets = [self.run.stored_in(name) for name in self.run.sources(job.wildcards.method)]
        whole = Shard(UTTERANCES, SECONDS, LONGEST, MODEL)
        return sum(self.run.extractor(s).seconds(self.run.features[s], whole) for s in sets)

    def described(self, wildcards: object) -> dict:
        """Return what is known of a predictor before it is fitted."""
        corpus, method = wildcards.corpus, wildcards.method
        entry = self.run.corpora[corpus]
        return {
            "method": method,
            "label": self.run.labels[method],
            "corpus": {"id": corpus, "label": entry["label"], "scale": [*entry["scale"]]},
            "stand_in": self.run.stand_ins.get(method, ""),
            "min_duration": self.run.config["min_duration"],
            "features": [self._part(name) for name in self.run.sources(method)],
            "licences": self._licences(corpus, method),
        }

    def _part(self, features: str) -> dict:
        """Describe a feature set: what extracts it, and what its model has heard."""
        kept, layer = self.run.stored_in(features), self.run.layer(features)
        settings = self.run.extraction(kept)
        if features in self.run.searched():  # which layers, is known once they are found
            settings |= {"pooling": self.run.poolings(features)[0]}
        model, heard = "", {}
        if "model" in settings:
            model = self.files.model(kept)
            exposure = known(settings["model"], self.run.features[kept].get("trained_on"))
            if settings["model"].startswith(STAND_INS):
                exposure = Exposure("it is untrained")
            if settings["model"].startswith(DEMO_ENCODERS):
                exposure = Exposure("data/encoders/README.md", ("synthesised speech",))
            if exposure:
                heard = {key: own for key, own in exposure._asdict().items() if key != "base"}
        elif "onnx" in settings:
            model = os.path.abspath(settings["onnx"])
        return {
            "id": features,
            "label": self.run.features[features]["label"],
            "extractor": self.run.features[kept]["extractor"],
            "settings": settings if layer in (None, *SEARCHED) else settings | {"layer": layer},
            "model": str(model),
            "heard": {key: [*v] if isinstance(v, tuple) else v for key, v in heard.items()},
        }

    def _licences(self, corpus: str, method: str) -> dict[str, str]:
        """Return the licences of a predictor's parts, as far as they are known."""
        run = self.run
        entry = run.corpora[corpus]
        words = {*ALWAYS, run.config["regressor"], entry["reader"], entry["root"]}
        found = {}
        for name in run.sources(method):
            entry = run.features[run.stored_in(name)]
            words |= {entry["extractor"], str(entry.get("model", "")), entry.get("set", "")}
            model = entry.get("model") or entry.get("onnx")
            if model and not model.startswith((*NOT_PUBLISHED,)):
                found[model] = "not known here: see its model card"
        known = [credit for word, credit in credits.known().items() if word in words]
        found |= {credit.name: credit.licence for credit in known if credit.licence}
        if run.corpora[corpus]["reader"] == "manifest":
            found[run.corpora[corpus]["label"]] = "that of the corpus, which is not known here"
        return found
