"""Published results compared with ours: cell by cell, and finding by finding."""

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pandas as pd

from dimser.evaluation.findings import FINDINGS, FURTHER, Evidence
from dimser.evaluation.multiverse import held
from dimser.evaluation.published import contradictions
from dimser.evaluation.scores import by_part, of_all

CELLS = ["corpus", "method", "dimension", "metric", "published", "ours", "low", "high",
         "difference", "verdict", "part", "table", "contradiction"]  # fmt: skip
CHECKS = [
    "corpus", "check", "value", "holds", "held", "analyses", "multiverse", "source", "printed",
]  # fmt: skip
PRINTED = 6  # the place of the printed margin in a row of checks
TIE = 1e-9  # between sums of printed values that are equal


def audit_cells(
    published: pd.DataFrame,
    scores: dict[str, pd.DataFrame],
    tested: dict[str, list[str]] | None = None,
) -> pd.DataFrame:
    """Compare every published cell with ours.

    Args:
        published: from `dimser.evaluation.published.printed_cells`, of all tables.
        scores: of each corpus by its id; columns `method,dimension` and, for each metric,
            `{metric},{metric}_low,{metric}_high`; perhaps `part`.
        tested: parts of each corpus that are tested; where it is one, it is all that is scored.

    Returns:
        One row per published cell of a corpus that we ran, and of a part that we tested, with the
        columns `CELLS`. The verdict is `reproduced` if our value, rounded to the printed digits, is
        the printed one; `within interval` if the printed one lies in our interval; `differs`
        otherwise; `not run` where we have none. `contradiction` names other tables, and what they
        print for the same cell.
    """
    ours = {}
    for corpus, table in scores.items():
        ours[corpus, ""] = of_all(table)
        ours |= {(corpus, part): own for part, own in by_part(table).items()}
        for part in (tested or {}).get(corpus, []):
            ours.setdefault((corpus, part), of_all(table))
    indexed = {key: table.set_index(["method", "dimension"]) for key, table in ours.items()}
    rows = []
    for line in published.assign(other=contradictions(published)).itertuples():
        if (line.corpus, line.part) not in indexed:
            continue
        table, key = indexed[line.corpus, line.part], (line.method, line.dimension)
        names = [line.metric, f"{line.metric}_low", f"{line.metric}_high"]
        found = table.loc[key, names].to_list() if key in table.index else [np.nan] * 3
        value = float(line.printed)
        cell = [line.corpus, *key, line.metric, value, *found, found[0] - value]
        rest = [line.part or None, line.table, line.other or None]
        rows.append([*cell, _verdict(line.printed, *found), *rest])
    return pd.DataFrame(rows, columns=CELLS)


def audit_features(
    published: pd.DataFrame,
    featurewise: dict[tuple[str, str], pd.DataFrame],
    name_of_table: str = "",
) -> pd.DataFrame:
    """Compare every published feature-wise CCC with ours.

    Args:
        published: text as printed, columns `corpus,features,dimension,feature,ccc`.
        featurewise: of each corpus and feature set, by their ids; columns
            `feature,valence,arousal,dominance`.
        name_of_table: the published one's.

    Returns:
        As from `audit_cells`; `method` is the feature set, a slash and the feature's name, `metric`
        is `featurewise_ccc`, and there is no interval.
    """
    rows = []
    for line in published.to_dict("records"):
        table = featurewise.get((line["corpus"], line["features"]))
        if table is None:
            continue
        own = table.loc[table["feature"] == line["feature"], line["dimension"]]
        found = [own.iloc[0] if len(own) else np.nan, np.nan, np.nan]
        value, verdict = float(line["ccc"]), _verdict(line["ccc"], *found)
        name = f"{line['features']}/{line['feature']}"
        cell = [line["corpus"], name, line["dimension"], "featurewise_ccc", value, *found]
        rows.append([*cell, found[0] - value, verdict, None, name_of_table, None])
    return pd.DataFrame(rows, columns=CELLS)


def _verdict(printed: str, ours: float, low: float, high: float) -> str:
    if np.isnan(ours):
        return "not run"
    digits = len(printed.partition(".")[2])
    if round(ours, digits) == float(printed):
        return "reproduced"
    return "within interval" if low <= float(printed) <= high else "differs"


