"""What runs again after an edit: exactly what rests on what was edited."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import Workspace, executed

REGRESSION = {"distances": 9, "regress": 12, "pool": 4}
INTERVALS = {"score": 1, "compare": 1, "breakdown": 1, "table1": 1, "audit": 1,
             "ccc_figures": 1, "rater_agreement": 1,
             "comparison_matrix": 1, "report": 1}  # fmt: skip
COMPLEMENTARITY = {"complementarity": 1, "complementarity_figure": 1, "report": 1}
SCORING = {**INTERVALS, **COMPLEMENTARITY}
ANALYSIS = {"featurewise": 1, "featurewise_across": 1, "featurewise_ccc": 1}


def test_nothing_runs_twice(workspace: Workspace) -> None:
    assert workspace.would_run() == {}


CODE = ("Snakefile", "workflow", "profiles", "envs", "data/published")


def code_files(workspace: Workspace) -> list[Path]:
    """All files that a checkout brings."""
    places = [workspace.folder / name for name in CODE]
    return [p for place in places for p in ([place] if place.is_file() else place.rglob("*.*"))]


def test_touched_tables_and_a_fresh_checkout_beside_finished_results_rerun_nothing(
    workspace: Workspace,
) -> None:
    for path in [*code_files(workspace), *workspace.folder.glob("results/**/*.csv")]:
        path.touch()
    assert workspace.would_run() == {}


def test_a_checkout_with_other_line_ends_reruns_nothing(workspace: Workspace) -> None:
    turned = 0
    for path in [*code_files(workspace), *workspace.folder.glob("config/*.yaml")]:
        if path.suffix not in (".png", ".pyc"):
            content = path.read_bytes()
            path.write_bytes(content.replace(b"\n", b"\r\n"))
            turned += b"\n" in content
    assert turned > 150
    assert workspace.would_run() == {}


def test_a_table_that_is_written_again_with_the_same_bytes_reruns_nothing(
    workspace: Workspace,
) -> None:
    for name in ("data/mini/manifest.csv", "data/mini/given.csv", "results/mini/folds.csv"):
        path = workspace.folder / name
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    assert workspace.would_run() == {}


def test_a_column_that_is_not_read_is_reported_and_reruns_nothing_else(
    workspace: Workspace,
) -> None:
    path = workspace.folder / "data/mini/manifest.csv"
    pd.read_csv(path, dtype=str).assign(mood="good").to_csv(path, index=False)
    run = workspace.snakemake()
    assert executed(run.stderr) == {"prepare": 1, "report": 1}
    assert "), roughly 1 minute on" in run.stderr  # its size is known already
    assert "mood" in (workspace.folder / "results/mini/findings.csv").read_text()
    assert workspace.would_run() == {}


def test_a_deleted_table_is_made_again_where_the_report_needs_it(workspace: Workspace) -> None:
    for name in ("guard", "dropped"):
        (workspace.folder / f"results/mini/{name}.csv").unlink()
    workspace.edit("workflow/report/table1.rst", "Table 1", "The first table")
    assert executed(workspace.snakemake().stderr) == {"prepare": 1, "fold": 1, "report": 1}
    assert workspace.would_run() == {}


def test_an_added_fusion_fits_nothing_that_is_finished(workspace: Workspace) -> None:
    before = workspace.tables()
    workspace.edit("config/mini.yaml", "    - e2e_em\n", "    - e2e_em\n    - egemaps+given\n")
    assert workspace.would_run() == {"distances": 6, "regress": 3, "pool": 1, **INTERVALS}
    run = workspace.snakemake("results/mini/predictions/egemaps+given.csv")
    assert executed(run.stderr) == {"distances": 6, "regress": 3, "pool": 1}
    assert workspace.would_run() == INTERVALS
    assert not list(workspace.folder.glob("results/mini/distances/**/*.h5"))
    after = workspace.tables()
    same = [name for name in before if "/predictions/" in name and before[name] == after[name]]
    assert len(same) == sum("/predictions/" in name for name in before)


def test_an_added_corpus_reruns_only_what_shows_all(workspace: Workspace) -> None:
    config = yaml.safe_load((workspace.folder / "config/mini.yaml").read_text())
    shutil.copytree(workspace.folder / "data/mini", workspace.folder / "data/other")
    own = {"label": "Other", "root": "data/other", "methods": ["given"]}
    config["corpora"]["other"] = config["corpora"]["mini"] | own
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    planned = workspace.would_run()
    once = ["prepare", "fold", "describe", "import_table", "pool", "score", "compare",
            "breakdown", *ANALYSIS]  # fmt: skip
    shared = ["table1", "table2", "audit", "label_distribution", "rater_agreement", "report"]
    assert planned == {
        **dict.fromkeys([*once, *shared], 1), "distances": 3, "regress": 3,
        "ccc_figures": 2,  # one shows the audit, of all corpora
    }  # fmt: skip


def test_c_reruns_regression_and_what_follows(workspace: Workspace) -> None:
    workspace.edit("config/mini.yaml", "C: 1.0", "C: 2.0")
    assert workspace.would_run() == {**REGRESSION, **SCORING}


def test_a_caption_reruns_the_report_alone(workspace: Workspace) -> None:
    caption = workspace.folder / "workflow/report/table1.rst"
    caption.write_text(caption.read_text() + "\nMore.\n")
    assert workspace.would_run() == {"report": 1}


@pytest.mark.parametrize("layer", ["2", "[0, 2]"])
def test_a_layer_reruns_that_feature_set_alone(workspace: Workspace, layer: str) -> None:
    workspace.edit("config/mini.yaml", "layer: last", f"layer: {layer}")
    assert workspace.would_run() == {
        "extract_transformers": 1,
        "assemble": 1,
        # Of the set and of the one that it is fused with, whose distances are not kept: where
        # they are made anew, Snakemake also repeats that one's own regression.
        "distances": 6,
        "regress": 9,
        "pool": 3,
        "direct": 1,
        **ANALYSIS,
        **SCORING,
    }


def test_a_moved_speaker_reruns_the_folds_and_never_an_extraction(workspace: Workspace) -> None:
    manifest = workspace.folder / "data/mini/manifest.csv"
    table = pd.read_csv(manifest, dtype=str)
    groups = sorted(table["group"].unique())
    moved = table.loc[table["group"] == groups[0], "speaker"].iloc[0]
    table.loc[table["speaker"] == moved, "group"] = groups[1]
    table.to_csv(manifest, index=False)
    # What follows is known once the labels are read.
    assert workspace.would_run() == {"prepare": 1}
    assert executed(workspace.snakemake("prepared").stderr) == {"prepare": 1, "fold": 1}
    planned = workspace.would_run()
    assert not [rule for rule in planned if rule.startswith(("extract", "assemble", "import"))]
    assert {rule: planned[rule] for rule in REGRESSION} == REGRESSION
    folds = pd.read_csv(workspace.folder / "results/mini/folds.csv").set_index("id")["fold"]
    utterances = pd.read_csv(workspace.folder / "results/mini/utterances.csv").set_index("id")
    assert folds[utterances.index[utterances["speaker"] == moved]].nunique() == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "rerun"),
    [
        ("scripts/dimser/evaluation/intervals.py", "FEWEST = 3", "FEWEST = 4", INTERVALS),
        ("scripts/dimser/evaluation/complementarity.py", "In [0, 1]", "", COMPLEMENTARITY),
        ("scripts/complementarity.py", "Compare every two", "Compare all", COMPLEMENTARITY),
        ("rules/analysis.smk", "most=2000", "most=1000", COMPLEMENTARITY),
        ("rules/analysis.smk", "8e-6", "9e-6", {}),
        ("scripts/dimser/corpora/readers/vam.py", "VAM", "Vam", {}),
    ],
)
def test_an_edited_script_rule_or_module_reruns_what_rests_on_it(
    workspace: Workspace, file: str, old: str, new: str, rerun: dict[str, int]
) -> None:
    workspace.edit(f"workflow/{file}", old, new)
    assert workspace.would_run() == rerun


def test_an_edited_reader_reads_its_corpora_again(workspace: Workspace) -> None:
    workspace.edit(
        "workflow/scripts/dimser/corpora/readers/manifest.py", "is empty; fill it in", "is empty"
    )
    assert executed(workspace.snakemake().stderr) == {"prepare": 1}


def test_a_new_feature_set_computes_that_set_alone(workspace: Workspace) -> None:
    workspace.edit(
        "config/mini.yaml",
        "  given:",
        "  is09: {label: IS09, extractor: opensmile, set: IS09}\n  given:",
    )
    workspace.edit("config/mini.yaml", "    - given\n", "    - given\n    - is09\n")
    planned = workspace.would_run()
    assert planned["extract_opensmile"] == planned["assemble"] == planned["featurewise"] == 1
    assert planned["distances"] == planned["regress"] == 3
    assert "extract_transformers" not in planned


def test_whether_a_model_is_asked_to_predict_reruns_no_extraction(workspace: Workspace) -> None:
    workspace.edit("config/mini.yaml", "    - e2e_em\n", "")
    assert "extract_transformers" not in workspace.would_run()
    workspace.edit("config/mini.yaml", "    - gender\n", "    - gender\n    - e2e_em\n")
    predictions = "results/mini/predictions/e2e_em.csv"
    for name in ("results/models/wv2_em.json", predictions):
        (workspace.folder / name).unlink()
    ran = executed(workspace.snakemake(predictions).stderr)
    assert ran == {"check_model": 1, "direct": 1}


def test_a_single_target_and_forcerun(workspace: Workspace) -> None:
    assert workspace.would_run("results/mini/scores.csv") == {}
    assert workspace.would_run("--forcerun", "score", "--", "scores") == {"score": 1, "scores": 1}
    (workspace.folder / "results/mini/scores.csv").unlink()
    assert workspace.would_run("results/mini/scores.csv") == {"score": 1}


def test_no_more_folds_have_distances_than_allowed(workspace: Workspace) -> None:
    limit = ("--config", "folds_at_once=1", "--", "scores")
    workspace.edit("config/mini.yaml", "C: 1.0", "C: 2.0")
    run = workspace.snakemake(*limit)
    assert workspace.would_run(*limit) == {}
    assert {rule: executed(run.stderr)[rule] for rule in REGRESSION} == REGRESSION
    there, most = set(), 0
    for line in run.stderr.splitlines():
        if started := re.match(r"Job \d+: Compute distances of (\w+) on mini, fold (\d)", line):
            there.add(started.groups())
        elif gone := re.match(r"Removing temporary output .*/distances/(\w+)/(\d)", line):
            there.remove(gone.groups())
        most = max(most, len({fold for _, fold in there}))
    assert not there and most == 1
