"""Take scores apart: by fold, speaker, gender, duration and the raters' agreement."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dimser import bootstrap, metrics
from dimser.files import read_csv, write_csv
from dimser.job import logged, progress
from dimser.labels import DIMENSIONS
from dimser.predictions import load as predictions_of

METRICS = ("ccc", "pearson", "scale_shift", "location_shift", "rmse")
THIRDS = ("lowest third", "middle third", "highest third")


def breakdown(
    *,
    utterances: str,
    folds: str,
    ratings: str,
    predictions: list[str],
    methods: list[str],
    resamples: int,
    seed: int,
    output: str,
) -> None:
    """Write the metrics of parts of the corpus, a row a method, dimension and part.

    Args:
        utterances: csv with columns `id,speaker,gender,duration,valence,arousal,dominance`.
        folds: csv with columns `id,fold`.
        ratings: csv with columns `id,rater,valence,arousal,dominance`; may be empty.
        predictions: csv of each method.
        methods: ids of the methods, in the order of `predictions`.
        resamples: of the utterances, for the interval of `by: all`.
        seed: of the resampling.
        output: csv, `method,dimension,by,part`, the metrics, `n,speakers`, and
            `ccc_low_utterances,ccc_high_utterances`: the interval from resampling utterances as if
            they were independent, which they are not, for comparison with work that does so. A
            metric is empty where it is undefined. `fold mean`, `fold sd`, `speaker mean` and
            `speaker sd` tell how the parts' metrics spread (sd with n - 1), over the parts in which
            they are defined. `by: agreement` sorts utterances by the spread of
            their ratings (lowest third: raters agree most), and is left out without ratings.
    """
    values, labels, _ = predictions_of(utterances, folds, predictions)
    table = read_csv(utterances).set_index("id")
    table["fold"] = read_csv(folds).set_index("id")["fold"]
    table = table[table["fold"].notna()].sort_index()
    rated = read_csv(ratings).groupby("id")[[*DIMENSIONS]].std().reindex(table.index)
    rows = []
    for number, method in enumerate(progress(methods, "Take apart", "method")):
        for column, dimension in enumerate(DIMENSIONS):
            moments = metrics.moments(values[:, number, column], labels[:, column])
            for by, part, chosen in _parts(table, rated[dimension]):
                sums = moments[chosen].sum(axis=0)
                found = {name: getattr(metrics, name)(sums) for name in METRICS}
                found |= {"n": chosen.sum(), "speakers": table["speaker"][chosen].nunique()}
                rows.append(
                    {"method": method, "dimension": dimension, "by": by, "part": part} | found
                )
    result = pd.DataFrame(rows)
    whole = result["by"] == "all"
    low, high = _over_utterances(values, labels, resamples, seed)
    result.loc[whole, "ccc_low_utterances"] = low.ravel()
    result.loc[whole, "ccc_high_utterances"] = high.ravel()
    write_csv(pd.concat([result, *(_spread(result, by) for by in ("fold", "speaker"))]), output)


def _spread(result: pd.DataFrame, by: str) -> pd.DataFrame:
    """Give mean and standard deviation of the parts' metrics, by method and dimension."""
    keys = ["method", "dimension"]
    groups = result[result["by"] == by].groupby(keys, sort=False)
    whole = result[result["by"] == "all"].set_index(keys)[["n", "speakers"]]
    found = {"mean": groups[[*METRICS]].mean(), "sd": groups[[*METRICS]].std()}
    return pd.concat(
        table.join(whole).assign(by=f"{by} {name}", part="all").reset_index()
        for name, table in found.items()
    )


def _parts(table: pd.DataFrame, spread: pd.Series) -> Iterator[tuple[str, str, np.ndarray]]:
    """Give each part: by what, its name, and which utterances are in it."""
    yield "all", "all", np.ones(len(table), dtype=bool)
    named = {
        "fold": table["fold"].astype(int).astype(str),
        "speaker": table["speaker"],
        "gender": table["gender"].fillna("unknown"),
        "duration": _thirds(table["duration"]),
        "agreement": _thirds(spread),
    }
    for by, names in named.items():
        for name in sorted(names.dropna().unique(), key=lambda name: (name not in THIRDS, name)):
            yield by, name, (names == name).to_numpy()


def _thirds(values: pd.Series) -> pd.Series:
    rank = values.rank(method="first", pct=True)
    return pd.cut(rank, [0, 1 / 3, 2 / 3, 1], labels=THIRDS).astype(object)


def _over_utterances(
    values: np.ndarray, labels: np.ndarray, resamples: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Give the interval of each method's and dimension's CCC, shape (methods, dimensions) each."""
    moments = metrics.moments(values, labels[:, None])
    return bootstrap.interval(metrics.ccc(bootstrap.resample(moments, resamples, seed)))


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        breakdown(
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            ratings=snakemake.input.ratings,
            predictions=list(snakemake.input.predictions),
            methods=list(snakemake.params.methods),
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
            output=snakemake.output.breakdown,
        )
