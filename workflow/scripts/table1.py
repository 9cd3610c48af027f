"""Write Table 1: CCC and RMSE of every method, one block per corpus."""

from collections.abc import Iterator, Sequence

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import raise_if
from dimser.core.files import read_csv, write_text
from dimser.core.job import logged
from dimser.evaluation.scores import of_all
from dimser.features.exposure import NO
from dimser.report.heard import trained
from dimser.report.sentences import bracketed
from dimser.report.tables import (
    BEYOND,
    DAGGER,
    DOUBLE_DAGGER,
    HEARD,
    SECTION,
    Block,
    note,
    number,
    to_latex,
    write,
)

HUMAN = "one more rater"
ABSENT = "–"
LACKING = f"{ABSENT} the corpus is not labelled in this dimension"


def table1(
    *,
    scores: list[str],
    annotation: list[str],
    corpora: dict[str, str],
    methods: dict[str, list[str]],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    beyond_paper: Sequence[str] = (),
    csv: str,
    md: str,
    tex: str,
    two_digits: str,
    intervals: str,
) -> None:
    """Write Table 1; in md and tex, bold CCCs are of methods that may be best.

    Where clusters are too few to tell, the highest is bold. So is the lowest RMSE.

    Args:
        scores: `scores.csv` of each corpus.
        annotation: `annotation.csv` of each corpus; if it has ratings, the last row in md and tex
            shows what one more rater would reach.
        corpora: label of each corpus by its id, in the order of `scores`.
        methods: ids of the methods of each corpus, in the order of the rows.
        labels: label of each method by its id.
        stand_ins: ids of the methods that rest on a model in place of a published one, and
            what it is called.
        beyond_paper: ids of the methods that fuse otherwise than the paper; they are marked, and
            stand below the others.
        csv: output in full precision, with columns `corpus,row,method,label,stand_in` and
            `{dimension}_ccc,{dimension}_rmse`, then `{dimension}_may_be_best`, then
            `{dimension}_ccc_low,{dimension}_ccc_high`, and `heard`; rows are counted from 1 in each
            corpus.
        md: output, Markdown; without dimensions that no corpus is labelled in.
        tex: output, LaTeX; likewise.
        two_digits: output, LaTeX, with two digits.
        intervals: output, LaTeX, CCCs with their intervals.

    Raises:
        InputError: if a method has no scores.
    """
    found = {
        corpus: of_all(read_csv(path)).set_index(["method", "dimension"])
        for corpus, path in zip(corpora, scores, strict=True)
    }
    raise_if(
        f"{path}: method {method!r} has no {dimension} score. Delete this file and run again."
        for path, (corpus, table) in zip(scores, found.items(), strict=True)
        for method in methods[corpus]
        for dimension in table.index.unique("dimension")
        if (method, dimension) not in table.index
    )
    had = {dimension for table in found.values() for dimension in table.index.unique("dimension")}
    shown = [dimension for dimension in DIMENSIONS if dimension in had]
    ordered = {c: sorted(own, key=lambda m: m in beyond_paper) for c, own in methods.items()}
    tables = {
        corpus: pd.DataFrame(_rows(corpus, table, ordered[corpus], labels, stand_ins))
        for corpus, table in found.items()
    }
    rated = [read_csv(path) for path in annotation]

    def blocks(**variant: object) -> list[Block]:
        return [
            _block(corpora[corpus], table, human, shown, beyond_paper, **variant)
            for (corpus, table), human in zip(tables.items(), rated, strict=True)
        ]

    plain = blocks()
    whole = pd.concat(tables.values())
    notes = {
        note(whole["stand_in"][whole["stand_in"] != ""]): (whole["stand_in"] != "").any(),
        BEYOND: whole["method"].isin(beyond_paper).any(),
        HEARD: trained(whole).any(),
        LACKING: any((block.cells == ABSENT).any(axis=None) for block in plain),
    }
    said = "; ".join(text for text, holds in notes.items() if holds)
    align = "l" + "rr" * len(shown)
    write(whole, plain, align, said, csv=csv, md=md, tex=tex)
    write_text(to_latex(blocks(digits=2), align, said), two_digits)
    with_ends = to_latex(blocks(digits=2, ends=True), "l" + "l" * len(shown), said)
    write_text(with_ends, intervals)


