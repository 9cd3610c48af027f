from pathlib import Path

import pandas as pd
import pytest

from dimser.core.errors import InputError
from dimser.corpora.text_tables import read

TABLE = pd.DataFrame({"id": ["NA", "007"], "f0": [1.5, -2.25e-7], "f1": [3, 4]})


def numbers(path: Path) -> pd.DataFrame:
    return read(path, ["id"], numbers=True).reset_index(drop=True)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("quoting", [0, 1])
def test_numbers_are_read_whatever_stands_between_and_in_them(
    tmp_path: Path, mark: str, decimal: str, quoting: int
) -> None:
    TABLE.to_csv(tmp_path / "t.csv", sep=mark, decimal=decimal, quoting=quoting, index=False)
    pd.testing.assert_frame_equal(numbers(tmp_path / "t.csv"), TABLE)
    cells = read(tmp_path / "t.csv", ["id"])
    assert cells.index.tolist() == [2, 3]
    assert cells["f0"].tolist() == ["1.5", "-2.25e-07"]


def test_names_stay_text_and_what_is_missing_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("ID,f0,speaker\nnull,NA,1\n\n1,#N/A,\n ,, \n2,3,NA\n")
    table = read(tmp_path / "t.csv", ["id"], numbers=True)
    assert table["id"].tolist() == ["null", "1", "2"] and table.index.tolist() == [2, 4, 6]
    assert table["f0"].isna().tolist() == [True, True, False]
    assert read(tmp_path / "t.csv", ["id"])["f0"].tolist() == ["NA", "#N/A", "3"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,f0\na,1,\nb,2,\n", "Expected 2 fields in line 2, saw 3: a separator too many"),
        ('"f0","f1"\n"1",2,3\n', "Expected 2 fields in line 2, saw 3: a column has no name"),
        ("id,f0\na,1\nb,2,3\n", "Expected 2 fields in line 3, saw 3: a column has no name"),
        ("id,f0,f0\na,1,2\n", "the columns f0 occur more than once"),
        ("", "it is empty"),
        ("\n\n", "it is empty"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    for as_numbers in (True, False):
        with pytest.raises(InputError, match=f"{tmp_path}/t.csv: .*{told}"):
            read(tmp_path / "t.csv", ["id"], numbers=as_numbers)


def test_a_row_that_is_too_long_is_found_far_below(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,f0\n" + "a,1\n" * 2000 + "a,1,2\n")
    with pytest.raises(InputError, match="Expected 2 fields in line 2002, saw 3"):
        read(tmp_path / "t.csv", ["id"], numbers=True)
