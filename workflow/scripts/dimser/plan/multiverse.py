"""The multiverse of a run: what is analysed in all combinations of choices, and what that needs."""

import math
from collections.abc import Callable

from dimser.core.methods import parse
from dimser.plan.resources import Job
from dimser.plan.run import Run
from dimser.plan.sizes import Sizes
from dimser.regression.choices import CHOICES, MOVED, SCALINGS
from dimser.regression.registry import FUSIONS, REGRESSORS

FREE = {"scaling", "recalibration", "grouping", "pooling"}  # choices that fit no other model


class Multiverse:
    """The analyses of a run.

    Attributes:
        run: what the configuration asks for.
    """

    def __init__(self, run: Run) -> None:
        """Note the run."""
        self.run = run

    @property
    def choices(self) -> dict[str, list]:
        """Values of each choice that everything is analysed with; nothing where none is named."""
        run = self.run
        if not (named := run.config.get("multiverse")):
            return {}
        foreign = {own.name for kind in REGRESSORS.values() for own in kind.needs}
        foreign -= {own.name for own in run.regressor.needs}
        return {
            name: named.get(name, [choice.own(run.config)])
            for name, choice in CHOICES.items()
            if name not in foreign
        }

    @property
    def own(self) -> dict[str, object]:
        """The value of each choice that the run itself has."""
        own = {name: CHOICES[name].own(self.run.config) for name in self.choices}
        return {name: value for name, value in own.items() if name != "grouping"}

    def methods(self, corpus: str) -> list[str]:
        """Return the methods of a corpus that are ranked: regressions, fused or not.

        What else a method's name says after an `@` may be one of the choices.
        """
        fixed = self.run.on_distances  # layers that are found in folds have none of their own
        regressed = [method for method in self.run.methods(corpus) if method in fixed]
        methods = [m for m in regressed if not {*parse(m).modifiers} - FUSIONS.keys()]
        return methods if self.choices else []

    def sets(self, corpus: str) -> dict[str, int | None]:
        """Return the feature sets that the analyses of a corpus rest on, each with its layer."""
        used = {name for method in self.methods(corpus) for name in self.run.sources(method)}
        return {name: self.run.layer(name) for name in self.run.features if name in used}

    def stores(self, wildcards: object) -> list[str]:
        """Return the feature store of each of these sets."""
        corpus = wildcards.corpus
        kept = map(self.run.stored_in, self.sets(corpus))
        return [f"results/{corpus}/features/{features}.h5" for features in kept]

    def fold_tables(self, wildcards: object) -> list[str]:
        """Return the analyses of each fold of a corpus, those of the first grouping first."""
        corpus = wildcards.corpus
        return [
            f"results/{corpus}/{grouping}multiverse/{fold}.csv"
            for grouping in self.run.groupings(corpus)
            for fold in self.run.folds(corpus)
        ]

    def tables(self) -> dict[str, str]:
        """Return the table of all analyses of each corpus that has one."""
        corpora = filter(self.methods, self.run.corpora)
        return {corpus: f"results/{corpus}/multiverse.csv" for corpus in corpora}

    def arguments(self, wildcards: object) -> dict:
        """Return what a fold is analysed with."""
        methods, choices = self.methods(wildcards.corpus), self.choices
        choices = {name: own for name, own in choices.items() if CHOICES[name].refit}
        settings = self.run.regression["settings"]
        return {
            "sets": self.sets(wildcards.corpus),
            "methods": {method: self.run.sources(method) for method in methods},
            "fused": {m: own[0] for m in methods if (own := parse(m).modifiers)},
            "regressor": self.run.regressor.function,
            "settings": {name: own for name, own in settings.items() if name not in choices},
            "choices": choices,
            "scalings": {name: SCALINGS[name].function for name in choices["scaling"]},
            "fusions": {name: kind.function for name, kind in FUSIONS.items()},
            "recalibrations": {n: MOVED[n].function for n in choices["recalibration"]},
        }

    @property
    def functions(self) -> list[Callable[..., str]]:
        """Functions to modules and names of what a fold looks up."""
        kinds = [*SCALINGS.values(), *FUSIONS.values(), *MOVED.values()]
        return [lambda wildcards, kind=kind: kind.function for kind in kinds]

    def ranking(self, wildcards: object) -> dict:
        """Return what the analyses of a corpus are ranked with."""
        groupings = len(self.run.groupings(wildcards.corpus))
        return {
            "groupings": groupings,
            "grouping": self.choices["grouping"] is True and groupings > 1,
            "pooling": self.choices["pooling"],
        }

    def fold_mb(self, job: Job) -> float:
        """Return the MB that all analyses of a fold take: all distances, a kernel and its parts."""
        corpus = job.wildcards.corpus
        sets, folds = self.sets(corpus), self.run.folds(corpus)
        # pairs with training utterances
        pairs = job.pairs * (1 - 1 / len(folds) if len(folds) > 1 else 1)
        inner = 4 if self.choices["recalibration"] != ["none"] else 0
        kernels = (4 + 8 + inner) * pairs + min(500, 5 * job.pairs)
        return 4 * len(sets) * pairs + max(kernels, 3 * max(job.stores, default=0))

    def fold_seconds(self, job: Job) -> float:
        """Return the seconds that all analyses of a fold take."""
        choices, methods = self.choices, self.methods(job.wildcards.corpus)
        models = math.prod(len(own) for name, own in choices.items() if name not in FREE)
        scalings = len(choices["scaling"])
        fits = models * sum(map(Sizes(self.run).fits, methods)) * scalings
        # inner models are fitted on fewer utterances
        inner = 1.5 if choices["recalibration"] != ["none"] else 0.0
        return 0.1 * job.pairs * fits * (1 + inner) + 0.1 * scalings * job.stores_mb
