"""What the methods of a run have heard of its corpora."""

from dimser.plan.heard import heard
from dimser.plan.run import Run

MODEL = {"label": "L", "extractor": "transformers"}
FEATURES = {
    "cmp": {"label": "CMP", "extractor": "opensmile", "set": "ComParE_2016"},
    "em": MODEL | {"model": "audeering/wav2vec2-large-robust-12-ft-emotion-msp-dim"},
    "wlm": MODEL | {"model": "microsoft/wavlm-large", "layer": "all"},
    "wlm_9": {"label": "L", "extractor": "layer", "of": "wlm", "layer": 9},
    "mine": MODEL | {"model": "/models/mine", "trained_on": ["MSP-Podcast/Test1"]},
    "other": MODEL | {"model": "/models/other"},
    "untrained": MODEL | {"model": "data/stand_ins/untrained"},
    "table": {"label": "T", "extractor": "table", "path": "t.csv"},
    "e2v": {"label": "E", "extractor": "table", "path": "e.csv",
            "trained_on": ["emotion2vec/emotion2vec_base"]},
}  # fmt: skip
REST = {
    "direct": {"e2e": {"label": "E2E", "features": "em"}},
    "baselines": {"mean": {"label": "Mean", "predictor": "mean"}},
}
CORPUS = {"label": "A corpus", "reader": "manifest", "root": "r", "scale": [1, 5]}
PARTS = {"by": "group", "train": ["Train"], "test": ["Development", "Test1"]}


def marks(methods: list[str], **corpus: object) -> dict:
    corpora = {"mine": CORPUS | corpus | {"methods": methods}}
    return heard(Run({"corpora": corpora, "features": FEATURES, **REST}), "mine")


def test_parts_are_compared_one_by_one() -> None:
    found = marks(["em", "e2e", "mine", "cmp"], reader="msp_podcast", folds=PARTS)
    others = dict.fromkeys(("", "Development", "Test1"), "fine-tuning (other parts)")
    assert found["em"] == found["e2e"] == others
    assert found["mine"] == others | dict.fromkeys(("", "Test1"), "fine-tuning (this part)")
    assert set(found["cmp"].values()) == {"no"}


def test_a_fusion_has_the_worst_mark_of_its_parts_and_a_layer_that_of_its_model() -> None:
    found = marks(
        ["cmp+em", "wlm_9", "wlm_9+other", "untrained", "table", "mean", "em+other"],
        known_as="MSP Podcast",
    )
    assert {method: own[""] for method, own in found.items()} == {
        "cmp+em": "fine-tuning (this part)", "wlm_9": "no", "wlm_9+other": "unknown",
        "untrained": "no", "table": "unknown", "mean": "no",
        "em+other": "fine-tuning (this part)",
    }  # fmt: skip


def test_a_corpus_is_known_by_its_reader_its_label_or_what_it_says() -> None:
    for said in ({"reader": "iemocap"}, {"label": "Iemocap"}, {"known_as": "IEMOCAP"}):
        assert marks(["e2v"], **said)["e2v"][""] == "pre-training"
    assert marks(["e2v"])["e2v"][""] == "unknown"  # the list of what it has heard is not complete


def test_saying_what_a_model_has_heard_extracts_nothing_anew() -> None:
    run = Run({"corpora": {"mine": CORPUS}, "features": FEATURES, **REST})
    assert "trained_on" not in run.extraction("mine")
