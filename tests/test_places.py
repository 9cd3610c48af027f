"""Where code, folder and tables lie makes no difference."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import CONFIG, FOLDERS_OF_CODE, PROJECT, Workspace, assert_same, copy_project, jobs


def report(workspace: Workspace) -> str:
    """Give the report but for the times, which are never the same."""
    page = (workspace.folder / "results/report.html").read_text()
    page = re.sub(r"Written [\d-]+ [\d:]+ UTC", "", page, count=1)
    return re.sub(r'<details id="times">.*?</details>', "", page, flags=re.DOTALL)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The project in a folder that nothing is run in."""
    copy_project(tmp_path / "code")
    return tmp_path / "code"


def test_code_may_lie_apart_from_the_folder_that_is_worked_in(
    finished: Workspace, code: Path, tmp_path: Path
) -> None:
    there, here = Workspace(tmp_path / "there"), Workspace(tmp_path / "here")
    shutil.copytree(finished.folder, there.folder)
    for part in FOLDERS_OF_CODE:
        shutil.rmtree(there.folder / part)
    (there.folder / "Snakefile").unlink()
    here.folder.mkdir()
    (there.folder / "config").rename(here.folder / "config")
    apart = ("--snakefile", "../code/Snakefile", "--directory", "../there")
    assert here.would_run(*apart, "--forceall") == finished.would_run("--forceall")
    assert here.would_run(*apart) == {}
    here.snakemake(*apart, "--forcerun", "report", "--", "results/report.html")
    assert here.would_run(*apart) == {}
    assert_same(there.tables(), finished.tables())
    assert report(there) == report(finished)
    assert [path.name for path in here.folder.iterdir()] == ["config"]
    assert not (code / "results").exists() and not (code / ".snakemake").exists()


def test_a_folders_own_configuration_goes_before_the_demo_of_the_code(
    code: Path, tmp_path: Path
) -> None:
    shutil.copytree(PROJECT / "config", code / "config")
    there = tmp_path / "there"
    there.mkdir()

    def planned() -> dict[str, int]:
        command = ["--snakefile", str(code / "Snakefile"), "--directory", str(there), "--dry-run"]
        run = subprocess.run(
            [sys.executable, "-m", "snakemake", *command, "prepared"],
            cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
        return jobs(run.stdout + run.stderr)

    assert planned()["demo_corpus"] == 2
    (there / "config").mkdir()
    (there / "config/config.yaml").write_text(yaml.safe_dump(CONFIG))
    (there / "data/mini").mkdir(parents=True)
    (there / "data/mini/given.csv").touch()
    assert planned() == {"prepare": 1, "fold": 1, "prepared": 1}


@pytest.mark.parametrize("name", ["m[1]*? .csv", "{absolute}/labels.csv"])
def test_a_manifest_is_tracked_wherever_it_lies_and_whatever_its_name(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    name = name.replace("{absolute}", str(tmp_path))
    corpus = workspace.folder / "data/mini"
    manifest = (corpus / "manifest.csv").rename(corpus / name)
    config = yaml.safe_load((workspace.folder / "config/mini.yaml").read_text())
    config["corpora"]["mini"]["manifest"] = name
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(config))
    workspace.snakemake("results/mini/utterances.csv")
    assert workspace.would_run("results/mini/utterances.csv") == {}
    table = pd.read_csv(manifest)
    table.assign(valence=table["valence"].round()).to_csv(manifest, index=False)
    assert workspace.would_run("results/mini/utterances.csv") == {"prepare": 1}
