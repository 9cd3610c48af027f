from pathlib import Path

import pandas as pd
import pytest

from shrinkage import shrinkage


def test_labels_of_predicted_utterances_count_by_part(tmp_path: Path) -> None:
    labels = [0.0, 0.2, 0.4, 1.0, 0.5]
    table = pd.DataFrame({"id": [*"abcde"], "valence": labels, "arousal": None, "dominance": None})
    table.to_csv(tmp_path / "utterances.csv", index=False)
    folds = pd.DataFrame({"id": [*"abcde"], "fold": [0, 0, 0, 0, None], "part": [*"1122", None]})
    folds.to_csv(tmp_path / "folds.csv", index=False)
    row = {"method": "wlm", "dimension": "valence", "ccc": 0.4, "pearson": 0.8, "scale_shift": 0.5}
    scores = pd.DataFrame([row | {"part": part} for part in (None, "1", "2")])
    scores.to_csv(tmp_path / "scores.csv", index=False)
    shrinkage(
        scores=str(tmp_path / "scores.csv"), utterances=str(tmp_path / "utterances.csv"),
        folds=str(tmp_path / "folds.csv"), epsilon=0.1, units="scale", regressed=["wlm"],
        output=str(tmp_path / "shrinkage.csv"),
    )  # fmt: skip
    found = pd.read_csv(tmp_path / "shrinkage.csv", dtype={"part": str})
    spreads = [pd.Series(labels[:4]).std(ddof=0), 0.1, 0.3]
    assert found["label_sd"].tolist() == pytest.approx(spreads)
    assert found["part"].fillna("").tolist() == ["", "1", "2"]
    assert found["lost_to_spread"].tolist() == pytest.approx([0.8 - 0.8 * 2 / 2.5] * 3)
