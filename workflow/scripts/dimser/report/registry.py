"""What is shown: the figures and tables of a report, where they lie, and what is said of them."""

from typing import NamedTuple

from dimser.core.settings import Setting, whole


class Figure(NamedTuple):
    """A figure: `results/figures/{name}.png`, or `{name}_{corpus}.png` where each corpus has one.

    Its caption stands in `workflow/report/{name}.rst`, its rule and script have its name.

    Attributes:
        title: its heading.
        of_each_corpus: whether each corpus has one; otherwise one shows all.
        needs: without which it is not there: a key of `dimser.plan.shown.Shown.has`.
        sentence: module and name of a function that says in a sentence what it rests on: from the
            tables of its corpus, or of each corpus by label; none where there is nothing to say.
        data: name of the table that it draws, offered beside it; none where that is too large.
    """

    title: str
    of_each_corpus: bool = True
    needs: str = ""
    sentence: str = ""
    data: str = ""


class Table(NamedTuple):
    """A table in the report; its caption stands in `workflow/report/{name}.rst`.

    Attributes:
        title: its heading.
        path: where it lies.
        place: `details` or `decisions` of its corpus, or `common` to all.
        sentence: as of a figure; so is `needs`.
    """

    title: str
    path: str
    place: str = "details"
    sentence: str = ""
    needs: str = ""


METHODS = "dimser.report.captions:methods"
DIFFERENCES = "dimser.report.captions:differences"
ALIGNMENTS = "dimser.report.captions:alignments"
CHANCE = "dimser.report.captions:chance"
ANALYSES = "dimser.report.captions:analyses"
SIZES = "dimser.report.captions:sizes"
STRESSED = "dimser.report.captions:stressed"

# In the order of the report.
FIGURES = {
    "label_distribution": Figure(
        "Label distribution", of_each_corpus=False, sentence=SIZES, data="utterances"
    ),
    "featurewise_ccc": Figure("CCC of single features", sentence=CHANCE, data="featurewise"),
    "rater_agreement": Figure(
        "Rater agreement", of_each_corpus=False, sentence=SIZES, data="annotation"
    ),
    "ccc_by_method": Figure("CCC by method", sentence=METHODS, data="scores"),
    "ccc_decomposition": Figure("CCC decomposition", sentence=METHODS, data="scores"),
    "layer_profile": Figure("Layer profile", needs="layers", data="layers"),
    "comparison_matrix": Figure(
        "Comparisons of methods", needs="pairs", sentence=DIFFERENCES, data="comparisons"
    ),
    "complementarity_figure": Figure(
        "Complementarity", needs="sets", sentence=ALIGNMENTS, data="complementarity"
    ),
    "specification_curve": Figure("Specification curve", needs="multiverse", sentence=ANALYSES),
    "transfer_matrix": Figure(
        "Transfer between corpora", of_each_corpus=False, needs="transfer", data="transfer"
    ),
    "stress_matrix": Figure("Stress tests", needs="stress", sentence=STRESSED, data="stress"),
}
CORPUS = "results/{corpus}/"
FEATURES = "results/{corpus}/featurewise/{features}/"
ALL = "results/tables/"
TABLES = {
    "table2": Table("Top handcrafted features", ALL + "table2.csv", "common"),
    "featurewise_across": Table(
        "Features across corpora", ALL + "featurewise_across.csv", "common"
    ),
    "transfer": Table(
        "Transfer between corpora", "results/transfer.csv", "common", needs="transfer"
    ),
    "transfer_features": Table(
        "Single features across corpora", "results/transfer_features.csv", "common",
        needs="transfer",
    ),
    "audit": Table("Audit, cell by cell", ALL + "audit.csv", "common"),
    "audit_checks": Table("Audit, sentence by sentence", ALL + "audit_checks.csv", "common"),
    "annotation": Table("Agreement of raters", CORPUS + "annotation.csv"),
    "description": Table("Labels and audio", CORPUS + "description.csv"),
    "guard": Table("Test material that training has seen", CORPUS + "guard.csv"),
    "comparisons": Table(
        "Comparisons of methods", CORPUS + "comparisons.csv", sentence=DIFFERENCES
    ),
    "shrinkage": Table("What shrinkage costs", CORPUS + "shrinkage.csv"),
    "breakdown": Table("Scores by part of the corpus", CORPUS + "breakdown.csv"),
    "complementarity": Table(
        "Complementarity", CORPUS + "complementarity.csv", sentence=ALIGNMENTS, needs="sets"
    ),
    "weights": Table("Weights of fused parts", CORPUS + "weights.csv"),
    "layers": Table("Layers, each by itself", CORPUS + "layers/{features}.csv"),
    "multiverse_ranks": Table(
        "Ranks over all analyses", CORPUS + "multiverse_ranks.csv",
        sentence=ANALYSES, needs="multiverse",
    ),
    "multiverse_effects": Table(
        "What each choice does", CORPUS + "multiverse_effects.csv",
        sentence=ANALYSES, needs="multiverse",
    ),
    "stress": Table("Stress tests", CORPUS + "stress.csv", sentence=STRESSED, needs="stress"),
    "featurewise_null": Table(
        "Single features beyond chance", FEATURES + "null.csv", sentence=CHANCE
    ),
    "featurewise_groups": Table("Features by kind", FEATURES + "groups.csv"),
    "dropped": Table("Left out", CORPUS + "dropped.csv", "decisions"),
    "findings": Table("Decided by the reader", CORPUS + "findings.csv", "decisions"),
}  # fmt: skip
SHOWN = {**FIGURES, **TABLES}
SETTINGS = (
    Setting("top_features", whole(1), "rows per dimension in Table 2", example=10, default=2),
    Setting(
        "report.audio", whole(0),
        "how many utterances of each corpus can be played in the report: the shortest of those "
        "with the largest errors. Audio goes where the report goes: mind the corpus's licence",
        example=20, default=0,
    ),
)  # fmt: skip


def placed(place: str) -> list[str]:
    """Return the names of the tables in a place of the report."""
    return [name for name, table in TABLES.items() if table.place == place]
