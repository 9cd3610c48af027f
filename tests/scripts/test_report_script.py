"""What the report is made of, where a browser shows it but does not tell it apart."""

import re
import shutil
from pathlib import Path

import pandas as pd
from conftest import CONFIG, PROJECT, Workspace

from dimser.files import read_csv, write_csv
from report import _by_corpus, _range, _standings, _stores, report


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
    table = _standings(frames, audit, "mini", 10_000).set_index("method")
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


def test_a_star_marks_who_is_behind_and_a_diamond_what_was_published(
    finished: Workspace, tmp_path: Path
) -> None:
    """The miniature has too few speakers, and was never published; here both are changed."""
    shutil.copytree(finished.folder / "results", tmp_path / "results")
    own = tmp_path / "results/mini"
    comparisons = read_csv(own / "comparisons.csv")
    write_csv(
        comparisons.assign(p_holm=0.2).assign(
            p_holm=lambda t: t["p_holm"].where(
                (t["method_a"] != "gender") & (t["method_b"] != "gender"), 0.01
            )
        ),
        own / "comparisons.csv",
    )
    audit = pd.DataFrame(
        [["mini", "egemaps", "arousal", "ccc", 0.654, 0.6, 0.5, 0.7, -0.05, "within interval"]],
        columns=read_csv(tmp_path / "results/tables/audit.csv").columns,
    )
    write_csv(audit, tmp_path / "results/tables/audit.csv")
    labels = {name: name.upper() for name in CONFIG["corpora"]["mini"]["methods"]} | {"given": "G"}
    report(
        results=str(tmp_path / "results"),
        pictures=[],
        stores=[],
        template=str(PROJECT / "workflow/report/report.html.jinja"),
        benchmarks=str(tmp_path / "none"),
        corpora={"mini": "Mini"},
        feature_sets={"mini": list(CONFIG["features"])},
        labels=labels,
        stand_ins=[],
        config={**CONFIG, "top_features": 2},
        output=str(tmp_path / "report.html"),
    )
    page = (tmp_path / "report.html").read_text()
    rows = re.findall(r"<tr data-n=.*?</tr>", page, re.DOTALL)
    arousal = {re.search(r'row">(.*?)</th>', row)[1]: row for row in rows if "arousal" in row}
    assert len(arousal) == len(CONFIG["corpora"]["mini"]["methods"])
    assert [name for name, row in arousal.items() if ">*</abbr>" in row] == ["GENDER"]
    assert [name for name, row in arousal.items() if "<em " in row] == ["EGEMAPS"]
    assert '<td class="n">0.654</td>' in arousal["EGEMAPS"]
    assert "a diamond the published value" in page
    assert "Of 1 published values: 1 within interval." in page
    assert "There are no records in <code>logs/benchmark/</code>" in page
