"""Which methods are tested, on how much audio, and what is asked in vain."""

import math
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import CONFIG
from scipy import stats
from snakemake.iocontainers import InputFiles

from dimser.evaluation.registry import CORRECTNESS, FAIRNESS
from dimser.features.conditions import CONDITIONS
from dimser.plan.config import problems
from dimser.plan.resources import Job
from dimser.plan.run import Run
from dimser.plan.settings import schema
from dimser.plan.sizes import Sizes
from dimser.plan.stress import Stress, drawn

HEARD = ["egemaps", "wv2_em", "egemaps+wv2_em", "e2e_em"]
MINI = SimpleNamespace(corpus="mini")


def plan(stress: dict | None = None, **changes: object) -> Stress:
    return Stress(Run(CONFIG | ({} if stress is None else {"stress": stress}) | changes))


def told(stress: dict, **changes: object) -> list[str]:
    return problems(CONFIG | {"stress": stress} | changes, schema())


def test_nothing_is_tested_unless_it_is_asked_for() -> None:
    own = plan()
    assert own.methods("mini") == own.sets == own.tables() == own.fitted == own.direct == []


def test_all_that_hears_audio_is_tested() -> None:
    own = plan({})
    assert own.methods("mini") == HEARD
    assert own.sets == ["egemaps", "wv2_em"] and own.direct == ["e2e_em"]
    assert own.fitted == ["egemaps", "egemaps+wv2_em", "wv2_em"]
    assert own.checks == [*CONDITIONS] and own.fairness == [*FAIRNESS]
    assert own.correctness == [*CORRECTNESS]
    assert own.tables() == ["results/mini/stress.csv"]
    assert own.pitch(MINI) == ["results/mini/features/egemaps.h5"]


def test_methods_and_checks_may_be_chosen() -> None:
    own = plan({"methods": ["e2e_em"], "checks": ["sex", "gain"], "noises": {"hum": {"path": "x"}}})
    assert own.methods("mini") == ["e2e_em"] and own.sets == ["wv2_em"]
    assert own.checks == ["gain", "noise_hum"] and own.fairness == ["sex"]
    assert own.pitch(MINI) == [] and own.noises == {"hum": {"path": "x", "snr": 20}}
    assert plan({"checks": ["sex"]}).altered(MINI) == plan({"checks": ["ccc"]}).altered(MINI) == []
    assert own.correctness == [] and plan({"checks": ["ccc"]}).correctness == ["ccc"]


def test_a_layer_is_tested_in_the_store_of_all() -> None:
    several = CONFIG["features"]["wv2_em"] | {"layer": "all"}
    layer = {"label": "L", "extractor": "layer", "of": "all", "layer": 1}
    best = layer | {"layer": "best"}
    features = {"all": several, "one": layer, "best": best}
    mini = CONFIG["corpora"]["mini"] | {"methods": ["one", "best"]}
    own = plan({}, corpora={"mini": mini}, features=features, direct={})
    assert own.methods("mini") == ["one", "best"] and own.sets == ["all"]
    assert own.pitch(MINI) == []
    one, best = (SimpleNamespace(corpus="mini", method=name) for name in ("one", "best"))
    for method in (one, best):
        assert own.altered_stores(method) == ["results/mini/stress/features/all.h5"]
    assert own.models(one) == []
    assert own.models(best) == [f"results/mini/models/best/{fold}.csv" for fold in range(3)]


def test_each_method_is_fitted_once_more_as_in_the_run() -> None:
    several = CONFIG["features"]["wv2_em"] | {"layer": "all", "pooling": ["max", "mean"]}
    layer = {"label": "L", "extractor": "layer", "of": "all"}
    features = CONFIG["features"] | {
        "all": several, "one": layer | {"layer": 1}, "mixed": layer | {"layer": "mixed"},
    }  # fmt: skip

    def refitting(method: str, **changes: object) -> dict:
        own = plan({}, features=features, **changes)
        return own.refitting(SimpleNamespace(corpus="mini", method=method))

    fused = refitting("egemaps+one@balanced")
    assert fused["refit"] == "dimser.regression.refitting:from_kernels"
    assert fused["arguments"]["layers"] == [None, 1]
    assert fused["arguments"]["fusion"] == "dimser.regression.fusion:balanced"
    mixed = refitting("mixed")
    assert mixed["refit"] == "dimser.regression.refitting:from_found_layers"
    assert mixed["arguments"]["pooling"] == "max" and "layers" not in mixed["arguments"]
    blocks = refitting("egemaps+one", regressor="ridge")
    assert blocks == {
        "refit": "dimser.regression.refitting:in_blocks",
        "arguments": {
            "regressor": "dimser.regression.blockwise:ridge", "settings": {"alpha": 1.0},
            "fusion": "concatenated", "layers": [None, 1],
        },
    }  # fmt: skip


@pytest.mark.parametrize("regressor", ["svr", "nystroem"])
@pytest.mark.parametrize("method", ["egemaps", "best"])
def test_memory_and_time_grow_with_the_stores_and_the_folds(
    tmp_path: Path, regressor: str, method: str
) -> None:
    layer = {"label": "L", "extractor": "layer", "of": "all", "layer": "best"}
    features = CONFIG["features"] | {"best": layer}
    features["all"] = features["wv2_em"] | {"layer": "all"}
    sizes = Sizes(Run(CONFIG | {"stress": {}, "features": features, "regressor": regressor}))

    def job(megabytes: int) -> Job:
        paths = [tmp_path / str(megabytes) / f"mini/{name}.h5" for name in ("a", "altered")]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.truncate(megabytes * 10**6)
        given = InputFiles(map(str, paths))
        given._set_name("features", 0, end=1)
        return Job(SimpleNamespace(corpus="mini", method=method), given)

    (small, short), (large, long) = (
        (sizes.stressed_mb(own), sizes.stressed_seconds(own)) for own in (job(10), job(2000))
    )
    assert 0 < small < large and 0 < short < long


@pytest.mark.parametrize("precision", [0.01, 0.025, 0.05])
def test_the_sample_is_large_enough_for_the_precision(precision: float) -> None:
    count = drawn(precision)
    half = stats.norm.ppf(0.975) * math.sqrt(0.95 * 0.05 / count)
    assert half <= precision < stats.norm.ppf(0.975) * math.sqrt(0.95 * 0.05 / (count - 1))
    assert plan({"precision": precision}).utterances == count
    assert plan({"utterances": 33}).utterances == 33


def test_what_is_asked_in_vain_is_told() -> None:
    assert told({}) == []
    (said,) = told({}, corpora={"mini": CONFIG["corpora"]["mini"] | {"methods": ["gender"]}})
    assert "no method can be tested" in said
    assert told({"methods": ["egemaps", "e2e_em"]}, regressor="nystroem", svr={}) == []
    (said,) = told({"checks": ["gian"]})
    assert said.endswith("Did you mean 'gain'?")
    (said,) = told({"noises": {"hum": {}}})
    assert "'path' missing" in said


def test_a_share_of_a_corpus_is_planned_in_every_condition() -> None:
    own = plan({"utterances": 100})
    job = SimpleNamespace(
        wildcards=SimpleNamespace(features="egemaps"),
        input=SimpleNamespace(audio="results/none.csv", model=[]),
    )
    shard = own._shard(job)
    assert shard.utterances == 100 * (1 + len(CONDITIONS))
    assert own.extraction_seconds(job) > 0 and own.extraction_mb(job) > 0
