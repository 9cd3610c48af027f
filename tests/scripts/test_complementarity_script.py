"""Pairs of feature sets: the likeness of their kernels, and of their errors by dimension."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from complementarity import COLUMNS, complementarity
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from dimser.evaluation.complementarity import alignment, centred_kernel
from dimser.features import store

METHODS, LAYERS = ["cmp", "wlm", "hrt"], [None, None, 9]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Thirty utterances; stores of three feature sets in orders of their own, and predictions."""
    generator = np.random.default_rng(0)
    ids = [f"{number:02}" for number in range(30)]
    labels = pd.DataFrame(generator.random((30, 3)), columns=[*DIMENSIONS])
    table = labels.assign(id=ids, speaker=[f"s{n % 5}" for n in range(30)])
    write_csv(table, tmp_path / "utterances.csv")
    write_csv(table[["id"]].assign(fold=0), tmp_path / "folds.csv")
    for method in METHODS:
        order = generator.permutation(30)
        values = generator.random((30, 2, 4) if method == "hrt" else (30, 6)).astype(np.float32)
        names = [f"d{n}" for n in range(values.shape[-1])]
        stored = store.Store([ids[n] for n in order], names, values, {"layers": [4, 9]})
        store.write(stored, tmp_path / f"{method}.h5")
        predicted = (labels + generator.normal(size=(30, 3))).assign(id=ids, fold=0)
        write_csv(predicted.iloc[::-1], tmp_path / f"{method}.csv")
    return tmp_path


def run(
    corpus: Path, most: int = 100, seed: int = 1, count: int = 3, groupings: Sequence[str] = ("",)
) -> pd.DataFrame:
    methods = METHODS[:count]
    complementarity(
        features=[str(corpus / f"{method}.h5") for method in methods],
        layers=LAYERS[:count],
        utterances=str(corpus / "utterances.csv"),
        folds=[str(corpus / f"{grouping}folds.csv") for grouping in groupings],
        predictions=[str(corpus / f"{g}{method}.csv") for g in groupings for method in methods],
        methods=methods,
        most=most,
        seed=seed,
        output=str(corpus / "c.csv"),
    )
    return read_csv(corpus / "c.csv")


def test_errors_are_correlated_in_each_dimension_by_itself(corpus: Path) -> None:
    labels = read_csv(corpus / "utterances.csv").set_index("id")
    errors = {
        method: read_csv(corpus / f"{method}.csv").set_index("id")[[*DIMENSIONS]]
        - labels[[*DIMENSIONS]]
        for method in METHODS
    }
    found = run(corpus)
    assert list(found.columns) == COLUMNS
    assert found["dimension"].tolist() == [name for name in DIMENSIONS for _ in range(3)]
    assert found["method_a"].tolist() == ["cmp", "cmp", "wlm"] * 3
    assert found["method_b"].tolist() == ["wlm", "hrt", "hrt"] * 3
    for row in found.itertuples():
        a, b = errors[row.method_a][row.dimension], errors[row.method_b][row.dimension]
        assert row.error_correlation == pytest.approx(a.corr(b))


def test_of_several_groupings_the_mean_counts(corpus: Path) -> None:
    (first, *_) = run(corpus)["error_correlation"]
    for name in ("folds", *METHODS):
        table = read_csv(corpus / f"{name}.csv")
        if name == "cmp":
            table["valence"] = table["valence"].to_numpy()[::-1]
        write_csv(table, corpus / f"again_{name}.csv")
    (other, *_) = run(corpus, groupings=["again_"])["error_correlation"]
    (both, *_) = run(corpus, groupings=["", "again_"])["error_correlation"]
    assert both == pytest.approx((first + other) / 2) and abs(first - other) > 0.05


def test_kernels_are_of_the_same_utterances_and_of_the_layer_that_was_named(corpus: Path) -> None:
    ids = read_csv(corpus / "utterances.csv")["id"].tolist()
    kernels = {
        method: centred_kernel(store.read(corpus / f"{method}.h5", ids, layer).features)
        for method, layer in zip(METHODS, LAYERS, strict=True)
    }
    for row in run(corpus).itertuples():
        expected = alignment(kernels[row.method_a], kernels[row.method_b])
        assert row.alignment == pytest.approx(expected)


def test_of_many_utterances_some_are_drawn_by_the_seed(corpus: Path) -> None:
    every, some = run(corpus), run(corpus, most=20)
    pd.testing.assert_series_equal(some["error_correlation"], every["error_correlation"])
    assert (some["alignment"] != every["alignment"]).all()
    pd.testing.assert_frame_equal(run(corpus, most=20), some)
    assert (run(corpus, most=20, seed=2)["alignment"] != some["alignment"]).all()
    write_csv(read_csv(corpus / "utterances.csv").iloc[::-1], corpus / "utterances.csv")
    pd.testing.assert_frame_equal(run(corpus, most=20), some)


def test_a_pair_takes_two(corpus: Path) -> None:
    assert run(corpus, count=2)["method_b"].tolist() == ["wlm"] * 3
    alone = run(corpus, count=1)
    assert list(alone.columns) == COLUMNS and alone.empty
