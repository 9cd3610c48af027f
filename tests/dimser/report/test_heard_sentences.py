"""Who has heard the data, in sentences, and who is best beside them."""

import pandas as pd

from dimser.report.heard import marked, told
from dimser.report.ranking import against_best, winners

LABELS = {name: name.upper() for name in "abcd"}
SCORES = pd.DataFrame({
    "method": [*"abcd"], "dimension": "arousal", "ccc": [0.4, 0.9, 0.5, 0.8],
    "ccc_low": 0.3, "ccc_high": 0.95, "clusters": 20, "cluster_by": "speaker",
    "may_be_best": [False, None, True, None], "best_p": [0.01, None, 0.6, None],
    "heard": ["unknown", "fine-tuning (this part)", "fine-tuning (other parts)", "pre-training"],
})  # fmt: skip
NONE = pd.DataFrame(columns=["dimension", "method_a", "method_b", "ccc_difference"])


def test_each_kind_of_exposure_is_told() -> None:
    assert told(SCORES, LABELS) == [
        "Fine-tuned on this data: B; scores on data that a model was trained on are no results, "
        "and are not ranked.",
        "Pre-trained on this data: D; scores on data that a model was trained on are no results, "
        "and are not ranked.",
        "Fine-tuned on other parts of this corpus: C.",
        "What their models were trained on is not known, this data perhaps: A. Say it by "
        "`trained_on` if you know.",
    ]
    assert told(SCORES.assign(heard="no"), LABELS) == []
    assert told(SCORES.drop(columns="heard"), LABELS) == []


def test_what_was_trained_on_the_data_is_marked() -> None:
    named = marked(SCORES.assign(label=SCORES["method"].map(LABELS)))
    assert named["label"].tolist() == ["A", "B §", "C", "D §"]


def test_what_was_trained_on_the_data_is_not_the_best() -> None:
    ranked = against_best(SCORES)
    assert ranked.set_index("method")["from_best"].round(6).to_dict() == {
        "b": 0.4, "d": 0.3, "c": 0, "a": -0.1,
    }  # fmt: skip
    (card,) = winners(ranked, NONE, LABELS)
    assert card["label"] == "C" and card["ccc"] == 0.5
    assert "Not ranked: B (0.90) and D (0.80) were trained on this data." in card["sure"]
    assert not any("B may be best" in sentence for sentence in card["sure"])


def test_where_all_were_trained_on_the_data_none_is_best() -> None:
    ranked = against_best(SCORES.assign(heard="pre-training"))
    (card,) = winners(ranked, NONE, LABELS)
    assert card["ccc"] is None and card["label"] == "All methods were trained on this data"
