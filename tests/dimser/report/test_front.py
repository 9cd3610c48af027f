"""What the first screen says."""

import pandas as pd

from dimser.report import front


def card(dimension: str, ccc: float, half: float = 0.1, alike: int | None = 0) -> dict:
    ends = {"ccc_low": ccc - half, "ccc_high": ccc + half}
    return {"dimension": dimension, "label": "WLM", "ccc": ccc, "alike": alike, "others": 3} | ends


def test_a_headline_says_what_is_carried_and_of_what_there_is_no_evidence() -> None:
    rows = [card("valence", 0.05), card("arousal", 0.6, alike=1), card("dominance", 0.4, alike=3)]
    assert front.headline({"VAM": [*rows, card("mean", 0.3)]}) == [
        "In VAM, arousal is carried best by WLM or one other (CCC 0.60 [0.50, 0.70]), dominance by "
        "WLM or any other (CCC 0.40 [0.30, 0.50]); no evidence of valence."
    ]
    nothing = front.headline({"A": rows[:1], "B": [card("valence", 0.0), card("arousal", -0.5)]})
    assert nothing == [
        "In A, there is no evidence of valence.",
        "In B, there is no evidence of valence or arousal.",
    ]
    untested = card("arousal", 0.6, alike=None) | {"ccc_low": None, "ccc_high": None}
    assert front.headline({"A": [untested]})[0].endswith("by WLM (CCC 0.60, no interval).")


def test_where_others_are_above_zero_the_highest_ccc_is_no_lack_of_evidence() -> None:
    wide = [card(dimension, 0.7, 0.8) | {"above": 2} for dimension in ("valence", "dominance")]
    rows = [*wide, card("arousal", 0.05)]
    assert front.headline({"A": rows, "B": rows[:1]}) == [
        "In A, the highest CCCs of valence and dominance cannot be distinguished from 0; no "
        "evidence of arousal.",
        "In B, the highest CCC of valence cannot be distinguished from 0.",
    ]


def test_of_many_corpora_a_headline_counts() -> None:
    rows = {name: [card("valence", 0.05), card("arousal", 0.6)] for name in "abcd"}
    rows["a"][0]["above"] = 1
    assert front.headline(rows) == [
        "Corpora with evidence of a dimension: valence in 1 of 4, arousal in 4 of 4."
    ]


def test_how_predictions_were_made_is_told_of_folds_and_of_fixed_test_parts() -> None:
    folds, fixed = {"k": 5, "by": "speaker"}, {"test": ["Test1"], "by": "group", "k": 5}
    across = "Each method was trained on all speaker-independent folds but one, and predicted the"
    once = "trained once, and predicted the test parts that the corpus was published in."
    assert front.protocol([folds]) == f"{across} one left out."
    assert front.protocol([fixed, fixed]) == f"Each method was {once}"
    assert front.protocol([folds, fixed]) == (
        f"{across} one left out; of a corpus with fixed test parts, it was {once}"
    )


def warned(
    clusters: float = 20, shared: dict | None = None, mean: float = 0.0,
    like: str | None = None, heard: str = "no",
) -> list[str]:  # fmt: skip
    """Give what is to be distrusted, with something of each kind changed."""
    rows = [["cmp", 0.5, True], ["loud", 0.4, clusters > 9], ["mean", mean, False]]
    scores = pd.DataFrame(rows, columns=["method", "ccc", "may_be_best"])
    scores = scores.assign(dimension="arousal", n=50, clusters=clusters, cluster_by="speaker")
    scores["heard"] = [heard, "no", "no"]
    guard = pd.DataFrame({"what": ["text", "audio"] * 2, "count": [3, None, 4, None]})
    guard["count"] = guard["what"].map(shared or {}).astype("Int64")
    pair = {"p_smallest": 0.001, "clusters": clusters, "cluster_by": "speaker"}
    tables = {
        "scores": scores,
        "guard": guard,
        "comparisons": pd.DataFrame([pair | {"shared_in_groups": 0.0}]),
        "featurewise_null": pd.DataFrame(
            {"features": ["cmp"], "dimension": "arousal", "like_label": [like]}
        ),
    }
    names = {"cmp": "CMP", "loud": "Loudness", "mean": "Mean label"}
    stand_ins = {"cmp": "untrained stand-in"} if like else {}
    baselines = {"loud": {"predictor": "loudness"}, "mean": {"predictor": "mean"}}
    return front.distrust(tables, names, ["cmp"], baselines, stand_ins)


def test_what_weakens_results_is_told_the_gravest_first() -> None:
    baseline = "In arousal, no method is shown to be better than the baseline Loudness."
    assert warned() == [baseline]
    untrained, label, text = warned(shared={"text": 3}, like="f0")[:3]
    assert untrained.startswith("1 of 3 methods (\u2020) rests on a model in place")
    assert label.startswith("Is the arousal label among the features CMP? f0 correlates")
    assert text.startswith("6 of 50 test utterances have a text that their training set holds")
    heard = warned(heard="fine-tuning (this part)")
    assert heard[0].startswith("Fine-tuned on this data: CMP") and heard[-1] == baseline
    assert warned(clusters=5)[0].endswith("rest on 5 speakers.")
    assert warned(mean=-0.08)[-1].startswith("Mean label has CCCs down to -0.08: each fold's mean")
    assert warned(mean=-0.01) == [baseline]
