"""What a run is made of."""

from types import SimpleNamespace

import pytest
from conftest import CONFIG

from dimser.plan.run import Run, hub_folder, one_of
from dimser.plan.sizes import Sizes
from dimser.regression.registry import FUSIONS

LAYERS = {
    "all_layers": {"label": "All", "extractor": "transformers", "model": "a/b", "layer": "all"},
    "third": {"label": "Third", "extractor": "layer", "of": "all_layers", "layer": 3},
    "sixth": {"label": "Sixth", "extractor": "layer", "of": "all_layers", "layer": 6},
}


def run(**changes: object) -> Run:
    return Run(CONFIG | changes)


def test_defaults_are_filled_in_and_the_configuration_stays_as_it_was() -> None:
    plain = run()
    assert plain.config["svr"] == {
        "C": 1.0, "epsilon": 0.1, "tol": 1e-6, "units": "scale", "gamma": "scale", "kernel": "rbf",
    }  # fmt: skip
    assert plain.features["wv2_em"]["pooling"] == "mean"
    assert plain.features["egemaps"]["level"] == "Functionals"
    assert plain.corpora["mini"]["consensus"] == "corpus" and plain.shards == range(1)
    assert CONFIG["svr"] == {"C": 1.0} and "level" not in CONFIG["features"]["egemaps"]


def test_one_configuration_is_one_run() -> None:
    assert Run.of({**CONFIG}) is Run.of({**CONFIG})
    assert Run.of(CONFIG | {"shards": 2}) is not Run.of(CONFIG)


def test_keys_in_another_order_extract_nothing_anew() -> None:
    turned = {name: dict(reversed(own.items())) for name, own in CONFIG["features"].items()}
    for name in ("egemaps", "wv2_em"):
        one, other = run().extraction(name), run(features=turned).extraction(name)
        assert list(one.items()) == list(other.items())


def test_a_home_in_a_path_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    mini = CONFIG["corpora"]["mini"] | {"root": "~/mini"}
    assert run(corpora={"mini": mini}).corpora["mini"]["root"] == "/home/ada/mini"


def test_methods_are_a_corpus_own_the_common_ones_or_all() -> None:
    plain = {key: value for key, value in CONFIG["corpora"]["mini"].items() if key != "methods"}
    own = run(corpora={"mini": CONFIG["corpora"]["mini"], "plain": plain})
    assert own.methods("mini") == CONFIG["corpora"]["mini"]["methods"]
    assert own.methods("plain") == ["egemaps", "wv2_em", "given", "e2e_em", "gender"]
    common = run(corpora={"plain": plain}, methods=["given"])
    assert common.methods("plain") == ["given"] and common.feature_sets("plain") == ["given"]


def test_sources_are_the_feature_sets_that_a_method_rests_on() -> None:
    assert run().sources("egemaps+wv2_em") == ["egemaps", "wv2_em"]
    assert run().sources("e2e_em") == ["wv2_em"] and run().sources("gender") == []
    assert run().regressed == ["egemaps", "egemaps+wv2_em", "given", "wv2_em"]
    assert run().single_methods("mini") == ["egemaps", "wv2_em", "given"]


def test_people_read_labels_of_fusions_made_of_those_of_their_parts() -> None:
    assert run().labels["egemaps+wv2_em"] == "EF(eGeMAPS+WV2 EM)"
    called = dict.fromkeys(["wv2_em", "e2e_em", "egemaps+wv2_em"], "untrained stand-in")
    assert run().stand_ins == called


def fused(**changes: object) -> Run:
    methods = ["given", "egemaps+given", *(f"egemaps+given@{name}" for name in FUSIONS)]
    mini = CONFIG["corpora"]["mini"] | {"methods": methods}
    return run(corpora={"mini": mini}, **changes)


def test_a_method_names_its_fusion_or_has_that_of_the_configuration() -> None:
    assert fused().fusion("egemaps+given") == "concatenated"
    assert fused(fusion="mean").fusion("egemaps+given") == "mean"
    for name in FUSIONS:
        method = f"egemaps+given@{name}"
        assert fused().fusion(method) == fused(fusion="mean").fusion(method) == name
        assert fused().sources(method) == ["egemaps", "given"]
    assert fused().fusion("given") == ""


def test_fusions_have_labels_of_their_own() -> None:
    labels = fused(fusion="balanced").labels
    assert (
        labels["egemaps+given"]
        == labels["egemaps+given@balanced"]
        == ("EF(eGeMAPS+Given), balanced")
    )
    assert labels["egemaps+given@concatenated"] == "EF(eGeMAPS+Given)"
    assert labels["egemaps+given@stack"] == "LF(eGeMAPS+Given), stacked"
    assert len({labels[f"egemaps+given@{name}"] for name in FUSIONS}) == len(FUSIONS)


