"""Prepare single utterances and speakers for the report."""

import json
from functools import partial

import numpy as np

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_text
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.corpora.corpus import known
from dimser.corpora.labels import to_unit
from dimser.evaluation import predictions as predicted
from dimser.evaluation.clusters import clusters_of
from dimser.evaluation.intervals import cluster_sums
from dimser.report import closeup as views


def closeup(
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
    output: str,
) -> None:
    """Write predictions beside labels, speakers, quadrants and calibration, as the report has them.

    Where speakers are grouped in several ways, it is about the first grouping.

    Args:
        utterances: csv with columns `id,speaker,group,valence,arousal,dominance` and more.
        folds: csv of each grouping, columns `id,fold`.
        ratings: csv with columns `id,rater,valence,arousal,dominance`; may be empty.
        texts: csv with columns `id,text`; may be empty.
        predictions: csv of each method; those of the first grouping come first.
        methods: ids of the methods, in the order of `predictions`.
        scale: lowest and highest rating.
        clusters: what errs together, as for `dimser.evaluation.clusters.clusters_of`.
        interval: module and name of a function of `dimser.evaluation.intervals`.
        settings: of the interval.
        audio: how many of the utterances with the largest errors can be played, the shortest.
        output: JSON: `count` of all utterances; of those that are shown `ids,speakers,texts,spread`
            and by dimension `labels`; `methods`; by dimension `predictions`, a list per method;
            `by_speaker`, `lines`; `audio` by id; and `quadrants`, where there are valence and
            arousal.
    """
    values, labels, table, dimensions = predicted.load(utterances, folds, predictions)
    values = values[:, 0]
    errors = np.abs(values - labels[:, None])
    places = views.chosen(errors)
    names, by = clusters_of(table, clusters)
    ends = partial(function(interval), **settings)
    rated = read_csv(ratings)
    rated[[*DIMENSIONS]] = to_unit(rated[[*DIMENSIONS]].astype(float), scale)
    spread = rated.groupby("id")[dimensions].std().reindex(table.index[places])
    said = read_csv(texts).set_index("id")["text"]
    speakers = known(table["speaker"])
    content = {
        "count": len(table),
        **views.described(table.iloc[places], said, spread),
        "methods": methods,
        "labels": {},
        "predictions": {},
        "by_speaker": {},
        "lines": {},
        "audio": views.playable(table.iloc[views.worst(errors)], audio),
    }
    for column, dimension in enumerate(dimensions):
        own, true = values[:, :, column], labels[:, column]
        content["labels"][dimension] = views.rounded(true[places])
        content["predictions"][dimension] = views.rounded(own[places].T)
        content["by_speaker"][dimension] = views.by_speaker(own, true, speakers)
        sums = cluster_sums(own, true[:, None], names if by else np.zeros(len(own)))
        line = views.calibration(sums[:, None], true.mean(), ends)
        content["lines"][dimension] = line
    if {"valence", "arousal"} <= {*dimensions}:
        plane = [dimensions.index(name) for name in ("valence", "arousal")]
        content["quadrants"] = views.quadrants(values[:, :, plane], labels[:, plane])
    write_text(json.dumps(content), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        closeup(
            utterances=snakemake.input.utterances,
            folds=list(snakemake.input.folds),
            ratings=snakemake.input.ratings,
            texts=snakemake.input.texts,
            predictions=list(snakemake.input.predictions),
            **snakemake.params.arguments,
            output=snakemake.output.json,
        )
