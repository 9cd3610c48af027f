import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimser.core import files
from dimser.core.errors import InputError
from dimser.core.files import read_csv, replacing, write_csv


def test_a_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.txt"
    with replacing(target) as aside:
        aside.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


def test_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("before")
    with pytest.raises(ZeroDivisionError), replacing(target) as aside:
        aside.write_text("half")
        _ = 1 / 0
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_the_content_is_on_the_disk_before_the_file_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, synced, sync = tmp_path / "a.txt", [], os.fsync

    def noted(handle: int) -> None:
        synced.append((os.fstat(handle).st_ino, os.fstat(handle).st_size, target.exists()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    with replacing(target) as aside:
        aside.write_text("whole")
    assert synced == [(target.stat().st_ino, len("whole"), False)]


@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_floats_are_read_as_written(values: list[float], tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_csv(pd.DataFrame({"ccc": np.array(values, dtype=np.float64)}), path)
    assert read_csv(path)["ccc"].astype(np.float64).tolist() == values


def test_names_stay_text_and_empty_cells_missing(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["007", "NA", "1e3"], "valence": [0.5, None, 1]})
    write_csv(table, tmp_path / "t.csv")
    read = read_csv(tmp_path / "t.csv")
    assert read["id"].tolist() == ["007", "NA", "1e3"]
    assert read["valence"].isna().tolist() == [False, True, False]


def test_ids_of_digits_stay_text_in_every_column_that_holds_them(tmp_path: Path) -> None:
    columns = ("method", "method_a", "method_b", "corpus", "corpus_a", "corpus_b", "features")
    write_csv(pd.DataFrame({name: ["01"] for name in columns}), tmp_path / "t.csv")
    assert set(read_csv(tmp_path / "t.csv").iloc[0]) == {"01"}


@pytest.mark.parametrize("number", sorted(files.REFUSED))
def test_a_disk_that_takes_no_file_is_told_and_keeps_what_it_had(
    tmp_path: Path, number: int
) -> None:
    target = tmp_path / "a.txt"
    target.write_text("before")
    with (
        pytest.raises(InputError, match=rf"a\.txt: it cannot be written \({os.strerror(number)}"),
        replacing(target),
    ):
        raise OSError(number, os.strerror(number))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_what_does_not_fit_is_not_begun(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No space left"), replacing(tmp_path / "a", size=2**60):
        raise AssertionError("the block must not begin")
    assert not list(tmp_path.iterdir())
