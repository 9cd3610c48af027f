"""The report's sentences."""

import numpy as np
import pandas as pd

from dimser import summary

LABELS = {"a": "A", "b": "B", "a+b": "EF(A+B)"}
SCORES = pd.DataFrame(
    [
        ["a", "valence", 0.50, 0.40, 0.60], ["b", "valence", 0.30, 0.20, 0.39],
        ["a+b", "valence", 0.45, 0.35, 0.55], ["a", "arousal", 0.10, 0.00, 0.20],
        ["b", "arousal", 0.80, 0.75, 0.85], ["a", "dominance", np.nan, np.nan, np.nan],
    ],
    columns=["method", "dimension", "ccc", "ccc_low", "ccc_high"],
)  # fmt: skip


def test_the_best_method_is_named_with_its_interval_and_who_reaches_into_it() -> None:
    valence, arousal, dominance = summary.best_methods(SCORES, LABELS)
    assert valence == "Valence: A with a CCC of 0.50 [0.40, 0.60]; 1 more reach into its interval."
    assert arousal == "Arousal: B with a CCC of 0.80 [0.75, 0.85]."
    assert dominance == "Dominance: no method has a defined CCC."


def compared(*rows: tuple) -> pd.DataFrame:
    names = ["dimension", "method_a", "method_b", "ccc_difference", "p_holm"]
    return pd.DataFrame(rows, columns=names)


def test_a_fusion_helps_where_it_exceeds_each_of_its_parts() -> None:
    both = compared(
        ("valence", "a", "a+b", -0.1, 0.01), ("valence", "a+b", "b", 0.2, 0.04),
        ("arousal", "a", "a+b", -0.3, 0.01), ("arousal", "b", "a+b", -0.1, 0.06),
        ("dominance", "a", "a+b", 0.3, 0.01), ("dominance", "b", "a+b", -0.1, 0.01),
    )  # fmt: skip
    assert summary.helping_fusions(both, LABELS) == (
        "Fusing helps beyond chance: EF(A+B) (valence)."
    )
    assert summary.helping_fusions(both[2:], LABELS).startswith("None of 1 fusions is shown")
    assert summary.helping_fusions(compared(), LABELS) == "No representations were fused."


def test_the_machine_stands_beside_the_human_where_there_are_raters() -> None:
    human = pd.DataFrame({"dimension": ["valence", "arousal"], "human_ccc": [0.7, np.nan]})
    assert summary.beside_humans(SCORES, human) == (
        "Best method, and one rater against the others: valence 0.50 of 0.70."
    )
    assert "no ratings" in summary.beside_humans(SCORES, human[:0])


def test_the_audit_is_counted() -> None:
    cells = pd.DataFrame({"verdict": ["reproduced", "differs", "reproduced"]})
    assert summary.audit_state(cells) == "Of 3 published values: 2 reproduced, 1 differs."
    assert "nothing to audit" in summary.audit_state(cells[:0])
