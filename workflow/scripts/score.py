"""Score the pooled predictions of every method, with intervals from resampling speakers."""

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import write_csv
from dimser.core.job import logged, progress
from dimser.evaluation import bootstrap
from dimser.evaluation.predictions import load as predictions_of


def score(
    *,
    utterances: str,
    folds: str,
    predictions: list[str],
    methods: list[str],
    resamples: int,
    seed: int,
    output: str,
) -> None:
    """Write CCC, RMSE and what the CCC is made of, one row a method and dimension.

    All utterances are scored at once, over all folds. Intervals cover 95 %; see
    `dimser.evaluation.bootstrap`. All methods are resampled alike.

    Args:
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv with columns `id,fold`; only what stands in a fold counts.
        predictions: csv of each method, columns `id,fold,valence,arousal,dominance`.
        methods: ids of the methods, in the order of `predictions`.
        resamples: how often speakers are resampled.
        seed: of the resampling.
        output: where `scores.csv` is written.

    Raises:
        InputError: if an utterance is not predicted exactly once, or not by a finite number.
    """
    values, labels, speakers = predictions_of(utterances, folds, predictions)
    rows = []
    for number, method in enumerate(progress(methods, "score", "method")):
        sums = bootstrap.speaker_sums(values[:, number], labels, speakers)
        resampled = bootstrap.resample(sums, resamples, seed)
        rows.append(_rows(method, sums, resampled))
    write_csv(pd.concat(rows), output)


def _rows(method: str, sums: np.ndarray, resampled: np.ndarray) -> pd.DataFrame:
    """Give the three rows of one method from its speakers' sums and their resamples."""
    whole = sums.sum(axis=0)
    columns = {"method": method, "dimension": DIMENSIONS}
    for name, metric in {"ccc": metrics.ccc, "rmse": metrics.rmse}.items():
        low, high = bootstrap.interval(metric(resampled))
        columns |= {name: metric(whole), f"{name}_low": low, f"{name}_high": high}
    for name in ("pearson", "scale_shift", "location_shift"):
        columns[name] = getattr(metrics, name)(whole)
    return pd.DataFrame({**columns, "n": whole[:, 0].astype(int), "speakers": len(sums)})


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        score(
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            predictions=list(snakemake.input.predictions),
            methods=list(snakemake.params.methods),
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
            output=snakemake.output.scores,
        )
