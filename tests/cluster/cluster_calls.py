"""Snakemake, called with the profile for SLURM."""

import subprocess
import sys

from conftest import Workspace


def call(workspace: Workspace, *arguments: str) -> subprocess.Popen:
    """Call Snakemake with the profile for SLURM; it goes on by itself."""
    command = [sys.executable, "-m", "snakemake", "--profile", "profiles/slurm",
               "--configfile", "config/mini.yaml", "--slurm-init-seconds-before-status-checks", "1",
               "--latency-wait", "5", *arguments]  # fmt: skip
    log = (workspace.folder / "cluster.log").open("a")
    return subprocess.Popen(
        command, cwd=workspace.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
    )


def run(workspace: Workspace, *arguments: str, seconds: float = 600) -> str:
    """Call Snakemake, wait for its end, and give what it said."""
    process = call(workspace, *arguments)
    code = process.wait(seconds)
    said = (workspace.folder / "cluster.log").read_text()
    assert code == 0, said[-6000:]
    return said
