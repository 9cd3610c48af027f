"""A corpus that models of others are tested on, and what its own models predict of it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dimser.core.files import read_csv
from dimser.corpora.corpus import voices
from dimser.corpora.folds import split
from dimser.evaluation import predictions as predicted
from dimser.evaluation.clusters import clusters_of
from dimser.evaluation.intervals import cluster_sums


class Target:
    """A tested corpus.

    Attributes:
        dimensions: that it is labelled in.
        clusters: of each tested utterance, by id; `by` says what they are, "" if not known.
        diagonal: sums of what its own models predict, by method, shape (clusters, groupings,
            dimensions, 6).
        speakers: number of those in the corpus.
        trained: number of those that any of its own models is trained on.
    """

    def __init__(
        self,
        utterances: str,
        folds: Sequence[str],
        predictions: Sequence[Sequence[str]],
        methods: Sequence[str],
        clusters: str,
    ) -> None:
        """Read the corpus and its own predictions.

        Args:
            utterances: its table.
            folds: of each grouping of the speakers.
            predictions: of each grouping and method.
            methods: ids of the methods.
            clusters: as for `dimser.evaluation.clusters.clusters_of`.
        """
        paths = [path for own in predictions for path in own]
        values, self.labels, self.table, self.dimensions = predicted.load(utterances, folds, paths)
        self.clusters, self.by = clusters_of(self.table, clusters)
        self.diagonal = {
            method: self._sums(values[:, :, number]) for number, method in enumerate(methods)
        }
        assigned, voice = read_csv(folds[0]), voices(read_csv(utterances).set_index("id"))
        trained = {
            name for n in assigned["fold"].dropna().unique() for name in split(assigned, n)[0]
        }
        self.speakers, self.trained = voice.nunique(), voice.loc[sorted(trained)].nunique()

    def sums(self, found: pd.DataFrame) -> np.ndarray:
        """Return the sums of predictions, shape (clusters, 1, dimensions, 6).

        Args:
            found: columns `id` and the dimensions; of each tested utterance.
        """
        values = found.set_index("id").loc[self.table.index, self.dimensions]
        return self._sums(values.to_numpy(dtype=np.float64)[:, None])

    def _sums(self, values: np.ndarray) -> np.ndarray:
        return cluster_sums(values, self.labels[:, None], self.clusters)