def test_what_fuses_otherwise_than_the_paper_is_known() -> None:
    beyond = [f"egemaps+given@{name}" for name in ("balanced", "learned", "mean", "stack")]
    assert fused().beyond_paper == beyond
    assert fused(fusion="stack").beyond_paper == ["egemaps+given", *beyond]
    assert run().beyond_paper == []


def test_a_fused_regression_is_told_how_and_a_single_one_is_not() -> None:
    own = fused()

    def fitting(method: str, of: Run = own) -> dict:
        return of.fitting(SimpleNamespace(method=method))

    assert fitting("given") == own.regression
    assert fitting("egemaps+given") == own.regression | {
        "fusion": "dimser.regression.fusion:concatenated", "parts": ["egemaps", "given"],
    }  # fmt: skip
    ridge = fused(regressor="ridge")
    assert fitting("egemaps+given@mean", ridge) == ridge.regression | {"fusion": "mean"}


def test_recalibrated_methods_are_regressions_of_their_own() -> None:
    methods = [
        "given@recalibrated",
        "egemaps+given@mean@recalibrated",
        "egemaps+given@recalibrated",
    ]
    mini = CONFIG["corpora"]["mini"] | {"methods": methods}
    own = run(corpora={"mini": mini}, recalibration="least_squares")
    assert own.beyond_paper == sorted(methods) and own.single_methods("mini") == []
    assert [own.labels[method] for method in methods] == [
        "Given, recalibrated", "LF(eGeMAPS+Given), mean, recalibrated",
        "EF(eGeMAPS+Given), recalibrated",
    ]  # fmt: skip
    assert [Sizes(own).fits(method) for method in methods] == [4, 8, 4]
    function = "dimser.regression.recalibration:least_squares"
    for method in methods:
        wildcards = SimpleNamespace(method=method)
        assert own.fitting(wildcards)["recalibration"] == function
        assert own.recalibration_function(wildcards) == function
    assert own.recalibration_function(SimpleNamespace(method="given")) == ""


def test_weights_are_chosen_by_some_fusions_in_every_fold() -> None:
    assert fused().weighted_models("mini") == [
        (f"egemaps+given@{name}", fold) for name in ("learned", "stack") for fold in range(3)
    ]
    assert run().weighted_models("mini") == []


def test_layers_of_one_store_are_methods_of_their_own() -> None:
    mini = CONFIG["corpora"]["mini"] | {"methods": ["third", "sixth"]}
    layered = run(corpora={"mini": mini}, features=LAYERS, direct={}, baselines={})
    assert layered.layers("mini") == {"all_layers": {3: "third", 6: "sixth"}}
    assert layered.stored_in("third") == "all_layers" and layered.layer("third") == 3
    one = run(corpora={"mini": mini | {"methods": ["third"]}}, features=LAYERS)
    assert one.layers("mini") == {}  # of one layer there is no profile


SEARCHED = LAYERS | {
    "all_layers": LAYERS["all_layers"] | {"pooling": ["mean", "max"]},
    "best": {"label": "B", "extractor": "layer", "of": "all_layers", "layer": "best"},
    "mix": {"label": "M", "extractor": "layer", "of": "all_layers", "layer": "mixed",
            "pooling": "max"},
}  # fmt: skip


def test_layers_that_training_folds_find_are_methods_but_no_features_of_their_own() -> None:
    mini = CONFIG["corpora"]["mini"] | {"methods": ["third", "best", "mix"]}
    found = run(corpora={"mini": mini}, features=SEARCHED, direct={}, baselines={})
    assert found.searched() == ["best", "mix"] and found.searched("mixed") == ["mix"]
    assert found.regressed == ["best", "mix", "third"] and found.on_distances == ["third"]
    assert found.feature_sets("mini") == found.single_methods("mini") == ["third"]
    assert found.needing_audio("mini")[0] == "the feature set 'all_layers'"
    assert found.poolings("best") == ["mean"] and found.poolings("mix") == ["max"]


