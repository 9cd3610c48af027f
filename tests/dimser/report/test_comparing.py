"""Sentences that compare methods."""

import numpy as np
import pandas as pd

from dimser.report import comparing

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
        ["valence", "a", "b", 0.20, 0.01, 0.1, 0.3], ["valence", "a+b", "a", -0.05, 0.9, -0.2, 0.1],
        ["valence", "a+b", "b", 0.15, 0.01, 0.1, 0.2], ["arousal", "a", "b", -0.7, 0.0, -0.8, -0.6],
    ],
    columns=["dimension", "method_a", "method_b", "ccc_difference", "p_adjusted", "low_adjusted",
             "high_adjusted"],
)  # fmt: skip


def said(**changed: object) -> str:
    """Give the sentence on the first pair, with some of its values changed."""
    (row,) = PAIRS[:1].assign(**changed).itertuples()
    return comparing.comparison(row, LABELS)


def follows(best: str, second: str, pairs: pd.DataFrame, by: str = "speaker") -> str:
    """Give the sentence on the second best method; intervals rest on what `by` says."""
    rows = SCORES.assign(cluster_by=by)[SCORES["dimension"] == pairs["dimension"].iloc[0]]
    rows = rows.set_index("method", drop=False)
    pairs = pairs if "cluster_by" in pairs else pairs.assign(cluster_by="speaker")
    return comparing.next_best(rows.loc[best], rows.loc[second], pairs, LABELS)


VALENCE, AROUSAL = (PAIRS[PAIRS["dimension"] == name] for name in ("valence", "arousal"))


def test_what_follows_the_best_is_named_with_how_far_it_is_behind() -> None:
    assert follows("a", "a+b", VALENCE) == (
        "The next best is EF(A+B): CCC lower by 0.05 [-0.10, 0.20], p = 0.900 (corrected)."
    )
    assert follows("b", "a", AROUSAL) == (
        "The next best is A: CCC lower by 0.70 [0.60, 0.80], p < 0.001 (corrected)."
    )
    alike = VALENCE.assign(ccc_difference=0.0)
    assert follows("a", "b", alike) == "The next best is B with the same CCC."
    assert follows("a", "b", VALENCE[1:2]) == (
        "The next best is B with a CCC of 0.30; the two were not compared."
    )


def test_a_comparison_that_rests_on_other_clusters_than_the_intervals_says_so() -> None:
    assert follows("b", "a", AROUSAL, by="group").endswith("p < 0.001 (corrected; by speakers).")


def test_a_comparison_names_the_better_one_first() -> None:
    exceeds, not_shown, *_ = (comparing.comparison(r, LABELS) for r in PAIRS.itertuples())
    assert exceeds == (
        "A is significantly better than B in valence: CCC difference 0.20 [0.10, 0.30], p = 0.010 "
        "(corrected)."
    )
    assert not_shown.startswith(
        "A is not significantly better than EF(A+B) in valence: CCC difference 0.05 [-0.1"
    )
    assert "in the mean over the dimensions:" in said(dimension="mean")


def test_an_interval_that_would_contradict_p_or_tell_nothing_is_left_out() -> None:
    assert said(low_adjusted=-0.01).endswith("difference 0.20, p = 0.010 (corrected).")
    assert said(p_adjusted=0.2, low_adjusted=-0.01).endswith("0.20 [-0.01, 0.30], p = 0.200 "
                                                             "(corrected).")  # fmt: skip
    infinite = {"p_adjusted": 0.2, "low_adjusted": -np.inf, "high_adjusted": np.inf}
    assert said(**infinite).endswith("difference 0.20, p = 0.200 (corrected).")


def test_a_small_difference_is_never_called_none() -> None:
    small = {"ccc_difference": 0.004, "low_adjusted": 0.001, "high_adjusted": 0.007}
    assert "CCC difference 0.004 [0.001, 0.007]" in said(**small)
    lost = {"ccc_difference": 0.0003, "p_adjusted": 1.0, "low_adjusted": -0.2, "high_adjusted": 0.2}
    assert "CCC difference less than 0.01 [-0.20, 0.20], p = 1.000" in said(**lost)
    unclear = {"low_adjusted": np.nan, "high_adjusted": np.nan}
    assert "CCC difference 0.0003, p" in said(**lost | unclear)
    assert "less than 0.01, p" in said(**lost | unclear | {"ccc_difference": 1e-6})
    assert said(ccc_difference=0.0) == "A and B have the same CCC in valence."


