"""The workflow as a whole, against a computation that shares none of its ways."""

import re
import subprocess
import sys
from pathlib import Path

import audmetric
import miniature_iemocap
import miniature_msp
import miniature_vam
import numpy as np
import opensmile
import pandas as pd
import pytest
import yaml
from conftest import CONFIG, NO_NETWORK, PROJECT, Workspace, make_workspace, no_home
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR

from dimser.features import store

DIMENSIONS = ["valence", "arousal", "dominance"]


def straight_line(features: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Leave one group out with scikit-learn, as one would write it in ten lines."""
    predictions = np.full(labels.shape, np.nan)
    for group in np.unique(groups):
        test = groups == group
        for column in range(3):
            model = make_pipeline(MinMaxScaler(), SVR(tol=1e-6))
            model.fit(features[~test], labels[~test, column])
            predictions[test, column] = model.predict(features[test])
    return predictions


def test_scores_equal_a_straight_line_computation(finished: Workspace) -> None:
    corpus = finished.folder / "data/mini"
    manifest = pd.read_csv(corpus / "manifest.csv")
    smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
    egemaps = np.vstack([smile.process_file(corpus / file) for file in manifest["file"]])
    names = [str(Path(file).with_suffix("")) for file in manifest["file"]]
    given = pd.read_csv(corpus / "given.csv").set_index("id").loc[names].to_numpy()
    labels = (manifest[DIMENSIONS].to_numpy() - 1) / 4
    scores = pd.read_csv(finished.folder / "results/mini/scores.csv")
    for method, features in {"egemaps": egemaps, "given": given.astype(np.float32)}.items():
        expected = straight_line(features.astype(np.float64), labels, manifest["group"].to_numpy())
        predictions = pd.read_csv(
            finished.folder / f"results/mini/predictions/{method}.csv"
        ).set_index("id")
        np.testing.assert_allclose(predictions.loc[names, DIMENSIONS], expected, atol=1e-5)
        for column, dimension in enumerate(DIMENSIONS):
            row = scores.query("method == @method and dimension == @dimension").iloc[0]
            truth, guess = labels[:, column], expected[:, column]
            assert row["ccc"] == pytest.approx(audmetric.concordance_cc(truth, guess), abs=1e-4)
            rmse = np.sqrt(np.mean((truth - guess) ** 2))
            assert row["rmse"] == pytest.approx(rmse, abs=1e-5)


def test_table1_holds_every_method_and_no_empty_cell(finished: Workspace) -> None:
    table = pd.read_csv(finished.folder / "results/tables/table1.csv")
    assert table["method"].tolist() == CONFIG["corpora"]["mini"]["methods"]
    # Three groups are too few to tell what may be best.
    told = table.filter(like="_may_be_best").columns
    assert table[told].isna().all(axis=None) and len(told) == 3
    assert not table.drop(columns=["stand_in", *told]).isna().any(axis=None)
    untrained = table.set_index("method")["stand_in"].notna()
    assert untrained.to_dict() == {
        "egemaps": False, "wv2_em": True, "given": False, "egemaps+wv2_em": True, "e2e_em": True,
        "gender": False,
    }  # fmt: skip
    for name in ("table1", "table2"):
        for suffix in ("csv", "md", "tex"):
            assert (finished.folder / f"results/tables/{name}.{suffix}").stat().st_size


def test_a_run_that_fails_ends_in_the_sentences_that_say_why(workspace: Workspace) -> None:
    files = sorted(workspace.folder.glob("data/mini/wav/s0_*.wav"))
    for file in files:
        file.unlink()
    workspace.edit("config/mini.yaml", "draws:", "min_duration: 0.2\ndraws:")
    said = workspace.snakemake(check=False)
    *_, blank, last = (said.stdout + said.stderr).rstrip().splitlines()
    assert not blank and last.startswith(
        f"- data/mini/wav/{files[0].name} (wav/s0_0): the file does"
    )
    assert "`on_bad_audio: drop`" in last and f"{len(files)} in all (logs/prepare/mini.log)" in last
    assert (said.stdout + said.stderr).count("the file does not exist") == 1


def test_check_ends_in_what_would_be_computed(workspace: Workspace) -> None:
    (workspace.folder / "results/mini/predictions/given/0.csv").unlink()
    said = workspace.snakemake("check")
    assert (
        (said.stdout + said.stderr)
        .rstrip()
        .endswith(
            "\n\nThe configuration, labels and audio can be used.\n"
            "Mini: 30 utterances, 0.0072 hours, in 3 folds; 0 left out, 0 findings.\n"
            "To compute: 0 of 3 feature stores, 1 of 12 regressions, 0 of 14 tables, 0 of 7 "
            "figures. `snakemake --dry-run` lists the jobs."
        )
    )


def test_report_and_figures_are_there(finished: Workspace) -> None:
    report = (finished.folder / "results/report.html").read_text()
    assert report.count('<img src="data:image/svg+xml;base64,') == 1 + 5 and len(report) < 15e6
    markup = re.sub(r"<script>.*?</script>", "", report, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)=["']https?:""", markup)
    for text in ("EF(eGeMAPS+WV2 EM) †", "Gender alone", "reader: manifest"):
        assert text in report, text
    for name in ("label_distribution", "featurewise_ccc_mini", "ccc_by_method_mini"):
        for suffix in ("png", "pdf", "svg"):
            assert (finished.folder / f"results/figures/{name}.{suffix}").stat().st_size