def test_layers_are_mapped_where_the_best_is_chosen_or_a_map_is_asked_for() -> None:
    best, third = ({"methods": [name]} for name in ("best", "third"))
    corpora = {name: CONFIG["corpora"]["mini"] | own for name, own in (("a", best), ("b", third))}
    found = run(corpora=corpora, features=SEARCHED, direct={}, baselines={})
    assert found.mapped("a") == ["all_layers"] and found.mapped("b") == []
    assert found.best_of("a") == {"best": ("all_layers", "mean")} and found.best_of("b") == {}
    asked = run(corpora=corpora, features=SEARCHED, layer_maps=["all_layers"])
    assert asked.mapped("b") == ["all_layers"]
    # inner models are fitted where layers are compared, and nowhere else
    assert asked.mapping("a", "all_layers")["compared"] == ["mean"]
    assert asked.mapping("b", "all_layers")["compared"] == []
    assert asked.mapping("b", "all_layers")["poolings"] == ["mean", "max"]


def test_a_regression_is_called_with_what_it_depends_on_and_nothing_else() -> None:
    assert run().regression == {
        "regressor": "dimser.regression.exact:svr", "kernel": "rbf", "gamma": "scale",
        "tune": None, "settings": {"C": 1.0, "epsilon": 0.1, "tol": 1e-6, "units": "scale"},
    }  # fmt: skip
    ridge = run(regressor="ridge", alpha=0.5)
    assert ridge.regression == {
        "regressor": "dimser.regression.blockwise:ridge", "settings": {"alpha": 0.5},
    }  # fmt: skip
    assert run(regressor="ridge").regression == run(regressor="ridge", landmarks=9).regression


def test_published_parts_are_one_fold() -> None:
    parts = CONFIG["corpora"]["mini"] | {"folds": {"by": "group", "test": ["Test1", "Test2"]}}
    assert run().folds("mini") == range(3)
    assert run(corpora={"mini": parts}).folds("mini") == range(1)


def test_the_first_grouping_is_the_one_without_a_folder_and_others_are_random() -> None:
    assert run().groupings("mini") == [""]
    corpus = CONFIG["corpora"]["mini"]
    several = run(corpora={"mini": corpus | {"folds": {"by": "group", "k": 3, "seeds": 3}}})
    assert several.groupings("mini") == ["", "groupings/1/", "groupings/2/"]
    assert "seed" not in several.grouping("mini", "")  # the balanced one
    assert several.grouping("mini", "groupings/2/")["seed"] == 2
    seeded = run(corpora={"mini": corpus | {"folds": {"k": 3, "seeds": 2, "seed": 7}}})
    assert [seeded.grouping("mini", folder)["seed"] for folder in seeded.groupings("mini")] == [
        7,
        8,
    ]


def test_intervals_tell_where_they_come_from() -> None:
    assert run().interval_text.startswith("from a jackknife over speakers")


def test_keys_that_have_been_renamed_are_still_understood() -> None:
    former = {name: value for name, value in CONFIG.items() if name != "draws"}
    found = Run(former | {"bootstrap": {"resamples": 321, "seed": 4}}).scoring("mini")
    assert (found["draws"], found["seed"]) == (321, 4)
    present = Run(former | {"bootstrap": {"resamples": 321}, "draws": 500}).scoring("mini")
    assert (present["draws"], present["seed"]) == (500, 1)


def test_models_lie_in_a_folder_of_their_name_and_revision() -> None:
    assert hub_folder({"model": "a/b", "revision": "main"}) == "data/models/a--b@main"
    assert list(run(features=LAYERS).hub_models) == ["a--b@main"]


def test_a_constraint_matches_its_names_and_nothing_where_there_are_none() -> None:
    import re

    assert re.fullmatch(one_of(["a", "a+b"]), "a+b") and not re.fullmatch(one_of(["a"]), "b")
    assert not re.fullmatch(one_of([]), "") and not re.fullmatch(one_of([]), "a")


def test_what_needs_audio_is_known_in_words() -> None:
    mini = CONFIG["corpora"]["mini"]
    loud = {"loud": {"label": "Loud", "predictor": "loudness"}}
    own = run(corpora={"mini": mini | {"methods": ["given", "e2e_em", "gender", "loud"]}},
              baselines=CONFIG["baselines"] | loud)  # fmt: skip
    assert own.needing_audio("mini") == [
        "the feature set 'wv2_em'", "the direct prediction 'e2e_em'", "the baseline 'loud'",
    ]  # fmt: skip
    assert (
        run(corpora={"mini": mini | {"methods": ["given", "gender"]}}).needing_audio("mini") == []
    )


def test_a_grid_by_name_is_that_of_the_regressor() -> None:
    grid = Run(CONFIG | {"svr": {"tune": "default"}}).regression["tune"]
    assert grid["C"] == [0.3, 1.0, 3.0, 10.0] and grid["folds"] == 3
    krr = Run(CONFIG | {"regressor": "krr", "svr": {"tune": "default"}})
    assert set(krr.regression["tune"]) == {"alpha", "folds"}
