"""Compare every two methods of a corpus: their difference, its interval, and is it real?"""

from itertools import combinations

import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import write_csv
from dimser.core.job import logged, progress
from dimser.evaluation import bootstrap
from dimser.evaluation.comparison import holm, swap_test
from dimser.evaluation.predictions import load as predictions_of

COLUMNS = ["dimension", "method_a", "method_b", "ccc_difference", "low", "high", "p", "p_holm"]


def compare(
    *,
    utterances: str,
    folds: str,
    predictions: list[str],
    methods: list[str],
    resamples: int,
    seed: int,
    output: str,
) -> None:
    """Write a row a dimension and pair of methods, on the same utterances.

    Intervals cover 95 % and come from resampling speakers, for both methods alike; p comes from
    swapping whole speakers (see `dimser.evaluation.comparison`); `p_holm` is corrected over all
    pairs of the corpus and dimension.

    Args:
        utterances: csv with columns `id,speaker,valence,arousal,dominance` and more.
        folds: csv with columns `id,fold`; only what stands in a fold counts.
        predictions: csv of each method, columns `id,fold,valence,arousal,dominance`.
        methods: ids of the methods, in the order of `predictions`.
        resamples: how often speakers are resampled, and how often they are swapped.
        seed: of both.
        output: csv; a difference is that of `method_a` minus that of `method_b`.

    Raises:
        InputError: if an utterance is not predicted exactly once, or there is but one speaker.
    """
    values, labels, speakers = predictions_of(utterances, folds, predictions)
    sums = bootstrap.speaker_sums(values, labels[:, None], speakers)
    whole = metrics.ccc(sums.sum(axis=0))
    resampled = metrics.ccc(bootstrap.resample(sums, resamples, seed))
    rows = []
    pairs = list(combinations(range(len(methods)), 2))
    for a, b in progress(pairs, "compare", "pair"):
        low, high = bootstrap.interval(resampled[:, a] - resampled[:, b])
        columns = {"dimension": DIMENSIONS, "method_a": methods[a], "method_b": methods[b]}
        columns |= {"ccc_difference": whole[a] - whole[b], "low": low, "high": high}
        p = swap_test(sums[:, a], sums[:, b], resamples, seed)
        rows.append(pd.DataFrame({**columns, "p": p, "p_holm": float("nan")}))
    table = pd.concat(rows) if rows else pd.DataFrame(columns=COLUMNS)
    table = table.sort_values("dimension", key=lambda d: d.map(DIMENSIONS.index), kind="stable")
    table["p_holm"] = table.groupby("dimension")["p"].transform(lambda p: holm(p.to_numpy()))
    write_csv(table[COLUMNS], output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        compare(
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            predictions=list(snakemake.input.predictions),
            methods=list(snakemake.params.methods),
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
            output=snakemake.output.comparisons,
        )
