from pathlib import Path

import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from featurewise_across import featurewise_across

CCCS = {
    ("vam", "cmp"): [0.5, -0.6, 0.1, 0.0],
    ("iemocap", "cmp"): [0.4, 0.7, 0.1, 0.05],
    ("vam", "wlm"): [0.2, 0.1, 0.3, -0.25],
}


@pytest.fixture
def tables(tmp_path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    paths = []
    for number, cccs in enumerate(CCCS.values()):
        table = pd.DataFrame({"feature": list("wxyz")})
        for dimension in DIMENSIONS:
            table[f"{dimension}_ccc"] = cccs
            table[f"{dimension}_above"] = [abs(ccc) > 0.3 for ccc in cccs]
        paths.append(str(tmp_path / f"{number}.csv"))
        write_csv(table, paths[-1])
    best, across = (str(tmp_path / f"{name}.csv") for name in ("best", "across"))
    featurewise_across(details=paths, sets=list(CCCS), top=2, best=best, across=across)
    return read_csv(best), read_csv(across)


def test_the_best_are_those_with_the_highest_absolute_ccc(tables: tuple) -> None:
    own = tables[0].query("dimension == 'arousal' and corpus == 'vam'")
    assert own["feature"].tolist() == ["x", "w", "y", "z"]
    assert own["ccc"].tolist() == [-0.6, 0.5, 0.3, -0.25]
    assert own["rank"].tolist() == [1, 2] * 2
    assert own["above"].tolist() == [True, True, False, False]


def test_corpora_are_compared_where_they_share_a_set(tables: tuple) -> None:
    (row,) = tables[1].query("dimension == 'valence'").to_dict("records")
    assert (row["features"], row["corpus_a"], row["corpus_b"]) == ("cmp", "vam", "iemocap")
    expected = pd.Series(CCCS["vam", "cmp"]).corr(pd.Series(CCCS["iemocap", "cmp"]))
    assert row["correlation"] == pytest.approx(expected)
    # of two features beyond chance in each, one has the other sign
    assert (row["above_a"], row["above_b"], row["above_both"]) == (2, 2, 1)
