"""Stress tests of a run: which methods, on which audio, and which file each job needs."""

import hashlib
import math
import os
from collections.abc import Callable
from pathlib import Path

from dimser.evaluation.registry import CORRECTNESS, FAIRNESS
from dimser.features.conditions import with_noises
from dimser.features.registry import Extractor, Shard
from dimser.plan import resources
from dimser.plan.resources import Job, known
from dimser.plan.run import Run
from dimser.plan.stress_problems import untestable

SHARE, NORMAL = 0.95, 1.959964  # what a precision is about; a normal's 97.5 % quantile
OF_MODELS = "transformers"  # the environment whose jobs use a GPU
REFIT = "dimser.regression.refitting:"
PITCH = {"ComParE_2016": "F0final_sma_amean"} | dict.fromkeys(
    ("GeMAPS", "eGeMAPS", "GeMAPSv01a", "GeMAPSv01b", "eGeMAPSv01a", "eGeMAPSv01b", "eGeMAPSv02"),
    "F0semitoneFrom27.5Hz_sma3nz_amean",
)


class Stress:
    """The stress tests of a run.

    Attributes:
        run: what the configuration asks for.
        config: its section; empty where nothing is tested.
    """

    def __init__(self, run: Run) -> None:
        """Note the run."""
        self.run, self.config = run, run.config.get("stress", {})

    def methods(self, corpus: str) -> list[str]:
        """Return the methods of a corpus that are tested."""
        if "stress" not in self.run.config:
            return []
        every_one = self.run.methods(corpus)
        named = self.config.get("methods", every_one)
        return [m for m in every_one if m in named and not untestable(m, self.run.config)]

    @property
    def corpora(self) -> list[str]:
        """Corpora in which anything is tested."""
        return [corpus for corpus in self.run.corpora if self.methods(corpus)]

    def tables(self) -> list[str]:
        """Return the table of each corpus in which anything is tested."""
        return [f"results/{corpus}/stress.csv" for corpus in self.corpora]

    @property
    def fitted(self) -> list[str]:
        """The regressions that are tested, in any corpus."""
        return self._kind(lambda method: method not in self.run.direct)

    @property
    def direct(self) -> list[str]:
        """The direct predictions that are tested, in any corpus."""
        return self._kind(lambda method: method in self.run.direct)

    def _kind(self, is_one: Callable[[str], bool]) -> list[str]:
        named = {method for corpus in self.run.corpora for method in self.methods(corpus)}
        return sorted(filter(is_one, named))

    @property
    def noises(self) -> dict[str, dict]:
        """Folders of noise by name, with `~` in paths replaced."""
        return {
            name: entry | {"path": os.path.expanduser(entry["path"])}
            for name, entry in self.config.get("noises", {}).items()
        }

    @property
    def checks(self) -> list[str]:
        """Conditions of altered audio that are tested; of noises that are given, all are."""
        chosen = self.config.get("checks")
        own = [f"noise_{name}" for name in self.noises]
        conditions = with_noises(self.noises)
        return [name for name in conditions if chosen is None or name in [*chosen, *own]]

    @property
    def correctness(self) -> list[str]:
        """Measures of correctness that are tested."""
        return [name for name in CORRECTNESS if name in self.config.get("checks", CORRECTNESS)]

    @property
    def fairness(self) -> list[str]:
        """Ways to group utterances that are tested."""
        return [name for name in FAIRNESS if name in self.config.get("checks", FAIRNESS)]

    @property
    def utterances(self) -> int:
        """How many utterances are drawn: as given, or as many as the precision asks for."""
        return self.config.get("utterances") or drawn(self.config["precision"])

    # Extraction

    @property
    def sets(self) -> list[str]:
        """The feature sets that are extracted from altered audio, in any corpus."""
        return sorted({name for corpus in self.corpora for name in self._sets(corpus)})

    def _sets(self, corpus: str) -> set[str]:
        sources = {name for m in self.methods(corpus) for name in self.run.sources(m)}
        return {self.run.stored_in(name) for name in sources}

    def environment(self, wildcards: object) -> str:
        """Return the environment that a feature set is extracted in, seen from a rule file."""
        return f"../../envs/{self.run.extractor(wildcards.features).environment}.yaml"

    def gpus(self, wildcards: object) -> int:
        """Return how many GPUs the extraction of a feature set uses."""
        return int(self.run.extractor(wildcards.features).environment == OF_MODELS)

    def extractor(self, wildcards: object) -> str:
        """Return module and name of the function that extracts a feature set."""
        return self.run.extractor(wildcards.features).function

    def extraction(self, wildcards: object) -> dict:
        """Return what a feature set is extracted with from altered audio."""
        return {
            "extractor": self.extractor(wildcards),
            "settings": self.run.extraction(wildcards.features),
            "checks": self.checks,
            "noises": self.noises,
            "count": self.utterances,
            "seed": self.run.config["seed_of_draws"],
        }

    def recordings(self, wildcards: object = None) -> str:
        """Return a digest of the names and sizes of all recordings of noise."""
        found = hashlib.blake2b(digest_size=8)
        for entry in self.noises.values():
            for path in sorted(p for p in Path(entry["path"]).rglob("*") if p.is_file()):
                place = path.relative_to(entry["path"]).as_posix()
                found.update(f"{place} {path.stat().st_size}\n".encode())
        return found.hexdigest() if self.noises else ""

    def extraction_mb(self, job: Job) -> float:
        """Return the MB of an extraction from altered audio."""
        entry, kind = self._extracted(job)
        more = resources.BASE_OF_MODELS - resources.BASE if self.gpus(job.wildcards) else 0
        return kind.memory(entry, self._shard(job)) + more

    def extraction_seconds(self, job: Job) -> float:
        """Return the seconds of an extraction from altered audio on two cores."""
        entry, kind = self._extracted(job)
        return kind.seconds(entry, self._shard(job))

    def _extracted(self, job: Job) -> tuple[dict, Extractor]:
        features = job.wildcards.features
        return self.run.features[features], self.run.extractor(features)

    def _shard(self, job: Job) -> Shard:
        """Return the work of an extraction: all conditions of the utterances that are drawn."""
        supposed = resources.UTTERANCES, resources.SECONDS, resources.LONGEST
        count, seconds, longest = known(resources.lengths, job.input.audio, supposed)
        times = 1 + len(self.checks)
        share = min(1.0, self.utterances / max(count, 1))
        model = sum(known(resources.megabytes, path, resources.MODEL) for path in job.input.model)
        return Shard(math.ceil(share * count) * times, share * seconds * times, longest, model)

    # Regression and verdicts

    def altered_stores(self, wildcards: object) -> list[str]:
        """Return the stores of altered audio that a method's feature sets lie in."""
        sets = map(self.run.stored_in, self.run.sources(wildcards.method))
        return [f"results/{wildcards.corpus}/stress/features/{name}.h5" for name in sets]

    def models(self, wildcards: object) -> list[str]:
        """Return what each fold has found, of a method whose layers are found in the folds."""
        corpus, method = wildcards.corpus, wildcards.method
        folds = self.run.folds(corpus) if method in self.run.searched() else []
        return [f"results/{corpus}/models/{method}/{fold}.csv" for fold in folds]

    def refitting(self, wildcards: object) -> dict:
        """Return how the regression of a method is fitted once more, and with what."""
        method = wildcards.method
        own = {key: own for key, own in self.run.fitting(wildcards).items() if key != "parts"}
        if method in self.run.searched():
            own["pooling"] = self.run.poolings(method)[0]
        else:
            own["layers"] = [self.run.layer(features) for features in self.run.sources(method)]
        return {"refit": self.refit(wildcards), "arguments": own}

    def refit(self, wildcards: object) -> str:
        """Return module and name of the function that fits a regression once more."""
        if wildcards.method in self.run.searched():
            return REFIT + "from_found_layers"
        return REFIT + ("from_kernels" if self.run.regressor.exact else "in_blocks")

    def altered(self, wildcards: object) -> list[str]:
        """Return the predictions for altered audio, of each method of a corpus that is tested."""
        corpus = wildcards.corpus
        own = [f"results/{corpus}/stress/predictions/{m}.csv" for m in self.methods(corpus)]
        return own if self.checks else []

    def predictions(self, wildcards: object) -> list[str]:
        """Return the predictions for all of a corpus, of each method that is tested."""
        corpus = wildcards.corpus
        return [f"results/{corpus}/predictions/{m}.csv" for m in self.methods(corpus)]

    def pitch(self, wildcards: object) -> list[str]:
        """Return the store that the mean pitch of a corpus's utterances stands in, if any."""
        found = self._pitched(wildcards.corpus) if "pitch" in self.fairness else None
        return [f"results/{wildcards.corpus}/features/{found}.h5"] if found else []

    def _pitched(self, corpus: str) -> str | None:
        entries = {name: self.run.features[name] for name in self.run.feature_sets(corpus)}
        for name, entry in entries.items():
            if entry.get("set") in PITCH and entry.get("level") == "Functionals":
                return name
        return None

    def judging(self, wildcards: object) -> dict:
        """Return what a corpus's methods are judged with."""
        pitched, config = self._pitched(wildcards.corpus), self.run.config
        return {
            "pitch_feature": PITCH[self.run.features[pitched]["set"]] if pitched else "",
            "methods": self.methods(wildcards.corpus),
            "correctness": self.correctness,
            "checks": self.checks,
            "fairness": self.fairness,
            "noises": self.noises,
            "clusters": config["clusters"],
            "seed": config["seed_of_draws"],
        }

    def judging_mb(self, job: Job) -> float:
        """Return the MB of judging: tables, the store with the pitch, and rows by speaker."""
        return 10 * job.tables_mb + 1.3 * job.stores_mb + 6e-3 * job.utterances

    def judging_seconds(self, job: Job) -> float:
        """Return the seconds of judging: simulations, and ranks, of each method and dimension."""
        simulated = (10 + 1e-2 * job.utterances) * bool(self.fairness)
        ranked = (1 + 1e-4 * job.utterances) * bool(self.correctness)
        return len(job.input.predictions) * (simulated + ranked)


def drawn(precision: float) -> int:
    """Return how many utterances give a share of 0.95 an interval of this half width.

    Example:
        >>> drawn(0.025), drawn(0.01)
        (292, 1825)
    """
    return math.ceil(SHARE * (1 - SHARE) * (NORMAL / precision) ** 2)
