"""Stress tests as a part of a run: what is planned, what is predicted, and what is told."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
import yaml
from conftest import CONFIG, Workspace, assert_same

from dimser.core.dimensions import DIMENSIONS

METHODS = ["egemaps", "wv2_em", "egemaps+wv2_em", "e2e_em"]
FEW = {"utterances": 20, "checks": ["ccc", "gain", "low_pass", "noise", "sex", "pitch"]}
ADDED = {
    "stress_features": 2, "stress_regress": 3, "stress_direct": 1, "stress": 1, "stress_matrix": 1,
    "report": 1,
}  # fmt: skip


def configure(workspace: Workspace, **stress: object) -> None:
    config = CONFIG | {"stress": stress}
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(config, sort_keys=False))


@pytest.fixture(scope="module")
def stressed(finished: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The finished workspace, and then its stress tests."""
    folder = tmp_path_factory.mktemp("stressed") / "copy"
    shutil.copytree(finished.folder, folder, symlinks=True)
    workspace = Workspace(folder)
    noise = folder / "data/noise"
    noise.mkdir()
    soundfile.write(noise / "hum.wav", np.random.default_rng(1).normal(0, 0.1, 32_000), 16_000)
    configure(workspace, **FEW, noises={"hum": {"path": "data/noise", "snr": 15}})
    assert workspace.would_run() == ADDED
    workspace.snakemake()
    return workspace


def test_they_change_nothing_else(finished: Workspace, stressed: Workspace) -> None:
    before, after = finished.tables(), stressed.tables()
    assert_same({name: after.get(name, b"") for name in before}, before)
    added = {name for name in after if name not in before}
    assert added == {"mini/stress.csv", *(f"mini/stress/predictions/{m}.csv" for m in METHODS)}
    assert stressed.would_run() == {}


@pytest.mark.parametrize("method", METHODS)
def test_unaltered_audio_is_predicted_as_in_the_run(stressed: Workspace, method: str) -> None:
    results = stressed.folder / "results/mini"
    own = pd.read_csv(results / f"stress/predictions/{method}.csv")
    run = pd.read_csv(results / f"predictions/{method}.csv").set_index("id")
    assert set(own["condition"]) == {"unaltered", "gain", "low_pass", "noise", "noise_hum"}
    assert own.groupby("condition")["id"].nunique().eq(20).all()
    plain = own[own["condition"] == "unaltered"].set_index("id")
    expected = run.loc[plain.index]
    assert (plain["fold"] == expected["fold"]).all()
    columns = [*DIMENSIONS]
    np.testing.assert_allclose(plain[columns], expected[columns], atol=1e-6)
    louder = own[own["condition"] == "gain"].set_index("id").loc[plain.index]
    assert (louder[columns] != plain[columns]).any(axis=None) or method == "e2e_em"


def test_every_check_has_a_verdict_or_a_reason_and_the_report_tells(stressed: Workspace) -> None:
    table = pd.read_csv(stressed.folder / "results/mini/stress.csv")
    assert table["method"].unique().tolist() == METHODS
    assert (table["passed"].notna() | table["reason"].notna()).all()
    assert set(table["check"]) == {"ccc", "gain", "low_pass", "noise", "noise_hum", "sex", "pitch"}
    assert (table.loc[table["check"] == "sex", "reason"] == "fewer than two sexes are known").all()
    page = (stressed.folder / "results/report.html").read_text()
    assert '<section id="stress">' in page and "derington2025testing" in page
    judged = len(DIMENSIONS) * 6  # all checks but the sexes, which are not known
    assert len(re.findall(rf"passes \d+ of {judged} checks", page)) == len(METHODS)


def test_other_recordings_of_noise_are_mixed_in_anew(stressed: Workspace) -> None:
    assert stressed.would_run() == {}
    more = stressed.folder / "data/noise/more.wav"
    soundfile.write(more, np.random.default_rng(2).normal(0, 0.1, 16_000), 16_000)
    assert stressed.would_run() == ADDED
    more.unlink()
    assert stressed.would_run() == {}


def test_what_cannot_be_tested_is_told_at_once(workspace: Workspace) -> None:
    noises = {"music": {"path": "data/none"}}
    configure(workspace, methods=["given", "gender", "egemap", "egemaps"], noises=noises)
    run = workspace.snakemake("--dry-run", check=False)
    said = run.stdout + run.stderr
    for sentence in (
        "stress.methods: 'given' cannot be tested: 'given' is a table, and no audio. Leave it out.",
        "stress.methods: 'gender' cannot be tested: it is a baseline. Leave it out.",
        "stress.methods: no corpus has the method 'egemap'. Did you mean 'egemaps'?",
        "stress.noises.music.path: there is no folder data/none. Put recordings there,",
    ):
        assert sentence in said


@pytest.mark.parametrize("damage", ["no recordings in it", "cannot be read"])
def test_a_damaged_folder_of_noise_is_told_in_the_end(workspace: Workspace, damage: str) -> None:
    folder = workspace.folder / "data/noise"
    folder.mkdir()
    if damage == "cannot be read":
        Path(folder, "a.wav").write_bytes(b"RIFF and nothing")
    configure(workspace, **FEW, methods=["egemaps"], noises={"hum": {"path": "data/noise"}})
    run = workspace.snakemake("stress_tests", check=False)
    assert run.returncode
    last = (run.stdout + run.stderr).strip().splitlines()[-1]
    assert damage in last and "stress.noises" in last
