"""Hold published tables against our results."""

import pandas as pd

from dimser.audit import audit_cells, check_findings, rank_agreement
from dimser.errors import InputError
from dimser.files import read_csv, write_csv
from dimser.job import logged
from dimser.labels import DIMENSIONS

METRICS = ("ccc", "rmse")


def audit(*, published: str, scores: dict[str, str], cells: str, checks: str) -> None:
    """Write the verdict on every published cell, and which of the paper's findings hold here.

    Args:
        published: csv with columns `corpus,method` and `{dimension}_ccc,{dimension}_rmse`; corpora
            and methods by our ids. Corpora that we did not run are not audited.
        scores: `scores.csv` of each corpus by its id.
        cells: output, columns `corpus,method,dimension,metric,published,ours,low,high,difference,
            verdict`; a header alone where no corpus is in the published table.
        checks: output, columns `corpus,check,value,holds`.

    Raises:
        InputError: if the published table lacks columns.
    """
    table = pd.read_csv(published, dtype=str)  # as printed: the digits tell how far it was rounded
    needed = ["corpus", "method", *(f"{d}_{m}" for d in DIMENSIONS for m in METRICS)]
    if missing := [column for column in needed if column not in table]:
        raise InputError(f"{published}: the columns {', '.join(missing)} are missing; add them.")
    ours = {corpus: read_csv(path) for corpus, path in scores.items()}
    audited = audit_cells(table, ours, METRICS)
    write_csv(audited, cells)
    write_csv(pd.concat([rank_agreement(audited), check_findings(ours)]), checks)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        audit(
            published=snakemake.input.published,
            scores=dict(zip(snakemake.params.corpora, snakemake.input.scores, strict=True)),
            cells=snakemake.output.cells,
            checks=snakemake.output.checks,
        )
