import pytest

from dimser.plan.contradictions import contradictions

FEATURES = {"cmp": {"extractor": "opensmile"}, "wlm": {"extractor": "transformers"}}


@pytest.mark.parametrize(
    ("regressor", "svr", "message"),
    [
        ("ridge", {"kernel": "linear"}, "svr.kernel: `regressor: ridge` has none; leave it out"),
        ("nystroem", {"tune": {"C": [1.0]}}, "svr.tune: `regressor: nystroem` has none"),
        ("krr", {"tune": {"C": [1.0]}}, "svr.tune.C: `regressor: krr` with kernel rbf does not"),
        ("svr", {"kernel": "linear", "tune": {"gamma": [0.1]}}, "svr.tune.gamma: `regressor: svr`"),
        ("krr", {"C": 2.0, "tune": {"alpha": [1.0], "gamma": [0.1], "folds": 2}}, ""),
    ],
)
def test_what_a_regressor_would_not_do_is_told(regressor: str, svr: dict, message: str) -> None:
    found = contradictions({"regressor": regressor, "svr": svr})
    assert len(found) == bool(message) and message in "".join(found)


def test_a_name_stands_for_one_thing() -> None:
    (found,) = contradictions({"features": FEATURES, "direct": {"cmp": {"features": "wlm"}}})
    assert found == (
        "Configuration, direct.cmp: this name is a feature set, too; rename one of them."
    )


def test_what_lacks_keys_contradicts_nothing() -> None:
    assert contradictions({}) == []
    assert contradictions({"features": FEATURES | {"l9": {"extractor": "layer"}}}) == []
    assert contradictions({"corpora": {"vam": {}}, "direct": {"e2e": {}}}) == []
