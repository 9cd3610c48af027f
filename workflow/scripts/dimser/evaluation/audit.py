"""Published results compared with ours: cell by cell, and finding by finding."""

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.evaluation.multiverse import held

CELLS = ["corpus", "method", "dimension", "metric", "published", "ours", "low", "high",
         "difference", "verdict"]  # fmt: skip
CHECKS = ["corpus", "check", "value", "holds", "held", "analyses", "multiverse"]
SINGLE, OUT_OF_DOMAIN = ["cmp", "wv2_lr", "wv2_em", "hrt", "wlm"], ["wv2_lr", "hrt", "wlm"]
FUSED = ["cmp+wv2_lr", "cmp+wv2_em", "cmp+wlm", "wv2_em+wlm", "wv2_em+hrt", "hrt+wlm"]


def audit_cells(
    published: pd.DataFrame, scores: dict[str, pd.DataFrame], metrics: tuple[str, ...]
) -> pd.DataFrame:
    """Compare every published cell with ours.

    Args:
        published: text as printed, columns `corpus,method` and `{dimension}_{metric}`; cells may
            be empty.
        scores: of each corpus by its id; columns `method,dimension` and, for each metric,
            `{metric},{metric}_low,{metric}_high`.
        metrics: the published ones (`ccc`, `rmse`).

    Returns:
        One row per published cell, with the columns `CELLS`. The verdict is `reproduced` if our
        value, rounded to the printed digits, is the printed one; `within interval` if the printed
        one lies in our interval; `differs` otherwise; `not run` where we have none.
    """
    rows = []
    for line in published.to_dict("records"):
        corpus, method = line["corpus"], line["method"]
        if corpus not in scores:
            continue
        table = scores[corpus].set_index(["method", "dimension"])
        for dimension in DIMENSIONS:
            for metric in metrics:
                key, names = (method, dimension), [metric, f"{metric}_low", f"{metric}_high"]
                found = table.loc[key, names].to_list() if key in table.index else [np.nan] * 3
                printed = line[f"{dimension}_{metric}"]
                if pd.isna(printed):  # an empty cell
                    continue
                value, verdict = float(printed), _verdict(printed, *found)
                cell = [corpus, method, dimension, metric, value, *found, found[0] - value, verdict]
                rows.append(cell)
    return pd.DataFrame(rows, columns=CELLS)


