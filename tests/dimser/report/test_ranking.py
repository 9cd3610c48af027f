"""Who is best, and how sure that is."""

from collections.abc import Collection

import pandas as pd

from dimser.report.ranking import against_best, winners

LABELS = {name: name.upper() for name in "abcdefg"}


def table(may: str = "", clusters: int = 20, **ccc: float) -> pd.DataFrame:
    """Scores in arousal; `may` names the methods that may be best, all if it names none."""
    rows = pd.DataFrame({"method": [*ccc], "dimension": "arousal", "ccc": [*ccc.values()]})
    rows = rows.assign(ccc_low=rows["ccc"] - 0.1, ccc_high=rows["ccc"] + 0.1, clusters=clusters)
    may_be_best = rows["method"].isin([*(may or ccc)])
    return rows.assign(may_be_best=may_be_best, best_p=may_be_best.map({True: 0.5, False: 0.01}))


def compared(**p: float) -> pd.DataFrame:
    """Rows of pairs: `ab=0.01` is the comparison of a with b."""
    rows = [["arousal", *pair, 0.1, value, -0.1, 0.3] for pair, value in p.items()]
    names = ["dimension", "method_a", "method_b", "ccc_difference", "p_adjusted", "low_adjusted",
             "high_adjusted"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def winner(
    scores: pd.DataFrame, comparisons: pd.DataFrame, baselines: Collection[str] = ()
) -> dict:
    """Give the card of arousal."""
    (card,) = winners(against_best(scores), comparisons, LABELS, baselines)
    return card


def sure(scores: pd.DataFrame) -> str:
    """Give what the card says of the best one, before it says what comes next."""
    return winner(scores, compared())["sure"].split(" The next best")[0]


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
    assert sure(table("a", a=0.8, b=0.5)) == "The other method is significantly worse."
    assert sure(table("a", a=0.8, b=0.5, c=0.1)) == "Both other methods are significantly worse."
    assert sure(table("ab", a=0.8, b=0.7, c=0.5)) == (
        "B may be best, too; the others are significantly worse."
    )
    assert sure(table(a=0.8, b=0.7)) == (
        "None of the others is significantly worse: any may be best."
    )
    many = table("abcde", a=0.9, b=0.8, c=0.7, d=0.6, e=0.5, f=0.1)
    assert sure(many).startswith("B, C, D and 1 more may be best, too;")
    assert "includes 0: no evidence of arousal" in sure(table(a=0.09, b=0.05))
    assert "up to -0.10, is below 0" in sure(table(a=-0.2, b=-0.3))
    assert sure(table(a=0.5)) == "There is no other method to compare it with."
    few = table(a=0.8, b=0.5, clusters=4).assign(best_p=float("nan"), may_be_best=None)
    assert sure(few) == "There are too few speakers or groups to exclude any other method."


def test_what_comes_next_is_named_and_a_baseline_that_wins_is_called_one() -> None:
    scores, pairs = table("a", a=0.8, b=0.7, c=0.5), compared(ab=0.06, ac=0.01)
    follows = (
        "Both other methods are significantly worse. "
        "The next best is B: CCC lower by 0.10 [-0.10, 0.30], p = 0.060 (corrected)."
    )
    assert winner(scores, pairs, baselines={"a": {}, "b": {}})["sure"] == (
        f"{follows} A is a baseline: no representation has a higher CCC; the best of them is C "
        "with 0.50 [0.40, 0.60]."
    )
    assert winner(scores, pairs, baselines=["a"])["sure"] == (
        f"{follows} A is a baseline: no representation has a higher CCC."
    )
    assert winner(scores, pairs, baselines=["b"])["sure"] == follows


def test_without_speakers_nothing_is_said_to_be_sure() -> None:
    scores = table(a=0.8, b=0.5).assign(ccc_low=None, ccc_high=None, clusters=float("nan"))
    assert sure(scores) == "Not tested, because the speakers are not known."


def test_where_no_ccc_is_defined_the_card_says_so() -> None:
    card = winner(table(a=float("nan")), compared())
    assert card == {"dimension": "arousal", "label": "No defined CCC", "ccc": None}


def test_a_method_without_a_ccc_neither_comes_next_nor_is_one_of_the_others() -> None:
    card = winner(table(a=0.8, b=float("nan")), compared(ab=float("nan")))
    assert card["sure"] == "There is no other method to compare it with."
