"""Which files each job needs, and which a run makes.

Functions that take wildcards are for a rule's inputs and params; those without are for all corpora.
What the configuration names is `local`: where another workflow uses this one as a module with a
prefix, results lie below the prefix, and what was there before stays where it is.
"""

import os
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from snakemake.io import ancient, local

from dimser.corpora.files import header
from dimser.corpora.registry import function_of, label_files, options
from dimser.features.registry import DEMO_ENCODERS, STAND_INS
from dimser.plan.digests import LIBRARY, file_digest, text_digest
from dimser.plan.multiverse import Multiverse
from dimser.plan.resources import known, lines
from dimser.plan.run import Run, hub_folder
from dimser.plan.stress import Stress

DEMOS = ["demo_en", "demo_de"]
QUECHUA = "data/quechua_collao"
# What ships with the code; relative, so that nothing runs again where both have moved.
CODE = Path(os.path.relpath(LIBRARY.parents[2]))
PUBLISHED = ("icassp24_table1", "odyssey24", "odyssey24_card", "ser_tests", "wav2small")
TEXTS = CODE / "workflow/report"
HEADER = 2**20  # bytes at either end of a table in which its header lies


class Files:
    """The files of a run.

    Attributes:
        run: what the configuration asks for.
        stress: its stress tests.
        multiverse: its analyses in every combination of choices.
        place: where a file of the run lies, seen from the folder that is worked in.
    """

    def __init__(self, run: Run, place: Callable[[str], str]) -> None:
        """Note the run, and where its files lie."""
        self.run, self.place = run, lambda path: str(place(path))
        self.stress, self.multiverse = Stress(run), Multiverse(run)

    # Corpora

    def labels(self, wildcards: object) -> list[str]:
        """Return the files that a corpus's labels stand in; its reader says what is missing."""
        corpus = self.run.corpora[wildcards.corpus]
        root = Path(corpus["root"])
        if root in [Path("data", demo) for demo in DEMOS]:  # made by a rule
            return [local(str(root / corpus["manifest"]))]
        if root == Path(QUECHUA):
            return [local(QUECHUA)]
        return [local(str(path)) for path in label_files(corpus)]

    def reader(self, wildcards: object) -> str:
        """Return module and name of the function that reads a corpus."""
        return function_of(self.run.corpora[wildcards.corpus]["reader"])

    def reading(self, wildcards: object) -> dict:
        """Return what a corpus is read with."""
        corpus, config = self.run.corpora[wildcards.corpus], self.run.config
        return {
            "reader": self.reader(wildcards),
            "root": corpus["root"],
            "options": options(corpus),
            **{key: corpus[key] for key in ("scale", "out_of_scale", "consensus", "dimensions")},
            "heard": bool(self.run.needing_audio(wildcards.corpus)),
            **{key: config[key] for key in ("min_duration", "on_bad_audio", "on_findings")},
        }

    def needing_audio(self, wildcards: object) -> list[str]:
        """Return in words what needs audio, of a corpus that turned out to have none."""
        corpus = wildcards.corpus
        found = known(lines, self.place(f"results/{corpus}/audio.csv"), 1)
        return [] if found else self.run.needing_audio(corpus)

    def index(self, wildcards: object) -> list[str]:
        """Return the audio index of a corpus, one file per shard."""
        return [ancient(path) for path in self._index(wildcards.corpus)]

    def _index(self, corpus: str) -> list[str]:
        return [f"results/{corpus}/audio/{shard}.csv" for shard in self.run.shards]

    def checked(self, name: str) -> list[str]:
        """Return a table that `prepare` or `fold` writes, of all corpora."""
        return [ancient(f"results/{corpus}/{name}.csv") for corpus in self.run.corpora]

    def content(self, *names: str) -> Callable[..., str]:
        """Return a function for a rule's params: the digest of tables that its inputs call ancient.

        What `prepare` and `fold` write is known by content alone. Both are checkpoints: once they
        have run again, Snakemake asks for params anew, and what rests on a table runs where the
        table has changed. By date, all that rests on them would.

        Args:
            names: of tables in a corpus's results, with wildcards; `index` for its audio index,
                `groupings` for the folds of each. Of all corpora where the rule has no corpus.
        """

        def digest(wildcards: object) -> str:
            own = dict(wildcards.items())
            several = {"index": self._index, "groupings": self._groupings}
            paths = [
                path
                for corpus in ([own["corpus"]] if "corpus" in own else self.run.corpora)
                for name in names
                for path in (
                    several[name](corpus)
                    if name in several
                    else [f"results/{corpus}/{name.format(**own)}.csv"]
                )
            ]
            return file_digest(*map(self.place, paths))

        return digest

    # Features

    def table(self, wildcards: object) -> str:
        """Return the table that a feature set is imported from."""
        path = self.run.features[wildcards.features]["path"]
        return local(path.format(corpus=wildcards.corpus))

    def beside(self, wildcards: object) -> list[str]:
        """Return the columns of a manifest that a feature table may have, too.

        They describe utterances there, so they are no features here. The table's header lies at
        its beginning or end: what is in neither does not import the table again.
        """
        corpus = self.run.corpora[wildcards.corpus]
        if corpus["reader"] != "manifest":
            return []
        names = [name for path in label_files(corpus) for name in header(path)]
        with open(self.table(wildcards), "rb") as table:
            ends = table.read(HEADER)
            table.seek(max(table.seek(0, os.SEEK_END) - HEADER, 0))
            ends = (ends + table.read()).decode(errors="replace")
        return [name for name in names if re.search(rf"\b{re.escape(name)}\b", ends, re.IGNORECASE)]

    def model(self, features: str) -> str:
        """Return the folder of a model: one that ships, the user's own, or one that is fetched."""
        entry = self.run.features[features]
        if entry["model"].startswith(DEMO_ENCODERS):
            return ancient(local(str(CODE / entry["model"])))
        if entry["model"].startswith(STAND_INS) or Path(entry["model"]).is_dir():
            return local(entry["model"])
        return local(hub_folder(entry))

    def encoder(self, wildcards: object) -> str:
        """Return the digest of a demo encoder's weights, whose dates tell nothing; else ""."""
        model = self.run.features[wildcards.features].get("model", "")
        ships = model.startswith(DEMO_ENCODERS)
        return file_digest(str(CODE / model / "model.safetensors")) if ships else ""

    def onnx(self, features: str) -> str:
        """Return the folder or file of an ONNX model."""
        return local(self.run.features[features]["onnx"])

    def any_model(self, wildcards: object) -> list[str]:
        """Return the model that a feature set rests on, if any."""
        kinds = {"transformers": self.model, "onnx": self.onnx}
        find = kinds.get(self.run.features[wildcards.features]["extractor"])
        return [find(wildcards.features)] if find else []

    def models(self) -> list[str]:
        """Return the folders of all models."""
        return [self.model(features) for features in self.run.extracted_by("transformers")]

    def shards(self, wildcards: object) -> list[str]:
        """Return the stores that a feature store is put together from."""
        folder = f"results/{wildcards.corpus}/features/{wildcards.features}"
        return [f"{folder}/{shard}.h5" for shard in self.run.shards]

    def _store(self, corpus: str, features: str) -> str:
        return f"results/{corpus}/features/{self.run.stored_in(features)}.h5"

    def store(self, wildcards: object) -> str:
        """Return the feature store that a feature set lies in."""
        return self._store(wildcards.corpus, wildcards.features)

    def layer(self, wildcards: object) -> int | None:
        """Return the layer that a feature set is, in the store of several."""
        return self.run.layer(wildcards.features)

    def stores(self, wildcards: object) -> list[str]:
        """Return the feature stores that a method's feature sets lie in."""
        sources = self.run.sources(wildcards.method)
        return [self._store(wildcards.corpus, features) for features in sources]

    def layers(self, wildcards: object) -> list[int | None]:
        """Return the layer of each feature set of a method."""
        return [self.run.layer(features) for features in self.run.sources(wildcards.method)]

    def single_stores(self, wildcards: object) -> list[str]:
        """Return the feature store of each method of a corpus that is one feature set."""
        methods = self.run.single_methods(wildcards.corpus)
        return [self._store(wildcards.corpus, method) for method in methods]

    def all_stores(self) -> list[str]:
        """Return the feature stores of all corpora."""
        used = [(corpus, name) for corpus in self.run.corpora for name in self.run.used(corpus)]
        return list(dict.fromkeys(self._store(*pair) for pair in used))

    # Regression

    def distances(self, wildcards: object) -> list[str]:
        """Return the distances of each feature set that a method fuses.

        They are temporary. Where some regressions have used them and are finished, and others are
        new, the new ones get distances under a name of their own: Snakemake repeats all that rests
        on a file that is made again.
        """
        corpus, fold = wildcards.corpus, (wildcards.grouping, wildcards.fold)
        finished = self._is_predicted(corpus, wildcards.method, *fold)
        paths = []
        for features in self.run.sources(wildcards.method):
            path = f"results/{corpus}/{fold[0]}distances/{features}/{fold[1]}.h5"
            users = [m for m in self.regressed(corpus) if features in self.run.sources(m)]
            used = any(self._is_predicted(corpus, method, *fold) for method in users)
            again = used and not finished and not Path(self.place(path)).exists()
            paths.append(path.replace(".h5", "_again.h5") if again else path)
        return paths

    def regressed(self, corpus: str) -> list[str]:
        """Return the methods of a corpus that are a regression on features."""
        return [method for method in self.run.methods(corpus) if method in self.run.regressed]

    def earlier_fold(self, wildcards: object) -> list[str]:
        """Return predictions that have to be there before further distances are.

        That is, where few folds may have any at a time.
        """
        corpus, order = wildcards.corpus, self._folds(wildcards.corpus)
        at_once = self.run.config.get("folds_at_once", len(order))
        place = self.turn(wildcards) - at_once
        if place < 0:
            return []
        return [
            self._prediction(corpus, method, *order[place]) for method in self.regressed(corpus)
        ]

    def turn(self, wildcards: object) -> int:
        """Return when a fold is begun: those of the first grouping come first."""
        fold = wildcards.grouping, int(wildcards.fold)
        return self._folds(wildcards.corpus).index(fold)

    def _folds(self, corpus: str) -> list[tuple[str, int]]:
        """Return all folds of all groupings in the order in which they are begun."""
        return [(g, fold) for g in self.run.groupings(corpus) for fold in self.run.folds(corpus)]

    def _is_predicted(self, corpus: str, method: str, grouping: str, fold: int | str) -> bool:
        return Path(self.place(self._prediction(corpus, method, grouping, fold))).exists()

    def _prediction(self, corpus: str, method: str, grouping: str, fold: int | str) -> str:
        return f"results/{corpus}/{grouping}predictions/{method}/{fold}.csv"

    def fold_predictions(self, wildcards: object) -> list[str]:
        """Return the predictions of each fold of a method."""
        corpus, method, grouping = wildcards.corpus, wildcards.method, wildcards.grouping
        folds = self.run.folds(corpus)
        return [self._prediction(corpus, method, grouping, fold) for fold in folds]

    def every_prediction(self) -> list[str]:
        """Return the predictions of each fold of each regression, of all corpora."""
        return [
            self._prediction(corpus, method, *fold)
            for corpus in self.run.corpora
            for method in self.regressed(corpus)
            for fold in self._folds(corpus)
        ]

    def groupings(self, wildcards: object) -> list[str]:
        """Return the folds of each grouping of a corpus's speakers."""
        return [ancient(path) for path in self._groupings(wildcards.corpus)]

    def _groupings(self, corpus: str) -> list[str]:
        return [f"results/{corpus}/{folder}folds.csv" for folder in self.run.groupings(corpus)]

    def layers_of_fold(self, wildcards: object) -> list[str]:
        """Return predictions and models of all layers in a fold, of the set that a method is of."""
        features = self.run.stored_in(wildcards.method)
        corpus, grouping = wildcards.corpus, wildcards.grouping
        place = f"results/{corpus}/{grouping}layers/{features}/{wildcards.fold}"
        return [f"{place}.csv", f"{place}_models.csv"]

    def layers_of_folds(self, wildcards: object) -> list[str]:
        """Return the predictions of all layers of a set, of each fold, by grouping."""
        corpus, features = wildcards.corpus, wildcards.features
        return [f"results/{corpus}/{g}layers/{features}/{f}.csv" for g, f in self._folds(corpus)]

    def layer_maps(self, wildcards: object) -> list[str]:
        """Return the scores of all layers, of each set of a corpus that is mapped."""
        corpus = wildcards.corpus
        return [f"results/{corpus}/layers/{name}.csv" for name in self.run.mapped(corpus)]

    def method_store(self, wildcards: object) -> str:
        """Return the feature store that a method's layers lie in."""
        return self._store(wildcards.corpus, wildcards.method)

    def direct_store(self, wildcards: object) -> str:
        """Return the feature store that holds what a fine-tuned model's own head predicts."""
        return self._store(wildcards.corpus, self.run.direct[wildcards.method]["features"])

    def direct_model(self, wildcards: object) -> str:
        """Return what is known of a fine-tuned model before anything is extracted with it."""
        return ancient(f"results/models/{self.run.direct[wildcards.method]['features']}.json")

    # Evaluation and report

    def predictions(self, methods: Callable[[str], list[str]]) -> Callable[..., list[str]]:
        """Return a function for the pooled predictions of some methods of a corpus, by grouping.

        Args:
            methods: from a corpus to the methods.
        """
        return lambda wildcards: [
            f"results/{wildcards.corpus}/{folder}predictions/{method}.csv"
            for folder in self.run.groupings(wildcards.corpus)
            for method in methods(wildcards.corpus)
        ]

    def weighted_models(self, wildcards: object) -> list[str]:
        """Return the models of a corpus whose parts have weights."""
        corpus = wildcards.corpus
        models = self.run.weighted_models(corpus)
        return [f"results/{corpus}/models/{method}/{fold}.csv" for method, fold in models]

    def featurewise(self, wildcards: object) -> list[str]:
        """Return the feature-wise CCC of each feature set of a corpus, with its test."""
        corpus = wildcards.corpus
        sets = self.run.feature_sets(corpus)
        return [f"results/{corpus}/featurewise/{features}/detail.csv" for features in sets]

    def handcrafted_featurewise(self) -> list[str]:
        """Return the single features of the sets that may be handcrafted, in all corpora.

        Those are openSMILE's, and tables: the names of their features tell.
        """
        handcrafted = self.run.extracted_by("opensmile", "table")
        return [
            f"results/{corpus}/featurewise/{features}/detail.csv"
            for corpus, features in self.run.corpus_features
            if features in handcrafted
        ]

    def every(self, pattern: str) -> list[str]:
        """Return the files of all corpora, and of all their feature sets where it names them.

        Args:
            pattern: with `{corpus}` and perhaps `{features}`.
        """
        named = [pattern.format(corpus=c, features=f) for c, f in self.run.corpus_features]
        named += [pattern.format(corpus=c) for c in self.run.corpora if "{features}" not in pattern]
        return list(dict.fromkeys(named))

    def published(self) -> list[str]:
        """Return the tables to audit; by default the paper's and others that ship with the code."""
        shipped = [str(CODE / f"data/published/{name}.csv") for name in PUBLISHED]
        named = self.run.config.get("published", shipped)
        return [local(path) for path in ([named] if isinstance(named, str) else named)]

    def planted(self) -> str:
        """Return the findings that were planted in the demo corpora."""
        return local(str(CODE / "data/published/demo.csv"))

    def published_features(self) -> list[str]:
        """Return the feature-wise CCCs to audit: those of the paper, or none."""
        own = "published" in self.run.config
        return [] if own else [local(str(CODE / "data/published/icassp24_table2.csv"))]


def configured(given: Iterable[str]) -> str:
    """Return what a run's configuration is called: the files that were given, without folders.

    Args:
        given: by `--configfile`; the configuration of the folder, where none was.
    """
    return ", ".join(Path(path).name for path in given) or "config.yaml"


@cache
def report_texts() -> str:
    """Return the digest of what a report is rendered from: template, style, captions, credits."""
    kinds = (".rst", ".jinja", ".css", ".js", ".yaml", ".bib")
    return text_digest([path for path in TEXTS.iterdir() if path.suffix in kinds])
