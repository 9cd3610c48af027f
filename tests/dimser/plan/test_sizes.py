from conftest import CONFIG

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
