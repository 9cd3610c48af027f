"""Score the pooled predictions of every method, with intervals over speakers."""

from functools import partial

import numpy as np
import pandas as pd

from dimser.core.files import write_csv
from dimser.core.job import logged, progress
from dimser.core.lookup import function
from dimser.evaluation.intervals import speaker_sums
from dimser.evaluation.predictions import load as predictions_of
from dimser.evaluation.registry import METRICS


def score(
    *,
    utterances: str,
    folds: str,
    predictions: list[str],
    methods: list[str],
    interval: str,
    settings: dict,
    output: str,
) -> None:
    """Write CCC, RMSE and the components of the CCC, one row per method and dimension.

    Scores are computed once over all folds. Intervals cover 95 %; see
    `dimser.evaluation.intervals`.

    Args:
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv with columns `id,fold`; only utterances with a fold count.
        predictions: csv of each method, columns `id,fold,valence,arousal,dominance`.
        methods: ids of the methods, in the order of `predictions`.
        interval: module and name of a function of `dimser.evaluation.intervals`.
        settings: of the interval.
        output: csv, `method,dimension`, the metrics, intervals of some, and `n,speakers`; the
            intervals and the number are empty where speakers are not known.

    Raises:
        InputError: if an utterance is not predicted exactly once, or not by a finite number.
    """
    values, labels, speakers, dimensions = predictions_of(utterances, folds, predictions)
    known = pd.notna(speakers).any()
    ends = partial(function(interval), **settings)
    rows = []
    for number, method in enumerate(progress(methods, "score", "method")):
        sums = speaker_sums(values[:, number], labels, speakers)
        columns = {"method": method, "dimension": dimensions} | _scores(sums, ends)
        rows.append(pd.DataFrame(columns | {"speakers": len(sums) if known else None}))
    write_csv(pd.concat(rows), output)


def _scores(sums: np.ndarray, ends: partial) -> dict:
    """Compute the columns of one method, with one value per dimension, from its speakers' sums."""
    whole, columns = sums.sum(axis=0), {}
    shown = {name: function(metric.function) for name, metric in METRICS.items() if metric.interval}
    low, high = ends(sums, lambda drawn: np.stack([of(drawn) for of in shown.values()], axis=1))
    for number, (name, of) in enumerate(shown.items()):
        columns |= {name: of(whole), f"{name}_low": low[number], f"{name}_high": high[number]}
    columns |= {
        name: function(metric.function)(whole)
        for name, metric in METRICS.items()
        if not metric.interval
    }
    return {**columns, "n": whole[:, 0].astype(int)}


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        score(
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            predictions=list(snakemake.input.predictions),
            methods=list(snakemake.params.methods),
            interval=snakemake.params.interval,
            settings=snakemake.params.settings,
            output=snakemake.output.scores,
        )
