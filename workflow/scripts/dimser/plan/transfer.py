"""Training on some corpora and testing on others: what is asked for, and what each job needs."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from snakemake.io import ancient

from dimser.plan.digests import file_digest
from dimser.plan.files import Files
from dimser.plan.heard import heard
from dimser.plan.run import Run
from dimser.regression.protocols import FITTED, OTHERS
from dimser.regression.registry import BASELINES, FUSIONS, RECALIBRATIONS, SEARCHES

# Of a job: from its corpus to each other, or from all others to it.
TO, FROM = "to_others", "from_others"


class Transfer:
    """What a run transfers between its corpora.

    Attributes:
        run: what the configuration asks for.
        files: of the run.
        corpora: between which; none where nothing is asked for.
    """

    def __init__(self, run: Run, files: Files) -> None:
        """Note both."""
        self.run, self.files = run, files
        self.settings = run.config.get("transfer") or {}
        self.corpora = run.transferred

    def methods(self, train: Sequence[str], test: str) -> list[str]:
        """Return the methods that the tested corpus has, and all that are trained on, too."""
        known = [{*self.run.methods(corpus)} for corpus in train]
        return [m for m in self.run.methods(test) if all(m in own for own in known)]

    def sides(self, corpus: str, way: str) -> tuple[list[str], list[str]]:
        """Return the corpora that a job trains on, and those that it tests: they can be."""
        others = [other for other in self.corpora if other != corpus]
        train, test = ([corpus], others) if way == TO else (others, [corpus])
        return train, [other for other in test if self._comparable(train, other)]

    def _comparable(self, train: Sequence[str], test: str) -> bool:
        had = [set(self.run.corpora[corpus]["dimensions"]) for corpus in (*train, test)]
        return bool(self.methods(train, test) and set.intersection(*had))

    @property
    def jobs(self) -> list[tuple[str, str, str]]:
        """Corpus, way and protocol of each job."""
        ways = [TO] + [FROM] * bool(self.settings.get("leave_one_corpus_out"))
        return [
            (corpus, way, protocol)
            for way in ways
            for corpus in self.corpora
            if self.sides(corpus, way)[1]
            for protocol in self.settings["protocols"]
        ]

    def involved(self, wildcards: object) -> list[str]:
        """Return the corpora of a job, those that it trains on first."""
        train, test = self.sides(wildcards.corpus, wildcards.way)
        return [*train, *test]

    def arguments(self, wildcards: object) -> dict:
        """Return what a job is called with, beside files."""
        train, test = self.sides(wildcards.corpus, wildcards.way)
        used = {name: self.methods(train, name) for name in test}
        methods = dict.fromkeys(method for own in used.values() for method in own)
        tests = {m: [name for name in test if m in used[name]] for m in methods}
        return {
            "train": train,
            "test": test,
            "stored": self.stored(wildcards),
            "sets": {name: self._set(name) for name in self._sets(methods)},
            "methods": {m: {"tests": tests[m]} | self._method(m) for m in methods},
            "own_range": FITTED[wildcards.protocol].own_range,
            "apart": self.settings["shared_speakers"] == "keep",
            "regression": self.run.regression,
        }

    def _sets(self, methods: Iterable[str]) -> list[str]:
        used = {name for method in methods for name in self.run.sources(method)}
        return [name for name in self.run.features if name in used]

    def _set(self, features: str) -> dict:
        """Return where a feature set lies: a layer of a store, all that it holds, or each layer."""
        if features in self.run.searched():
            own = {"layer": None, "pooling": self.run.poolings(features)[0]}
        else:
            own = {"layer": self.run.layer(features), "pooling": None}
        return {"of": self.run.stored_in(features), **own}

    def _method(self, method: str) -> dict:
        """Return how a method predicts."""
        if method in self.run.baselines:
            return {"predictor": self.run.predictor(method)}
        if method in self.run.direct:
            return {"direct": self.run.sources(method)[0], **self.run.predicting(method)}
        fusion = self.run.fusion(method)
        if self.run.regressor.exact:
            fusion = FUSIONS[fusion].function if fusion else ""
            if method in self.run.searched():
                fusion = SEARCHES[self.run.features[method]["layer"]]
        moved = RECALIBRATIONS[self.run.config["recalibration"]].function
        return {
            "parts": self.run.sources(method),
            "fusion": fusion,
            "recalibration": moved if self.run.is_recalibrated(method) else "",
        }

    @property
    def functions(self) -> list[Callable[..., str]]:
        """Functions to modules and names of what a job looks up."""
        kinds = [*FUSIONS.values(), *RECALIBRATIONS.values()]
        names = [kind.function for kind in kinds] + [self.run.regressor.function]
        names += [own.function for own in BASELINES.values()]
        return [lambda wildcards, name=name: name for name in dict.fromkeys(names)]

    # Files

    def tables(self, name: str) -> Callable[[object], list[str]]:
        """Return a function for a table of each corpus of a job, those trained on first."""
        return lambda wildcards: [
            ancient(f"results/{corpus}/{name}.csv") for corpus in self.involved(wildcards)
        ]

    def index(self, wildcards: object) -> list[str]:
        """Return the audio index of each corpus of a job, where a baseline needs it."""
        methods = self.arguments(wildcards)["methods"].values()
        asked = any("predictor" in how for how in methods)
        return [p for c in self.involved(wildcards) if asked for p in self.files.index(_Of(c))]

    def stored(self, wildcards: object) -> list[tuple[str, str]]:
        """Return each corpus of a job with the feature sets whose stores it reads."""
        train, test = self.sides(wildcards.corpus, wildcards.way)
        of = {corpus: self.methods(train, corpus) for corpus in test}
        every = [method for own in of.values() for method in own]
        of |= dict.fromkeys(train, every)
        pairs = [
            (corpus, self.run.stored_in(features))
            for corpus, methods in of.items()
            for features in self._sets(methods)
        ]
        return list(dict.fromkeys(pairs))

    def stores(self, wildcards: object) -> list[str]:
        """Return these stores."""
        return [f"results/{corpus}/features/{of}.h5" for corpus, of in self.stored(wildcards)]

    def content(self, wildcards: object) -> str:
        """Return the digest of the tables that a job reads as `ancient`."""
        paths = [path for name in ("utterances", "folds") for path in self.tables(name)(wildcards)]
        return file_digest(*map(self.files.place, [*paths, *self.index(wildcards)]))

    # Scores

    def predictions(self) -> list[str]:
        """Return what all jobs predict."""
        return [f"results/{c}/transfer/{way}/{protocol}.csv" for c, way, protocol in self.jobs]

    def refits(self) -> list[str]:
        """Return what the refits of all jobs come to."""
        return [path.replace(".csv", "_refits.csv") for path in self.predictions()]

    @property
    def crossed(self) -> list[dict]:
        """What each job trained on, and by which protocol."""
        return [
            {
                "train": self.sides(corpus, way)[0],
                "label": corpus if way == TO else OTHERS,
                "protocol": protocol,
            }
            for corpus, way, protocol in self.jobs
        ]

    @property
    def shown(self) -> dict[str, list[str]]:
        """The methods of each corpus that are on the diagonal: those that are transferred to it."""
        return {
            corpus: [
                method
                for method in self.run.methods(corpus)
                if any(
                    method in self.methods(train, corpus)
                    for train in map(self._trained, self.jobs)
                    if corpus not in train
                )
            ]
            for corpus in self.corpora
        }

    def _trained(self, job: tuple[str, str, str]) -> list[str]:
        return self.sides(*job[:2])[0]

    def every(self, name: str) -> list[str]:
        """Return a table of all corpora."""
        return [ancient(f"results/{corpus}/{name}.csv") for corpus in self.corpora]

    def groupings(self) -> list[str]:
        """Return the folds of all corpora, by grouping of the speakers."""
        return [path for corpus in self.corpora for path in self.files.groupings(_Of(corpus))]

    def within(self) -> list[str]:
        """Return the corpora's own predictions: of each corpus, by grouping and method."""
        own = self.files.predictions(lambda corpus: self.shown[corpus])
        return [path for corpus in self.corpora for path in own(_Of(corpus))]

    @property
    def scoring(self) -> dict:
        """What the predictions of all jobs are scored with."""
        free = [name for name, entry in self.run.direct.items() if not entry["recalibrate"]]
        return {
            "corpora": self.corpora,
            "counts": {corpus: len(self.run.groupings(corpus)) for corpus in self.corpora},
            "methods": self.shown,
            "crossed": self.crossed,
            "untrained": free,
            "heard": {corpus: heard(self.run, corpus) for corpus in self.corpora},
            "clusters": self.run.config["clusters"],
            **self.run.interval,
        }

    def scored_content(self, wildcards: object = None) -> str:
        """Return the digest of the tables that scores read as `ancient`."""
        paths = [path for name in ("utterances", "ratings", "texts") for path in self.every(name)]
        return file_digest(*map(self.files.place, [*paths, *self.groupings()]))

    # Single features

    @property
    def sets(self) -> list[tuple[str, str, int | None]]:
        """Corpus, feature set and layer of what at least two corpora have."""
        having = [(c, name) for name in self.run.features for c in self.corpora
                  if name in self.run.feature_sets(c)]  # fmt: skip
        count = Counter(name for _, name in having)
        return [(c, name, self.run.layer(name)) for c, name in having if count[name] > 1]

    def set_stores(self) -> list[str]:
        """Return the stores of these."""
        return [f"results/{c}/features/{self.run.stored_in(n)}.h5" for c, n, _ in self.sets]

    @property
    def comparing(self) -> dict:
        """What single features are compared with."""
        clusters = self.run.config["clusters"]
        return {"corpora": self.corpora, "sets": self.sets, "clusters": clusters}

    def utterances_content(self, wildcards: object = None) -> str:
        """Return the digest of the utterances of all corpora."""
        return file_digest(*map(self.files.place, self.every("utterances")))

    @property
    def drawing(self) -> dict:
        """What the matrix is drawn with."""
        methods = dict.fromkeys(method for own in self.shown.values() for method in own)
        return {
            "corpora": {c: self.run.corpus_labels[c] for c in self.corpora},
            "methods": list(methods),
            "labels": self.run.labels,
            "stand_ins": self.run.stand_ins,
        }


class _Of:
    """Wildcards of a corpus."""

    def __init__(self, corpus: str) -> None:
        self.corpus = corpus
