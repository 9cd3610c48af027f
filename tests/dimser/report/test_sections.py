"""What the report is made of."""

import pandas as pd
import pytest
from conftest import Workspace

from dimser.core.dimensions import DIMENSIONS
from dimser.report import sections


def test_published_and_human_values_stand_beside_ours() -> None:
    scores = pd.DataFrame(
        {
            "method": ["a", "b"],
            "dimension": "arousal",
            "ccc": [0.5, 0.7],
            "ccc_low": 0.1,
            "may_be_best": [False, True],
        }
    )
    annotation = pd.DataFrame({"dimension": ["arousal"], "one_rater_ccc": [0.9]})
    audit = pd.DataFrame(
        [["mini", "a", "arousal", "ccc", 0.6], ["mini", "a", "arousal", "rmse", 0.1],
         ["other", "b", "arousal", "ccc", 0.2]],
        columns=["corpus", "method", "dimension", "metric", "published"],
    )  # fmt: skip
    tables = {"scores": scores, "annotation": annotation}
    table = sections.with_references(tables, audit, "mini").set_index("method")
    assert table["published_ccc"]["a"] == 0.6 and pd.isna(table["published_ccc"]["b"])
    assert table["behind"].to_dict() == {"b": False, "a": True}
    assert set(table["one_rater_ccc"]) == {0.9} and set(table["corpus"]) == {"mini"}


def test_the_axis_of_the_bars_holds_zero_and_everything_drawn_on_it() -> None:
    row = {"ccc_low": 0.2, "ccc_high": 0.5, "one_rater_ccc": 0.8, "published_ccc": None}
    low, high = sections.axis([row])
    assert low < 0 < 0.8 < high < 0.9


def test_models_are_named_with_their_revision_and_versions() -> None:
    made = {
        "results/mini/features/wlm.h5": {
            "extractor": "transformers", "commit": "c1423ed",
            "settings": {"model": "microsoft/wavlm-large", "revision": "main"},
            "versions": {"torch": "2", "transformers": "5"}, "model_type": "wavlm",
        },
        "results/mini/features/own.h5": {"extractor": "table", "path": "own.csv"},
    }  # fmt: skip
    rows = sections.origins(made).to_numpy().tolist()
    assert rows[0] == ["mini", "wlm", "transformers", "microsoft/wavlm-large", "c1423ed",
                       "torch 2, transformers 5"]  # fmt: skip
    assert rows[1] == ["mini", "own", "table", "own.csv", "", ""]
    assert sections.makers(made) - {""} == {"wavlm", "torch", "transformers"}


@pytest.fixture(scope="module")
def tables(finished: Workspace) -> dict[str, pd.DataFrame]:
    """Tables of the miniature corpus and two of its feature sets."""
    own = finished.folder / "results/mini/featurewise"
    files = {
        (f"featurewise{name and '_'}{name}", "mini", features): own / path.format(features)
        for name, path in {
            "null": "{}/null.csv", "groups": "{}/groups.csv", "": "{}/detail.csv",
        }.items()
        for features in ("given", "egemaps")
    }  # fmt: skip
    return sections.read(files | {("scores", "mini", ""): own.parent / "scores.csv"})["mini"]


def test_tables_of_feature_sets_become_one_also_where_one_is_a_header_alone(tables: dict) -> None:
    null, groups = tables["featurewise_null"], tables["featurewise_groups"]
    assert null["features"].tolist() == ["given"] * 3 + ["egemaps"] * 3
    assert set(groups["features"]) == {"egemaps"}  # the names of the other tell nothing
    assert "features" not in tables["scores"]


def test_a_cloud_has_a_name_a_group_and_three_values_for_each_feature(tables: dict) -> None:
    cloud, table = sections.cloud(tables, "egemaps"), tables["featurewise"]
    table = table[table["features"] == "egemaps"]
    assert cloud["names"] == table["feature"].tolist() and cloud["features"] == "egemaps"
    assert len(cloud["groups"]) == len(table) and len(set(cloud["groups"])) > 3
    for dimension in DIMENSIONS:
        assert cloud[dimension] == pytest.approx(table[f"{dimension}_ccc"].tolist(), abs=5e-5)
        assert cloud["above"][dimension] == table[f"{dimension}_above"].tolist()


def test_the_size_of_a_corpus_is_told() -> None:
    utterances = pd.DataFrame({"speaker": ["a", "b", "a"], "duration": [1800.0, 1800.0, 360.0]})
    utterances = utterances.assign(valence=0.1, arousal=0.2, dominance=0.3)
    assert sections.size({"utterances": utterances, "dropped": utterances[:1]}) == (
        "3 utterances of 2 speakers, 1.1 hours; 1 left out"
    )
    less = utterances.assign(speaker=None, duration=None, dominance=None)
    assert sections.size({"utterances": less, "dropped": less[:0]}) == (
        "3 utterances of unknown speakers, no audio; 0 left out; labelled in valence and arousal "
        "alone"
    )


def test_findings_are_counted_by_their_source() -> None:
    checks = pd.DataFrame(
        [["x", "A", 0.1, True, "published"], ["x", "B", -0.1, False, "planted"],
         ["x", "C", 0.2, True, "planted"]],
        columns=["corpus", "check", "value", "holds", "source"],
    )  # fmt: skip
    found = sections.audited(checks, {"x": "X"})
    assert {source: (one["holds"], one["count"]) for source, one in found.items()} == {
        "published": (1, 1), "planted": (1, 2)
    }  # fmt: skip
    assert found["planted"]["findings"][0] == {
        "corpus": "X", "check": "B", "value": -0.1, "holds": False
    }  # fmt: skip
