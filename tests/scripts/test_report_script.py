"""What the report is made of, where a browser shows it but does not tell it apart."""

from pathlib import Path

import pandas as pd

from report import _by_corpus, _range, _standings, _stores


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
    frames = {"scores": scores, "comparisons": pair, "annotation": annotation}
    table = _standings(frames, audit, "mini").set_index("method")
    assert table["published_ccc"]["a"] == 0.6 and pd.isna(table["published_ccc"]["b"])
    assert table["behind"].to_dict() == {"b": False, "a": True}
    assert set(table["human_ccc"]) == {0.9} and set(table["corpus"]) == {"mini"}


def test_the_axis_of_the_bars_holds_zero_and_everything_drawn_on_it() -> None:
    row = {"ccc_low": 0.2, "ccc_high": 0.5, "human_ccc": 0.8, "published_ccc": None}
    low, high = _range([row])
    assert low < 0 < 0.8 < high < 0.9


def test_figures_are_sorted_by_corpus_also_where_one_name_ends_like_another(tmp_path: Path) -> None:
    (tmp_path / "label_distribution.rst").write_text("")
    names = ["label_distribution", "ccc_by_method_en", "ccc_by_method_demo_en"]
    found = _by_corpus([f"{n}.png" for n in names], {"en": "", "demo_en": "", "distribution": ""},
                       tmp_path)  # fmt: skip
    assert {corpus: list(own) for corpus, own in found.items() if own} == {
        "": ["label_distribution"], "en": ["ccc_by_method"], "demo_en": ["ccc_by_method"],
    }  # fmt: skip


def test_models_are_named_with_their_revision_and_versions() -> None:
    made = {
        "results/mini/features/wlm.h5": {
            "extractor": "transformers", "commit": "c1423ed",
            "settings": {"model": "microsoft/wavlm-large", "revision": "main"},
            "versions": {"torch": "2", "transformers": "5"},
        },
        "results/mini/features/own.h5": {"extractor": "table", "path": "own.csv"},
    }  # fmt: skip
    rows = _stores(made).to_numpy().tolist()
    assert rows[0] == ["mini", "wlm", "transformers", "microsoft/wavlm-large", "c1423ed",
                       "torch 2, transformers 5"]  # fmt: skip
    assert rows[1] == ["mini", "own", "table", "own.csv", "", ""]