def rank_agreement(cells: pd.DataFrame) -> pd.DataFrame:
    """Compare the order of the methods with the published one: Kendall's tau of their CCC.

    Args:
        cells: from `audit_cells`.

    Returns:
        Columns `corpus,check,value,holds`: tau-b in [-1, 1], and whether it is not negative. Only
        methods that were run count; with fewer than three there is no row.
    """
    whole = cells["part"].isna() & (cells["metric"] == "ccc")
    run = cells[whole & cells["ours"].notna()]
    rows = []
    for (corpus, dimension), group in run.groupby(["corpus", "dimension"], sort=False):
        if len(group) > 2:
            tau = group["published"].corr(group["ours"], method="kendall")
            rows.append([corpus, f"Order of the methods by {dimension} (Kendall's tau)", tau])
    return as_checks(rows)


def check_findings(
    scores: dict[str, pd.DataFrame],
    analyses: dict[str, pd.DataFrame] | None = None,
    paper: dict[str, pd.DataFrame] | None = None,
    evidence: Evidence | None = None,
    evidence_of_paper: Evidence | None = None,
) -> pd.DataFrame:
    """Check the paper's findings, sentence by sentence, on our scores, and in every analysis.

    Args:
        scores: of each corpus by its id (`vam`, `iemocap`); columns `method,dimension,ccc`.
        analyses: of corpora that have a multiverse, from `dimser.evaluation.multiverse.score`.
        paper: the paper's own scores, likewise.
        evidence: of this run, for sentences that rest on more than CCCs.
        evidence_of_paper: the paper's own, likewise.

    Returns:
        Columns `corpus,check,value,holds`: the value is the margin, which is not negative where the
        sentence holds. Sentences on other corpora, or on methods that were not run, have no row.
        Then `held,analyses,multiverse`: in how many analyses of how many the sentence holds, and in
        a word; missing without a multiverse, and of methods that are not in it. Last `printed`, the
        margin by the paper's own tables: if it is negative, they deny their own sentence.
    """
    rows = []
    for corpus, table in scores.items():
        ccc = _wide(table)
        for sentence, margin in FINDINGS.get(corpus, {}).items():
            try:
                rows.append([corpus, sentence, margin(ccc)])
            except KeyError:  # a method was not run, or the corpus lacks a dimension
                continue
            with suppress(KeyError):  # a direct prediction has no choices
                if corpus in (analyses or {}):
                    held_in, count = held(analyses[corpus], margin)
                    rows[-1] += [held_in, count, how_often(held_in, count)]
            rows[-1] += [None] * (PRINTED - len(rows[-1]))
            if corpus in (paper or {}):
                rows[-1].append(margin(_wide(paper[corpus])))
    for corpora, sentence, margin in FURTHER:
        if set(corpora.split(", ")) <= set(scores) and evidence:
            values = [_margin(margin, own) for own in (evidence, evidence_of_paper or Evidence())]
            if values[0] is not None:
                rows.append([corpora, sentence, values[0], None, None, None, values[1]])
    return as_checks(rows)


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    return table.pivot(index="method", columns="dimension", values="ccc")


def _margin(margin: Callable[[Evidence], float], evidence: Evidence) -> float | None:
    with suppress(KeyError):  # what it rests on was not run, or is not printed
        return margin(evidence)
    return None


def how_often(held_in: int, count: int) -> str:
    """Say in how many analyses a sentence holds: all, more than half, or fewer.

    Example:
        >>> [how_often(number, 24) for number in (24, 13, 12, 0)]
        ['throughout', 'mostly', 'seldom', 'seldom']
    """
    if held_in == count:
        return "throughout"
    return "mostly" if 2 * held_in > count else "seldom"


def as_checks(rows: list[list], source: str = "published") -> pd.DataFrame:
    """Return checks as a table.

    Args:
        rows: corpus, sentence and margin, and as much of the other columns as there is: in how many
            analyses of how many it holds, and in a word; the margin by the paper's own tables.
        source: of the sentences, `published` or `planted`.

    Returns:
        Columns `CHECKS`; what has a margin that is not negative holds.
    """
    columns = [name for name in CHECKS if name not in ("holds", "source")]
    table = pd.DataFrame(
        [row + [None] * (len(columns) - len(row)) for row in rows], columns=columns
    )
    holds = table["value"].ge(-TIE) if len(table) else pd.Series(dtype=bool)
    table = table.assign(holds=holds, source=source)[CHECKS]
    return table.astype({"held": "Int64", "analyses": "Int64"})
