"""What a run shows: its tables and figures, and which of them there are."""

from pathlib import Path

from snakemake.io import ancient

from dimser.plan.files import Files
from dimser.report.registry import FIGURES, TABLES


class Shown:
    """The results of a run that people look at.

    Attributes:
        files: of the run.
        run: what the configuration asks for.
    """

    def __init__(self, files: Files) -> None:
        """Note both."""
        self.files, self.run = files, files.run

    def figures(self, kind: str = "png") -> dict[tuple[str, str], str]:
        """Return the file of each figure by its name and corpus (or ""), in the report's order.

        Args:
            kind: `png`, `pdf`, `svg`, or `column`: a PDF for one column of a page.
        """
        end = "_column.pdf" if kind == "column" else f".{kind}"
        return {
            (name, corpus): f"results/figures/{name}{'_' if corpus else ''}{corpus}{end}"
            for name, figure in FIGURES.items()
            for corpus in (self.run.corpora if figure.of_each_corpus else [""])
            if self.has(figure.needs, corpus)
        }

    def has(self, what: str, corpus: str) -> bool:
        """Say whether a corpus, or the run where there is none, has what a figure or table needs.

        Args:
            what: `layers` of an encoder, several of them; `pairs` of methods; `sets` of features,
                two of them with a regression on each; `multiverse`, `stress` or `transfer`, where
                they are asked for; "" needs nothing.
            corpus: its id, or "".
        """
        run = self.run
        there = {
            "layers": lambda: run.layers(corpus) or run.mapped(corpus),
            "pairs": lambda: len(run.methods(corpus)) > 1,
            "sets": lambda: len(run.single_methods(corpus)) > 1,
            "multiverse": lambda: self.files.multiverse.methods(corpus),
            "stress": lambda: self.files.stress.methods(corpus),
            "transfer": lambda: run.transferred,
        }
        return not what or bool(there[what]())

    def scores(self) -> list[str]:
        """Return the tables of scores of all corpora."""
        names = ("scores", "comparisons", "breakdown", "complementarity")
        return [
            f"results/{corpus}/{name}.csv"
            for name in names
            for corpus in self.run.corpora
            if name not in TABLES or self.has(TABLES[name].needs, corpus)
        ]

    def tables(self) -> list[str]:
        """Return the tables of all corpora for people and papers, and what they rest on."""
        named = [
            f"results/tables/{n}.{t}" for n in ("table1", "table2") for t in ("csv", "md", "tex")
        ]
        named += self.files.every("results/{corpus}/annotation.csv")
        named += self.files.every("results/{corpus}/featurewise/{features}/null.csv")
        names = ("top_features", "featurewise_across", "audit", "audit_checks")
        named += [*self.files.multiverse.tables().values(), *self.files.stress.tables()]
        if self.has("transfer", ""):
            named += [table.path for table in TABLES.values() if table.needs == "transfer"]
        return named + [f"results/tables/{name}.csv" for name in names]

    def planned(self, wildcards: object = None) -> dict[str, tuple[int, int]]:
        """Return by kind of result how many files are missing, and how many there will be."""
        kinds = {
            "feature stores": self.files.all_stores(),
            "regressions": self.files.every_prediction(),
            "tables": self.tables(),
            "figures": self.figures().values(),
        }
        return {
            kind: (sum(not Path(self.files.place(path)).exists() for path in paths), len(paths))
            for kind, paths in kinds.items()
        }

    def reported(self) -> dict[tuple[str, str, str], str]:
        """Return the tables that the report reads, by name, corpus and feature set (or "")."""
        patterns = {name: table.path for name, table in TABLES.items()}
        needs = {name: table.needs for name, table in TABLES.items()}
        patterns |= {name: f"results/{{corpus}}/{name}.csv" for name in ("utterances", "scores")}
        checked = ("utterances", "dropped", "findings", "guard")
        patterns["featurewise"] = "results/{corpus}/featurewise/{features}/detail.csv"
        return {
            (name, corpus, features): (ancient if name in checked else str)(
                pattern.format(corpus=corpus, features=features)
            )
            for name, pattern in patterns.items()
            for corpus in (self.run.corpora if "{corpus}" in pattern else [""])
            if name != "weights" or self.run.weighted_models(corpus)
            if self.has(needs.get(name, ""), corpus)
            for features in self._named(corpus, pattern)
        }

    def _named(self, corpus: str, pattern: str) -> list[str]:
        """Return the feature sets that a table of the report is about; "" where it is of none."""
        if "{features}" not in pattern:
            return [""]
        layers = "/layers/" in pattern
        return self.run.mapped(corpus) if layers else self.run.feature_sets(corpus)
