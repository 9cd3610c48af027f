"""What is said and shown of layers."""

import pandas as pd
import pytest

from dimser.report.layers import optimism, profiles, references

LABELS = {"wlm_all": "WLM", "wlm_best": "WLM best"}


def layers(*cccs: float, pooling: str = "mean") -> pd.DataFrame:
    """A map of layers 0, 3, 6, ... in valence; arousal is 0.1 higher throughout."""
    rows = [
        [3 * place, pooling, dimension, ccc + more, ccc - 0.1, ccc + 0.2]
        for place, ccc in enumerate(cccs)
        for dimension, more in (("valence", 0.0), ("arousal", 0.1))
    ]
    columns = ["layer", "pooling", "dimension", "ccc", "ccc_low", "ccc_high"]
    return pd.DataFrame(rows, columns=columns)


def scores(**ccc: float) -> pd.DataFrame:
    """The CCC of methods, the same in each dimension and in their mean."""
    rows = [
        [method, dimension, value, value - 0.1, value + 0.1]
        for method, value in ccc.items()
        for dimension in ("valence", "arousal", "mean")
    ]
    return pd.DataFrame(rows, columns=["method", "dimension", "ccc", "ccc_low", "ccc_high"])


def test_picking_a_layer_by_the_test_folds_is_held_against_choosing_it_inside() -> None:
    # other sets and poolings do not count, nor does a layer without a CCC
    every = pd.concat(
        [
            layers(0.2, 0.6, float("nan")).assign(features="wlm_all"),
            layers(0.9, 0.9, pooling="max").assign(features="wlm_all"),
            layers(0.8, 0.8).assign(features="other"),
        ]
    )
    tables = {"scores": scores(wlm_best=0.55), "layers": every}
    assert optimism({"wlm_best": ("wlm_all", "mean")}, tables, LABELS) == [
        "Picking the layer of WLM by the test folds would have overstated its CCC by 0.050 in "
        "valence (0.600 of layer 3, 0.550 chosen inside) and 0.150 in arousal (0.700 of layer 3, "
        "0.550 chosen inside); WLM best is the honest number."
    ]
    assert optimism({}, {"scores": scores(wlm_best=0.5)}, LABELS) == []


def test_maps_and_layers_that_are_methods_are_one_table() -> None:
    scored = scores(l9=0.3, l2=0.2, cmp=0.5)
    named = {"wlm_all": {9: "l9", 2: "l2"}, "hrt_all": {9: "l9"}}
    table = profiles(scored, named, {"hrt_all": layers(0.1, 0.4)})
    own = table[(table["features"] == "wlm_all") & (table["dimension"] == "valence")]
    assert own[["layer", "ccc", "pooling"]].to_numpy().tolist() == [[2, 0.2, ""], [9, 0.3, ""]]
    mapped = table[(table["features"] == "hrt_all") & (table["dimension"] == "arousal")]
    assert mapped["ccc"].tolist() == pytest.approx([0.2, 0.5])  # the map's, not the method's
    assert set(table["dimension"]) == {"valence", "arousal"}


def test_layers_stand_beside_the_best_of_what_else_there_is() -> None:
    scored = scores(cmp=0.5, egemaps=0.4, mean=0.0, duration=0.1, wlm=0.9)
    rated = pd.DataFrame({"dimension": ["valence"], "one_rater_ccc": [0.7]})
    lead = {"functionals": ["cmp", "egemaps"], "baselines": ["mean", "duration"]}
    assert references(scored, rated, "valence", **lead) == {
        "functionals": 0.5, "best baseline": 0.1, "one more rater": 0.7,
    }  # fmt: skip
    nothing = references(scored, rated, "arousal", functionals=[], baselines=[])
    assert all(pd.isna(value) for value in nothing.values())
