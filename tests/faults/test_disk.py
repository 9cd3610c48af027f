"""Disks that are full or read-only, rights that are missing, files that go or change midway.

Each fault gets one clear message, damages nothing that was there, and is gone with its cause: the
run goes on to the tables of a run that was never disturbed.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import pytest
from conftest import BOUND, Workspace, assert_same, make_workspace

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")


def digests(folder: Path) -> dict[str, str]:
    """Name every file below a folder by its content."""
    return {
        str(path.relative_to(folder)): hashlib.blake2b(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def message(run: subprocess.CompletedProcess) -> list[str]:
    """Give the sentences with which the jobs of a run ended: lines that begin with a path."""
    said = run.stdout + run.stderr
    assert run.returncode and "Traceback" not in said, said
    return sorted(set(re.findall(r"^- ((?:data|results)/.*)", said, re.MULTILINE)))


def assert_unharmed(before: dict[str, str], results: Path) -> None:
    """What was there is there as it was, and nothing half-written lies beside it."""
    after = digests(results)
    assert before.items() <= after.items()
    assert not [name for name in after if Path(name).name.startswith(".")]


def assert_continues(workspace: Workspace, finished: Workspace, *targets: str) -> None:
    workspace.snakemake(*targets)
    assert_same(workspace.tables(), finished.tables())


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Put a disk of its own there, in memory, with what the folder held as far as that fits."""
    subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@needs_root
def test_a_full_disk(tmp_path: Path, finished: Workspace, tried: Counter) -> None:
    workspace = make_workspace(tmp_path)
    results = tmp_path / "results"
    results.mkdir()
    with mounted(results, "-o", "size=160k"):
        run = workspace.snakemake(check=False)
        assert any("cannot be written (No space left on device)" in s for s in message(run))
        before = digests(results)
        again = workspace.snakemake(check=False)
        assert "No space left on device" in message(again)[0]
        assert_unharmed(before, results)
        subprocess.run(["mount", "-o", "remount,size=100m", results], check=True)
        assert_continues(workspace, finished)
    tried["faults injected"] += 1


@needs_root
def test_a_read_only_disk(workspace: Workspace, finished: Workspace, tried: Counter) -> None:
    results = workspace.folder / "results"
    kept = results.rename(workspace.folder / "kept")
    results.mkdir()
    with mounted(results, "-o", "size=100m"):
        shutil.copytree(kept, results, dirs_exist_ok=True)
        for name in ("scores", "shrinkage"):  # of one job
            (results / f"mini/{name}.csv").unlink()
        before = digests(results)
        subprocess.run(["mount", "-o", "remount,ro", results], check=True)
        run = workspace.snakemake("scores", check=False)
        assert run.returncode and "Read-only file system" in run.stdout + run.stderr
        assert_unharmed(before, results)
        subprocess.run(["mount", "-o", "remount,rw", results], check=True)
        assert_continues(workspace, finished, "scores")
    tried["faults injected"] += 1


def test_results_that_may_not_be_written(
    workspace: Workspace, finished: Workspace, tried: Counter
) -> None:
    mini = workspace.folder / "results/mini"
    (mini / "scores.csv").unlink()
    mini.chmod(0o555)
    before = digests(workspace.folder / "results")
    run = subprocess.run(
        [*BOUND, *workspace.command, "scores"], cwd=workspace.folder, capture_output=True, text=True
    )
    assert run.returncode and "Permission denied" in run.stdout + run.stderr
    assert_unharmed(before, workspace.folder / "results")
    mini.chmod(0o755)
    assert_continues(workspace, finished, "scores")
    tried["faults injected"] += 1


def test_audio_that_goes_midway(tmp_path: Path, finished: Workspace, tried: Counter) -> None:
    workspace = make_workspace(tmp_path)
    workspace.snakemake("results/mini/folds.csv")
    before = digests(tmp_path / "results")
    there = tmp_path / "data/mini/wav/s2_3.wav"
    there.rename(tmp_path / "elsewhere.wav")
    told = message(workspace.snakemake(check=False))
    assert "s2_3.wav: the audio cannot be read" in told[0] and len(told) == 1
    assert_unharmed(before, tmp_path / "results")
    (tmp_path / "elsewhere.wav").rename(there)
    assert_continues(workspace, finished)
    tried["faults injected"] += 1


@pytest.mark.parametrize("damage", ["truncated", "one bit of a feature", "one bit of a name"])
def test_a_damaged_store(
    damage: str, workspace: Workspace, finished: Workspace, tried: Counter
) -> None:
    store = workspace.folder / "results/mini/features/egemaps.h5"
    with h5py.File(store) as file:
        place = file["features"].id.get_chunk_info(0).byte_offset + 1000
    content = bytearray(store.read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    else:
        place = place if "feature" in damage else content.index(b"F0semitone")
        content[place] ^= 1
    store.write_bytes(content)
    table = "results/mini/featurewise/egemaps.csv"
    (workspace.folder / table).unlink()
    shutil.rmtree(workspace.folder / "results/mini/featurewise/egemaps")  # of the same job
    before = digests(workspace.folder / "results")
    told = message(workspace.snakemake(table, check=False))
    assert "egemaps.h5: this feature store cannot be read" in told[0] and len(told) == 1
    assert "Delete it and run again." in told[0]
    assert_unharmed(before, workspace.folder / "results")
    store.unlink()
    assert_continues(workspace, finished, table)
    tried["faults injected"] += 1
