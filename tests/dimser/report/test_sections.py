"""What the report is made of."""

from pathlib import Path

import pandas as pd
import pytest
from conftest import Workspace

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.report import sections


def test_published_and_human_values_stand_beside_ours() -> None:
    scores = pd.DataFrame(
        {
            "method": ["a", "b"],
            "dimension": "arousal",
            "ccc": [0.5, 0.7],
            "ccc_low": 0.1,
            "speakers": 20,
        }
    )
    pair = pd.DataFrame(
        {"dimension": ["arousal"], "method_a": ["a"], "method_b": ["b"], "p_holm": [0.01]}
    )
    annotation = pd.DataFrame({"dimension": ["arousal"], "human_ccc": [0.9]})
    audit = pd.DataFrame(
        [["mini", "a", "arousal", "ccc", 0.6], ["mini", "a", "arousal", "rmse", 0.1],
         ["other", "b", "arousal", "ccc", 0.2]],
        columns=["corpus", "method", "dimension", "metric", "published"],
    )  # fmt: skip
    tables = {"scores": scores, "comparisons": pair, "annotation": annotation}
    table = sections.with_references(tables, audit, "mini", 10_000).set_index("method")
    assert table["published_ccc"]["a"] == 0.6 and pd.isna(table["published_ccc"]["b"])
    assert table["behind"].to_dict() == {"b": False, "a": True}
    assert set(table["human_ccc"]) == {0.9} and set(table["corpus"]) == {"mini"}


def test_the_axis_of_the_bars_holds_zero_and_everything_drawn_on_it() -> None:
    row = {"ccc_low": 0.2, "ccc_high": 0.5, "human_ccc": 0.8, "published_ccc": None}
    low, high = sections.axis([row])
    assert low < 0 < 0.8 < high < 0.9


def test_figures_are_sorted_by_corpus_also_where_one_name_ends_like_another(tmp_path: Path) -> None:
    (tmp_path / "label_distribution.rst").write_text("")
    names = ["label_distribution", "ccc_by_method_en", "ccc_by_method_demo_en"]
    found = sections.by_corpus(
        [f"{n}.png" for n in names], {"en": "", "demo_en": "", "distribution": ""}, tmp_path
    )
    assert {corpus: list(own) for corpus, own in found.items() if own} == {
        "": ["label_distribution"], "en": ["ccc_by_method"], "demo_en": ["ccc_by_method"],
    }  # fmt: skip


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


def test_tables_of_feature_sets_become_one_also_where_one_is_a_header_alone(
    finished: Workspace,
) -> None:
    tables = sections.read_corpus(finished.folder / "results/mini", ["given", "egemaps"])
    null, groups = tables["featurewise_null"], tables["featurewise_groups"]
    assert null["features"].tolist() == ["given"] * 3 + ["egemaps"] * 3
    assert set(groups["features"]) == {"egemaps"}  # the names of the other tell nothing
    assert {*sections.DETAILS, *sections.DECISIONS} <= set(tables)


def test_a_cloud_has_a_name_a_group_and_three_values_for_each_feature(finished: Workspace) -> None:
    own = finished.folder / "results/mini/featurewise"
    cloud, table = sections.cloud(own, "egemaps"), read_csv(own / "egemaps.csv")
    assert cloud["names"] == table["feature"].tolist() and cloud["features"] == "egemaps"
    assert len(cloud["groups"]) == len(table) and len(set(cloud["groups"])) > 3
    for dimension in DIMENSIONS:
        assert cloud[dimension] == pytest.approx(table[dimension].tolist(), abs=5e-5)
        assert 0 < cloud["threshold"][dimension] < 1


def test_the_size_of_a_corpus_is_told() -> None:
    utterances = pd.DataFrame({"speaker": ["a", "b", "a"], "duration": [1800.0, 1800.0, 360.0]})
    assert sections.size({"utterances": utterances, "dropped": utterances[:1]}) == (
        "3 utterances of 2 speakers, 1.1 hours; 1 left out"
    )
