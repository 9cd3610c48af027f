"""Take scores apart: by fold, speaker, gender, duration, agreement, and single utterances."""

import json
from functools import partial

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv, write_text
from dimser.core.job import logged, progress
from dimser.core.lookup import function
from dimser.corpora.corpus import known
from dimser.evaluation import predictions as predicted
from dimser.evaluation.clusters import clusters_of
from dimser.evaluation.intervals import averaged, jackknife
from dimser.evaluation.parts import thirds
from dimser.evaluation.registry import METRICS
from dimser.report import closeup as views

KEYS = ("method", "dimension", "by", "part")


def breakdown(
    *,
    utterances: str,
    folds: list[str],
    ratings: str,
    texts: str,
    predictions: list[str],
    methods: list[str],
    scale: tuple[float, float],
    clusters: str,
    interval: str,
    settings: dict,
    audio: int,
    closeup: str,
    output: str,
) -> None:
    """Write the metrics of parts of the corpus, one row per method, dimension and part.

    And single utterances and speakers, as the report shows them: those of the first grouping, where
    speakers are grouped in several ways.

    Args:
        utterances: csv with columns `id,speaker,gender,duration,valence,arousal,dominance` and
            more.
        folds: csv of each grouping, columns `id,fold` and perhaps `part`.
        ratings: csv with columns `id,rater,valence,arousal,dominance`; may be empty.
        texts: csv with columns `id,text`; may be empty.
        predictions: csv of each method; those of the first grouping come first. Metrics are means
            over the groupings; those by fold are of the first alone.
        methods: ids of the methods, in the order of `predictions`.
        scale: lowest and highest rating.
        clusters: what errs together, as for `dimser.evaluation.clusters.clusters_of`.
        interval: module and name of a function of `dimser.evaluation.intervals`.
        settings: of the interval.
        audio: how many of the utterances with the largest errors can be played, the shortest.
        closeup: output, JSON: `methods`, and what `dimser.report.closeup.content` has found.
        output: csv, `method,dimension,by,part`, the metrics, `n,speakers`, and
            `ccc_low_utterances,ccc_high_utterances`: the interval that would hold if utterances
            were independent, which they are not, for comparison with work that does so. A metric is
            empty where it is undefined, and so is the CCC of a part whose labels do not vary, as of
            one utterance: whatever was predicted, it would be 0. `fold mean`, `fold sd`, `speaker
            mean` and `speaker sd` are mean and standard deviation (n - 1) of the parts' metrics,
            over the parts in which they are defined. `by: agreement` divides utterances by the
            spread of their ratings (lowest third: raters agree most), and is left out without
            ratings; equal spreads stay together, so that the thirds may differ in size, or be
            missing. So are speakers and their number where they are not known, and `by: duration`
            without audio.
    """
    values, labels, table, dimensions = predicted.load(utterances, folds, predictions)
    units, told = clusters_of(table, clusters)
    table["speaker"] = known(table["speaker"])
    spread = read_csv(ratings).groupby("id")[[*DIMENSIONS]].std().reindex(table.index)
    shown = views.content(
        values[:, 0], labels, table, dimensions, spread / (scale[1] - scale[0]),
        read_csv(texts).set_index("id")["text"], units if told else np.zeros(len(labels)),
        partial(function(interval), **settings), audio,
    )  # fmt: skip
    write_text(json.dumps({"methods": methods} | shown), closeup)
    parts = {dimension: _parts(table, spread[dimension]) for dimension in dimensions}
    found = []
    for number, method in enumerate(progress(methods, "Break down", "method")):
        for column, dimension in enumerate(dimensions):
            moments = metrics.moments(values[:, :, number, column], labels[:, None, column])
            for by, names in parts[dimension].items():
                own = moments[:, :1] if by == "fold" else moments
                scored = _scored(own, names, table["speaker"])
                found.append(scored.assign(method=method, dimension=dimension, by=by))
    result = pd.concat(found, ignore_index=True)[[*KEYS, *METRICS, "n", "speakers"]]
    whole = result["by"] == "all"
    # The scale shift is undefined where labels do not vary.
    result.loc[~whole & result["scale_shift"].isna(), "ccc"] = np.nan
    transform = METRICS["ccc"].scale
    ccc = averaged(metrics.ccc, transform)
    for number, method in enumerate(methods):
        each = metrics.moments(values[:, :, number], labels[:, None])
        low, high = jackknife(each, ccc, transform)
        own = whole & (result["method"] == method)
        result.loc[own, ["ccc_low_utterances", "ccc_high_utterances"]] = np.stack([low, high], 1)
    write_csv(pd.concat([result, *(_spread(result, by) for by in ("fold", "speaker"))]), output)


def _scored(moments: np.ndarray, names: pd.Series, speakers: pd.Series) -> pd.DataFrame:
    """Compute each part's metrics, from contributions of shape (utterances, groupings, 6)."""
    rows = pd.DataFrame(moments.reshape(len(moments), -1), names.index)
    groups = rows.groupby(names, observed=True)
    sums = groups.sum()
    of_parts = sums.to_numpy().reshape(len(sums), *moments.shape[1:])
    found = {
        name: averaged(function(metric.function), metric.scale or "identity")(of_parts)
        for name, metric in METRICS.items()
    }
    persons = speakers.groupby(names, observed=True).nunique().replace(0, None)
    counts = {"n": groups.size().to_numpy(), "speakers": persons.to_numpy()}
    return pd.DataFrame({"part": sums.index.astype(str)} | found | counts)


def _spread(result: pd.DataFrame, by: str) -> pd.DataFrame:
    """Compute mean and standard deviation of the parts' metrics, by method and dimension."""
    keys = ["method", "dimension"]
    groups = result[result["by"] == by].groupby(keys, sort=False)
    whole = result[result["by"] == "all"].set_index(keys)[["n", "speakers"]]
    found = {"mean": groups[[*METRICS]].mean(), "sd": groups[[*METRICS]].std()}
    return pd.concat(
        table.join(whole).assign(by=f"{by} {name}", part="all").reset_index()
        for name, table in found.items()
    )


def _parts(table: pd.DataFrame, spread: pd.Series) -> dict[str, pd.Series]:
    """Return each utterance's part, for each way to divide the corpus."""
    return {
        "all": pd.Series("all", table.index),
        "fold": table["fold"].astype(int),
        "speaker": table["speaker"],
        "gender": table["gender"].fillna("unknown"),
        "duration": thirds(table["duration"]),
        "agreement": thirds(spread),
        "test part": table["part"],
    }


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        breakdown(
            utterances=snakemake.input.utterances,
            folds=list(snakemake.input.folds),
            ratings=snakemake.input.ratings,
            texts=snakemake.input.texts,
            predictions=list(snakemake.input.predictions),
            **snakemake.params.arguments,
            closeup=snakemake.output.closeup,
            output=snakemake.output.breakdown,
        )
