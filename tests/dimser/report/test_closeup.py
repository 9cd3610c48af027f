"""Single utterances and speakers."""

import base64
from io import BytesIO
from pathlib import Path

import audmetric
import numpy as np
import pandas as pd
import pytest
import soundfile

from dimser.evaluation.intervals import cluster_sums, jackknife
from dimser.report import closeup

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.random(40)
PREDICTED = np.stack([0.4 + 0.3 * LABELS, GENERATOR.random(40)], axis=1)


def test_of_a_large_corpus_some_utterances_are_shown_and_all_of_the_worst() -> None:
    errors = GENERATOR.random((5_000, 3, 2))
    shown = closeup.chosen(errors)
    assert 1_000 <= len(shown) <= 1_000 + 10 * 6 and (np.diff(shown) > 0).all()
    assert {*np.argsort(-errors[:, 1, 0])[:10]} <= {*shown}
    assert closeup.chosen(errors[:40]).tolist() == list(range(40))


def test_speakers_have_their_own_ccc_and_interval() -> None:
    speakers = pd.Series(["b"] * 20 + ["a"] * 12 + ["few"] * 5 + [None] * 3)
    labels = np.where(speakers == "a", 0.5, LABELS)  # whose labels do not vary
    found = closeup.by_speaker(PREDICTED, labels, speakers)
    assert found["names"] == ["a", "b"] and found["counts"] == [12, 20]
    for method in (0, 1):
        expected = audmetric.concordance_cc(LABELS[:20], PREDICTED[:20, method])
        undefined, ccc = found["ccc"][method]
        assert undefined is None and ccc == pytest.approx(expected, abs=5e-4)
        assert found["low"][method][1] < ccc < found["high"][method][1]
    nobody = closeup.by_speaker(PREDICTED, LABELS, pd.Series([None] * 40))
    assert nobody["names"] == [] and nobody["ccc"] == [[], []]


def test_the_line_of_labels_on_predictions_is_least_squares() -> None:
    clusters = np.arange(40) // 5
    sums = cluster_sums(PREDICTED, LABELS[:, None], clusters)
    line = closeup.calibration(sums[:, None], LABELS.mean(), jackknife)
    for method in (0, 1):
        slope, intercept = np.polyfit(PREDICTED[:, method], LABELS, 1)
        assert line["slope"][method] == pytest.approx(slope, abs=5e-4)
        assert line["intercept"][method] == pytest.approx(intercept, abs=5e-4)
    assert line["low"][1] < line["slope"][1] < line["high"][1]
    constant = cluster_sums(np.full((40, 1), 0.5), LABELS[:, None], clusters)
    assert closeup.calibration(constant[:, None], LABELS.mean(), jackknife)["slope"] == [None]


def test_quadrants_are_counted_and_the_middle_is_high() -> None:
    labels = np.array([[0.1, 0.9], [0.5, 0.5], [0.9, 0.1]])
    predicted = np.stack([labels, np.full((3, 2), 0.4)], axis=1)
    same, low = closeup.quadrants(predicted, labels)
    assert np.diag(same).tolist() == [0, 1, 1, 1] and np.sum(same) == 3
    assert [row[0] for row in low] == [0, 1, 1, 1]


def test_the_shortest_utterances_with_audio_can_be_played(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.sin(np.arange(16_000) / 5) / 2, 8_000)
    table = pd.DataFrame(
        {"file": [str(tmp_path / "a.wav")] * 2 + [None], "start": [0.0, 0.5, 0.0],
         "end": [np.nan, 1.0, np.nan], "duration": [2.0, 0.5, np.nan]},
        index=["long", "short", "silent"],
    )  # fmt: skip
    found = closeup.playable(table, 1)
    header, _, content = found["short"].partition(",")
    signal, rate = soundfile.read(BytesIO(base64.b64decode(content)))
    assert [*found] == ["short"] and header == "data:audio/wav;base64"
    assert rate == 16_000 and len(signal) == 8_000
    assert [*closeup.playable(table, 9)] == ["short", "long"] and closeup.playable(table, 0) == {}


def test_what_is_not_known_is_left_out() -> None:
    table = pd.DataFrame({"speaker": ["ann", "unknown_1"]}, index=["u1", "u2"])
    spread = pd.DataFrame({"valence": [0.12345, np.nan], "arousal": np.nan}, index=table.index)
    shown = closeup.described(table, pd.Series(["Hello"], ["u2"]), spread)
    assert shown == {
        "ids": ["u1", "u2"], "speakers": ["ann", ""], "texts": ["", "Hello"],
        "spread": {"valence": [0.123, None]},
    }  # fmt: skip
    assert closeup.described(table, pd.Series(dtype=object), spread)["texts"] == []