def test_the_finished_run_had_neither_home_nor_network(finished: Workspace) -> None:
    code = (
        "import os, socket\n"
        "try: os.makedirs(os.path.expanduser('~'))\nexcept OSError: print('no home')\n"
        "try: socket.create_connection(('127.0.0.1', 9), 1)\n"
        "except OSError as error: print(error.strerror)\n"
    )
    run = subprocess.run(
        [*NO_NETWORK, sys.executable, "-c", code],
        env=no_home(finished.folder), capture_output=True, text=True,
    )  # fmt: skip
    said = run.stdout.splitlines()
    assert said[0] == "no home"
    assert said[1] == "Network is unreachable" or not NO_NETWORK
    assert (finished.folder / "scratch/cache").is_dir()


def test_no_second_run_nor_number_of_shards_or_cores_changes_a_table(
    finished: Workspace, tmp_path: Path
) -> None:
    """All that shards go into, and a regression; tests of faults compare whole second runs."""
    again = make_workspace(tmp_path)
    methods = ("egemaps", "e2e_em", "gender")
    targets = [f"results/mini/predictions/{method}.csv" for method in methods]
    again.snakemake("--cores", "4", "--config", "shards=2", "--", "features", *targets)
    expected, compared = finished.tables(), 0
    for name, content in again.tables().items():
        if not name.startswith("mini/audio/"):  # the shards themselves
            assert content == expected[name], name
            compared += 1
    assert compared >= 15
    ids = pd.read_csv(finished.folder / "results/mini/utterances.csv")["id"]
    for name in ("egemaps", "wv2_em", "given"):
        one, other = (store.read(w.folder / f"results/mini/features/{name}.h5", [*ids])
                      for w in (finished, again))  # fmt: skip
        np.testing.assert_array_equal(one.features, other.features)


def test_bad_configuration_is_told_at_once_and_runs_nothing(workspace: Workspace) -> None:
    workspace.edit("config/mini.yaml", "egemaps+wv2_em", "egemaps+wv2_me")
    workspace.edit("config/mini.yaml", "given\n", "givn\n")
    run = workspace.snakemake(check=False)
    assert run.returncode
    message = run.stdout + run.stderr
    assert "'wv2_me'. Did you mean 'wv2_em'?" in message
    assert "'givn'. Did you mean 'given'?" in message


