import numpy as np
import pandas as pd
import pytest

from dimser.evaluation.multiverse import SPEC
from dimser.evaluation.planted import COLUMNS, check_planted

SCORES = pd.DataFrame(
    [
        ["a", "valence", 0.6, 0.5, 0.7], ["b", "valence", 0.45, 0.3, 0.55],
        ["c", "valence", 0.2, 0.1, 0.3], ["a", "arousal", 0.3, 0.2, 0.4],
        ["b", "arousal", 0.3, 0.2, 0.4], ["a", "dominance", 0.3, 0.2, 0.4],
        ["b", "dominance", 0.6, 0.5, 0.7],
    ],
    columns=["method", "dimension", "ccc", "ccc_low", "ccc_high"],
)  # fmt: skip
SINGLE = pd.DataFrame(
    {"feature": ["F0_mean", "F0_sd", "mfcc"], "valence": 0.0, "arousal": [-0.5, 0.1, 0.2]}
)


def checked(*lines: tuple[str, str, str, str], **more: object) -> pd.DataFrame:
    rows = [["x", f"sentence {number}", *line] for number, line in enumerate(lines)]
    planted = pd.DataFrame(rows, columns=COLUMNS)
    return check_planted(planted, {"x": SCORES}, {("x", "cmp"): SINGLE}, **more)


@pytest.mark.parametrize(
    ("line", "margin"),
    [
        (("valence", "a", "b", "no"), 0.15),
        (("valence", "a", "b", "yes"), -0.05),  # 0.5 and 0.55: intervals overlap
        (("valence", "a;b", "c", "yes"), 0.0),  # the worst of them counts
        (("valence", "a", "c;b", "no"), 0.15),  # and the best of these
        (("valence", "0.35", "c", "yes"), 0.05),
        (("mean", "b", "a", "no"), 0.05),
        (("arousal", "cmp/F0*", "cmp/mfcc", "no"), 0.3),  # the highest, whatever its sign
    ],
)
def test_the_margin_is_that_of_the_sentence(line: tuple, margin: float) -> None:
    (row,) = checked(line).to_dict("records")
    assert row["value"] == pytest.approx(margin) and row["holds"] == (margin >= 0)
    assert row["source"] == "planted" and row["corpus"] == "x"


def test_what_was_not_run_has_no_row() -> None:
    assert checked(("valence", "unknown", "a", "no"), ("valence", "other/F0*", "a", "no")).empty
    planted = pd.DataFrame([["other", "s", "valence", "a", "b", "no"]], columns=COLUMNS)
    assert check_planted(planted, {"x": SCORES}, {}).empty


def test_each_analysis_of_a_multiverse_is_asked_for_the_order_alone() -> None:
    better, worse = SCORES, SCORES.assign(ccc=1 - SCORES["ccc"])
    analyses = pd.concat(
        [own.assign(**dict.fromkeys(SPEC, n)) for n, own in enumerate((better, better, worse))]
    )
    table = checked(("valence", "a", "b", "yes"), ("arousal", "cmp/F0*", "0.4", "no"),
                    analyses={"x": analyses})  # fmt: skip
    assert table[["held", "analyses", "multiverse"]].iloc[0].tolist() == [2, 3, "mostly"]
    assert table["held"].isna().tolist() == [False, True] and not np.isnan(table["value"]).any()
