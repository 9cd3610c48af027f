import copy
from pathlib import Path

import pytest
import yaml
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from dimser.plan.config import check, problems
from dimser.plan.config_file import ConfigurationError
from dimser.plan.contradictions import absent_files

SCHEMA = yaml.safe_load((PROJECT / "workflow/schemas/config.schema.yaml").read_text())
SOUND = yaml.safe_load("""
corpora:
  vam: {label: VAM, reader: manifest, root: data/vam, scale: [-1, 1], methods: [cmp, cmp+wlm]}
features:
  cmp: {label: CMP, extractor: opensmile, set: ComParE_2016}
  wlm: {label: WLM, extractor: transformers, model: microsoft/wavlm-large}
direct:
  e2e: {label: E2E, features: wlm}
svr: {C: 1.0}
""")
KEYS = st.sampled_from(
    [
        "corpora",
        "features",
        "direct",
        "svr",
        "C",
        "vam",
        "cmp",
        "label",
        "scale",
        "methods",
        "k",
        "x",
    ]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def changed(path: str, value: object) -> dict:
    """Give the sound configuration with one value changed."""
    config = copy.deepcopy(SOUND)
    *parents, last = path.split(".")
    section = config
    for key in parents:
        section = section.setdefault(key, {})
    section[last] = value
    return config


def test_a_sound_configuration_has_no_problem() -> None:
    assert problems(SOUND, SCHEMA) == []


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("svr.c", 2, "svr: unknown key 'c'. Did you mean 'C'?"),
        ("corpora.vam.consensus", "ewee", "consensus: 'ewee' is not known. Did you mean 'ewe'?"),
        ("corpora.vam.reader", "manifets", "'manifets' is not known. Did you mean 'manifest'?"),
        ("corpora.VAM", SOUND["corpora"]["vam"], "corpora: 'VAM' is no valid name"),
        ("corpora.vam.root", "data/{corpus}", "root: 'data/{corpus}' holds braces, which mark"),
        (
            "features.given",
            {"label": "G", "extractor": "table", "path": "{x}/{corpus}.csv"},
            "features.given.path: '{x}/{corpus}.csv' holds braces, which mark Snakemake's",
        ),
        ("corpora.vam.root", "", "corpora.vam.root: nothing stands there; give a path."),
        ("corpora.vam.scale", [1, -1], "corpora.vam.scale: 1 is not below -1"),
        ("corpora.vam.folds", {"k": 1}, "corpora.vam.folds.k: 1 is less than the minimum of 2."),
        ("corpora.vam.methods", ["cmp+wml"], "unknown feature set 'wml'. Did you mean 'wlm'?"),
        ("corpora.vam.methods", ["cmp+cmp"], "'cmp+cmp' fuses a feature set with itself"),
        ("corpora.vam.methods", ["cmp+e2e"], "fuses 'e2e', which is no feature set"),
        ("fusion", "balance", "fusion: 'balance' is not known. Did you mean 'balanced'?"),
        (
            "corpora.vam.methods",
            ["cmp+wlm@balance"],
            "'cmp+wlm@balance' names the unknown fusion 'balance'. Did you mean 'balanced'?",
        ),
        (
            "corpora.vam.methods",
            ["wlm@mean"],
            "'wlm@mean' fuses one feature set alone; leave @mean",
        ),
        (
            "corpora.vam.methods",
            ["cmp+wlm@"],
            "'cmp+wlm@' is no valid name; use lower-case letters",
        ),
        ("corpora.vam.methods", ["cmp+wlm@mean@stack"], "names 2 fusions; name one."),
        ("corpora.vam.methods", ["e2e@recalibrated"], "changes 'e2e', which is no feature set"),
        ("corpora.vam.methods", ["cmp@recalibrate"], "Did you mean 'recalibrated'?"),
        (
            "corpora.vam.methods",
            ["cmp+wlm@recalibrated@mean"],
            "says @recalibrated before its end; write it once, last.",
        ),
        (
            "corpora.vam.methods",
            ["cmp+wlm", "cmp+wlm@concatenated"],
            "'cmp+wlm@concatenated' is the same as 'cmp+wlm'; name it once.",
        ),
        ("corpora", {}, "corpora: nothing stands there; give at least one."),
        ("corpora", None, "corpora: nothing stands there; give keys and values, or leave"),
        ("corpora.vam", {"label": "VAM"}, "'reader' and 'root' and 'scale' missing"),
        (
            "features.cmp.extractor",
            "opensmil",
            "'opensmil' is not known. Did you mean 'opensmile'?",
        ),
        ("features.cmp", {"label": "CMP"}, "features.cmp: 'extractor' missing"),
        ("features.cmp.model", "x", "features.cmp: unknown key 'model'."),
        ("features.wlm.layer", "first", "layer: 'first' is not 'last' or 'all' or a whole number"),
        (
            "features.l9",
            {"label": "9", "extractor": "layer", "of": "wml", "layer": 9},
            "features.l9.of: 'wml' is not a feature set with `extractor: transformers`",
        ),
        (
            "features.l9",
            {"label": "9", "extractor": "layer", "of": "wlm", "layer": 9},
            "features.l9.layer: 'wlm' keeps `layer: last`; let it keep 9 and others, or all.",
        ),
        (
            "direct.e2e.features",
            "cmp",
            "'cmp' is not a feature set with `extractor: transformers` or `onnx`. Known: wlm.",
        ),
        ("svr.tol", "1e-6", "'1e-6' is not a number. YAML reads it as text; write 1.0e-06."),
        ("svr.tol", "1.25e6", "write 1250000.0."),
        (
            "bootstrap",
            {"resamples": "500"},
            "'500' is not a whole number. Quotes make it text, and so does Snakemake within the",
        ),
        ("svr.C", float("inf"), "svr.C: inf is not finite; give a finite number."),
        ("corpora.vam.scale", [float("nan"), 1], "corpora.vam.scale.0: nan is not finite"),
        ("corpora.vam.folds", ["k"], "corpora.vam.folds: ['k'] is not keys and values."),
        ("corpora.vam", None, "corpora.vam: nothing stands there; give keys and values"),
        ("corpora.vam.root", 7, "corpora.vam.root: 7 is not text."),
        ("corpora.vam.dimensions", ["power"], "dimensions.0: 'power' is not known."),
        ("corpora.vam.where", {"train": True}, "where.train: True is not text or a number or a"),
        (
            "corpora.vam",
            SOUND["corpora"]["vam"] | {"reader": "vam", "where": {"language": "de"}},
            "corpora.vam.where: `reader: vam` does not use it; leave it out.",
        ),
        ("corpora.vam.ratings", "a_{V|A}", "ratings: 'a_{V|A}' does not have `{rater}` once"),
        (
            "svr.tune.alpha",
            [1.0],
            "svr.tune.alpha: `regressor: svr` with kernel rbf does not depend",
        ),
        ("svr.tune.folds", 3, "svr.tune: it names nothing to choose from"),
        ("svr.tune", "defualt", "svr.tune: 'defualt' is not known; give values to choose from, or"),
        ("svr.tune", 3, "svr.tune: 3 is not keys and values or text"),
        ("corpora.vam.folds", {"train": ["a"]}, "corpora.vam.folds: train needs test beside it."),
        ("corpora.vam.folds", {"test": ["a"], "k": 2}, "folds.k: with `test` its values are"),
        ("svr.gamma", "scal", "svr.gamma: 'scal' is not 'scale' or 'auto' or a number."),
    ],
)
def test_a_problem_names_key_value_and_remedy(path: str, value: object, message: str) -> None:
    found = problems(changed(path, value), SCHEMA)
    assert any(message in sentence for sentence in found), found
    assert len(found) == 1


