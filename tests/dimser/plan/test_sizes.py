from types import SimpleNamespace

from conftest import CONFIG

from dimser.plan.resources import BASE, Job
from dimser.plan.run import Run
from dimser.plan.sizes import Sizes
from dimser.regression.registry import FUSIONS


def run(**changes: object) -> Run:
    return Run(CONFIG | changes)


def test_late_and_nested_fusions_fit_more_models() -> None:
    of = Sizes(run())
    fits = {name: of.fits(f"egemaps+given@{name}") for name in FUSIONS}
    assert fits == {"concatenated": 1, "balanced": 1, "learned": 4, "mean": 2, "stack": 8}


def test_tuning_fits_every_point_of_the_grid_in_every_inner_fold() -> None:
    assert Sizes(run()).inner_fits("wv2_em") == 0
    tuned = run(svr={"tune": {"C": [1.0, 2.0], "gamma": ["scale", 0.1, 0.2]}})
    assert Sizes(tuned).inner_fits("wv2_em") == 2 * 3 * 3


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
    assert 3640 < BASE + Sizes(own).analyses_mb(job) < 4000
    assert 2200 < Sizes(own).analyses_seconds(job) < 3600
