"""Weights of fused parts: from the models of folds to one table."""

from pathlib import Path

import pandas as pd
import pytest

from dimser.core.files import read_csv, write_csv
from weights import weights


def test_weights_are_means_over_the_folds(tmp_path: Path) -> None:
    chosen = {
        ("x@learned", 0): (0.2, 0.8), ("x@learned", 1): (0.6, 0.4),
        ("x@stack", 0): (1.5, 0.0), ("x@stack", 1): (0.5, 0.0),
    }  # fmt: skip
    for (method, fold), shares in chosen.items():
        rows = [["valence", "wlm", shares[0]], ["valence", "cmp", shares[1]],
                ["arousal", "wlm", 0.5], ["arousal", "cmp", 0.5]]  # fmt: skip
        table = pd.DataFrame(rows, columns=["dimension", "part", "weight"]).assign(C=1.0)
        write_csv(table, tmp_path / method / f"{fold}.csv")
    weights(
        models=[str(tmp_path / method / f"{fold}.csv") for method, fold in chosen],
        methods=[method for method, _ in chosen],
        output=str(tmp_path / "weights.csv"),
    )
    found = read_csv(tmp_path / "weights.csv")
    assert list(found.columns) == [
        "method", "dimension", "part", "weight", "lowest_weight", "highest_weight", "folds",
    ]  # fmt: skip
    assert found["dimension"].tolist() == ["valence", "valence", "arousal", "arousal"] * 2
    assert found["part"].tolist() == ["wlm", "cmp"] * 4 and (found["folds"] == 2).all()
    learned, stacked = found.iloc[0], found.iloc[4]
    assert learned["weight"] == pytest.approx(0.4) and stacked["weight"] == pytest.approx(1.0)
    assert (learned["lowest_weight"], learned["highest_weight"]) == (0.2, 0.6)
