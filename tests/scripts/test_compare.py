from pathlib import Path

import audmetric
import numpy as np
import pandas as pd
import pytest

from compare import COLUMNS, compare
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv

METHODS = ["cmp", "wlm", "cmp+wlm"]


def make(folder: Path, speakers: int = 8) -> dict[str, pd.DataFrame]:
    """Write eighty utterances, and predictions of three methods of falling quality."""
    generator = np.random.default_rng(0)
    ids = [f"{number:02}" for number in range(80)]
    labels = pd.DataFrame(generator.random((80, 3)), columns=[*DIMENSIONS])
    speaker = [f"s{number % speakers}" for number in range(80)]
    table = labels.assign(id=ids, speaker=speaker)
    write_csv(table, folder / "utterances.csv")
    write_csv(table[["id"]].assign(fold=0), folder / "folds.csv")
    tables = {"": table}
    for method, noise in zip(METHODS, (0.05, 0.4, 0.41), strict=True):
        predicted = (labels + generator.normal(scale=noise, size=labels.shape)).assign(id=ids)
        write_csv(predicted.assign(fold=0).iloc[::-1], folder / f"{method}.csv")
        tables[method] = predicted
    return tables


def run(folder: Path, methods: list[str] = METHODS) -> pd.DataFrame:
    compare(
        utterances=str(folder / "utterances.csv"),
        folds=str(folder / "folds.csv"),
        predictions=[str(folder / f"{method}.csv") for method in methods],
        methods=methods,
        interval="dimser.evaluation.intervals:bootstrap",
        settings={"resamples": 300, "seed": 1},
        draws=300,
        seed=1,
        output=str(folder / "comparisons.csv"),
    )
    return read_csv(folder / "comparisons.csv")


def test_a_row_a_dimension_and_pair(tmp_path: Path) -> None:
    tables = make(tmp_path)
    found = run(tmp_path)
    assert list(found.columns) == COLUMNS
    pairs = [("cmp", "wlm"), ("cmp", "cmp+wlm"), ("wlm", "cmp+wlm")]
    rows = found[["dimension", "method_a", "method_b"]].itertuples(index=False, name=None)
    assert list(rows) == [(dimension, *pair) for dimension in DIMENSIONS for pair in pairs]
    for row in found.itertuples():
        a, b = (
            audmetric.concordance_cc(tables[""][row.dimension], tables[name][row.dimension])
            for name in (row.method_a, row.method_b)
        )
        assert row.ccc_difference == pytest.approx(a - b, abs=1e-9)
        assert row.low <= row.ccc_difference <= row.high
        assert row.p <= row.p_holm <= 1


def test_a_large_difference_is_real_and_a_small_one_is_not(tmp_path: Path) -> None:
    make(tmp_path)
    p = run(tmp_path).set_index(["dimension", "method_a", "method_b"])["p_holm"]
    assert p["valence", "cmp", "wlm"] <= 3 * 2 / 2**8
    assert p["valence", "wlm", "cmp+wlm"] > 0.05


def test_one_method_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    make(tmp_path)
    assert len(run(tmp_path, ["cmp"])) == 0


def test_two_speakers_are_few_but_defined_and_one_shows_nothing(tmp_path: Path) -> None:
    make(tmp_path, speakers=2)
    assert run(tmp_path)["p"].between(0.5, 1).all()
    make(tmp_path, speakers=1)
    alone = run(tmp_path)
    assert alone["low"].isna().all() and (alone["p"] == 1).all()
