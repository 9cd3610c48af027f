"""Sentences on corpora and results."""

import numpy as np
import pandas as pd

from dimser.report import sentences

NO_CHECKS = pd.DataFrame({"source": []})
LABELS = {"a": "A", "b": "B"}
SCORES = pd.DataFrame(
    [
        ["a", "valence", 0.50, 0.40, 0.60], ["b", "valence", 0.30, 0.20, 0.39],
        ["a+b", "valence", 0.45, 0.35, 0.55], ["a", "arousal", 0.10, 0.00, 0.20],
        ["b", "arousal", 0.80, 0.75, 0.85], ["a", "dominance", np.nan, np.nan, np.nan],
    ],
    columns=["method", "dimension", "ccc", "ccc_low", "ccc_high"],
)  # fmt: skip


def test_one_thing_is_not_called_several() -> None:
    assert sentences.size(pd.DataFrame({"speaker": ["a"]})) == "1 utterance of 1 speaker"
    cells = pd.DataFrame({"verdict": ["reproduced"]})
    assert sentences.audit_state(cells, NO_CHECKS) == "Of 1 published value: 1 reproduced."


def test_the_machine_stands_beside_the_human_where_there_are_raters() -> None:
    human = pd.DataFrame(
        {
            "dimension": ["valence", "arousal"],
            "one_rater_ccc": [0.7, np.nan],
            "ceiling_ccc": [0.91, np.nan],
        }
    )
    assert sentences.beside_humans(SCORES, human) == (
        "CCC with the labels, beside people: valence 0.50 by the best method, 0.70 by one more "
        "rater, 0.91 at most. The rater's, and what the labels' reliability allows at most, follow "
        "from the raters' agreement."
    )
    assert "no ratings" in sentences.beside_humans(SCORES, human[:0])


def test_where_speakers_are_few_the_spread_over_folds_is_told() -> None:
    spread = pd.DataFrame(
        [
            ["a", "valence", "fold sd", 0.031], ["b", "valence", "fold sd", 0.5],
            ["b", "arousal", "fold sd", 0.044], ["a", "valence", "speaker sd", 0.7],
        ],
        columns=["method", "dimension", "by", "ccc"],
    )  # fmt: skip
    assert sentences.over_folds(SCORES.assign(speakers=10), spread) == [
        "Standard deviation of the best method's CCC over folds: valence 0.03, arousal 0.04.",
        sentences.LEANS,
    ]
    one_fold = spread.assign(ccc=np.nan)
    assert sentences.over_folds(SCORES.assign(speakers=10), one_fold) == []
    assert sentences.over_folds(SCORES.assign(speakers=30), spread) == []
    assert sentences.over_folds(SCORES.assign(speakers=np.nan), pd.DataFrame()) == []


def test_kinds_of_features_that_carry_a_dimension_are_named_the_most_telling_first() -> None:
    groups = pd.DataFrame(
        [
            ["group", "loudness", "arousal", 50, 0.92], ["group", "MFCC", "arousal", 2000, 0.001],
            ["group", "formants", "arousal", 9, 0.0], ["group", "loudness", "valence", 50, 0.0],
            ["descriptor", "F0final", "arousal", 2, 0.5],
            ["functional", "quartile1", "arousal", 10, 0.1],
        ],
        columns=["by", "name", "dimension", "count", "share_above"],
    )  # fmt: skip
    assert sentences.carrying_features("CMP", groups) == [
        "Significant single features of CMP: valence none; arousal 46 of 50 loudness, 2 of 2,000 "
        "MFCC (functionals: quartile1)."
    ]
    assert sentences.carrying_features("HRT", groups[:0]) == []


def test_a_feature_that_may_be_a_label_is_asked_about() -> None:
    null = pd.DataFrame({"dimension": ["valence", "arousal"], "like_label": [None, "mood; v"]})
    (said,) = sentences.labels_among("Given", null)
    assert said.startswith("Is the arousal label among the features Given? mood; v correlates")
    assert sentences.labels_among("Given", null.iloc[:1].astype({"like_label": float})) == []


def test_unknown_speakers_are_not_counted() -> None:
    def size(*speakers: str | None) -> str:
        return sentences.size(pd.DataFrame({"speaker": pd.Series(speakers, dtype=object)}))

    assert size(None, None) == size("unknown_a", "unknown_b") == "2 utterances of unknown speakers"
    assert size("ann", "unknown_a", "ann") == ("3 utterances: 2 of 1 speaker, 1 of unknown ones")


def test_the_audit_is_counted() -> None:
    cells = pd.DataFrame({"verdict": ["reproduced", "differs", "reproduced"]})
    assert (
        sentences.audit_state(cells, NO_CHECKS)
        == "Of 3 published values: 2 reproduced, 1 different."
    )
    assert "nothing to audit" in sentences.audit_state(cells[:0], NO_CHECKS)
    planted = pd.DataFrame({"source": ["planted"]})
    assert "findings were planted" in sentences.audit_state(cells[:0], planted)


def test_what_stands_out_in_the_audio_is_told_in_the_answer() -> None:
    rows = [["labels", "valence", np.nan], ["audio", "channels", 0], ["audio", "lost (s)", 1200]]
    table = pd.DataFrame(rows, columns=["of", "what", "unusual"])
    assert sentences.unusual(table) == ["Unusual (see Labels and audio): lost (s) 1,200."]
    assert sentences.unusual(table[:2]) == []


def test_what_a_regression_does_not_punish_is_told_in_units_of_the_labels() -> None:
    table = pd.DataFrame(
        [["e2e", "valence", None, None], ["a", "valence", 0.1, 1.0], ["b", "valence", 0.1, 1.0],
         ["a", "arousal", 0.1, 0.5], ["a", "dominance", 0.1, None]],
        columns=["method", "dimension", "epsilon", "epsilon_sd"],
    )  # fmt: skip
    (said,) = sentences.tube(table)
    assert said.startswith("Epsilon (0.1), below which errors cost nothing in training, is in ")
    assert "standard deviations of the labels 1.00 of valence and 0.50 of arousal:" in said
    assert sentences.tube(table[:1]) == []  # no epsilon, or several
    in_units = table[1:4].assign(epsilon=[0.02, 0.02, 0.01], epsilon_sd=0.1)
    assert sentences.tube(in_units) == []


def test_feature_sets_alone_are_named_with_the_next() -> None:
    (sentence,) = sentences.of_sets_alone(SCORES, ["a", "b"], LABELS)
    assert sentence == (
        "Best feature set by itself: A in valence (0.50 [0.40, 0.60]; next B: 0.30 [0.20, 0.39]) "
        "and B in arousal (0.80 [0.75, 0.85]; next A: 0.10 [0.00, 0.20])."
    )
    assert sentences.of_sets_alone(SCORES, ["a"], LABELS) == []
