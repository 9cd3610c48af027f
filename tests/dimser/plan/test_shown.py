"""What a run shows."""

from pathlib import Path

import pytest
from conftest import CONFIG

from dimser.plan.files import Files
from dimser.plan.run import Run
from dimser.plan.shown import Shown


def shown(**changes: object) -> Shown:
    return Shown(Files(Run(CONFIG | changes), str))


def test_the_report_reads_a_table_of_each_corpus_and_feature_set() -> None:
    tables = shown().reported()
    assert tables["audit", "", ""] == "results/tables/audit.csv"
    assert tables["guard", "mini", ""] == "results/mini/guard.csv"
    assert tables["featurewise_null", "mini", "given"] == "results/mini/featurewise/given/null.csv"
    assert ("layer_profile", "mini") not in shown().figures()
    assert shown().figures()["ccc_by_method", "mini"] == "results/figures/ccc_by_method_mini.png"


def test_one_method_is_compared_with_none() -> None:
    alone = shown(corpora={"mini": CONFIG["corpora"]["mini"] | {"methods": ["egemaps"]}})
    several, one = ({name for name, _ in own.figures()} for own in (shown(), alone))
    assert several - one == {"comparison_matrix", "complementarity_figure"}
    named = [name for name, corpus, _ in alone.reported() if corpus]
    assert "comparisons" in named and "complementarity" not in named
    assert alone.scores() == [
        f"results/mini/{name}.csv" for name in ("scores", "comparisons", "breakdown")
    ]


def test_several_layers_of_an_encoder_have_a_table_and_a_figure() -> None:
    every = {"label": "All", "extractor": "transformers", "model": "a/b", "layer": "all"}
    best = {"label": "Best", "extractor": "layer", "of": "every", "layer": "best"}
    mini = CONFIG["corpora"]["mini"] | {"methods": ["given", "best"]}
    own = shown(
        corpora={"mini": mini}, features=CONFIG["features"] | {"every": every, "best": best},
        direct={}, baselines={},
    )  # fmt: skip
    assert own.reported()["layers", "mini", "every"] == "results/mini/layers/every.csv"
    assert ("layer_profile", "mini") in own.figures()


def test_what_is_missing_is_counted_by_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    planned = shown().planned()
    assert planned["regressions"] == (12, 12)  # four methods in three folds
    assert all(missing == there for missing, there in planned.values())
    path = Path("results/mini/predictions/given/1.csv")
    path.parent.mkdir(parents=True)
    path.touch()
    assert shown().planned()["regressions"] == (11, 12)
