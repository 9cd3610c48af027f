"""Which methods can be kept as predictors, from what, and what is said of them."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from dimser.plan.config_file import ConfigurationError
from dimser.plan.files import Files
from dimser.plan.prediction import Prediction
from dimser.plan.resources import Job
from dimser.plan.run import Run
from dimser.regression.registry import REGRESSORS

MODEL = {"label": "L", "extractor": "transformers"}
CONFIG = {
    "corpora": {"mini": {"label": "Mini", "reader": "iemocap", "root": "r", "scale": [1, 5]}},
    "features": {
        "cmp": {"label": "CMP", "extractor": "opensmile", "set": "ComParE_2016"},
        "wlm": MODEL | {"model": "microsoft/wavlm-large", "revision": "abc", "layer": [6, 12]},
        "wlm12": {"label": "WLM 12", "extractor": "layer", "of": "wlm", "layer": 12},
        "best": {"label": "Best", "extractor": "layer", "of": "wlm", "layer": "best"},
        "table": {"label": "T", "extractor": "table", "path": "t.csv"},
        "net": {"label": "Net", "extractor": "onnx", "onnx": "models/net"},
        "demo": MODEL | {"model": "data/encoders/wlm"},
        "own": MODEL | {"model": "/models/own"},
    },
    "direct": {"e2e": {"label": "E2E", "features": "own"}},
    "baselines": {"mean": {"label": "Mean", "predictor": "mean"}},
}
METHODS = ["cmp", "wlm12", "best", "table", "net", "demo", "own", "cmp+wlm12@balanced",
           "cmp+table", "wlm@recalibrated", "e2e", "mean"]  # fmt: skip


def prediction(**changes: object) -> Prediction:
    run = Run(CONFIG | {"methods": METHODS} | changes)
    return Prediction(run, Files(run, str))


def of(method: str) -> SimpleNamespace:
    return SimpleNamespace(corpus="mini", method=method)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("mean", "it is a baseline"),
        ("table", "'table' comes from a table"),
        ("cmp+table", "'table' comes from a table"),
        ("cmp+wlm", "it is no method of mini. Add it to its `methods`, or choose of: cmp, wlm12,"),
    ],
)
def test_what_cannot_be_kept_is_answered_with_the_reason(method: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match="of mini cannot be kept"):
        prediction().stores(of(method))
    assert words in prediction().refusal("mini", method)


def test_all_other_methods_can_be_kept() -> None:
    known = prediction()
    kept = [method for method in METHODS if method not in ("table", "cmp+table", "mean")]
    assert [method for method in METHODS if not known.refusal("mini", method)] == kept
    assert known.stores(of("cmp+wlm12@balanced")) == [
        "results/mini/features/cmp.h5", "results/mini/features/wlm.h5",
    ]  # fmt: skip


def test_regressors_that_leave_no_coefficients_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not prediction(regressor="krr").refusal("mini", "cmp")
    monkeypatch.setitem(REGRESSORS, "krr", replace(REGRESSORS["krr"], dual=""))
    found = prediction(regressor="krr").refusal("mini", "cmp")
    choice = "svr, ridge, linear_svr, nystroem"
    assert found == f"`regressor: krr` leaves nothing to keep. Choose one of: {choice}."
    assert not prediction(regressor="krr").refusal("mini", "e2e")


@pytest.mark.parametrize(
    ("method", "regressor", "seal", "names"),
    [
        ("cmp", "svr", "sealing:of_kernel", "regressor kernel gamma tune settings dual"),
        ("best", "svr", "sealing:of_kernel", "regressor kernel gamma tune settings dual fusion"),
        ("cmp", "ridge", "sealing_blocks:of_blocks", "regressor settings"),
        ("cmp+wlm12@mean", "ridge", "sealing_blocks:of_blocks", "regressor settings fusion"),
        ("e2e", "ridge", "sealing_blocks:of_outputs", "scale recalibrate"),
    ],
)
def test_each_kind_of_method_is_kept_in_its_own_way(
    method: str, regressor: str, seal: str, names: str
) -> None:
    known = prediction(regressor=regressor, methods=[method])
    arguments = known.arguments(of(method))
    assert arguments["seal"] == known.seal(of(method)) == f"dimser.regression.{seal}"
    assert sorted(arguments["fitting"]) == sorted(names.split())
    assert bool(known.regressor(of(method))) == (method != "e2e")


def test_searched_layers_are_described_once_they_are_found() -> None:
    arguments = prediction().arguments(of("best"))
    assert (arguments["layers"], arguments["search"]) == ([None], "mean")
    assert arguments["fitting"]["fusion"] == "dimser.regression.fusion:best_part"
    (part,) = arguments["described"]["features"]
    assert (part["settings"]["layer"], part["settings"]["pooling"]) == ([6, 12], "mean")
    assert prediction().arguments(of("cmp"))["search"] == ""


def test_a_layer_is_extracted_alone() -> None:
    arguments = prediction().arguments(of("cmp+wlm12@balanced"))
    assert arguments["layers"] == [None, 12]
    first, second = arguments["described"]["features"]
    assert first["settings"] == {
        "feature_set": "ComParE_2016", "level": "Functionals", "pooling": "mean",
    }  # fmt: skip
    assert (first["model"], first["heard"]) == ("", {})
    assert second["settings"]["layer"] == 12 and second["settings"]["revision"] == "abc"
    assert second["model"] == "data/models/microsoft--wavlm-large@abc"
    assert second["heard"]["pretrained"] == ["Libri-Light", "GigaSpeech", "VoxPopuli"]
    fitting = arguments["fitting"]
    assert fitting["fusion"].endswith(":balanced") and fitting["dual"].endswith(":svr_dual")


def test_licences_are_those_of_the_parts_and_what_is_not_known_is_said() -> None:
    described = {m: prediction().described(of(m)) for m in ("cmp+wlm12@balanced", "own", "demo")}
    found = {method: said["licences"] for method, said in described.items()}
    assert "not for commercial" in found["cmp+wlm12@balanced"]["openSMILE"]
    assert found["cmp+wlm12@balanced"]["microsoft/wavlm-large"] == "see its model card"
    assert "University of Southern California" in found["own"]["IEMOCAP"]
    assert found["own"]["/models/own"] == "not known here: see its model card"
    assert "openSMILE" not in found["own"]
    assert described["demo"]["stand_in"].startswith("demo encoder")
    assert described["demo"]["features"][0]["heard"]["pretrained"] == ["synthesised speech"]
    assert described["own"]["features"][0]["heard"] == {}


def test_unlabelled_audio_is_predicted_as_the_configuration_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    known = prediction(
        unlabelled={"calls": {"audio": "~/calls", "window": 5, "hop": 1}, "b": {"audio": "b.wav"}},
        on_bad_audio="drop",
    )
    assert (known.unlabelled, prediction().unlabelled) == (["calls", "b"], [])
    calls, other = SimpleNamespace(audio="calls"), SimpleNamespace(audio="b")
    assert (known.audio(calls), known.audio(other)) == ("/home/me/calls", "b.wav")
    assert known.predicting(calls) == {"window": 5, "hop": 1, "on_bad_audio": "drop"}
    assert known.predicting(other) == {"on_bad_audio": "drop"}


def test_more_parts_and_inner_models_are_planned_larger(tmp_path: Path) -> None:
    def job(method: str, parts: int) -> Job:
        stores = [str(tmp_path / f"results/mini/features/{number}.h5") for number in range(parts)]
        return Job(of(method), stores)

    known = prediction()
    one, two = job("cmp", 1), job("cmp+wlm12@balanced", 2)
    assert known.sealing_mb(two) > known.sealing_mb(one) > 1000
    assert known.sealing_seconds(two) > known.sealing_seconds(one) > 0
    assert known.predicting_mb(two) > known.predicting_mb(one) > 0
    assert known.predicting_seconds(two) > known.predicting_seconds(one) > 0
    for method, changes in (("best", {}), ("e2e", {}), ("cmp", {"regressor": "nystroem"})):
        own = prediction(**changes)
        assert own.sealing_mb(job(method, 1)) > 0 and own.sealing_seconds(job(method, 1)) > 0
