"""Import existing features from a table keyed by utterance."""

from collections.abc import Sequence

import pandas as pd

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.features import store
from dimser.features.feature_tables import read_table


def import_table(*, table: str, index: list[str], beside: Sequence[str] = (), output: str) -> None:
    """Write a corpus's feature store from a table.

    Args:
        table: CSV, Parquet, npy or HDF5; see `dimser.features.feature_tables`.
        index: audio index of each shard, which lists the corpus's utterances.
        beside: names of columns that describe the corpus's utterances, and are no features.
        output: HDF5 file; rows sorted by utterance id.

    Raises:
        InputError: if the table lacks utterances, repeats some, or is not numeric.
    """
    utterances = pd.concat([read_csv(path) for path in index]).sort_values("id")
    names, features = read_table(table, utterances, beside)
    ids = utterances["id"].tolist()
    store.write(store.Store(ids, names, features, {"extractor": "table", "path": table}), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        import_table(
            table=snakemake.input.table,
            index=list(snakemake.input.index),
            beside=snakemake.params.beside,
            output=snakemake.output.store,
        )
