"""What stress tests come to, in sentences and in a figure."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dimser.core.files import write_csv
from dimser.evaluation.registry import LOST, NO_CHANCE, NOT_ASKED, NOT_TOLD, STAYED
from dimser.evaluation.stress import COLUMNS
from dimser.report import figures
from dimser.report.stress import shown, told, verdicts
from stress_matrix import stress_matrix


def table() -> pd.DataFrame:
    """Two methods; of the first, gain fails in arousal, and one sex in its mean error."""
    share = {"check": "gain", "condition": "1 or 2 dB", "measure": STAYED, "threshold": 0.95}
    share |= {"low": 0.9, "high": 0.99, "threshold_simulated": 0.93, "n": 300, "passed": "yes"}
    group = {"check": "sex", "measure": "mean error, against all", "threshold_simulated": 0.02}
    group |= {"n": 500, "passed": "yes", "low": 0.03, "high": 0.07}
    rows = [
        {"method": "a", "dimension": "valence", **share, "value": 0.97},
        {"method": "a", "dimension": "arousal", **share, "value": 0.62, "low": 0.5, "high": 0.7,
         "passed": "no"},
        {"method": "a", "dimension": "valence", **group, "condition": "female", "value": 0.05,
         "passed": "no"},
        {"method": "a", "dimension": "valence", **group, "condition": "male", "value": -0.01},
        {"method": "a", "dimension": "arousal", **group, "condition": "male", "value": 0.01},
        {"method": "a", "dimension": "valence", **share, "check": "room", "value": 0.3,
         "passed": None, "reason": NOT_ASKED, "threshold_simulated": np.nan},
        {"method": "b", "dimension": "valence", **share, "value": 0.94, "passed": None,
         "reason": NOT_TOLD},
        {"method": "b", "dimension": "valence", **share, "check": "noise", "condition": "noise",
         "measure": LOST, "value": -0.004, "threshold": 0.05},
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def test_a_verdict_is_that_of_the_worst_group() -> None:
    found = verdicts(table()).set_index(["method", "dimension", "check"])["verdict"].to_dict()
    assert found == {
        ("a", "valence", "gain"): "yes", ("a", "arousal", "gain"): "no",
        ("a", "valence", "sex"): "no", ("a", "arousal", "sex"): "yes",
        ("a", "valence", "room"): "", ("b", "valence", "gain"): "open",
        ("b", "valence", "noise"): "yes",
    }  # fmt: skip


def test_sentences_name_what_fails_with_value_interval_and_what_is_asked() -> None:
    one, other = told(table(), {"a": "A", "b": "B"})
    assert one == (
        "A passes 2 of 4 checks and fails 2. It fails: arousal under 1 or 2 dB (62 % [50, 70] of "
        "utterances move by less than 0.05; asked: 95 %); valence of female speakers (mean error "
        "differs from that of all by 0.05 [0.03, 0.07]; chance alone: at most 0.02)."
    )
    assert other == "B passes 1 of 2 checks, fails none, and the sample leaves 1 open."
    assert told(None, {}) == []


def test_what_is_not_right_is_told_by_what_was_asked() -> None:
    own = {"method": "a", "dimension": "valence", "condition": "all", "n": 500, "passed": "no"}
    rows = [
        own | {"check": "ccc", "measure": "CCC", "value": 0.31, "low": 0.2, "high": 0.42,
               "threshold": 0.5, "threshold_simulated": 0.4},
        own | {"check": "error", "measure": "mean absolute error", "value": 0.18,
               "threshold": 0.1, "threshold_simulated": 0.11},
        own | {"check": "pearson", "measure": "Pearson's correlation", "value": 0.45,
               "threshold": 0.5, "passed": None, "reason": NO_CHANCE},
    ]  # fmt: skip
    (said,) = told(pd.DataFrame(rows, columns=COLUMNS), {"a": "A"})
    assert said == (
        "A passes 0 of 3 checks, fails 2, and the sample leaves 1 open. It fails: mean absolute "
        "error of valence (0.18; asked: at most 0.10); CCC of valence (0.31 [0.20, 0.42]; asked: "
        "at least 0.50)."
    )


def test_numbers_are_hundredths_with_a_true_minus() -> None:
    texts = [shown(row) for _, row in table().iterrows()]
    assert texts == ["97", "62", "5", "\u22121", "1", "30", "94", "0"]


def test_the_figure_shows_every_verdict(tmp_path: Path, monkeypatch: object) -> None:
    kept, save = [], figures.save

    def keep(draw: object, **files: str) -> None:
        kept.append(draw(figures.TWO_COLUMNS))
        save(draw, **files)

    monkeypatch.setattr(figures, "save", keep)
    write_csv(table(), tmp_path / "stress.csv")
    files = {kind: str(tmp_path / f"f.{kind}") for kind in ("png", "pdf", "svg")}
    stress_matrix(
        stress=str(tmp_path / "stress.csv"), methods=["a", "b"], labels={"a": "A $x$", "b": "B"},
        stand_ins={"b": "stand-in"}, **files, column=str(tmp_path / "c.pdf"),
    )  # fmt: skip
    figure: Figure = kept[0]
    left, right = figure.axes
    assert [panel.get_title() for panel in (left, right)] == ["Valence", "Arousal"]
    codes = left.images[0].get_array()
    assert codes.tolist() == [[1, 2], [3, 0], [0, 0], [0, 1]]
    assert [text.get_text() for text in left.get_xticklabels()] == ["A \\$x\\$", "B †"]
    bold = [t.get_text() for t in left.texts if t.get_fontweight() == "bold"]
    assert bold == ["5"]
