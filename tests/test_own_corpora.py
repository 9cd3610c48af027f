"""Corpora as people have them, through the whole workflow: what is not there is not invented."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import PROJECT, make_workspace

COMMON = {"reader": "manifest", "root": "data"}
TABLE = {"extractor": "table", "path": "data/{corpus}_features.csv"}
CONFIG = {
    "corpora": {
        # wide ratings by three people, of one language out of two; no audio, nobody knows who spoke
        "wide": {
            **COMMON, "label": "Wide", "manifest": "wide.csv", "where": {"lang": "de"},
            "scale": [1, 7], "out_of_scale": "drop", "ratings": "a{rater}_{V|A}",
            "dimensions": ["valence", "arousal"], "consensus": "ewe",
            "folds": {"by": "group", "k": 2, "seeds": 2}, "methods": [
                "given", "given+other@mean", "other", "given+other", "given+other@balanced",
                "given+other@learned", "given+other@stack", "given@recalibrated",
            ],
        },
        # one dimension by another name; files are named and not there
        "narrow": {
            **COMMON, "label": "Narrow", "manifest": "narrow.csv",
            "scale": [0, 1], "out_of_scale": "clip", "dimensions": ["arousal"],
            "folds": {"k": 2}, "methods": ["given", "mean"],
        },
    },
    "features": {"given": {**TABLE, "label": "Given"}, "other": {**TABLE, "label": "Other"}},
    "baselines": {"mean": {"label": "Mean", "predictor": "mean"}},
    "multiverse": {
        "kernel": ["rbf", "linear"], "scaling": ["minmax", "rank"],
        "pooling": ["pooled", "mean of folds"],
    },
    "draws": 200,
    "regressor": "krr",  # whose jobs start in half the time of those that import scikit-learn
}  # fmt: skip


def write_corpora(folder: Path) -> None:
    """Write two manifests, and a table of features for each."""
    generator = np.random.default_rng(0)
    names = [f"u{number:02}" for number in range(40)]
    truth = generator.uniform(2, 6, (40, 2))
    wide = pd.DataFrame({"ID": names, "Session": [f"s{n % 5}" for n in range(40)]})
    wide["Lang"] = ["de"] * 30 + ["en"] * 10
    for rater in (1, 2, 3):
        for column, letter in enumerate("VA"):
            wide[f"A{rater}_{letter}"] = (truth[:, column] + generator.normal(0, 0.5, 40)).round(2)
    wide.loc[0, ["A1_V", "A2_V", "A3_V"]] = 9
    wide.to_csv(folder / "wide.csv", index=False)
    narrow = pd.DataFrame({"file": [f"{name}.wav" for name in names], "speaker": ["p", "q"] * 20})
    narrow["Activation"] = (truth[:, 1] / 6).round(3)
    narrow.loc[0, "Activation"] = 1.5
    narrow.to_csv(folder / "narrow.csv", index=False)
    features = pd.DataFrame(truth + generator.normal(0, 1, (40, 2)), columns=["f0", "f1"])
    features.assign(id=names).to_csv(folder / "wide_features.csv", index=False)
    features.assign(file=narrow["file"]).to_csv(folder / "narrow_features.csv", index=False)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = make_workspace(tmp_path_factory.mktemp("own"))
    write_corpora(workspace.folder / "data")
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(CONFIG))
    workspace.snakemake("all", "figures")
    return workspace.folder / "results"


def column(results: Path, table: str, name: str) -> list:
    return pd.read_csv(results / f"{table}.csv")[name].tolist()


def test_fusions_of_all_kinds_stand_below_the_papers(results: Path) -> None:
    table = pd.read_csv(results / "tables/table1.csv").query("corpus == 'wide'")
    assert table["method"].tolist() == [
        "given", "other", "given+other", "given+other@mean", "given+other@balanced",
        "given+other@learned", "given+other@stack", "given@recalibrated",
    ]  # fmt: skip
    parts = [pd.read_csv(results / f"wide/predictions/{name}.csv") for name in ("given", "other")]
    late = pd.read_csv(results / "wide/predictions/given+other@mean.csv")
    for dimension in ("valence", "arousal"):
        mean = (parts[0][dimension] + parts[1][dimension]) / 2
        assert late[dimension].tolist() == pytest.approx(mean.tolist(), abs=1e-12)
    weights = pd.read_csv(results / "wide/weights.csv")
    learned = weights[weights["method"] == "given+other@learned"]
    assert len(weights) == 8 and (weights["folds"] == 2).all()
    assert learned.groupby("dimension")["weight"].sum().tolist() == pytest.approx([1, 1])
    page = (results / "report.html").read_text("utf-8")
    assert "Weights of fused parts" in page and "LF(Given+Other), stacked" in page
    assert not (results / "narrow/weights.csv").exists()


def test_utterances_have_what_was_given_and_no_more(results: Path) -> None:
    wide, narrow = (pd.read_csv(results / f"{c}/utterances.csv") for c in ("wide", "narrow"))
    assert len(wide) == 29 and len(narrow) == 40  # those in German with a rating of valence
    for name in ("file", "end", "speaker", "gender", "duration", "dominance"):
        assert wide[name].isna().all(), name
    assert wide[["valence", "arousal", "group"]].notna().all(axis=None)
    assert narrow[["valence", "dominance", "duration"]].isna().all(axis=None)
    assert narrow["arousal"][0] == 1 and narrow["file"].notna().all()
    assert column(results, "wide/dropped", "id") == ["u00"]
    assert column(results, "narrow/findings", "kind") == ["label out of range", "no audio"]


def test_a_further_grouping_lies_in_a_folder_of_its_own_and_counts(results: Path) -> None:
    first, second = (pd.read_csv(results / f"wide/{f}folds.csv") for f in ("", "groupings/1/"))
    assert set(first["id"]) == set(second["id"])
    together = first.merge(second, on="id").groupby(["fold_x", "fold_y"]).ngroups
    assert together > 2  # grouped in another way
    predicted = pd.read_csv(results / "wide/groupings/1/predictions/given+other.csv")
    assert sorted(predicted["id"]) == sorted(first["id"])
    assert pd.read_csv(results / "wide/scores.csv")["groupings_sd"].gt(0).all()
    assert pd.read_csv(results / "narrow/scores.csv")["groupings_sd"].isna().all()


def test_the_runs_own_analysis_is_the_runs_score(results: Path) -> None:
    own = {"kernel": "rbf", "scaling": "minmax", "pooling": "pooled"}
    for corpus in ("wide", "narrow"):
        table = pd.read_csv(results / f"{corpus}/multiverse.csv")
        scores = pd.read_csv(results / f"{corpus}/scores.csv").set_index(["method", "dimension"])
        # a baseline has no choices, and recalibration is one
        scores = scores.drop(["mean", "given@recalibrated"], errors="ignore")
        assert len(table) == 2 * 2 * 2 * len(scores)
        mine = table[(table[[*own]] == [*own.values()]).all(axis=1)]
        found = mine.set_index(["method", "dimension"])["ccc"].reindex(scores.index)
        np.testing.assert_allclose(found, scores["ccc"], atol=1e-9)
    documented = (PROJECT / "results/README.md").read_text()
    for name in ("", "_ranks", "_effects"):
        header = (results / f"wide/multiverse{name}.csv").open().readline().strip()
        assert f"`{{corpus}}/multiverse{name}.csv` | with `multiverse`: `{header}`" in documented
    ranks = pd.read_csv(results / "wide/multiverse_ranks.csv")
    methods = CONFIG["corpora"]["wide"]["methods"]
    assert set(ranks["method"]) == {*methods} - {"given@recalibrated"}
    assert ranks.groupby(["dimension", "method"])["share"].sum().round(9).eq(1).all()
    report = (results / "report.html").read_text()
    assert 'id="figure-specification_curve-wide"' in report
    assert 'id="table-multiverse_effects-wide"' in report


def test_no_row_and_no_interval_stands_for_what_is_not_known(results: Path) -> None:
    scores = pd.read_csv(results / "wide/scores.csv")
    assert set(scores["dimension"]) == {"valence", "arousal"} and scores["ccc"].notna().all()
    assert scores[["ccc_low", "rmse_high", "speakers"]].isna().all(axis=None)
    assert pd.read_csv(results / "wide/comparisons.csv")[["low", "p"]].isna().all(axis=None)
    breakdown = pd.read_csv(results / "wide/breakdown.csv")
    assert set(breakdown["by"]) == {"all", "fold", "gender", "agreement", "fold mean", "fold sd"}
    assert breakdown["speakers"].isna().all()
    for corpus, checked in {"wide": {"group"}, "narrow": {"group", "speaker"}}.items():
        guard = pd.read_csv(results / corpus / "guard.csv")
        assert set(guard.loc[guard["count"].notna(), "what"]) == checked
        assert guard["examples"][guard["count"].isna()].str.startswith("not checked").all()
        assert pd.read_csv(results / corpus / "audio.csv").empty
        assert "audio" not in column(results, f"{corpus}/description", "of")
    narrow = pd.read_csv(results / "narrow/scores.csv")  # two speakers are too few for an interval
    assert set(narrow["clusters"]) == {2} and narrow["ccc_low"].isna().all()
    for table in ("scores", "comparisons", "annotation", "featurewise/given/null"):
        for corpus, had in {"wide": {"valence", "arousal"}, "narrow": {"arousal"}}.items():
            assert {*column(results, f"{corpus}/{table}", "dimension")} <= had, (corpus, table)


def test_tables_and_report_say_what_is_missing(results: Path) -> None:
    table = (results / "tables/table1.md").read_text()
    assert "Dominance" not in table and "n/a" not in table
    assert "– the corpus is not labelled in this dimension" in table
    # both are the same table
    assert "- Given and Other have the same CCC" in (results / "wide/comparisons.md").read_text()
    report = (results / "report.html").read_text()
    text = re.sub(r"<(script|style|pre)\b.*?</\1>|<[^>]*>", "", report, flags=re.DOTALL)
    for said in (
        "Which acoustic representation carries valence and arousal, how much",
        "29 utterances of unknown speakers, no audio; 1 left out; labelled in valence and arousal",
        "40 utterances of 2 speakers, no audio; 0 left out; labelled in arousal alone",
        "Not tested, because the speakers are not known.",
    ):
        assert said in text, said
    assert not re.search(r"\bnan\b|n/a|\bNaN", text)
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', report)[1]
    data = json.loads(data, parse_constant=pytest.fail)  # browsers refuse NaN
    assert data["dimensions"] == ["valence", "arousal"]
    had = [sorted({*cloud} & {"valence", "arousal", "dominance"}) for cloud in data["clouds"]]
    assert sorted(had) == [["arousal"], ["arousal", "valence"], ["arousal", "valence"]]
