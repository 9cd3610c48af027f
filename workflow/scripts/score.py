"""Score the pooled predictions of every method, with intervals, and say which may be best.

And say what each CCC loses to a spread and a mean that are not those of the labels.
"""

from functools import partial

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS, MEAN
from dimser.core.files import write_csv
from dimser.core.job import logged, progress
from dimser.core.lookup import function
from dimser.evaluation import predictions as predicted
from dimser.evaluation import shrinkage as shrinking
from dimser.evaluation.clusters import clusters_of
from dimser.evaluation.comparison import ALPHA, best_p, contributions
from dimser.evaluation.intervals import averaged, between, cluster_sums
from dimser.evaluation.registry import METRICS
from dimser.features.exposure import NO, TRAINED


def score(
    *,
    utterances: str,
    folds: list[str],
    predictions: list[str],
    methods: list[str],
    interval: str,
    settings: dict,
    clusters: str,
    draws: int,
    seed: int,
    heard: dict[str, dict[str, str]] | None = None,
    epsilon: float | None,
    units: str,
    regressed: list[str],
    shrinkage: str,
    output: str,
) -> None:
    """Write CCC, RMSE and the components of the CCC, one row per method and dimension.

    Scores are computed once over all folds, and averaged over the groupings of the speakers, where
    there are several. Intervals cover 95 %; see `dimser.evaluation.intervals`.

    Args:
        utterances: csv with columns `id,speaker,group,valence,arousal,dominance` and more.
        folds: csv of each grouping, columns `id,fold` and perhaps `part`; only utterances with a
            fold count.
        predictions: csv of each method, columns `id,fold,valence,arousal,dominance`; those of the
            first grouping come first.
        methods: ids of the methods, in the order of `predictions`.
        interval: module and name of a function of `dimser.evaluation.intervals`.
        settings: of the interval.
        clusters: what errs together, as for `dimser.evaluation.clusters.clusters_of`.
        draws: number of random sign flips, unless all are no more than that.
        seed: of the flips.
        heard: of each method and part ("": all), whether it was trained on it, as
            `dimser.plan.heard` says. A method that was is not called best, and rules out none.
        epsilon: of the regression; None where it has none, or several.
        units: what epsilon counts in: `scale` or `labels`.
        regressed: ids of the methods that are fitted with it.
        shrinkage: output, csv, columns `dimser.evaluation.shrinkage.COLUMNS`.
        output: csv, `method,dimension`, the metrics, intervals of some, `n,speakers`, the number of
            `clusters` and what they are (`cluster_by`), `best_p` (of the hypothesis that no other
            method is better), `may_be_best` (whether it is above 0.05), `part`, `groupings_sd`,
            the standard deviation of the CCC over groupings, and `heard`. `part` is empty for all
            utterances; where a corpus was published in several test parts, rows for each follow.
            Where a corpus has all dimensions, `mean` is the mean of their CCCs; other cells of such
            rows are empty. Where clusters are not known, so are intervals and what follows `n`.

    Raises:
        InputError: if an utterance is not predicted exactly once, or not by a finite number.
    """
    values, labels, table, dimensions = predicted.load(utterances, folds, predictions)
    names, by = clusters_of(table, clusters)
    ends = partial(function(interval), **settings)
    results, label_sd = [], {}
    for part, own in predicted.test_parts(table):
        spreads = labels[own].std(axis=0)
        label_sd |= {(part or "", name): sd for name, sd in zip(dimensions, spreads, strict=True)}
        each = [cluster_sums(values[own, :, n], labels[own, None], names[own])
                for n in range(len(methods))]  # fmt: skip
        sums = np.stack(each, axis=2)
        marks = [(heard or {}).get(method, {}).get(part or "", NO) for method in methods]
        untrained = [number for number, mark in enumerate(marks) if mark not in TRAINED]
        rows = [
            pd.DataFrame({"method": method} | _scores(sums[:, :, number], dimensions, ends))
            for number, method in enumerate(progress(methods, "score", "method"))
        ]
        known = {
            "speakers": table.loc[own, "speaker"].nunique() or None,
            "clusters": len(sums),
            "cluster_by": by,
            "best_p": _best_p(sums, untrained, dimensions, draws, seed),
        }
        result = pd.concat(rows)
        spread = result.pop("groupings_sd")
        result = result.assign(**known if by else dict.fromkeys(known))
        result["may_be_best"] = (result["best_p"] > ALPHA).where(result["best_p"].notna(), None)
        said = np.repeat(marks, len(result) // len(methods))
        results.append(result.assign(part=part, groupings_sd=spread, heard=said))
    scores = pd.concat(results, ignore_index=True)
    write_csv(scores, output)
    write_csv(shrinking.shrinkage(scores, label_sd, epsilon, units, regressed), shrinkage)


def _scores(sums: np.ndarray, dimensions: list[str], ends: partial) -> dict:
    """Compute the columns of one method, with one value per dimension, from its clusters' sums."""
    total, columns = sums.sum(axis=0), {"dimension": dimensions}
    in_order = sorted(METRICS.items(), key=lambda item: not item[1].scale)
    for name, metric in in_order:
        of = averaged(function(metric.function), metric.scale or "identity")
        columns[name] = of(total[None])[0]
        if metric.scale:
            columns[f"{name}_low"], columns[f"{name}_high"] = ends(sums, of, metric.scale)
    columns["n"] = total[0, :, 0].astype(int)
    columns["groupings_sd"] = between(total, averaged(metrics.ccc))
    if len(dimensions) < len(DIMENSIONS):
        return columns
    scale = METRICS["ccc"].scale
    of = averaged(mean_ccc, scale)
    low, high = ends(sums, of, scale)
    mean = {"dimension": MEAN, "ccc": of(total[None])[0], "ccc_low": low, "ccc_high": high}
    mean |= {"n": columns["n"][0], "groupings_sd": float(between(total, averaged(mean_ccc)))}
    return {name: [*values, mean.get(name)] for name, values in columns.items()}


def _best_p(
    sums: np.ndarray, candidates: list[int], dimensions: list[str], draws: int, seed: int
) -> np.ndarray:
    """Test whether each candidate may be best, in each dimension; method by method."""
    found = np.full((sums.shape[2], len(dimensions) + (len(dimensions) == len(DIMENSIONS))), np.nan)
    if not candidates:
        return found.ravel()
    sums = sums[:, :, candidates]
    leads = contributions(sums[:, :, :, None], sums[:, :, None, :]).mean(axis=1)
    if len(dimensions) == len(DIMENSIONS):
        leads = np.concatenate([leads, leads.sum(axis=-1, keepdims=True)], axis=-1)
    p = [best_p(leads[..., place], draws, seed) for place in range(leads.shape[-1])]
    found[candidates] = np.transpose(p)
    return found.ravel()


def mean_ccc(sums: np.ndarray) -> np.ndarray:
    """Return the mean over the dimensions of the CCC: shape (..., dimensions, 6) to (...)."""
    return metrics.ccc(sums).mean(axis=-1)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        score(
            utterances=snakemake.input.utterances,
            folds=list(snakemake.input.folds),
            predictions=list(snakemake.input.predictions),
            **snakemake.params.arguments,
            heard=snakemake.params.heard,
            **snakemake.params.tube,
            shrinkage=snakemake.output.shrinkage,
            output=snakemake.output.scores,
        )
