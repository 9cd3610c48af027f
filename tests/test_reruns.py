"""What runs again after an edit: exactly what rests on what was edited."""

import re

import pandas as pd
import pytest
from conftest import Workspace, executed

REGRESSION = {"distances": 9, "regress": 12, "pool": 4}
INTERVALS = {"score": 1, "compare": 1, "breakdown": 1, "table1": 1, "audit": 1, "ccc_by_method": 1,
             "ccc_decomposition": 1, "rater_agreement": 1, "comparison_matrix": 1,
             "report": 1}  # fmt: skip
SCORING = {**INTERVALS, "complementarity": 1, "complementarity_figure": 1}
ANALYSIS = {"featurewise": 1, "featurewise_null": 1, "featurewise_across": 1, "featurewise_ccc": 1}


def test_nothing_runs_twice(workspace: Workspace) -> None:
    assert workspace.would_run() == {}


def test_a_touched_file_reruns_nothing(workspace: Workspace) -> None:
    for file in ("results/mini/utterances.csv", "workflow/scripts/dimser/core/metrics.py"):
        (workspace.folder / file).touch()
    assert workspace.would_run() == {}


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
    assert set(workspace.would_run()) >= {"prepare", "fold"}
    run = workspace.snakemake()
    ran = executed(run.stdout + run.stderr)
    assert not [rule for rule in ran if rule.startswith(("extract", "assemble", "import"))]
    assert {rule: ran[rule] for rule in REGRESSION} == REGRESSION
    folds = pd.read_csv(workspace.folder / "results/mini/folds.csv").set_index("id")["fold"]
    utterances = pd.read_csv(workspace.folder / "results/mini/utterances.csv").set_index("id")
    assert folds[utterances.index[utterances["speaker"] == moved]].nunique() == 1


def test_a_library_module_reruns_what_imports_it(workspace: Workspace) -> None:
    workspace.edit("workflow/scripts/dimser/evaluation/bootstrap.py", "BLOCK = 512", "BLOCK = 256")
    assert workspace.would_run() == INTERVALS


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
