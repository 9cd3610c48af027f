"""Compare published tables with our results."""

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.evaluation.audit import (
    CELLS,
    audit_cells,
    audit_features,
    check_findings,
    rank_agreement,
)
from dimser.evaluation.scores import of_all

METRICS = ("ccc", "rmse")
FEATURES = ["corpus", "features", "dimension", "feature", "ccc"]


def audit(
    *,
    published: str,
    features: str | None,
    scores: dict[str, str],
    featurewise: dict[tuple[str, str], str],
    analyses: dict[str, str] | None = None,
    cells: str,
    checks: str,
) -> None:
    """Write the verdict on every published cell, and which of the paper's findings hold here.

    Args:
        published: csv with columns `corpus,method` and `{dimension}_ccc,{dimension}_rmse`; corpora
            and methods by our ids. Corpora that we did not run are not audited.
        features: csv with columns `corpus,features,dimension,feature,ccc`; None if no feature-wise
            CCC was published.
        scores: `scores.csv` of each corpus by its id.
        featurewise: feature-wise CCC by the ids of corpus and feature set.
        analyses: `multiverse.csv` of corpora that have one, by their ids.
        cells: output, columns `corpus,method,dimension,metric,published,ours,low,high,difference,
            verdict`; only a header if no corpus is in the published table.
        checks: output, columns `corpus,check,value,holds,held,analyses,multiverse`.

    Raises:
        InputError: if the published table lacks columns.
    """
    needed = ["corpus", "method", *(f"{d}_{m}" for d in DIMENSIONS for m in METRICS)]
    table = _printed(published, needed)
    ours = {corpus: of_all(read_csv(path)) for corpus, path in scores.items()}
    audited = audit_cells(table, ours, METRICS)
    parts = [audited]
    if features:
        tables = {key: read_csv(path) for key, path in featurewise.items()}
        parts.append(audit_features(_printed(features, FEATURES), tables))
    parts = [part for part in parts if len(part)] or [pd.DataFrame(columns=CELLS)]
    write_csv(pd.concat(parts), cells)
    every = {corpus: read_csv(path) for corpus, path in (analyses or {}).items()}
    write_csv(pd.concat([rank_agreement(audited), check_findings(ours, every)]), checks)


def _printed(path: str, needed: list[str]) -> pd.DataFrame:
    """Read a published table as text, to keep the printed digits."""
    table = pd.read_csv(path, dtype=str)
    if missing := [column for column in needed if column not in table]:
        raise InputError(f"{path}: the columns {', '.join(missing)} are missing; add them.")
    return table


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        audit(
            published=snakemake.input.published,
            features=next(iter(snakemake.input.published_features), None),
            featurewise=dict(
                zip(
                    map(tuple, snakemake.params.feature_sets),
                    snakemake.input.featurewise,
                    strict=True,
                )
            ),
            scores=dict(zip(snakemake.params.corpora, snakemake.input.scores, strict=True)),
            analyses=dict(zip(snakemake.params.analysed, snakemake.input.analyses, strict=True)),
            cells=snakemake.output.cells,
            checks=snakemake.output.checks,
        )
