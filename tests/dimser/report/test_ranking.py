"""Who is best, and how sure that is."""

from collections.abc import Collection

import pandas as pd

from dimser.report.ranking import against_best, winners

LABELS = {name: name.upper() for name in "abcdefg"}


def table(speakers: int = 20, **ccc: float) -> pd.DataFrame:
    columns = {"method": list(ccc), "dimension": "arousal", "ccc": list(ccc.values())}
    rows = pd.DataFrame(columns)
    return rows.assign(ccc_low=rows["ccc"] - 0.1, ccc_high=rows["ccc"] + 0.1, speakers=speakers)


def compared(**p: float) -> pd.DataFrame:
    """Rows of pairs: `ab=0.01` is the comparison of a with b."""
    rows = [["arousal", *pair, 0.1, -0.1, 0.3, value] for pair, value in p.items()]
    names = ["dimension", "method_a", "method_b", "ccc_difference", "low", "high", "p_holm"]
    return pd.DataFrame(rows, columns=names)


def winner(
    scores: pd.DataFrame, comparisons: pd.DataFrame, baselines: Collection[str] = ()
) -> dict:
    """Give the card of arousal."""
    standings = against_best(scores, comparisons, 10_000)
    (card,) = winners(standings, comparisons, LABELS, baselines)
    return card


def sure(scores: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """Give what the card says of the best one, before it says what comes next."""
    return winner(scores, comparisons)["sure"].split(" The next best")[0]


def test_every_method_is_held_against_the_best_whichever_way_the_pair_stands() -> None:
    scores = table(a=0.3, b=0.8, c=0.5, d=float("nan"))
    found = against_best(scores, compared(ab=0.01, bc=0.2, ac=0.001, bd=0.001), 10_000)
    assert found["method"].tolist() == ["b", "c", "a", "d"]
    assert found["from_best"].round(6).tolist()[:3] == [0, -0.3, -0.5]
    assert found["p_holm"].tolist()[1:3] == [0.2, 0.01] and pd.isna(found["p_holm"].iloc[0])
    assert found["behind"].tolist()[:3] == [False, False, True]


def test_dimensions_stand_in_their_order_each_with_its_own_best() -> None:
    scores = pd.concat([table(a=0.3, b=0.1), table(a=0.2, b=0.9).assign(dimension="valence")])
    found = against_best(scores, compared(ab=1.0), 10_000)
    assert found["dimension"].tolist() == ["valence"] * 2 + ["arousal"] * 2
    assert found["method"].tolist() == ["b", "a", "a", "b"]
    cards = winners(found, compared(ab=1.0), LABELS)
    assert [card["dimension"] for card in cards] == ["valence", "arousal"]
    assert [card["label"] for card in cards] == ["B", "A"]


def test_it_is_told_how_sure_the_best_is() -> None:
    assert (
        sure(table(a=0.8, b=0.5), compared(ab=0.01))
        == "Significantly better than the other method."
    )
    assert sure(table(a=0.8, b=0.7, c=0.5), compared(ab=0.05, ac=0.049)) == (
        "Significantly better than 1 of 2 other methods, but not than B."
    )
    assert sure(table(a=0.8, b=0.7), compared(ab=0.05)) == "Not significantly better than B."
    many = table(a=0.9, b=0.8, c=0.7, d=0.6, e=0.5)
    assert sure(many, compared(ab=1, ac=1, ad=1, ae=1)).endswith("than B, C, D and 1 more.")
    assert "includes 0: no evidence of arousal" in sure(table(a=0.09, b=0.05), compared(ab=0.01))
    assert "up to -0.10, is below 0" in sure(table(a=-0.2, b=-0.3), compared(ab=0.01))
    assert sure(table(a=0.5), compared()) == "There is no other method to compare it with."


def test_too_few_speakers_for_any_difference_are_named() -> None:
    # the least p of swaps is 2 / 2^6, which Holm takes times the number of pairs
    two, three = table(6, a=0.8, b=0.5), table(6, a=0.8, b=0.5, c=0.4)
    assert "in this test" not in sure(two, compared(ab=0.04))
    assert sure(three, compared(ab=0.1, ac=0.1)) == (
        "No difference can be significant in this test (6 speakers, 3 methods)."
    )


def test_what_comes_next_is_named_and_a_baseline_that_wins_is_called_one() -> None:
    scores, pairs = table(a=0.8, b=0.7, c=0.5), compared(ab=0.01, ac=0.01)
    follows = (
        "Significantly better than both other methods. "
        "The next best is B: CCC lower by 0.10 [-0.10, 0.30], p = 0.010 after Holm."
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
    scores = table(a=0.8, b=0.5).assign(ccc_low=None, ccc_high=None, speakers=float("nan"))
    assert sure(scores, compared(ab=float("nan"))) == (
        "Not tested, because the speakers are not known."
    )


def test_where_no_ccc_is_defined_the_card_says_so() -> None:
    card = winner(table(a=float("nan")), compared())
    assert card == {"dimension": "arousal", "label": "No defined CCC", "ccc": None}


def test_a_method_without_a_ccc_neither_comes_next_nor_is_one_of_the_others() -> None:
    card = winner(table(a=0.8, b=float("nan")), compared(ab=float("nan")))
    assert card["sure"] == "There is no other method to compare it with."
