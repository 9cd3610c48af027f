"""Methods by dimensions."""

import pandas as pd

from dimser.core.methods import kind
from dimser.report import matrix


def test_methods_stand_apart_by_kind_the_best_first_and_people_below() -> None:
    ccc = {"cmp": 0.2, "wlm": 0.4, "cmp+wlm": 0.9, "mean": -0.1}
    rows = [[m, d, value] for m, value in ccc.items() for d in ("valence", "arousal")]
    scores = pd.DataFrame(rows, columns=["method", "dimension", "ccc"])
    kinds = [kind(method, [], ["mean"]) for method in scores["method"]]
    scores = scores.assign(label=scores["method"].str.upper(), kind=kinds)
    rated = {"dimension": ["valence"], "one_rater_ccc": [0.5], "ceiling_ccc": [None]}
    block = matrix.block(scores, "VAM: Test", "VAM", pd.DataFrame(rated))
    labels = {kind: [row["label"] for row in own] for kind, own in block["kinds"].items()}
    assert labels == {
        "Representations": ["WLM", "CMP"], "Fusions": ["CMP+WLM"], "Baselines": ["MEAN"]
    }  # fmt: skip
    assert block["kinds"]["Fusions"][0]["cells"]["arousal"]["ccc"] == 0.9
    assert block["people"] == {"One more rater": {"valence": 0.5}}
    assert block["dimensions"] == ["valence", "arousal"]
