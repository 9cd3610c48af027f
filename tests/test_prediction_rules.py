"""Predictors as a run makes them: from what is finished, and rerun by nothing else."""

import subprocess
import sys

import pytest
from conftest import Workspace
from miniature import voice
from soundfile import write

from dimser.core.files import read_csv

FOLDER = "results/mini/predictor/egemaps+wv2_em"


@pytest.fixture
def kept(workspace: Workspace) -> Workspace:
    """A workspace that holds a predictor."""
    assert workspace.would_run(FOLDER) == {"predictor": 1}
    workspace.snakemake(FOLDER)
    return workspace


def test_audio_of_the_configuration_and_of_the_command_is_predicted_alike(
    kept: Workspace,
) -> None:
    (kept.folder / "calls").mkdir()
    write(kept.folder / "calls/a.wav", voice(1, 2.0), 16_000)
    path = kept.folder / "config/mini.yaml"
    path.write_text(path.read_text() + "\nunlabelled: {calls: {audio: calls}}\n")
    target = "results/mini/predicted/egemaps+wv2_em/calls.csv"
    assert kept.would_run(target) == {"predict": 1}
    kept.snakemake(target)
    assert not kept.would_run(target)
    assert kept.would_run() == {"report": 1}  # it shows the configuration
    (row,) = read_csv(kept.folder / target).to_dict("records")
    assert row["file"] == "calls/a.wav" and 1 <= row["arousal_scale"] <= 5
    command = [sys.executable, "workflow/predict.py", FOLDER, "calls", "--output", "found.csv"]
    subprocess.run(command, cwd=kept.folder, check=True)
    assert (kept.folder / "found.csv").read_bytes() == (kept.folder / target).read_bytes()


def test_a_predictor_is_fitted_again_where_what_it_rests_on_has_changed(kept: Workspace) -> None:
    assert not kept.would_run(FOLDER)
    kept.edit("workflow/scripts/dimser/regression/sealing.py", "OUTSIDE = 0.99", "OUTSIDE = 0.9")
    assert kept.would_run(FOLDER) == {"predictor": 1} and not kept.would_run()


@pytest.mark.parametrize(("method", "why"), [("gender", "baseline"), ("given", "from a table")])
def test_what_cannot_be_kept_is_answered_last(workspace: Workspace, method: str, why: str) -> None:
    run = workspace.snakemake(f"results/mini/predictor/{method}", check=False)
    last = run.stderr.strip().splitlines()[-1]
    assert run.returncode and last.startswith(f"- {method} of mini cannot be kept as a predictor")
    assert why in last
