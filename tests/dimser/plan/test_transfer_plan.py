"""What is trained on which corpus, and tested on which."""

from pathlib import Path

import pytest

from dimser.plan.contradictions import contradictions
from dimser.plan.files import Files
from dimser.plan.resources import Job
from dimser.plan.run import Run
from dimser.plan.shown import Shown
from dimser.plan.transfer import Transfer
from dimser.plan.transfer_sizes import TransferSizes

MANIFEST = {"reader": "manifest", "scale": [1, 5], "folds": {"by": "speaker"}}
CONFIG = {
    "corpora": {
        "a": MANIFEST | {"label": "A", "root": "a", "methods": ["x", "y", "x+y@learned", "mean"]},
        "b": MANIFEST | {"label": "B", "root": "b", "methods": ["y", "x", "e2e", "found"]},
        "c": MANIFEST
        | {"label": "C", "root": "c", "methods": ["e2e", "found", "y"], "dimensions": ["valence"]},
    },
    "features": {
        "x": {"label": "X", "extractor": "table", "path": "x.csv"},
        "y": {"label": "Y", "extractor": "opensmile", "set": "eGeMAPSv02", "level": "Functionals"},
        "all": {"label": "All", "extractor": "transformers", "model": "m/m", "layer": "all"},
        "found": {"label": "Found", "extractor": "layer", "of": "all", "layer": "best"},
    },
    "direct": {"e2e": {"label": "E2E", "features": "all"}},
    "baselines": {"mean": {"label": "Mean", "predictor": "mean"}},
    "transfer": {"leave_one_corpus_out": True},
}


class Wildcards:
    """As Snakemake has them."""

    def __init__(self, corpus: str, way: str = "to_others", protocol: str = "strict") -> None:
        self.corpus, self.way, self.protocol = corpus, way, protocol


def planned(**changes: object) -> Transfer:
    run = Run({**CONFIG, **changes})
    return Transfer(run, Files(run, str))


def test_nothing_is_planned_unless_it_is_asked_for() -> None:
    plain = {key: value for key, value in CONFIG.items() if key != "transfer"}
    run = Run(plain)
    files = Files(run, str)
    assert not Transfer(run, files).jobs
    shown = Shown(files)
    assert "results/transfer.csv" not in shown.tables()
    assert not any("transfer" in name for name, *_ in [*shown.figures(), *shown.reported()])
    asked = Shown(Files(Run(CONFIG), str))
    assert "results/transfer.csv" in asked.tables()
    assert ("transfer_matrix", "") in asked.figures()
    assert ("transfer", "", "") in asked.reported()


def test_methods_are_those_of_both_corpora() -> None:
    transfer = planned()
    assert transfer.methods(["a"], "b") == ["y", "x"]
    assert transfer.methods(["b"], "c") == ["e2e", "found", "y"]
    assert transfer.methods(["a", "b"], "c") == ["y"]
    assert transfer.shown == {"a": ["x", "y"], "b": ["y", "x", "e2e", "found"],
                              "c": ["e2e", "found", "y"]}  # fmt: skip


def test_a_job_trains_on_one_corpus_or_on_all_others() -> None:
    transfer = planned()
    assert len(transfer.jobs) == 6
    given = transfer.arguments(Wildcards("b"))
    assert (given["train"], given["test"]) == (["b"], ["a", "c"])
    assert {name: how["tests"] for name, how in given["methods"].items()} == {
        "x": ["a"], "y": ["a", "c"], "e2e": ["c"], "found": ["c"],
    }  # fmt: skip
    assert given["methods"]["found"]["fusion"] == "dimser.regression.fusion:best_part"
    assert given["sets"]["found"] == {"of": "all", "layer": None, "pooling": "mean"}
    assert given["stored"] == [
        ("a", "x"), ("a", "y"), ("c", "y"), ("c", "all"), ("b", "x"), ("b", "y"), ("b", "all"),
    ]  # fmt: skip
    others = transfer.arguments(Wildcards("c", "from_others", "corpus_range"))
    assert (others["train"], others["test"], others["own_range"]) == (["a", "b"], ["c"], "corpus")
    assert [*others["methods"]] == ["y"]


def test_only_what_is_named_is_transferred() -> None:
    transfer = planned(transfer={"corpora": ["c", "b"]})
    assert [corpus for corpus, *_ in transfer.jobs] == ["c", "b"]
    assert transfer.arguments(Wildcards("b"))["test"] == ["c"]


def test_corpora_without_a_dimension_in_common_are_left_out() -> None:
    corpora = CONFIG["corpora"] | {"a": CONFIG["corpora"]["a"] | {"dimensions": ["arousal"]}}
    transfer = planned(corpora=corpora)
    assert transfer.sides("a", "to_others") == (["a"], ["b"])
    assert ("c", "from_others", "strict") not in transfer.jobs


def test_a_head_that_is_not_recalibrated_is_trained_by_nobody() -> None:
    moved = {"e2e": CONFIG["direct"]["e2e"] | {"recalibrate": True}}
    assert planned().scoring["untrained"] == ["e2e"]
    assert planned(direct=moved).scoring["untrained"] == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"corpora": {"a": CONFIG["corpora"]["a"]}, "transfer": {}}, "'a' is the only corpus"),
        ({"transfer": {"corpora": ["a", "bb"]}}, "there is no corpus 'bb'. Did you mean 'b'?"),
        (
            {"transfer": {"corpora": ["a", "b"], "leave_one_corpus_out": True}},
            "of two corpora, all others are the other one",
        ),
        (
            {
                "corpora": {
                    name: own | {"methods": [method]}
                    for (name, own), method in zip(
                        CONFIG["corpora"].items(), ["x", "y", "e2e"], strict=True
                    )
                }
            },
            "no two corpora have a method in common",
        ),
        ({}, ""),
    ],
)
def test_what_cannot_be_transferred_is_told(changes: dict, message: str) -> None:
    found = [text for text in contradictions({**CONFIG, **changes}) if "transfer" in text]
    assert len(found) == bool(message) and message in "".join(found)


def test_a_job_asks_for_what_its_corpora_come_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for corpus, count in {"a": 5_531, "b": 5_531}.items():
        path = Path(f"results/{corpus}/utterances.csv")
        path.parent.mkdir(parents=True)
        path.write_text("id\n" + "x\n" * count)
    sizes = TransferSizes(planned(transfer={"corpora": ["a", "b"]}))
    job = Job(Wildcards("a"), [])
    # measured with five sets and six fusions of two: 850 MB beside the process, and 93 s
    assert 600 < sizes.megabytes(job) < 3_000
    assert sizes.seconds(job) == pytest.approx(0.15 * 61.2 * 2, rel=0.01)
    blockwise = TransferSizes(planned(transfer={"corpora": ["a", "b"]}, regressor="ridge"))
    assert blockwise.megabytes(job) > 0 and blockwise.seconds(job) >= 0
