"""Compare every two methods of a corpus: their difference, its interval, and its p value."""

from itertools import combinations

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.files import write_csv
from dimser.core.job import logged, progress
from dimser.core.lookup import function
from dimser.evaluation.comparison import holm, swap_test
from dimser.evaluation.intervals import speaker_sums
from dimser.evaluation.predictions import load as predictions_of

COLUMNS = ["dimension", "method_a", "method_b", "ccc_difference", "low", "high", "p", "p_holm"]


def compare(
    *,
    utterances: str,
    folds: str,
    predictions: list[str],
    methods: list[str],
    interval: str,
    settings: dict,
    draws: int,
    seed: int,
    output: str,
) -> None:
    """Write one row per dimension and pair of methods, on the same utterances.

    Intervals cover 95 %, and pair the methods speaker by speaker; p comes from swapping whole
    speakers (see `dimser.evaluation.comparison`); `p_holm` is adjusted over all pairs of the
    corpus and dimension.

    Args:
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv with columns `id,fold`; only utterances with a fold count.
        predictions: csv of each method, columns `id,fold,valence,arousal,dominance`.
        methods: ids of the methods, in the order of `predictions`.
        interval: module and name of a function of `dimser.evaluation.intervals`.
        settings: of the interval.
        draws: number of random swaps.
        seed: of the swaps.
        output: csv; a difference is that of `method_a` minus that of `method_b`. Its interval and
            its p are empty where speakers are not known.

    Raises:
        InputError: if an utterance is not predicted exactly once, or not by a finite number.
    """
    values, labels, speakers, dimensions = predictions_of(utterances, folds, predictions)
    sums = speaker_sums(values, labels[:, None], speakers)
    known = pd.notna(speakers).any()
    pairs = np.array(list(combinations(range(len(methods)), 2)), dtype=int).reshape(-1, 2)

    def differences(sums: np.ndarray) -> np.ndarray:
        ccc = metrics.ccc(sums)
        return ccc[..., pairs[:, 0], :] - ccc[..., pairs[:, 1], :]

    whole = differences(sums.sum(axis=0))
    low, high = function(interval)(sums, differences, **settings)
    rows = []
    for number, (a, b) in enumerate(progress(pairs, "compare", "pair")):
        columns = {"dimension": dimensions, "method_a": methods[a], "method_b": methods[b]}
        columns |= {"ccc_difference": whole[number], "low": low[number], "high": high[number]}
        p = swap_test(sums[:, a], sums[:, b], draws, seed) if known else np.nan
        rows.append(pd.DataFrame({**columns, "p": p, "p_holm": float("nan")}))
    table = pd.concat(rows) if rows else pd.DataFrame(columns=COLUMNS)
    table = table.sort_values("dimension", key=lambda d: d.map(dimensions.index), kind="stable")
    table["p_holm"] = table.groupby("dimension")["p"].transform(lambda p: holm(p.to_numpy()))
    write_csv(table[COLUMNS], output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        compare(
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            predictions=list(snakemake.input.predictions),
            methods=list(snakemake.params.methods),
            interval=snakemake.params.interval,
            settings=snakemake.params.settings,
            draws=snakemake.params.draws,
            seed=snakemake.params.seed,
            output=snakemake.output.comparisons,
        )