def test_an_interval_shows_on_which_side_of_zero_it_ends() -> None:
    just = {"ccc_difference": 0.05, "low_adjusted": 0.002, "high_adjusted": 0.098}
    assert "CCC difference 0.050 [0.002, 0.098]" in said(**just)
    at_zero = {"ccc_difference": 0.7, "p_adjusted": 0.5, "low_adjusted": 1e-9, "high_adjusted": 1.4}
    assert "CCC difference 0.70 [0.00, 1.40], p = 0.500" in said(**at_zero)
    nearly = just | {"p_adjusted": 0.06, "low_adjusted": -0.003}
    assert "CCC difference 0.050 [-0.003, 0.098], p = 0.060" in said(**nearly)
    assert "CCC difference 0.050 [0.002, 0.098]" in said(
        ccc_difference=-0.05, low_adjusted=-0.098, high_adjusted=-0.002
    )


SURE = {"clusters": 10, "cluster_by": "speaker", "p_smallest": 2 / 2**10, "shared_in_groups": 0.1}


def test_what_intervals_and_tests_rest_on_is_told() -> None:
    scores = SCORES.assign(clusters=10, cluster_by="speaker")
    rest = "Intervals and the set of methods that may be best rest on 10 speakers."
    assert comparing.limits(PAIRS.assign(**SURE), scores) == [rest]
    assert comparing.limits(PAIRS[:0], scores) == [rest]
    one = SCORES.assign(clusters=1, cluster_by="speaker")
    assert comparing.limits(PAIRS[:0], one)[0].endswith("rest on 1 speaker.")
    sessions = SCORES.assign(clusters=5, cluster_by="group")
    told = comparing.limits(PAIRS.assign(**SURE), sessions)
    assert told[0].endswith("rest on 5 groups.")
    assert told[1].startswith("Comparisons go by 10 speakers, as there are too few groups")
    assert "where they err alike, p is too small." in told[1]
    assert told[1].endswith("correlate by 0.10 on average (0 is expected if independent).")
    unknown = SCORES.assign(clusters=np.nan, cluster_by=None)
    assert comparing.limits(PAIRS, unknown) == [comparing.UNTESTED]


def test_too_few_speakers_for_any_test_are_told() -> None:
    few = {"clusters": 5, "p_smallest": 2 / 2**5}
    scores = SCORES.assign(clusters=5, cluster_by="speaker")
    assert comparing.limits(PAIRS.assign(**SURE | few), scores)[1] == (
        "With 5 speakers, p cannot be below 0.062: no difference can be significant here, however "
        "large."
    )


def test_p_has_the_digits_that_tell_its_verdict() -> None:
    found = [said(p_adjusted=p) for p in (0.0496, 0.05, 0.05004)]
    assert "A is significantly better" in found[0] and "p = 0.0496 (corrected)" in found[0]
    assert "A is significantly better" in found[1] and "p = 0.050 (corrected)" in found[1]
    assert "A is not significantly better" in found[2] and "p = 0.05004 (corrected)" in found[2]


def compared(*rows: tuple) -> pd.DataFrame:
    names = ["dimension", "method_a", "method_b", "ccc_difference", "p_adjusted"]
    return pd.DataFrame(rows, columns=names)


def test_a_fusion_helps_where_it_exceeds_each_of_its_parts() -> None:
    both = compared(
        ("valence", "a", "a+b", -0.1, 0.01), ("valence", "a+b", "b", 0.2, 0.04),
        ("arousal", "a", "a+b", -0.3, 0.01), ("arousal", "b", "a+b", -0.1, 0.06),
        ("dominance", "a", "a+b", 0.3, 0.01), ("dominance", "b", "a+b", -0.1, 0.01),
    )  # fmt: skip
    assert comparing.helping_fusions(both, LABELS) == [
        "Fusions significantly better than both of their parts: EF(A+B) (valence)."
    ]
    assert comparing.helping_fusions(both[2:], LABELS) == [
        "No fusion is significantly better than both of its parts (0 of 1)."
    ]
    nothing = ["No fusion was compared with all of its parts."]
    assert comparing.helping_fusions(both[:1], LABELS) == nothing
    assert comparing.helping_fusions(compared(), LABELS) == []


