"""What a corpus is like, and what in it stands out."""

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.corpora.description import COLUMNS, of_audio, of_labels, raters

LABELS = pd.DataFrame({"id": list("abcd"), "valence": [0, 0.25, 0.5, 0.75], "arousal": 0.5})
NO_RATINGS = pd.DataFrame(columns=["id", "rater", *DIMENSIONS], dtype=float)


def audio(count: int = 100, **odd: object) -> pd.DataFrame:
    """Make measures of ordinary audio, and of one utterance (the last) that stands out."""
    level = -25 + np.random.default_rng(0).normal(0, 3, count)
    ordinary = {"duration": 2.0, "rate": 16000, "channels": 1, "level": level, "clipped": 0.0,
                "silent": 0.1, "offset": 1e-4, "lost": 0.0}  # fmt: skip
    table = pd.DataFrame(ordinary).assign(id=[f"u{number}" for number in range(count)])
    for name, value in odd.items():
        table.loc[count - 1, name] = value
    return table


def test_labels_are_described_in_the_dimensions_that_they_have() -> None:
    valence, arousal = of_labels(LABELS.assign(dominance=np.nan), raters(NO_RATINGS))
    assert [*valence] == COLUMNS and (valence["of"], valence["what"]) == ("labels", "valence")
    assert (valence["n"], valence["mean"], valence["median"]) == (4, 0.375, 0.375)
    assert valence["sd"] == np.std(LABELS["valence"], ddof=1) and arousal["sd"] == 0
    assert (valence["lowest"], valence["highest"]) == (0, 0.75)
    assert np.isnan(valence["unusual"])


def test_a_rater_who_does_not_agree_with_the_others_is_named() -> None:
    marks = {"r1": [1, 2, 3, 4], "r2": [1, 2, 4, 5], "r3": [5, 3, 2, 1], "r4": [1, 3, 3, 5]}
    ratings = pd.concat(
        pd.DataFrame({"id": list("abcd"), "rater": rater, "valence": values})
        for rater, values in marks.items()
    )
    ratings = ratings.assign(arousal=np.nan, dominance=np.nan)
    table = raters(ratings)
    assert table.columns.tolist() == ["rater", "ratings", *DIMENSIONS]
    assert table["ratings"].tolist() == [4] * 4 and table["arousal"].isna().all()
    *_, weights = of_labels(LABELS, table)
    assert (weights["of"], weights["what"], weights["n"]) == ("raters", "weight, valence", 4)
    assert weights["unusual"] == 1 and weights["examples"] == "r3 (0)"
    assert weights["highest"] > 0 == weights["lowest"]


def test_ordinary_audio_does_not_stand_out() -> None:
    rows = of_audio(audio())
    assert [row["unusual"] for row in rows[1:]] == [0] * 7 and np.isnan(rows[0]["unusual"])
    assert {row["of"] for row in rows} == {"audio"} and rows[0]["mean"] == 2


def test_what_stands_out_is_counted_and_named() -> None:
    odd = {"sampling rate (Hz)": {"rate": 8000}, "channels": {"channels": 2},
           "level (dB)": {"level": -60}, "clipped (share)": {"clipped": 0.01},
           "silent (share)": {"silent": 0.9}, "DC offset": {"offset": -0.05, "level": -25},
           "lost (s)": {"lost": 0.05}}  # fmt: skip
    for what, measures in odd.items():
        rows = {row["what"]: row for row in of_audio(audio(**measures))}
        name, value = next(iter(measures.items()))
        assert rows.pop(what)["examples"] == f"u99 ({value:g})", name
        assert not any(row["unusual"] > 0 for row in rows.values()), name


def test_levels_that_are_all_alike_may_differ_by_six_decibels() -> None:
    even = audio().assign(level=-25.0)
    for level, count in ((-30.5, 0), (-31.5, 1)):
        even.loc[7, "level"] = level
        assert of_audio(even)[3]["unusual"] == count


def test_without_audio_nothing_is_said_of_it() -> None:
    assert of_audio(audio().head(0)) == []
