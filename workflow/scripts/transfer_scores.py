"""Score what models of some corpora predict of others, beside what a corpus's own models do."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.evaluation import transfer
from dimser.evaluation.relations import holdings, related
from dimser.evaluation.targets import Target
from dimser.evaluation.transfer import COLUMNS, Refits
from dimser.features.exposure import NO
from dimser.regression.protocols import CEILING, DIAGONAL, STRICT


def transfer_scores(
    *,
    corpora: Sequence[str],
    utterances: Sequence[str],
    ratings: Sequence[str],
    texts: Sequence[str],
    groupings: Sequence[str],
    within: Sequence[str],
    predictions: Sequence[str],
    refits: Sequence[str],
    counts: Mapping[str, int],
    methods: Mapping[str, Sequence[str]],
    crossed: Sequence[Mapping],
    untrained: Sequence[str],
    heard: Mapping[str, Mapping[str, Mapping[str, str]]],
    clusters: str,
    interval: str,
    settings: dict,
    output: str,
) -> None:
    """Write one row for each pair of corpora, protocol, method and dimension.

    Args:
        corpora: ids; the next three are a table of each.
        utterances: columns `id,speaker,group,language`, labels and more.
        ratings: column `rater`.
        texts: column `text`.
        groupings: folds of each corpus and grouping of its speakers.
        within: out-of-fold predictions of each corpus, grouping and method.
        predictions: of other corpora, from `transfer`, in the order of `crossed`.
        refits: likewise.
        counts: number of groupings of each corpus.
        methods: of each corpus.
        crossed: what each was trained on: corpora (`train`), what they are called (`label`), and
            the `protocol`.
        untrained: methods that no training corpus changes.
        heard: marks of `dimser.features.exposure`, by tested corpus, method and part.
        clusters: what errs together, as for `dimser.evaluation.clusters.clusters_of`.
        interval: module and name of a function of `dimser.evaluation.intervals`.
        settings: of the interval.
        output: csv with columns `dimser.evaluation.transfer.COLUMNS`. The diagonal has the
            protocol `folds`. `difference` is the CCC minus that of the diagonal, with an interval,
            and the sum of `of_correlation`, `of_scale` and `of_location`. What is `shared` by both
            corpora goes by names. Intervals are missing where clusters are not known.
    """
    ends = partial(function(interval), **settings)
    folds, own = iter(groupings), iter(within)
    targets = {}
    for corpus, path in zip(corpora, utterances, strict=True):
        grouped = [next(folds) for _ in range(counts[corpus])]
        paths = [[next(own) for _ in methods[corpus]] for _ in grouped]
        targets[corpus] = Target(path, grouped, paths, methods[corpus], clusters)
    of = zip(corpora, utterances, ratings, texts, strict=True)
    held = {corpus: holdings(*map(read_csv, paths)) for corpus, *paths in of}
    rows = []

    def add(target: str, part: pd.DataFrame, **what: object) -> None:
        by = targets[target].by
        part = part.assign(test=target, cluster_by=by, **what)
        part["heard"] = heard[target].get(what["method"], {}).get("", NO)
        unknown = [n for n in part if n.endswith(("_low", "_high"))] + ["clusters"]
        rows.append(part if by else part.assign(**dict.fromkeys([*unknown, "cluster_by"])))

    for corpus, target in targets.items():
        for method, sums in target.diagonal.items():
            cell = transfer.scored(sums, ends).assign(dimension=target.dimensions)
            add(corpus, cell, train=corpus, protocol=DIAGONAL, method=method)
    for one, *files in zip(crossed, predictions, refits, strict=True):
        found, again = map(read_csv, files)
        for (test, method), own in found.groupby(["test", "method"], sort=False):
            target = targets[test]
            trained = sum(targets[corpus].speakers for corpus in one["train"])
            refits = None
            if method not in untrained:
                of = again[again["test"].eq(test) & again["method"].eq(method)]
                refits = _refits(of, target.dimensions, len(own), trained / target.trained)
            common = related([held[corpus] for corpus in one["train"]], held[test])
            what = {"train": one["label"], "method": method, **common}
            sums, diagonal = target.sums(own), target.diagonal[method]
            kinds = {one["protocol"]: (transfer.scored, metrics.ccc)}
            if one["protocol"] == STRICT:
                kinds[CEILING] = transfer.recalibrated, metrics.pearson
            base = transfer.scored(diagonal, ends)
            for protocol, (score, statistic) in kinds.items():
                cell = score(sums, ends).assign(dimension=target.dimensions)
                more = transfer.compared(sums, diagonal, refits, statistic)
                cell = pd.concat([cell, more, transfer.parts(cell, base)], axis=1)
                cell = cell[own[target.dimensions].notna().any().to_numpy()]
                add(test, cell, protocol=protocol, **what)
    write_csv(pd.concat(rows).reindex(columns=COLUMNS), output)


def _refits(sums: pd.DataFrame, dimensions: list[str], count: int, ratio: float) -> Refits:
    """Return the sums of the refits that predict all tested utterances."""
    whole = sums.groupby(["refit", "dimension"])[metrics.SUMS].sum()
    each = [own.droplevel("refit").reindex(dimensions) for _, own in whole.groupby("refit")]
    complete = [own.to_numpy() for own in each if own["n"].max() == count]
    return Refits(np.reshape(complete, (-1, len(dimensions), len(metrics.SUMS))), ratio)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        names = ("utterances", "ratings", "texts", "groupings", "within", "predictions", "refits")
        transfer_scores(
            **{name: list(snakemake.input[name]) for name in names},
            **snakemake.params.arguments,
            output=snakemake.output.scores,
        )
