from pathlib import Path

import pytest

from dimser.plan.contradictions import absent_files, contradictions

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


def test_what_a_head_predicts_comes_from_a_model_and_lies_on_a_scale() -> None:
    models = FEATURES | {"own": {"extractor": "onnx"}}
    direct = {"features": "own", "scale": [7, 1]}
    (found,) = contradictions({"features": models, "direct": {"e2e": direct}})
    assert found.startswith("Configuration, direct.e2e.scale: 7 is not below 1")


def test_an_onnx_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").touch()
    kept = {"onnx": str(tmp_path)}, {"onnx": str(tmp_path / "m.onnx")}
    assert not [*absent_files({"features": dict(zip("ab", kept, strict=True))})]
    for lost in ("nothing", "nothing.onnx"):
        (found,) = absent_files({"features": {"own": {"onnx": str(tmp_path / lost)}}})
        assert f"features.own.onnx: there is no folder and no file {tmp_path}/{lost}" in found


def test_what_lacks_keys_contradicts_nothing() -> None:
    assert contradictions({}) == []
    assert contradictions({"features": FEATURES | {"l9": {"extractor": "layer"}}}) == []
    assert contradictions({"corpora": {"vam": {}}, "direct": {"e2e": {}}}) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"regressor": "ridge"}, "multiverse: `regressor: ridge` goes block by block"),
        ({"regressor": "krr"}, "multiverse.epsilon: `regressor: krr` does not depend on it"),
        ({"svr": {"tune": {"C": [1.0]}}}, "multiverse: with `svr.tune` settings are chosen"),
        ({"multiverse": {"kernel": ["linear"], "gamma": [0.1]}}, "multiverse.gamma: a linear"),
        ({"multiverse": {"alpha": [0.1]}}, "multiverse.alpha: `regressor: svr` does not"),
        ({"multiverse": {"grouping": True}}, "multiverse.grouping: speakers are grouped in one"),
        (
            {"multiverse": {"fusion": ["concatenated", "mean"]}},
            "multiverse.fusion, methods: 'cmp+wlm@mean' is the same as 'cmp+wlm'",
        ),
        ({"multiverse": {"fusion": ["balanced", "stack"]}}, ""),
        ({"multiverse": {"kernel": ["linear", "rbf"], "gamma": [0.1]}}, ""),
        ({"corpora": {"vam": {"folds": {"seeds": 2}}}, "multiverse": {"grouping": True}}, ""),
    ],
)
def test_what_a_multiverse_cannot_choose_is_told(changes: dict, message: str) -> None:
    config = {"features": FEATURES, "methods": ["cmp+wlm", "cmp+wlm@mean"]}
    config |= {"multiverse": {"epsilon": [0.1, 0.2]}} | changes
    found = contradictions(config)
    assert len(found) == bool(message) and message in "".join(found)