@pytest.mark.parametrize(
    ("method", "more", "message"),
    [
        (
            "cmp+wlm@learned",
            {"regressor": "ridge"},
            "'cmp+wlm@learned': `regressor: ridge` goes block by block, where there is no fusion "
            "'learned'. Use concatenated, balanced or mean, or set `regressor` to svr or krr.",
        ),
        (
            "cmp+wlm",
            {"regressor": "nystroem", "fusion": "stack"},
            "'cmp+wlm' (by `fusion: stack`): `regressor: nystroem` goes block by block",
        ),
        (
            "cmp@recalibrated",
            {"regressor": "ridge"},
            "'cmp@recalibrated': `regressor: ridge` goes block by block, where nothing is recal",
        ),
        (
            "cmp+wlm@learned",
            {"svr": {"kernel": "linear"}},
            "'cmp+wlm@learned': there is no fusion 'learned' with `svr.kernel: linear`; use rbf",
        ),
    ],
)
def test_fusions_that_a_regressor_has_not_are_refused_by_name(
    method: str, more: dict, message: str
) -> None:
    found = problems(changed("corpora.vam.methods", [method]) | more, SCHEMA)
    assert len(found) == 1 and message in found[0]


def test_all_fusions_may_stand_side_by_side() -> None:
    methods = [
        "cmp",
        "cmp+wlm",
        *(f"cmp+wlm@{k}" for k in ("balanced", "learned", "mean", "stack")),
    ]
    methods += [f"{method}@recalibrated" for method in methods]
    assert problems(changed("corpora.vam.methods", methods), SCHEMA) == []
    blocks = ["cmp+wlm", "cmp+wlm@balanced", "cmp+wlm@mean"]
    found = changed("corpora.vam.methods", blocks) | {"regressor": "ridge", "svr": {}}
    assert problems(found, SCHEMA) == []


