from pathlib import Path

import numpy as np
import pandas as pd

from annotation import COLUMNS, annotation
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv


def run(folder: Path, ratings: pd.DataFrame) -> pd.DataFrame:
    write_csv(ratings, folder / "ratings.csv")
    annotation(ratings=str(folder / "ratings.csv"), scale=(1, 5), output=str(folder / "a.csv"))
    return read_csv(folder / "a.csv")


def test_a_row_a_dimension(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    rows = [[f"u{n}", f"r{r}", *generator.integers(1, 6, 3)] for n in range(20) for r in range(3)]
    ratings = pd.DataFrame(rows, columns=["id", "rater", *DIMENSIONS])
    ratings.loc[0, "dominance"] = np.nan
    table = run(tmp_path, ratings)
    assert list(table.columns) == COLUMNS and table["dimension"].tolist() == [*DIMENSIONS]
    assert table["ratings"].tolist() == [60, 60, 59] and set(table["raters"]) == {3}
    assert not table.isna().any().any()


def test_a_corpus_without_ratings_has_a_header_alone(tmp_path: Path) -> None:
    table = run(tmp_path, pd.DataFrame(columns=["id", "rater", *DIMENSIONS]))
    assert list(table.columns) == COLUMNS and table.empty


def test_one_rater_agrees_with_nobody(tmp_path: Path) -> None:
    rows = [[f"u{n}", "r", 1 + n, 2, 3] for n in range(4)]
    table = run(tmp_path, pd.DataFrame(rows, columns=["id", "rater", *DIMENSIONS]))
    assert table[["alpha", "icc_single", "human_ccc"]].isna().all().all()