def _rows(
    corpus: str, scores: pd.DataFrame, methods: list[str], labels: dict, stand_ins: dict[str, str]
) -> Iterator[dict]:
    for row, method in enumerate(methods, start=1):
        named = {"corpus": corpus, "row": row, "method": method, "label": labels[method]}
        yield (
            named
            | {"stand_in": stand_ins.get(method, "")}
            | {
                f"{dimension}_{metric}": scores[metric].get((method, dimension))
                for dimension in DIMENSIONS
                for metric in ("ccc", "rmse")
            }
            | {
                f"{dimension}_may_be_best": scores["may_be_best"].get((method, dimension))
                for dimension in DIMENSIONS
            }
            | {
                f"{dimension}_{end}": scores[end].get((method, dimension))
                for dimension in DIMENSIONS
                for end in ("ccc_low", "ccc_high")
            }
            | {"heard": scores["heard"][method].iloc[0] if "heard" in scores else NO}
        )


def _block(
    title: str,
    table: pd.DataFrame,
    annotation: pd.DataFrame,
    dimensions: list[str],
    beyond_paper: Sequence[str],
    digits: int = 3,
    ends: bool = False,
) -> Block:
    """Return the rows of a corpus: CCC and RMSE, or with `ends`, CCC and its interval."""
    mark = table["stand_in"].map(lambda kind: f" {DAGGER}" if kind else "")
    mark += table["method"].isin(beyond_paper).map({True: f" {DOUBLE_DAGGER}", False: ""})
    heard = trained(table)
    mark += heard.map({True: f" {SECTION}", False: ""})
    cells = {("", "Method"): table["label"] + mark}
    bold = {("", "Method"): pd.Series(False, table.index)}
    lacking = [name for name in dimensions if table[f"{name}_rmse"].isna().all()]
    for dimension in dimensions:
        for metric in ("ccc",) if ends else ("ccc", "rmse"):
            values = table[f"{dimension}_{metric}"]
            printed = values.map(lambda value: number(value, digits))
            name = (dimension.capitalize(), metric.upper())
            may = table[f"{dimension}_may_be_best"]
            ranked = values.mask(heard)  # what was trained on the data is not best
            if metric == "rmse" or may.isna().all():  # as printed: what reads the same is alike
                best = ranked.min() if metric == "rmse" else ranked.max()
                may = ranked.notna() & (printed == number(best, digits))
            if ends:
                printed += table.apply(
                    lambda row, d=dimension: bracketed(row[f"{d}_ccc_low"], row[f"{d}_ccc_high"]),
                    axis=1,
                )
            cells[name] = ABSENT if dimension in lacking else printed
            bold[name] = may.eq(True) & (dimension not in lacking) & ~heard
    cells, bold = pd.DataFrame(cells), pd.DataFrame(bold)
    if not annotation.empty:
        human = annotation.set_index("dimension")["one_rater_ccc"].reindex(dimensions)
        human = human.map(lambda value: number(value, digits))
        human[lacking] = ABSENT
        beside = () if ends else ("",)
        cells.loc[len(cells)] = [HUMAN, *(cell for ccc in human for cell in (ccc, *beside))]
        bold.loc[len(bold)] = False
    return Block(title, cells, bold)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        table1(
            scores=list(snakemake.input.scores),
            annotation=list(snakemake.input.annotation),
            corpora=snakemake.params.corpora,
            methods=snakemake.params.methods,
            labels=snakemake.params.labels,
            stand_ins=snakemake.params.stand_ins,
            beyond_paper=list(snakemake.params.beyond_paper),
            **snakemake.output,
        )
