"""Compare single features across corpora, with intervals over the speakers of both."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from dimser.core.dimensions import labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.corpus import known
from dimser.evaluation.agreement import Side, agreement
from dimser.evaluation.clusters import clusters_of
from dimser.features import store

COLUMNS = [
    "features", "dimension", "corpus_a", "corpus_b", "correlation", "low", "high",
    "clusters_a", "clusters_b", "cluster_by", "shared_speakers",
]  # fmt: skip


def transfer_features(
    *,
    corpora: Sequence[str],
    utterances: Sequence[str],
    sets: Sequence[tuple[str, str, int | None]],
    stores: Sequence[str],
    clusters: str,
    output: str,
) -> None:
    """Write the correlation of the features' CCCs for every two corpora and set that both have.

    Args:
        corpora: ids.
        utterances: table of each corpus.
        sets: corpus, feature set and layer, or None for all, of each store.
        stores: feature stores.
        clusters: what errs together, as for `dimser.evaluation.clusters.clusters_of`; speakers
            where some stand in both corpora.
        output: csv with columns `COLUMNS`: one row per feature set, dimension and two corpora.
            Intervals are missing where clusters of either corpus are not known. They count a
            speaker of both corpora once (see `dimser.evaluation.agreement`).
    """
    tables = {c: read_csv(path) for c, path in zip(corpora, utterances, strict=True)}
    found = {(c, name): (p, layer) for (c, name, layer), p in zip(sets, stores, strict=True)}
    rows = []
    for name in dict.fromkeys(name for _, name in found):
        having = [corpus for corpus in corpora if (corpus, name) in found]
        read = {c: _read(*found[c, name], tables[c]["id"]) for c in having}
        for pair in combinations(having, 2):
            own = {c: tables[c] for c in pair}
            rows += _rows(name, own, {c: read[c] for c in pair}, clusters)
    write_csv(pd.DataFrame(rows, columns=COLUMNS), output)


def _read(path: str, layer: int | None, ids: pd.Series) -> tuple[np.ndarray, list[str]]:
    return store.read(path, ids.tolist(), layer).long()


def _rows(
    name: str,
    tables: Mapping[str, pd.DataFrame],
    read: Mapping[str, tuple[np.ndarray, list[str]]],
    clusters: str,
) -> list[list]:
    """Return the rows of a feature set and two corpora."""
    (one, first), (other, second) = tables.items()
    dimensions = [d for d in labelled(first) if d in labelled(second)]
    names = pd.Index(read[one][1]).intersection(read[other][1], sort=False)
    if not dimensions or names.empty:
        return []
    speakers = [set(known(table["speaker"]).dropna()) for table in tables.values()]
    shared = len(speakers[0] & speakers[1])
    sides, by = [], []
    for corpus, table in tables.items():
        cluster, kind = clusters_of(table, "speaker" if shared else clusters)
        prefix = "" if shared else f"{corpus}/"
        cluster = np.array([f"{prefix}{own}" for own in cluster])
        columns = pd.Index(read[corpus][1]).get_indexer(names)
        labels = table[dimensions].to_numpy(dtype=np.float64)
        sides.append(Side(read[corpus][0][:, columns], labels, cluster))
        by.append(kind)
    ends = np.array(agreement(*sides))
    if not all(by):
        ends[1:] = np.nan
    counts = [len(set(side.clusters)) for side in sides]
    kinds = " and ".join(dict.fromkeys(by)) if all(by) else None
    return [
        [name, dimension, one, other, *row, *counts, kinds, shared]
        for dimension, row in zip(dimensions, ends.T.tolist(), strict=True)
    ]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        transfer_features(
            utterances=list(snakemake.input.utterances),
            stores=list(snakemake.input.stores),
            **snakemake.params.arguments,
            output=snakemake.output.features,
        )
