"""Pool the predictions of all folds."""

import pandas as pd

from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged


def pool(*, folds: list[str], output: str) -> None:
    """Concatenate the test predictions of all folds.

    Args:
        folds: csv of each fold, columns `id,fold,valence,arousal,dominance`.
        output: csv to write, the same columns.
    """
    write_csv(pd.concat([read_csv(path) for path in folds]), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        pool(folds=list(snakemake.input.folds), output=snakemake.output.predictions)
