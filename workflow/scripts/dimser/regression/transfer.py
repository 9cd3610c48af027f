"""What models of some corpora predict of others, and how much that rests on who was trained on.

A model is trained once for all corpora that it predicts. How much its predictions rest on the very
speakers that it was trained on is told by refits, each without one of a few groups of them: a
jackknife over the training corpus, whose scaling stays as it was.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.lookup import function
from dimser.regression import baselines, distances
from dimser.regression.crossing import Reader, Source, Task
from dimser.regression.direct import outputs
from dimser.regression.distances import Distances, among, squared_distances
from dimser.regression.fitting import Fit
from dimser.regression.fused_blocks import fused
from dimser.regression.recalibration import variance

# From which training utterances are kept, of which tested ones are predicted, to predictions.
Predict = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Trial:
    """A task with its labels.

    Attributes:
        reader: of features.
        table: of all utterances, from `dimser.regression.crossing.read`.
        task: rows that are trained on, and rows that are tested.
        train: the rows of `table` that are trained on; likewise `test`.
        dimensions: that all corpora which are trained on are labelled in.
        labels: of what is trained on, shape (train, dimensions).
        voices: of what is trained on, shape (train,).
    """

    def __init__(self, table: pd.DataFrame, task: Task, own_range: str) -> None:
        """Look up labels and speakers."""
        self.table, self.task, self.reader = table, task, Reader(table, own_range)
        self.train, self.test = (table.iloc[rows] for rows in task[:2])
        labels = self.train.reindex(columns=DIMENSIONS)
        self.dimensions = [name for name in DIMENSIONS if labels[name].notna().all()]
        self.labels = labels[self.dimensions].to_numpy(dtype=np.float64)
        self.voices = self.train["voice"].to_numpy()

    def on_distances(self, files: Sequence[Path], fit: Callable[..., Fit]) -> Predict:
        """Return predictions by a regression on distances, of one part or of several.

        Args:
            files: of distances, from `measured`.
            fit: from `dimser.regression.fusion.named`.
        """

        def predict(kept: np.ndarray, tested: np.ndarray) -> np.ndarray:
            keys = self.test.index[tested]
            parts = [partial(_among, file, kept, keys) for file in files]
            return fit(parts, self.labels[kept], self.voices[kept]).predictions

        return predict

    def block_by_block(
        self, sources: Sequence[Source], regressor: str, settings: dict, fusion: str
    ) -> Predict:
        """Return predictions by a regression block by block over the features.

        Args:
            sources: of the features.
            regressor: module and name of a function of `dimser.regression.blockwise`.
            settings: its further arguments.
            fusion: of several sources.
        """

        def predict(kept: np.ndarray, tested: np.ndarray) -> np.ndarray:
            train, test = self.task.train[kept], self.task.test[tested]
            rows = np.concatenate([train, test])
            place = pd.Series(np.arange(len(rows)), rows)

            def blocks(source: Source) -> Iterator[tuple[np.ndarray, np.ndarray]]:
                for own, block in self.reader.blocks(source, rows):
                    yield place[own].to_numpy(), block

            trains = np.arange(len(rows)) < len(train)
            labels = np.full((len(rows), len(self.dimensions)), np.nan)
            labels[trains] = self.labels[kept]
            of = [partial(blocks, source) for source in sources]
            found = fused(function(regressor), of, trains, labels, settings, fusion)
            return found[~trains]

        return predict

    def direct(self, source: Source, scale: tuple[float, float], recalibrate: bool) -> Predict:
        """Return a model's own predictions, perhaps with the mean and spread of training labels.

        Args:
            source: store with the head's outputs.
            scale: lowest and highest value of what the head predicts.
            recalibrate: by what it predicts of the training utterances, and their labels.
        """

        def of(rows: pd.DataFrame) -> np.ndarray:
            found = np.empty((len(rows), len(self.dimensions)))
            for corpus in rows["corpus"].unique():
                own = (rows["corpus"] == corpus).to_numpy()
                ids = rows["id"][own].tolist()
                found[own] = outputs(source.stores[corpus], self.dimensions, scale, ids)
            return found

        def predict(kept: np.ndarray, tested: np.ndarray) -> np.ndarray:
            found = of(self.test[tested])
            if not recalibrate:
                return found
            return variance(of(self.train[kept]), self.labels[kept], found)

        return predict

    def baseline(self, design: pd.DataFrame) -> Predict:
        """Return predictions by least squares on a few columns.

        Args:
            design: these columns, by the keys of all utterances.
        """

        def predict(kept: np.ndarray, tested: np.ndarray) -> np.ndarray:
            labels = pd.DataFrame(self.labels, self.train.index, self.dimensions)
            ids = self.train.index[kept].tolist(), self.test.index[tested].tolist()
            return baselines.predict(design, labels, *ids).to_numpy()

        return predict

    def measured(self, source: Source, file: Path, threads: int) -> Path:
        """Write the distances of a feature set, unless they are there, and return the file.

        They are those of the tested corpora that have the set.
        """
        if not file.exists():
            has = self.test["corpus"].isin(source.stores).to_numpy()
            rows = self.task.train, self.task.test[has]
            train, test = (self.reader.values(source, own) for own in rows)
            squared, norms, total = squared_distances(train, test, threads)
            ids = self.train.index.tolist(), self.test.index[has].tolist()
            distances.write(Distances(*ids, squared, train.shape[1], norms, total), file)
        return file

    def results(
        self, predict: Predict, tests: Sequence[str], trains: bool
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what is predicted of some corpora, and the sums of what refits predict.

        Args:
            predict: of a method.
            tests: corpora that it is tested on.
            trains: whether it learns anything from the training corpora.

        Returns:
            Columns `test,id,valence,arousal,dominance`; and `test,refit,dimension` and the sums of
            `dimser.core.metrics`, centred at the mean label of all that is tested of a corpus.
        """
        tested = self.test["corpus"].isin(tests).to_numpy()
        test, every_one = self.test[tested], np.full(len(self.train), True)
        found, sums = _table(predict(every_one, tested), test, self.dimensions), []
        for refit in range(self.task.count if trains else 0):
            kept, again = self.task.groups != refit, found
            if len(set(self.voices[kept])) < 2:  # as inner folds need
                continue
            if not kept.all():
                again = _table(predict(kept, tested), test, self.dimensions)
            sums.append(_sums(again, self.table).assign(refit=refit))
        columns = ["test", "refit", "dimension", *metrics.SUMS]
        return found, pd.concat(sums)[columns] if sums else pd.DataFrame(columns=columns)


def _among(file: Path, kept: np.ndarray, tested: pd.Index) -> Distances:
    whole = distances.read(file)
    return among(whole, kept, pd.Index(whole.test).isin(tested))


def _table(found: np.ndarray, test: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    """Return predictions as a table, without dimensions in which a tested corpus has no labels."""
    table = pd.DataFrame(found, columns=dimensions).reindex(columns=DIMENSIONS)
    table = table.where(test[list(DIMENSIONS)].notna().to_numpy())
    table.insert(0, "test", test["corpus"].to_numpy())
    table.insert(1, "id", test["id"].to_numpy())
    return table


def _sums(found: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of predictions and labels, by corpus and dimension."""
    rows = []
    for corpus, own in found.groupby("test", sort=False):
        whole = table[table["corpus"].eq(corpus) & table["fold"].notna()]
        labels = whole.set_index("id").loc[own["id"]]
        for name in DIMENSIONS:
            if own[name].notna().any():
                centre = whole[name].mean()
                sums = metrics.sums(own[name].to_numpy(), labels[name].to_numpy(), centre)
                rows.append([corpus, name, *sums])
    return pd.DataFrame(rows, columns=["test", "dimension", *metrics.SUMS])