def audit_features(
    published: pd.DataFrame, featurewise: dict[tuple[str, str], pd.DataFrame]
) -> pd.DataFrame:
    """Compare every published feature-wise CCC with ours.

    Args:
        published: text as printed, columns `corpus,features,dimension,feature,ccc`.
        featurewise: of each corpus and feature set, by their ids; columns
            `feature,valence,arousal,dominance`.

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
        rows.append([*cell, found[0] - value, verdict])
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
    run = cells[(cells["metric"] == "ccc") & cells["ours"].notna()]
    rows = []
    for (corpus, dimension), group in run.groupby(["corpus", "dimension"], sort=False):
        if len(group) > 2:
            tau = group["published"].corr(group["ours"], method="kendall")
            rows.append([corpus, f"Order of the methods by {dimension} (Kendall's tau)", tau])
    return _checks(rows)


def check_findings(
    scores: dict[str, pd.DataFrame], analyses: dict[str, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """Check the paper's findings, sentence by sentence, on our scores, and in every analysis.

    Args:
        scores: of each corpus by its id (`vam`, `iemocap`); columns `method,dimension,ccc`.
        analyses: of corpora that have a multiverse, from `dimser.evaluation.multiverse.score`.

    Returns:
        Columns `corpus,check,value,holds`: the value is the margin, which is not negative where the
        sentence holds. Sentences on other corpora, or on methods that were not run, have no row.
        Then `held,analyses,multiverse`: in how many analyses of how many the sentence holds, and in
        a word; missing without a multiverse, and of methods that are not in it.
    """
    rows = []
    for corpus, table in scores.items():
        ccc = table.pivot(index="method", columns="dimension", values="ccc")
        for sentence, margin in FINDINGS.get(corpus, {}).items():
            try:
                rows.append([corpus, sentence, margin(ccc)])
            except KeyError:  # a method was not run, or the corpus lacks a dimension
                continue
            with suppress(KeyError):  # a direct prediction has no choices
                if corpus in (analyses or {}):
                    held_in, count = held(analyses[corpus], margin)
                    rows[-1] += [held_in, count, how_often(held_in, count)]
    return _checks(rows)


def how_often(held_in: int, count: int) -> str:
    """Say in how many analyses a sentence holds: all, more than half, or fewer.

    Example:
        >>> [how_often(number, 24) for number in (24, 13, 12, 0)]
        ['throughout', 'mostly', 'seldom', 'seldom']
    """
    if held_in == count:
        return "throughout"
    return "mostly" if 2 * held_in > count else "seldom"


def _checks(rows: list[list]) -> pd.DataFrame:
    table = pd.DataFrame([row + [None] * (len(CHECKS) - 1 - len(row)) for row in rows],
                         columns=[name for name in CHECKS if name != "holds"])  # fmt: skip
    holds = table["value"].ge(0) if len(table) else pd.Series(dtype=bool)
    return table.assign(holds=holds)[CHECKS].astype({"held": "Int64", "analyses": "Int64"})


def _lead(dimension: str | None, best: list[str], others: list[str]) -> Callable:
    """Return the margin of the worst of `best` over the best of `others`; None: by mean CCC."""

    def margin(ccc: pd.DataFrame) -> float:
        values = ccc[[*DIMENSIONS]].mean(axis=1) if dimension is None else ccc[dimension]
        return values.loc[best].min() - values.loc[others].max()

    return margin


def _inside(dimensions: list[str], low: float, high: float) -> Callable:
    """Return the margin of the single representations inside a range, rounded as printed."""

    def margin(ccc: pd.DataFrame) -> float:
        values = ccc.loc[SINGLE, dimensions].round(2)
        return min(values.min(axis=None) - low, high - values.max(axis=None))

    return margin


def _others(*best: str, among: list[str] = SINGLE + FUSED) -> list[str]:
    return [method for method in among if method not in best]


# "What it found" of B. Vlasenko, S. Vyas, M. Magimai.-Doss, "Comparing data-driven and handcrafted
# features for dimensional emotion recognition", ICASSP 2024.
_VAM = SINGLE + FUSED[:3]
FINDINGS: dict[str, dict[str, Callable[[pd.DataFrame], float]]] = {
    "vam": {
        "Arousal and dominance are between 0.67 and 0.80 for every representation":
            _inside(["arousal", "dominance"], 0.67, 0.80),
        "Valence is between 0.20 and 0.32 for every representation":
            _inside(["valence"], 0.20, 0.32),
        "CMP with WV2 EM is best for arousal":
            _lead("arousal", ["cmp+wv2_em"], _others("cmp+wv2_em", among=_VAM)),
        "CMP with WV2 EM is best for dominance":
            _lead("dominance", ["cmp+wv2_em"], _others("cmp+wv2_em", among=_VAM)),
        "WV2 EM is best for valence":
            _lead("valence", ["wv2_em"], _others("wv2_em", among=_VAM)),
        "The direct prediction fails for valence":
            lambda ccc: -ccc.loc["e2e_em", "valence"],
        "In-domain embeddings help valence across languages":
            _lead("valence", ["wv2_em"], OUT_OF_DOMAIN),
    },
    "iemocap": {
        "WV2 EM alone and with WLM are best for valence":
            _lead("valence", ["wv2_em", "wv2_em+wlm"], _others("wv2_em", "wv2_em+wlm")),
        "WV2 EM with WLM is best over all dimensions":
            _lead(None, ["wv2_em+wlm"], _others("wv2_em+wlm")),
        "Fusing WV2 EM with CMP hurts valence":
            _lead("valence", ["wv2_em"], ["cmp+wv2_em"]),
        "In-domain and out-of-domain embeddings complement one another":
            _lead(None, ["wv2_em+wlm"], ["wv2_em", "wlm"]),
    },
}  # fmt: skip
