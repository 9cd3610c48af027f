"""What a multiverse analyses, and what that takes."""

from types import SimpleNamespace

from conftest import CONFIG

from dimser.plan.multiverse import Multiverse
from dimser.plan.resources import BASE, Job
from dimser.plan.run import Run


def run(**changes: object) -> Run:
    return Run(CONFIG | changes)


def test_what_a_multiverse_leaves_out_has_the_runs_own_value() -> None:
    none = Multiverse(run())
    assert none.choices == {} and none.methods("mini") == [] and none.tables() == {}
    own = Multiverse(run(multiverse={"scaling": ["rank"], "C": [1.0, 2.0]}, fusion="balanced"))
    assert own.choices == {
        "epsilon": [0.1], "C": [1.0, 2.0], "gamma": ["scale"], "kernel": ["rbf"],
        "units": ["scale"], "scaling": ["rank"], "fusion": ["balanced"], "recalibration": ["none"],
        "grouping": [False], "pooling": ["pooled"],
    }  # fmt: skip
    krr = Multiverse(run(regressor="krr", multiverse={"scaling": ["rank"]}))
    assert "alpha" in krr.choices and "epsilon" not in krr.choices
    # neither baselines nor direct predictions
    assert own.methods("mini") == ["egemaps", "wv2_em", "given", "egemaps+wv2_em"]
    assert own.own["C"] == 1.0 and own.own["scaling"] == "minmax"


def test_a_multiverse_of_iemocaps_size_asks_for_less_than_4_gb_and_2_hours_a_fold() -> None:
    """Five sets and six fusions in 24 analyses; measured: see benchmarks/README.md."""
    table = {"label": "A", "extractor": "table", "path": "x"}
    methods = ["a", "b", "c", "d", "e", "a+b", "a+c", "a+d", "b+c", "b+d", "c+d"]
    own = run(
        corpora={"mini": CONFIG["corpora"]["mini"] | {"methods": methods, "folds": {"k": 5}}},
        features=dict.fromkeys("abcde", table), direct={}, baselines={},
        multiverse={
            "epsilon": [0.05, 0.1, 0.2], "gamma": ["scale", "auto"],
            "scaling": ["minmax", "standard"], "recalibration": ["none", "variance"],
        },
    )  # fmt: skip
    job = Job(SimpleNamespace(corpus="mini"), [f"results/none/features/{n}.h5" for n in "abcde"])
    assert 3640 < BASE + Multiverse(own).fold_mb(job) < 4000
    assert 2200 < Multiverse(own).fold_seconds(job) < 3600
