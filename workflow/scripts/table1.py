"""Write Table 1: CCC and RMSE of every method, one block per corpus."""

from collections.abc import Iterator, Sequence

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import raise_if
from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.scores import of_all
from dimser.report.tables import (
    BEYOND,
    DAGGER,
    DOUBLE_DAGGER,
    NOTE,
    UNTRAINED,
    Block,
    number,
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
    stand_ins: list[str],
    beyond_paper: Sequence[str] = (),
    csv: str,
    md: str,
    tex: str,
) -> None:
    """Write Table 1; in md and tex, bold CCCs are of methods that may be best.

    Where clusters are too few to tell, the highest is bold.

    Args:
        scores: `scores.csv` of each corpus.
        annotation: `annotation.csv` of each corpus; if it has ratings, the last row in md and tex
            shows what one more rater would reach.
        corpora: label of each corpus by its id, in the order of `scores`.
        methods: ids of the methods of each corpus, in the order of the rows.
        labels: label of each method by its id.
        stand_ins: ids of the methods that use an untrained stand-in.
        beyond_paper: ids of the methods that fuse otherwise than the paper; they are marked, and
            stand below the others.
        csv: output in full precision, with columns `corpus,row,method,label,stand_in` and
            `{dimension}_ccc,{dimension}_rmse`, then `{dimension}_may_be_best`; rows are counted
            from 1 in each corpus.
        md: output, Markdown; without dimensions that no corpus is labelled in.
        tex: output, LaTeX; likewise.

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
    blocks = [
        _block(corpora[corpus], table, read_csv(path), shown, beyond_paper)
        for (corpus, table), path in zip(tables.items(), annotation, strict=True)
    ]
    whole = pd.concat(tables.values())
    notes = {
        NOTE: (whole["stand_in"] != "").any(),
        BEYOND: whole["method"].isin(beyond_paper).any(),
        LACKING: any((block.cells == ABSENT).any(axis=None) for block in blocks),
    }
    note = "; ".join(text for text, holds in notes.items() if holds)
    write(whole, blocks, "l" + "rr" * len(shown), note, csv=csv, md=md, tex=tex)


def _rows(
    corpus: str, scores: pd.DataFrame, methods: list[str], labels: dict, stand_ins: list[str]
) -> Iterator[dict]:
    for row, method in enumerate(methods, start=1):
        untrained = UNTRAINED if method in stand_ins else ""
        named = {"corpus": corpus, "row": row, "method": method, "label": labels[method]}
        yield (
            named
            | {"stand_in": untrained}
            | {
                f"{dimension}_{metric}": scores[metric].get((method, dimension))
                for dimension in DIMENSIONS
                for metric in ("ccc", "rmse")
            }
            | {
                f"{dimension}_may_be_best": scores["may_be_best"].get((method, dimension))
                for dimension in DIMENSIONS
            }
        )


def _block(
    title: str,
    table: pd.DataFrame,
    annotation: pd.DataFrame,
    dimensions: list[str],
    beyond_paper: Sequence[str],
) -> Block:
    mark = table["stand_in"].map(lambda untrained: f" {DAGGER}" if untrained else "")
    mark += table["method"].isin(beyond_paper).map({True: f" {DOUBLE_DAGGER}", False: ""})
    cells = {("", "Method"): table["label"] + mark}
    bold = {("", "Method"): pd.Series(False, table.index)}
    lacking = [name for name in dimensions if table[f"{name}_rmse"].isna().all()]
    for dimension in dimensions:
        for metric in ("ccc", "rmse"):
            values = table[f"{dimension}_{metric}"]
            name = (dimension.capitalize(), metric.upper())
            cells[name] = ABSENT if dimension in lacking else values.map(number)
            may = table[f"{dimension}_may_be_best"]
            if may.isna().all():  # as printed: if two values read the same, both are bold
                best = number(values.max()) if values.notna().any() else None
                may = pd.Series(cells[name], table.index) == best
            bold[name] = may.eq(True) & (metric == "ccc")
    cells, bold = pd.DataFrame(cells), pd.DataFrame(bold)
    if not annotation.empty:
        human = annotation.set_index("dimension")["one_rater_ccc"].reindex(dimensions).map(number)
        human[lacking] = ABSENT
        cells.loc[len(cells)] = [HUMAN, *(cell for ccc in human for cell in (ccc, ""))]
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
            stand_ins=list(snakemake.params.stand_ins),
            beyond_paper=list(snakemake.params.beyond_paper),
            **snakemake.output,
        )
