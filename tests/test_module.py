"""Other workflows use this one as a module, by its path or from a git host as snakedeploy does."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import CONFIG, NO_NETWORK, PROJECT, Workspace, copy_project, jobs, make_workspace

# One table of features, three folds.
SMALL = CONFIG | {
    "corpora": {"mini": CONFIG["corpora"]["mini"] | {"methods": ["given"]}},
    "features": {"given": CONFIG["features"]["given"]},
    "direct": {}, "baselines": {}, "regressor": "krr",
}  # fmt: skip
TO_SCORES = {
    "prepare": 1, "fold": 1, "import_table": 1, "distances": 3, "regress": 3, "pool": 1, "score": 1,
}  # fmt: skip
HOST = """
configfile: "config/host.yaml"

rule all:
    input: "summary.txt"

rule greet:
    output: "hello.txt"
    message: "Say hello"
    shell: "echo hello > {output}"

module dimser:
    snakefile: "../code/workflow/Snakefile"
    config: config["dimser"]
    prefix: "emotion"

use rule * from dimser as dimser_*

rule summary:
    input: "hello.txt", "emotion/results/mini/scores.csv"
    output: "summary.txt"
    shell: "cat {input} > {output}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose `code/` is a git repository of the project, which a git host seems to hold.

    Git fetches https://github.com/lab/dimser from there, so that Snakemake and snakedeploy do all
    that they would do, and without a network.
    """
    folder = tmp_path_factory.mktemp("module")
    copy_project(folder / "code")
    shutil.copytree(PROJECT / "config", folder / "code/config")
    shutil.copy(PROJECT / "LICENSE", folder / "code")
    with pytest.MonkeyPatch.context() as patch:
        person = {"NAME": "T. Ester", "EMAIL": "tester@example.org"}
        for role in ("AUTHOR", "COMMITTER"):
            for key, value in person.items():
                patch.setenv(f"GIT_{role}_{key}", value)
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_COUNT", "1")
        patch.setenv("GIT_CONFIG_KEY_0", f"url.{folder}/code.insteadOf")
        patch.setenv("GIT_CONFIG_VALUE_0", "https://github.com/lab/dimser")
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "One"], ["tag", "v1"]):
            subprocess.run(["git", *command], cwd=folder / "code", check=True)
        yield folder


def with_corpus(folder: Path) -> Path:
    """Put the miniature corpus, and no code, into a folder."""
    workspace = make_workspace(folder)
    for name in os.listdir(workspace.folder):
        if name != "data":
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(folder / "data/published")
    return folder


def snakemake(folder: Path, *arguments: str) -> str:
    """Call Snakemake as a user does, without a network; return what it says."""
    command = [*NO_NETWORK, sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    assert not run.returncode, run.stdout + run.stderr
    return run.stdout + run.stderr


def write_host(folder: Path, snakefile: str) -> None:
    """Write a workflow that uses the project as a module."""
    (folder / "Snakefile").write_text(snakefile)
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config/host.yaml").write_text(yaml.safe_dump({"dimser": SMALL}))


@pytest.fixture(scope="module")
def host(folder: Path) -> Path:
    """A workflow of somebody else's that has computed scores with this one, below a prefix."""
    host = with_corpus(folder / "host")
    write_host(host, HOST)
    plan = snakemake(host, "--dry-run")
    prefixed = {f"dimser_{name}": count for name, count in TO_SCORES.items()}
    assert jobs(plan) == prefixed | {"greet": 1, "summary": 1}
    # Its own jobs keep their messages, ours say what they ask for.
    assert "Say hello" in plan and "Read mini" not in plan
    assert "not present in the Snakefile" not in plan
    snakemake(host)
    return host


