import numpy as np
import pandas as pd
import pytest

from dimser.core import metrics
from dimser.evaluation.shrinkage import shrinkage

LABELS = np.random.default_rng(0).random(200)


def scored(method: str, predictions: np.ndarray, part: str | None = None) -> dict:
    r = np.corrcoef(predictions, LABELS)[0, 1]
    ccc = metrics.ccc(metrics.sums(predictions, LABELS))
    v = predictions.std() / LABELS.std()
    return {"method": method, "dimension": "valence", "ccc": float(ccc), "pearson": r,
            "scale_shift": v, "part": part}  # fmt: skip


def found(scores: list[dict], *, epsilon: float | None = 0.1, units: str = "scale") -> pd.DataFrame:
    spread = {("", "valence"): LABELS.std(), ("Test1", "valence"): 0.2, ("Test2", "valence"): 0.0}
    return shrinkage(pd.DataFrame(scores), spread, epsilon, units, ["wlm"]).set_index("method")


def test_what_is_lost_is_taken_apart() -> None:
    """Predictions that are the labels, but for a factor and a shift, have a correlation of 1."""
    center = LABELS.mean()
    halved = found([scored("wlm", center + (LABELS - center) / 2)]).loc["wlm"]
    assert halved["lost_to_spread"] == pytest.approx(1 - 2 / (0.5 + 2))
    assert halved["lost_to_level"] == pytest.approx(0)
    moved = found([scored("wlm", LABELS + LABELS.std())]).loc["wlm"]
    assert moved["lost_to_spread"] == pytest.approx(0)
    assert moved["lost_to_level"] == pytest.approx(1 - 2 / (1 + 1 + 1))
    both = found([scored("wlm", 0.4 + LABELS / 2)]).loc["wlm"]
    lost = both["lost_to_spread"] + both["lost_to_level"]
    assert both["pearson"] - lost == pytest.approx(both["ccc"])
    assert both["prediction_sd"] == pytest.approx(LABELS.std() / 2)


def test_epsilon_is_told_in_both_units_and_only_for_regressions() -> None:
    scores = [scored("wlm", LABELS), scored("e2e", LABELS)]
    own = found(scores)
    assert own.loc["wlm", "epsilon_sd"] == pytest.approx(0.1 / LABELS.std())
    assert own.loc[["e2e"], ["epsilon", "epsilon_sd"]].isna().all(axis=None)
    own = found(scores, units="labels")
    assert own.loc["wlm", "epsilon"] == pytest.approx(0.1 * LABELS.std())
    assert own.loc["wlm", "epsilon_sd"] == pytest.approx(0.1)
    assert found(scores, epsilon=None)["epsilon"].isna().all()
    constant = [scored("wlm", LABELS, "Test2")]  # labels of a part that do not vary
    assert found(constant)["epsilon_sd"].isna().all()
    assert found(constant, units="labels")["epsilon"].isna().all()


def test_predictions_that_do_not_vary_have_no_correlation_to_lose() -> None:
    row = scored("wlm", LABELS) | {"ccc": 0.0, "pearson": np.nan, "scale_shift": 0.0}
    assert found([row])[["lost_to_spread", "lost_to_level"]].isna().all(axis=None)


def test_a_recalibrated_method_stands_beside_its_own_and_test_parts_apart() -> None:
    rows = [
        scored("wlm", LABELS / 2),
        scored("wlm", LABELS / 3, "Test1"),
        scored("wlm@recalibrated", LABELS),
        scored("wlm@recalibrated", LABELS / 4, "Test1"),
    ]
    table = found([*rows, rows[0] | {"dimension": "mean"}]).reset_index()  # fmt: skip
    assert len(table) == 4  # a mean over dimensions has no parts
    expected = [rows[2]["ccc"], rows[3]["ccc"], np.nan, np.nan]
    np.testing.assert_allclose(table["recalibrated_ccc"], expected)
    assert table["label_sd"].tolist() == pytest.approx([LABELS.std(), 0.2] * 2)
