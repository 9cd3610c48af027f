import pandas as pd

from dimser.report.captions import analyses
from dimser.report.multiverse import leading

RANKS = pd.DataFrame(
    [
        ("valence", "wlm", 1.0, 231, 231 / 240), ("valence", "wlm", 2.0, 9, 9 / 240),
        ("valence", "cmp", 1.0, 9, 9 / 240), ("valence", "cmp", 2.0, 231, 231 / 240),
        ("arousal", "wlm", 1.0, 118, 118 / 240), ("arousal", "wlm", 2.0, 122, 122 / 240),
        ("arousal", "cmp", 1.0, 122, 122 / 240), ("arousal", "cmp", 2.0, 118, 118 / 240),
        ("dominance", "wlm", 1.5, 240, 1.0), ("dominance", "cmp", 1.5, 240, 1.0),
    ],
    columns=["dimension", "method", "rank", "analyses", "share"],
)  # fmt: skip
EFFECTS = pd.DataFrame(
    [
        ("valence", "wlm", "epsilon", 0.3), ("valence", "wlm", "scaling", 0.62),
        ("valence", "cmp", "epsilon", 0.9), ("arousal", "cmp", "epsilon", 0.41),
        ("arousal", "cmp", "scaling", None), ("dominance", "cmp", "scaling", None),
    ],
    columns=["dimension", "method", "choice", "lead_share"],
)  # fmt: skip
LABELS = {"wlm": "WLM", "cmp": "CMP"}


def test_leaders_are_told_with_what_their_lead_varies_with() -> None:
    counts, choices = leading(RANKS, EFFECTS, LABELS)
    assert counts.startswith(
        "WLM leads in valence in 231 of 240 analyses; CMP leads in arousal in 122 of 240; "
        "no method leads alone in dominance. "
    )
    assert counts.endswith("predict the same speakers, so this says nothing about chance.")
    assert choices == (
        "The lead varies most with scaling in valence (0.62 of its variance), epsilon in arousal "
        "(0.41 of its variance)."
    )


def test_one_method_or_one_analysis_is_no_ranking() -> None:
    one = RANKS["method"] == "wlm"
    assert leading(RANKS[one], EFFECTS, LABELS) == []
    assert leading(RANKS, EFFECTS.head(0), LABELS) == []


def test_captions_tell_how_many_analyses_there_are() -> None:
    assert analyses({"multiverse_ranks": RANKS}) == "Here: 240 analyses of 2 methods."
    assert analyses({"multiverse_ranks": RANKS.head(0)}) == "Here: no CCC is defined."