def cost(*rows: tuple, fusion: str = "concatenated", **ccc: float) -> list[str]:
    names = ["dimension", "method_a", "method_b", "ccc_difference", "p_adjusted", "low_adjusted",
             "high_adjusted"]  # fmt: skip
    ccc = {"a": 0.4, "b": 0.6, "a+b": 0.4, "a+b@balanced": 0.6, "a+b@concatenated": 0.4} | ccc
    methods = {"a", "b", *(name for row in rows for name in row[1:3])}
    scores = pd.DataFrame(
        [[method, "valence", ccc[method]] for method in sorted(methods)],
        columns=["method", "dimension", "ccc"],
    )
    labels = LABELS | {"a+b@balanced": "balanced", "a+b@concatenated": "EF(A+B)"}
    pairs = pd.DataFrame(rows, columns=names)
    return comparing.cost_of_concatenation(scores, pairs, labels, fusion)


LOSS = ("valence", "b", "a+b", 0.19, 0.01, 0.12, 0.26)


def test_what_concatenation_costs_is_told_and_whether_balance_keeps_it() -> None:
    start = "Adding A to B by concatenation lowers valence by 0.19 [0.12, 0.26]; balanced, "
    for difference, p, low, high, said in [
        (0.01, 0.9, -0.1, 0.1, "it does not."),
        (0.05, 0.02, 0.01, 0.09, "it raises it by 0.05 [0.01, 0.09]."),
        (-0.05, 0.02, -0.09, -0.01, "it lowers it by 0.05 [0.01, 0.09]."),
        (-0.05, 0.9, -0.15, 0.05, "not significantly (by 0.05 [-0.05, 0.15])."),
    ]:
        balanced = ("valence", "a+b@balanced", "b", difference, p, low, high)
        assert cost(LOSS, balanced) == [start + said]


def test_a_fusion_that_says_that_it_concatenates_costs_the_same() -> None:
    rows = [
        ("valence", "a+b@concatenated", "b", -0.19, 0.01, -0.26, -0.12),
        ("valence", "a+b", "b", 0.0, 0.9, -0.1, 0.1),
    ]
    (sentence,) = cost(*rows, fusion="balanced")
    assert sentence.endswith("lowers valence by 0.19 [0.12, 0.26]; balanced, it does not.")
    assert cost(*rows) == []  # both are concatenated


def test_where_concatenation_costs_nothing_or_there_is_nothing_to_compare_it_is_told() -> None:
    balanced = ("valence", "b", "a+b@balanced", 0.0, 0.9, -0.1, 0.1)
    none = "No concatenation is significantly worse than its best part (0 of 1)."
    assert cost(("valence", "b", "a+b", 0.19, 0.06, -0.1, 0.3), balanced) == [none]
    assert cost(("valence", "b", "a+b", -0.19, 0.01, -0.3, -0.1), balanced) == [none]
    assert cost(LOSS) == [] and cost() == []
    untested = (*LOSS[:4], np.nan, np.nan, np.nan)
    assert cost(untested, balanced) == []
    # The part that is exceeded is the best one.
    assert cost(LOSS, balanced, a=0.7) == []


def test_without_speakers_differences_are_told_and_not_tested() -> None:
    untested = PAIRS.assign(low_adjusted=np.nan, high_adjusted=np.nan, p_adjusted=np.nan)
    rows = list(untested.itertuples())
    assert comparing.comparison(rows[1], LABELS) == (
        "A has a CCC higher by 0.05 than EF(A+B) in valence, not tested."
    )
    valence = untested[untested["dimension"] == "valence"].assign(cluster_by=np.nan)
    assert follows("a", "b", valence, by=np.nan) == "The next best is B: CCC lower by 0.20."
    told = ["No fusion was tested against its parts."]
    assert comparing.helping_fusions(untested, LABELS) == told