def test_another_workflow_computes_scores_with_this_one_below_a_prefix(host: Path) -> None:
    assert (host / "summary.txt").read_text().startswith("hello\nmethod,dimension,ccc,")
    assert jobs(snakemake(host, "--dry-run")) == {}
    assert sorted(os.listdir(host / "emotion")) == ["logs", "results"]
    assert not (host / "results").exists()
    # Sizes are looked up below the prefix: 30 utterances, not as many as a plan supposes.
    plan = snakemake(host, "--dry-run", "--forcerun", "dimser_distances")
    assert max(map(int, re.findall(r"mem_mb=(\d+)", plan))) < 500


def test_a_workflow_may_use_this_one_twice(folder: Path) -> None:
    host = with_corpus(folder / "twice")
    module = """
module {name}:
    snakefile: "../code/workflow/Snakefile"
    config: config["dimser"] | {own}
    {where}

use rule * from {name} as {name}_*
"""
    one = module.format(name="one", own={}, where='prefix: "one"')
    places = {"results/": "two/results/", "logs/": "two/logs/"}
    two = module.format(name="two", own={"shards": 2}, where=f"replace_prefix: {places}")
    targets = 'rule all:\n    input: "one/results/report.html", "two/results/report.html"\n'
    write_host(host, f'configfile: "config/host.yaml"\n{targets}{one}{two}')
    planned = jobs(snakemake(host, "--dry-run"))
    assert planned["one_prepare"] == planned["two_prepare"] == planned["two_report"] == 1


def test_snakedeploy_deploys_it_from_a_git_host(folder: Path, host: Path) -> None:
    deployment = pytest.importorskip("snakedeploy.deploy")
    study = with_corpus(folder / "study")
    deployment.deploy(
        "https://github.com/lab/dimser", name=None, tag="v1", branch=None, dest_path=study
    )
    assert {"LICENSE", "config", "profiles", "workflow"} <= set(os.listdir(study))
    assert jobs(snakemake(study, "--dry-run"))["demo_corpus"] == 2
    (study / "config/config.yaml").write_text(yaml.safe_dump(SMALL))
    scores = "results/mini/scores.csv"
    assert jobs(snakemake(study, "--dry-run", scores)) == TO_SCORES
    snakemake(study, scores)
    assert (study / scores).read_bytes() == (host / "emotion" / scores).read_bytes()
    assert jobs(snakemake(study, "--dry-run", scores)) == {}


def test_the_catalogue_shows_its_standardised_usage() -> None:
    settings = yaml.safe_load((PROJECT / ".snakemake-workflow-catalog.yml").read_text())
    usage = settings["usage"]
    assert any(usage["software-stack-deployment"].values()) and usage["report"] is True
    readme = (PROJECT / "README.md").read_text().lower()
    assert "snakemake" in readme and "workflow" in readme
    for name in ("workflow/Snakefile", "config/README.md", "config/config.yaml", "LICENSE"):
        assert (PROJECT / name).is_file()
    assert list(PROJECT.glob("workflow/rules/*.smk"))


def test_the_catalogue_can_lint_it_and_draw_its_rules_without_data(folder: Path) -> None:
    code = folder / "code"
    assert "your workflow is in a good condition" in snakemake(code, "--lint")
    graph = snakemake(code, "--rulegraph", "dot")
    assert 'label = "report"' in graph and 'label = "demo_corpus"' in graph


def test_snakemake_makes_its_own_report_of_a_workflow_that_uses_this_one(host: Path) -> None:
    snakemake(host, "--report", "report.zip")
    with zipfile.ZipFile(host / "report.zip") as report:
        held = " ".join(report.namelist())
    assert "scores" in held and "utterances" in held


def test_an_archive_holds_all_that_a_plan_needs(folder: Path) -> None:
    workspace = make_workspace(folder / "archived")
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(SMALL))
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=workspace.folder, check=True)
    # Of rules that have conda environments, Snakemake archives those, too, and needs conda.
    workspace.snakemake("fetch_models", "--archive", "archive.tar.gz")
    there = Workspace(folder / "unpacked")
    with tarfile.open(workspace.folder / "archive.tar.gz") as archive:
        archive.extractall(there.folder, filter="data")
    assert there.would_run() == workspace.would_run()