def test_bad_audio_is_told_before_any_extraction_or_dropped(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    manifest = pd.read_csv(workspace.folder / "data/mini/manifest.csv")
    workspace.keep("egemaps", "gender")
    broken, missing = manifest["file"][0], manifest["file"][7]
    (workspace.folder / "data/mini" / broken).write_bytes(b"no audio")
    (workspace.folder / "data/mini" / missing).unlink()
    run = workspace.snakemake("scores", check=False)
    message = run.stdout + run.stderr
    assert run.returncode and broken in message and missing in message
    assert "Traceback" not in message
    assert not (workspace.folder / "results/mini/features").exists()
    workspace.snakemake("--config", "on_bad_audio=drop", "--", "scores")
    dropped = pd.read_csv(workspace.folder / "results/mini/dropped.csv")
    assert sorted(dropped["id"]) == sorted(str(Path(f).with_suffix("")) for f in (broken, missing))
    scores = pd.read_csv(workspace.folder / "results/mini/scores.csv")
    assert set(scores["n"]) == {len(manifest) - 2}


def test_the_papers_grid_runs_from_the_raw_corpora(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    utterances, _ = miniature_iemocap.write(tmp_path / "data/iemocap", turns=2)
    miniature_vam.write(tmp_path / "data/vam", sentences=3)
    config = yaml.safe_load((PROJECT / "config/icassp24.yaml").read_text())
    for name, entry in config["features"].items():
        if entry["extractor"] == "transformers":
            entry["model"] = f"data/stand_ins/{name}"
    # each regression imports scikit-learn for longer than it computes; SVR is tested above
    config |= {"draws": 200, "regressor": "krr"}
    for corpus in config["corpora"].values():
        corpus["folds"]["k"] = 2  # minutes less; all five are planned below
    (tmp_path / "config/mini.yaml").write_text(yaml.safe_dump(config))
    workspace.snakemake("tables")
    table = pd.read_csv(tmp_path / "results/tables/table1.csv")
    published = pd.read_csv(PROJECT / "data/published/icassp24_table1.csv")
    for corpus, rows in published.groupby("corpus"):
        ours = table.loc[table["corpus"] == corpus, "method"]
        assert sorted(ours) == sorted(rows["method"].unique())
    assert not table.drop(columns="stand_in").isna().any().any()
    folds = pd.read_csv(tmp_path / "results/iemocap/folds.csv").merge(utterances, on="id")
    assert len(folds) == len(utterances)
    assert folds.groupby("group")["fold"].agg(lambda fold: set(fold)).map(len).eq(1).all()
    guard = pd.read_csv(tmp_path / "results/iemocap/guard.csv").groupby("what")["count"].sum()
    counts = dict.fromkeys(["audio", "group", "overlap", "speaker"], 0)
    assert guard.to_dict() == {**counts, "text": len(utterances) // 2}
    audit = pd.read_csv(tmp_path / "results/tables/audit.csv")
    features = pd.read_csv(PROJECT / "data/published/icassp24_table2.csv")
    assert len(audit) == len(published) * 6 + len(features)
    assert "not run" not in set(audit["verdict"])
    findings = pd.read_csv(tmp_path / "results/vam/findings.csv")
    assert findings["kind"].tolist() == ["other count than published"] * 2


def test_published_parts_are_predicted_by_one_model_and_scored_apart(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    utterances, _ = miniature_msp.write_podcast(tmp_path / "data/msp_podcast")
    labels = tmp_path / "data/msp_podcast/Labels/labels_consensus.csv"
    table = pd.read_csv(labels)
    table.loc[5, "Split_Set"] = utterances.loc[5, "group"] = "Test2"
    table.to_csv(labels, index=False)
    config = yaml.safe_load((PROJECT / "config/msp_podcast.yaml").read_text())
    tested = {"test": ["Test1", "Test2"], "unknown_speakers": "test"}
    config["corpora"]["msp_podcast"]["folds"] |= tested
    config |= {"methods": ["egemaps"], "shards": 1, "draws": 200}
    (tmp_path / "config/mini.yaml").write_text(yaml.safe_dump(config))
    workspace.snakemake("scores")
    results = tmp_path / "results/msp_podcast"
    folds = pd.read_csv(results / "folds.csv").merge(utterances, on="id")
    assert set(folds.loc[folds["train"], "speaker"]) == {"12"}
    assert (folds["part"].dropna() == folds["group"][folds["group"] != "Train"]).all()
    assert folds["fold"].dropna().eq(0).sum() == 3 == folds["part"].notna().sum()
    predicted = pd.read_csv(results / "predictions/egemaps.csv")
    assert sorted(predicted["id"]) == sorted(folds.loc[folds["fold"] == 0, "id"])
    scores = pd.read_csv(results / "scores.csv").fillna({"part": "all"})
    assert scores.groupby("part")["n"].unique().to_dict() == {"all": 3, "Test1": 2, "Test2": 1}


def test_layers_share_one_store(workspace: Workspace) -> None:
    text = (workspace.folder / "config/mini.yaml").read_text()
    config = yaml.safe_load(text)
    config["features"]["wv2_em"]["layer"] = "all"
    for layer in range(3):
        entry = {"label": f"WV2 {layer}", "extractor": "layer", "of": "wv2_em", "layer": layer}
        config["features"][f"layer_{layer}"] = entry
    config["corpora"]["mini"]["methods"] = [f"layer_{layer}" for layer in range(3)]
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(config))
    planned = workspace.would_run("scores", "figures")
    (workspace.folder / "config/mini.yaml").write_text(text)
    assert planned["extract_transformers"] == planned["assemble"] == planned["layer_profile"] == 1
    assert "layer_profile" not in workspace.would_run("figures", "--forceall")
    assert planned["distances"] == planned["regress"] == 9


def test_layers_are_mapped_chosen_and_mixed_in_one_run(workspace: Workspace) -> None:
    config = yaml.safe_load((workspace.folder / "config/mini.yaml").read_text())
    every = {"extractor": "transformers", "model": "data/stand_ins/wv2_em", "layer": "all"}
    config["features"] |= {
        "every": every | {"label": "Every layer", "pooling": ["mean", "mean_std", "max"]},
        "best": {"label": "Best", "extractor": "layer", "of": "every", "layer": "best"},
        "mixed": {"label": "Mixed", "extractor": "layer", "of": "every", "layer": "mixed"},
    }
    methods = ["egemaps", "best", "mixed", "gender"]
    config["corpora"]["mini"]["methods"] = methods
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(config))
    targets = [f"results/mini/{name}.csv" for name in ("scores", "weights")]
    targets.append("results/figures/layer_profile_mini.png")
    workspace.snakemake("--", *targets)
    results = workspace.folder / "results/mini"
    layers = pd.read_csv(results / "layers/every.csv")
    assert len(layers) == 5 * 3 * 3 and set(layers["clusters"]) == {3}
    assert layers["ccc"].notna().all()
    scores = pd.read_csv(results / "scores.csv")
    assert scores["method"].unique().tolist() == methods
    chosen = pd.read_csv(results / "models/best/0.csv")
    own = pd.read_csv(results / "layers/every/0.csv").set_index(["layer", "pooling"])
    predicted = pd.read_csv(results / "predictions/best/0.csv")
    for row in chosen.itertuples():
        expected = own.loc[(row.layer, "mean"), row.dimension].to_numpy()
        np.testing.assert_array_equal(predicted[row.dimension], expected)
    weights = pd.read_csv(results / "weights.csv")
    assert set(weights["part"]) == {f"layer {number}" for number in range(5)}
    assert weights.groupby("dimension")["weight"].sum().to_numpy() == pytest.approx(np.ones(3))
    assert workspace.would_run("--", *targets) == {}


@pytest.mark.parametrize("path", sorted((PROJECT / "config").glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_configurations_pin_every_model_of_the_hub(path: Path) -> None:
    for name, entry in yaml.safe_load(path.read_text())["features"].items():
        if not entry.get("model", "data/encoders/").startswith("data/encoders/"):
            assert re.fullmatch("[0-9a-f]{40}", entry.get("revision", "main")), name


@pytest.mark.parametrize("path", sorted((PROJECT / "config").glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_configurations_plan(workspace: Workspace, path: Path) -> None:
    config = yaml.safe_load(path.read_text())
    (workspace.folder / "config/mini.yaml").write_text(path.read_text())
    planned = workspace.would_run()
    corpora = config["corpora"].values()
    regressions = sum(
        (1 if "test" in c["folds"] else c["folds"].get("k", 5))
        * sum(m not in {**config.get("direct", {}), **config.get("baselines", {})} for m in methods)
        for c in corpora
        for methods in [c.get("methods") or config["methods"]]
    )
    rules = ("regress", "regress_blockwise", "layer_best", "layer_mixed")
    assert sum(planned.get(rule, 0) for rule in rules) == regressions
