"""The report's sentences."""

import numpy as np
import pandas as pd

from dimser.report import sentences

LABELS = {"a": "A", "b": "B", "a+b": "EF(A+B)"}
SCORES = pd.DataFrame(
    [
        ["a", "valence", 0.50, 0.40, 0.60], ["b", "valence", 0.30, 0.20, 0.39],
        ["a+b", "valence", 0.45, 0.35, 0.55], ["a", "arousal", 0.10, 0.00, 0.20],
        ["b", "arousal", 0.80, 0.75, 0.85], ["a", "dominance", np.nan, np.nan, np.nan],
    ],
    columns=["method", "dimension", "ccc", "ccc_low", "ccc_high"],
)  # fmt: skip


PAIRS = pd.DataFrame(
    [
        ["valence", "a", "b", 0.20, 0.1, 0.3, 0.01], ["valence", "a+b", "a", -0.05, -0.2, 0.1, 0.9],
        ["valence", "a+b", "b", 0.15, 0.1, 0.2, 0.01], ["arousal", "a", "b", -0.7, -0.8, -0.6, 0.0],
    ],
    columns=["dimension", "method_a", "method_b", "ccc_difference", "low", "high", "p_holm"],
)  # fmt: skip


def test_what_follows_the_best_is_named_with_how_far_it_is_behind() -> None:
    valence, arousal = (PAIRS[PAIRS["dimension"] == d] for d in ("valence", "arousal"))
    assert sentences.next_best("a", "a+b", valence, LABELS) == (
        "The next best is EF(A+B): CCC lower by 0.05 [-0.10, 0.20], p = 0.900 after Holm."
    )
    assert sentences.next_best("b", "a", arousal, LABELS) == (
        "The next best is A: CCC lower by 0.70 [0.60, 0.80], p < 0.001 after Holm."
    )


def test_a_comparison_names_the_better_one_first() -> None:
    exceeds, not_shown, *_ = (sentences.comparison(r, LABELS) for r in PAIRS.itertuples())
    assert exceeds == (
        "A is significantly better than B in valence: CCC difference 0.20 [0.10, 0.30], p = 0.010 "
        "after Holm."
    )
    assert not_shown.startswith(
        "A is not significantly better than EF(A+B) in valence: CCC difference 0.05 [-0.1"
    )


def test_too_few_speakers_for_the_test_are_told() -> None:
    (told,) = sentences.limits(PAIRS, speakers=5, draws=10_000)
    assert told.startswith("With 5 speakers, p cannot be below 0.062, and after Holm over 3 comp")
    assert sentences.limits(PAIRS, speakers=40, draws=10_000) == []


def test_too_few_swaps_for_the_test_are_told() -> None:
    pairs = pd.concat([PAIRS] * 22)  # 66 in valence, as of twelve methods
    (told,) = sentences.limits(pairs, speakers=47, draws=1_000)
    assert told.startswith(
        "With 1,000 random swaps, p cannot be below 0.001, and after Holm over 66"
    )
    assert "raise `bootstrap.resamples`" in told
    assert sentences.limits(pairs, speakers=47, draws=2_000) == []


def test_what_limits_allow_and_what_verdicts_ask_for_is_one_threshold() -> None:
    """199 swaps: p can be 0.005, which after Holm over ten comparisons is 0.05, and not below."""
    ten = PAIRS.iloc[[0] * 10]
    (told,) = sentences.limits(ten, speakers=47, draws=199)
    assert "after Holm over 10 comparisons the smallest cannot be below 0.05" in told
    assert sentences.limits(ten, speakers=47, draws=200) == []


def test_p_has_the_digits_that_tell_its_verdict() -> None:
    near = pd.concat([PAIRS[:1].assign(p_holm=p) for p in (0.0496, 0.05, 0.05004)])
    found = [sentences.comparison(row, LABELS) for row in near.itertuples()]
    assert "A is significantly better" in found[0] and "p = 0.0496 after Holm" in found[0]
    assert "A is not significantly better" in found[1] and "p = 0.050 after Holm" in found[1]
    assert "A is not significantly better" in found[2] and "p = 0.05004 after Holm" in found[2]


def test_one_thing_is_not_called_several() -> None:
    assert sentences.size(pd.DataFrame({"speaker": ["a"]})) == "1 utterance of 1 speaker"
    (told,) = sentences.limits(PAIRS[:1], speakers=1, draws=10_000)
    assert told.startswith("With 1 speaker, p cannot be below 1, and after Holm over 1 comparison ")
    cells = pd.DataFrame({"verdict": ["reproduced"]})
    assert sentences.audit_state(cells) == "Of 1 published value: 1 reproduced."


def compared(*rows: tuple) -> pd.DataFrame:
    names = ["dimension", "method_a", "method_b", "ccc_difference", "p_holm"]
    return pd.DataFrame(rows, columns=names)


