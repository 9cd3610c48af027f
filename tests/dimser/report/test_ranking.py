"""Who is best, and how sure that is."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from dimser.report.ranking import against_best, winners

LABELS = {name: name.upper() for name in "abcdefghij"}


def table(may: str = "", clusters: int = 20, **ccc: float) -> pd.DataFrame:
    """Scores in arousal; `may` names the methods that may be best, all if it names none."""
    rows = pd.DataFrame({"method": [*ccc], "dimension": "arousal", "ccc": [*ccc.values()]})
    rows = rows.assign(ccc_low=rows["ccc"] - 0.1, ccc_high=rows["ccc"] + 0.1, clusters=clusters)
    rows["cluster_by"] = "speaker"
    may_be_best = rows["method"].isin([*(may or ccc)])
    return rows.assign(may_be_best=may_be_best, best_p=may_be_best.map({True: 0.5, False: 0.01}))


def compared(**p: float) -> pd.DataFrame:
    """Rows of pairs: `ab=0.01` is the comparison of a with b."""
    rows = [["arousal", *pair, 0.1, value, -0.1, 0.3, "speaker"] for pair, value in p.items()]
    names = ["dimension", "method_a", "method_b", "ccc_difference", "p_adjusted", "low_adjusted",
             "high_adjusted", "cluster_by"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def winner(
    scores: pd.DataFrame, comparisons: pd.DataFrame, baselines: Collection[str] = ()
) -> dict:
    """Give the card of arousal."""
    (card,) = winners(against_best(scores), comparisons, LABELS, baselines)
    return card


def sure(scores: pd.DataFrame) -> list[str]:
    """Give what the card says of the best one."""
    return winner(scores, compared())["sure"]


def test_every_method_is_held_against_the_best() -> None:
    found = against_best(table("bc", a=0.3, b=0.8, c=0.5, d=float("nan")))
    assert found["method"].tolist() == ["b", "c", "a", "d"]
    assert found["from_best"].round(6).tolist()[:3] == [0, -0.3, -0.5]
    assert found["behind"].tolist()[:3] == [False, False, True]


def test_dimensions_stand_in_their_order_each_with_its_own_best() -> None:
    scores = [table(a=0.2, b=0.9).assign(dimension=name) for name in ("mean", "valence")]
    found = against_best(pd.concat([table(a=0.3, b=0.1), *scores]))
    assert found["dimension"].tolist() == ["valence"] * 2 + ["arousal"] * 2 + ["mean"] * 2
    assert found["method"].tolist() == ["b", "a", "a", "b", "b", "a"]
    cards = winners(found, compared(), LABELS)
    assert [card["label"] for card in cards] == ["B", "A", "B"]


def test_the_methods_that_may_be_best_are_named() -> None:
    assert sure(table("a", a=0.8, b=0.5)) == ["The other method is ruled out as best."]
    assert sure(table("a", a=0.8, b=0.5, c=0.1)) == ["Both other methods are ruled out as best."]
    four = table("a", a=0.8, b=0.5, c=0.1, d=0.1)
    assert sure(four) == ["All 3 other methods are ruled out as best."]
    three = table("ab", a=0.8, b=0.7, c=0.5)
    assert sure(three) == ["B may be best, too; the other method is ruled out."]
    assert sure(table(a=0.8, b=0.7)) == ["B may be best, too."]
    assert sure(table(a=0.5)) == ["There is no other method to compare it with."]


def test_of_a_large_set_the_shorter_part_is_named() -> None:
    ccc = dict(zip("abcdefghij", (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05), strict=True))
    assert sure(table("abcdefgh", **ccc)) == ["All others but I and J may be best, too."]
    assert sure(table(**ccc)) == ["All others may be best, too."]
    assert sure(table("abcdef", **ccc)) == [
        "B, C, D and 2 more may be best, too; the other 4 are ruled out."
    ]


def test_with_too_few_clusters_no_method_can_be_ruled_out() -> None:
    few = table(a=0.8, b=0.5, clusters=4).assign(best_p=float("nan"), may_be_best=None)
    assert sure(few) == ["With 4 speakers, no method can be ruled out as best."]


def test_a_ccc_that_is_not_shown_to_be_above_zero_is_told_beside_what_may_be_best() -> None:
    assert sure(table(a=0.09, b=0.05)) == [
        "Its interval includes 0: no evidence of arousal.",
        "B may be best, too.",
    ]
    scores = table(a=0.09, b=0.05, c=0.04)
    scores.loc[scores["method"] == "b", "ccc_low"] = 0.01
    assert sure(scores)[0] == "Its interval includes 0, and that of B does not."
    scores.loc[scores["method"] == "c", "ccc_low"] = 0.01
    assert sure(scores)[0] == "Its interval includes 0, and those of B and C do not."
    assert sure(table(a=-0.2, b=-0.3)) == [
        "Its interval is below 0: predictions go against the labels.", "B may be best, too.",
    ]  # fmt: skip


def test_what_comes_next_is_named_and_a_baseline_is_called_one() -> None:
    scores, pairs = table("a", a=0.8, b=0.7, c=0.5), compared(ab=0.06, ac=0.01)
    size = "CCC lower by 0.10 [-0.10, 0.30], p = 0.060 (corrected)."
    out = "Both other methods are ruled out as best."
    card = winner(scores, pairs)
    assert card["sure"] == [out] and card["next"] == f"The next best is B: {size}"
    assert card["alike"] == 0 and card["floor_ccc"] is None
    ahead = "No representation has a higher CCC"
    card = winner(scores, pairs, baselines={"a": {}, "b": {}})
    assert card["label"] == card["floor_label"] == "A (baseline)" and card["floor_ccc"] == 0.8
    assert card["next"] == f"The next best is B (baseline): {size}"
    assert card["sure"] == [out, f"{ahead}; the best of them is C with 0.50 [0.40, 0.60]."]
    card = winner(scores, pairs, baselines=["a"])
    assert card["sure"] == [out, f"{ahead}."]
    card = winner(scores, pairs, baselines=["b"])
    assert card["label"] == "A" and card["next"] == f"The next best is B (baseline): {size}"
    assert card["floor_label"] == "B (baseline)" and card["floor_ccc"] == 0.7


def test_where_there_are_baselines_alone_none_is_compared_with_another() -> None:
    card = winner(table(a=0.8, b=0.7), compared(), baselines=["a", "b"])
    assert card["next"] == (
        "The next best is B (baseline) with a CCC of 0.70; the two were not compared."
    )
    assert card["sure"] == [
        "B (baseline) may be best, too.",
        "There are only baselines here, and no representation.",
    ]


def test_without_speakers_nothing_is_said_to_be_sure() -> None:
    scores = table(a=0.8, b=0.5).assign(ccc_low=np.nan, ccc_high=np.nan, clusters=np.nan)
    assert sure(scores) == ["Not tested, because the speakers are not known."]


def test_where_no_ccc_is_defined_the_card_says_so() -> None:
    card = winner(table(a=float("nan")), compared())
    assert card == {"dimension": "arousal", "label": "No defined CCC", "ccc": None}


def test_a_method_without_a_ccc_neither_comes_next_nor_is_one_of_the_others() -> None:
    card = winner(table(a=0.8, b=float("nan")), compared(ab=float("nan")))
    assert card["sure"] == ["There is no other method to compare it with."]