ALL = {"label": "All", "extractor": "transformers", "model": "a/b", "layer": "all"}
BEST = {"label": "Best", "extractor": "layer", "of": "all", "layer": "best"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, ""),
        ({"best": {"pooling": "mean"}}, ""),
        ({"best": {"pooling": "max"}}, "features.best.pooling: 'all' keeps `pooling: mean`; let"),
        ({"best": {"layer": 3, "pooling": "mean"}}, "features.best.pooling: layer 3 has all that"),
        ({"best": {"layer": "bset"}}, "'bset' is not a whole number or 'best' or 'mixed'"),
        ({"best": {"of": "wlm"}}, "features.best.layer: 'wlm' keeps `layer: last`, and there is"),
        ({"all": {"layer": [6]}}, "features.best.layer: 'all' keeps `layer: [6]`, and there is"),
        ({"methods": ["cmp+best"]}, "'cmp+best' rests on 'best', and `layer: best` is neither"),
        ({"methods": ["best@recalibrated"]}, "'best@recalibrated' rests on 'best', and `layer"),
        ({"layer_maps": ["all"]}, ""),
        ({"layer_maps": ["al"]}, "layer_maps: there is no feature set 'al'. Did you mean 'all'?"),
        ({"layer_maps": ["wlm"]}, "layer_maps: 'wlm' keeps `layer: last`, and there is nothing"),
        ({"layer_maps": ["cmp"]}, "layer_maps: 'cmp' is not a feature set with `extractor: trans"),
        ({"regressor": "ridge"}, "features.best.layer: layers are compared by their kernels, and"),
        ({"svr": {"kernel": "linear"}}, ""),
        (
            {"svr": {"kernel": "linear"}, "best": {"layer": "mixed"}},
            "features.best.layer: distances are mixed in an RBF kernel, and `svr.kernel` is linear",
        ),
        ({"regressor": "ridge", "best": {"layer": 3}, "layer_maps": ["all"]}, "layer_maps: layers"),
    ],
)
def test_layers_are_compared_where_there_are_several(changes: dict, message: str) -> None:
    features = SOUND["features"] | {
        name: entry | changes.get(name, {}) for name, entry in (("all", ALL), ("best", BEST))
    }
    rest = {key: own for key, own in changes.items() if key not in features}
    found = problems(SOUND | {"features": features} | rest, SCHEMA)
    assert len(found) == bool(message) and message in "".join(found), found


def test_all_problems_are_told_at_once() -> None:
    config = changed("svr.c", 2)
    config["corpora"]["vam"]["reader"] = "manifets"
    config["bootstrp"] = {}
    config["features"]["g"] = {"label": "G", "extracter": "opensmile", "set": "eGeMAPSv02"}
    config["features"]["cmp"]["set"] = "ComParE_2061"
    config["corpora"]["vam"]["methods"] = ["cmp+wml"]
    found = problems(config, SCHEMA)
    assert len(found) == 6, found
    told = "\n".join(found)
    assert (
        "features.g: 'extractor' missing; config/README.md explains it. Is it 'extracter'" in told
    )
    assert "'ComParE_2061' is not known. Did you mean 'ComParE_2016'?" in told
    assert "unknown feature set 'wml'. Did you mean 'wlm'?" in told


def test_tables_and_models_that_are_not_there_are_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = changed("features.wlm.model", "/no/folder/there")
    config["features"]["given"] = {"label": "G", "extractor": "table", "path": "{corpus}.csv"}
    config["corpora"]["vam"]["methods"] = ["cmp+given", "wlm"]
    config["corpora"]["vam"]["scale"] = [1, -1]  # what else is wrong is told with them
    with pytest.raises(ConfigurationError) as caught:
        check(config)
    _, *found = str(caught.value).splitlines()
    assert len(found) == 3
    assert "features.wlm.model: there is no folder /no/folder/there, and a model" in found[1]
    assert "features.given.path: there is no file vam.csv. Put the table" in found[2]
    Path("vam.csv").touch()
    assert len([*absent_files(config)]) == 1


@given(JUNK)
def test_whatever_is_written_there_is_answered_in_sentences(config: object) -> None:
    found = problems(config, SCHEMA)
    assert found and all(sentence.startswith("Configuration, ") for sentence in found)


def places(section: object, path: tuple = ()) -> list[tuple]:
    """Give the path of everything in a configuration."""
    entries = section.items() if isinstance(section, dict) else ()
    entries = enumerate(section) if isinstance(section, list) else entries
    return [path, *(place for key, value in entries for place in places(value, (*path, key)))]


@given(st.sampled_from(places(SOUND)[1:]), JUNK)
def test_junk_at_any_place_of_a_sound_configuration_is_answered(path: tuple, junk: object) -> None:
    config = copy.deepcopy(SOUND)
    section = config
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = junk
    assert all(sentence.startswith("Configuration, ") for sentence in problems(config, SCHEMA))


@given(st.floats(1e-300, 1e300), st.sampled_from(["{:.3g}", "{!r}", "{:.0e}", " {:.0f} "]))
def test_the_number_that_is_proposed_is_one_to_yaml(number: float, written: str) -> None:
    text = written.format(number)
    (found,) = problems(changed("svr.tol", text), SCHEMA)
    proposed = yaml.safe_load(found.rsplit("write ", 1)[1].removesuffix("."))
    assert proposed == float(text) and not isinstance(proposed, str)
