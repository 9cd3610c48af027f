"""Train every method on some corpora, and predict others."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged, progress
from dimser.core.lookup import function
from dimser.regression import crossing
from dimser.regression.fusion import named
from dimser.regression.transfer import Predict, Trial


def transfer(
    *,
    train: Sequence[str],
    test: Sequence[str],
    utterances: Sequence[str],
    folds: Sequence[str],
    index: Sequence[str],
    stored: Sequence[tuple[str, str]],
    stores: Sequence[str],
    sets: Mapping[str, dict],
    methods: Mapping[str, dict],
    own_range: str,
    apart: bool,
    regression: dict,
    threads: int = 1,
    predictions: str,
    refits: str,
) -> None:
    """Write what models of the training corpora predict of the others.

    Args:
        train: corpora that are trained on, together.
        test: corpora that are tested; utterances with a fold.
        utterances: table of each corpus, those that are trained on first.
        folds: table `id,fold` of each.
        index: audio index of each, all of as many shards; none where no baseline needs it.
        stored: each corpus with the feature sets that have a store, in the order of `stores`.
        stores: feature stores.
        sets: of each feature set the one in whose store it lies (`of`), its `layer`, and `pooling`
            where all layers are looked at, each by itself.
        methods: of each, the corpora that it is tested on (`tests`), and the feature sets of a
            regression (`parts`, `fusion`, `recalibration`), of a model's own head (`direct`,
            `scale`, `recalibrate`), or a baseline's function (`predictor`).
        own_range: column of what is scaled by its own range; empty: by that of the training.
        apart: whether speakers of the same name in two corpora are different people.
        regression: arguments of the regression; see `regress` and `regress_blockwise`.
        threads: of the matrix products.
        predictions: table `test,method,id,valence,arousal,dominance`.
        refits: table `test,method,refit,dimension` and the sums of labels and predictions, of
            models without a group of their training speakers each.
    """
    corpora, size = [*train, *test], len(index) // len(utterances)
    shards = {corpus: index[n * size :][:size] for n, corpus in enumerate(corpora) if size}
    paths = (dict(zip(corpora, some, strict=True)) for some in (utterances, folds))
    table = crossing.read(*paths, apart)
    sources = crossing.sources(dict(zip(map(tuple, stored), stores, strict=True)), sets)
    ids = {corpus: own["id"] for corpus, own in table.groupby("corpus")}
    crossing.assert_alike({name: own[0] for name, own in sources.items()}, ids)
    audio = {c: pd.concat(map(read_csv, own)).set_index("id") for c, own in shards.items()}
    regressor, exact = regression["regressor"], "kernel" in regression
    predicted, sums = [], []

    def predictor(trial: Trial, how: dict, scratch: Path) -> Predict:
        if "predictor" in how:
            designs = {c: _design(how["predictor"], table, audio[c], c) for c in audio}
            return trial.baseline(pd.concat(designs.values()).fillna(0.0))
        if "direct" in how:
            source = sources[how["direct"]][0]
            return trial.direct(source, how["scale"], how["recalibrate"])
        parts = [(part, n, own) for part in how["parts"] for n, own in enumerate(sources[part])]
        if not exact:
            of = [own for *_, own in parts]
            return trial.block_by_block(of, regressor, regression["settings"], how["fusion"])
        files = [trial.measured(own, scratch / f"{part}_{n}.h5", threads) for part, n, own in parts]
        more = {name: how[name] for name in ("fusion", "recalibration")}
        return trial.on_distances(files, named(**regression, **more))

    for task in crossing.tasks(table, train, test):
        trial = Trial(table, task, own_range)
        with TemporaryDirectory(dir=Path(predictions).parent) as scratch:
            for method, how in progress(methods.items(), "Transfer", "method"):
                if not trial.test["corpus"].isin(how["tests"]).any():
                    continue
                predict = predictor(trial, how, Path(scratch))
                learns = how.get("recalibrate", True)
                for kept, found in zip(
                    (predicted, sums), trial.results(predict, how["tests"], learns), strict=True
                ):
                    found.insert(1, "method", method)
                    kept.append(found)
    write_csv(pd.concat(predicted), predictions)
    write_csv(pd.concat(sums), refits)


def _design(predictor: str, table: pd.DataFrame, audio: pd.DataFrame, corpus: str) -> pd.DataFrame:
    """Return the columns that a baseline predicts a corpus from, by the table's keys."""
    own = table[table["corpus"] == corpus].set_index("id")
    return function(predictor)(own, audio.loc[own.index]).rename(index=f"{corpus}/{{}}".format)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        transfer(
            **snakemake.params.arguments,
            utterances=list(snakemake.input.utterances),
            folds=list(snakemake.input.folds),
            index=list(snakemake.input.index),
            stores=list(snakemake.input.stores),
            threads=snakemake.threads,
            **snakemake.output,
        )