def test_a_fusion_helps_where_it_exceeds_each_of_its_parts() -> None:
    both = compared(
        ("valence", "a", "a+b", -0.1, 0.01), ("valence", "a+b", "b", 0.2, 0.04),
        ("arousal", "a", "a+b", -0.3, 0.01), ("arousal", "b", "a+b", -0.1, 0.06),
        ("dominance", "a", "a+b", 0.3, 0.01), ("dominance", "b", "a+b", -0.1, 0.01),
    )  # fmt: skip
    assert sentences.helping_fusions(both, LABELS) == (
        "Fusions significantly better than both of their parts: EF(A+B) (valence)."
    )
    assert sentences.helping_fusions(both[2:], LABELS) == (
        "No fusion is significantly better than both of its parts (0 of 1)."
    )
    nothing = "No fusion was compared with all of its parts."
    assert sentences.helping_fusions(compared(), LABELS) == nothing
    assert sentences.helping_fusions(both[:1], LABELS) == nothing


def test_the_machine_stands_beside_the_human_where_there_are_raters() -> None:
    human = pd.DataFrame({"dimension": ["valence", "arousal"], "human_ccc": [0.7, np.nan]})
    assert sentences.beside_humans(SCORES, human) == (
        "Valence: best method 0.50, one rater 0.70 (CCC with the labels, and with the other "
        "raters)."
    )
    assert "no ratings" in sentences.beside_humans(SCORES, human[:0])


def test_few_speakers_are_told_with_the_spread_over_folds() -> None:
    spread = pd.DataFrame(
        [
            ["a", "valence", "fold sd", 0.031], ["b", "valence", "fold sd", 0.5],
            ["b", "arousal", "fold sd", 0.044], ["a", "valence", "speaker sd", 0.7],
        ],
        columns=["method", "dimension", "by", "ccc"],
    )  # fmt: skip
    assert sentences.few_speakers(SCORES.assign(speakers=10), spread) == [
        "With 10 speakers, intervals are somewhat too narrow. Standard deviation of the best "
        "method's CCC over folds: valence 0.03, arousal 0.04."
    ]
    one_fold = spread.assign(ccc=np.nan)
    assert sentences.few_speakers(SCORES.assign(speakers=10), one_fold) == [
        "With 10 speakers, intervals are somewhat too narrow."
    ]
    assert sentences.few_speakers(SCORES.assign(speakers=30), spread) == []


def test_kinds_of_features_that_carry_a_dimension_are_named_the_most_telling_first() -> None:
    groups = pd.DataFrame(
        [
            ["group", "loudness", "arousal", 0.921], ["group", "MFCC", "arousal", 0.004],
            ["group", "formants", "arousal", 0.0], ["group", "loudness", "valence", 0.0],
            ["descriptor", "F0final", "arousal", 0.5], ["functional", "quartile1", "arousal", 0.1],
        ],
        columns=["by", "name", "dimension", "share_above"],
    )  # fmt: skip
    assert sentences.carrying_features("CMP", groups) == [
        "Significant single features of CMP: valence none; arousal 92 % of loudness, <1 % of MFCC "
        "(functionals: quartile1)."
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


def test_without_speakers_differences_are_told_and_not_tested() -> None:
    untested = PAIRS.assign(low=np.nan, high=np.nan, p_holm=np.nan)
    rows = list(untested.itertuples())
    assert sentences.comparison(rows[1], LABELS) == (
        "A has a CCC higher by 0.05 than EF(A+B) in valence, not tested."
    )
    valence = untested[untested["dimension"] == "valence"]
    assert (
        sentences.next_best("a", "b", valence, LABELS) == "The next best is B: CCC lower by 0.20."
    )
    assert sentences.limits(untested, np.nan, 200) == [sentences.UNTESTED]
    assert sentences.helping_fusions(untested, LABELS) == "No fusion was tested against its parts."
    assert sentences.few_speakers(SCORES.assign(speakers=np.nan), pd.DataFrame()) == []


def test_the_audit_is_counted() -> None:
    cells = pd.DataFrame({"verdict": ["reproduced", "differs", "reproduced"]})
    assert sentences.audit_state(cells) == "Of 3 published values: 2 reproduced, 1 different."
    assert "nothing to audit" in sentences.audit_state(cells[:0])


def test_what_stands_out_in_the_audio_is_told_in_the_answer() -> None:
    rows = [["labels", "valence", np.nan], ["audio", "channels", 0], ["audio", "lost (s)", 1200]]
    table = pd.DataFrame(rows, columns=["of", "what", "unusual"])
    assert sentences.unusual(table) == ["Unusual (see Labels and audio): lost (s) 1,200."]
    assert sentences.unusual(table[:2]) == []
