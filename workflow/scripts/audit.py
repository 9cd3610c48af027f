"""Compare published tables with our results."""

from pathlib import Path

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.evaluation.audit import (
    CELLS,
    as_checks,
    audit_cells,
    audit_features,
    check_findings,
    rank_agreement,
)
from dimser.evaluation.findings import PAPER, Evidence
from dimser.evaluation.planted import check_planted
from dimser.evaluation.published import agreements, paper_features, paper_scores, printed_cells
from dimser.evaluation.scores import of_all

METRICS = ("ccc", "rmse")
FEATURES = ["corpus", "features", "dimension", "feature", "ccc"]


def audit(
    *,
    published: list[str],
    features: str | None,
    planted: str | None = None,
    scores: dict[str, str],
    featurewise: dict[tuple[str, str], str],
    comparisons: dict[str, str] | None = None,
    utterances: dict[str, str] | None = None,
    analyses: dict[str, str] | None = None,
    tested: dict[str, list[str]] | None = None,
    cells: str,
    checks: str,
) -> None:
    """Write the verdict on every published cell, and which of the paper's findings hold here.

    Args:
        published: csv tables with columns `corpus,method`, perhaps `part`, and
            `{dimension}_ccc,{dimension}_rmse`; corpora and methods by our ids. Corpora and parts
            that we did not run are not audited. Ranks are compared with those of the first.
        features: csv with columns `corpus,features,dimension,feature,ccc`; None if no feature-wise
            CCC was published.
        planted: csv with columns `corpus,check,dimension,higher,lower,apart`, findings that were
            planted in corpora, as for `dimser.evaluation.planted`; None if there are none.
        scores: `scores.csv` of each corpus by its id.
        featurewise: feature-wise CCC by the ids of corpus and feature set.
        comparisons: `comparisons.csv` of each corpus by its id.
        utterances: `utterances.csv`, likewise.
        analyses: `multiverse.csv` of corpora that have one, by their ids.
        tested: parts of each corpus that are tested.
        cells: output, columns `corpus,method,dimension,metric,published,ours,low,high,difference,
            verdict,part,table,contradiction`; only a header if no corpus is in a published table.
        checks: output, columns `corpus,check,value,holds,held,analyses,multiverse,source,printed`.

    Raises:
        InputError: if a published table lacks columns.
    """
    printed = pd.concat([_cells(path) for path in published])
    ours = {corpus: read_csv(path) for corpus, path in scores.items()}
    whole = {corpus: of_all(table) for corpus, table in ours.items()}
    tables = {key: read_csv(path) for key, path in featurewise.items()}
    audited = audit_cells(printed, ours, tested)
    parts, own = [audited], Evidence(whole, _read(comparisons), _read(utterances), tables)
    paper = paper_scores(printed[printed["table"] == PAPER])
    evidence = Evidence(paper)
    if features:
        features_printed = _printed(features, FEATURES)
        parts.append(audit_features(features_printed, tables, Path(features).stem))
        evidence = Evidence(paper, featurewise=paper_features(features_printed))
    parts = [part for part in parts if len(part)] or [pd.DataFrame(columns=CELLS)]
    write_csv(pd.concat(parts), cells)
    every = _read(analyses)
    found = [
        rank_agreement(audited[audited["table"] == Path(published[0]).stem]),
        check_findings(whole, every, paper, own, evidence),
        as_checks(agreements(printed, [*scores])),
    ]
    if planted:
        found.append(check_planted(pd.read_csv(planted, dtype=str), whole, tables, every))
    write_csv(pd.concat([table for table in found if len(table)] or found[:1]), checks)


def _read(paths: dict[str, str] | None) -> dict[str, pd.DataFrame]:
    return {corpus: read_csv(path) for corpus, path in (paths or {}).items()}


def _cells(path: str) -> pd.DataFrame:
    needed = ["corpus", "method", *(f"{dimension}_ccc" for dimension in DIMENSIONS)]
    return printed_cells(_printed(path, needed), Path(path).stem, METRICS)


def _printed(path: str, needed: list[str]) -> pd.DataFrame:
    """Read a published table as text, to keep the printed digits."""
    table = pd.read_csv(path, dtype=str)
    if missing := [column for column in needed if column not in table]:
        raise InputError(f"{path}: the columns {', '.join(missing)} are missing; add them.")
    return table


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        audit(
            published=list(snakemake.input.published),
            features=next(iter(snakemake.input.published_features), None),
            planted=snakemake.input.planted,
            featurewise=dict(
                zip(
                    map(tuple, snakemake.params.feature_sets),
                    snakemake.input.featurewise,
                    strict=True,
                )
            ),
            **{
                name: dict(zip(snakemake.params.corpora, snakemake.input[name], strict=True))
                for name in ("scores", "comparisons", "utterances")
            },
            tested=snakemake.params.tested,
            analyses=dict(zip(snakemake.params.analysed, snakemake.input.analyses, strict=True)),
            cells=snakemake.output.cells,
            checks=snakemake.output.checks,
        )
