"""Killed at any moment, a run goes on where it was, and gives the same tables.

That is the demo, or, where fewer moments are asked for than would get far into it, the miniature
corpus: nearly the same rules, in a fifth of the time.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter

import pytest
from conftest import assert_same, make_demo, make_workspace

ALL = 50
MOMENTS = int(os.environ.get("MOMENTS", ALL))


def children(pid: int) -> list[int]:
    """Give the ids of all processes that a process has started, and of theirs."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True)
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found, new = [], [pid]
    while new:
        new = [child for child, parent in pairs if parent in new]
        found += new
    return found


def kill(process: subprocess.Popen, whom: str) -> None:
    """Kill Snakemake alone, one of its jobs, or all at once: a power cut."""
    workers = children(process.pid)
    if whom == "job" and workers:
        os.kill(workers[-1], signal.SIGKILL)
        process.wait(300)  # the others end, and so does Snakemake
        return
    process.kill()
    process.wait()
    for worker in workers if whom == "all" else []:
        try:
            os.kill(worker, signal.SIGKILL)
        except ProcessLookupError:  # it has ended by itself
            continue
    end = time.monotonic() + 120  # orphans finish what they are at, as on a real machine
    while any(os.path.exists(f"/proc/{worker}/exe") for worker in workers):
        assert time.monotonic() < end
        time.sleep(0.2)


def test_killed_at_any_moment_it_gives_the_same_tables(
    tmp_path_factory: pytest.TempPathFactory, tried: Counter
) -> None:
    make = make_demo if MOMENTS >= ALL else make_workspace
    undisturbed, workspace = (make(tmp_path_factory.mktemp(n)) for n in ("whole", "killed"))
    undisturbed.snakemake()
    generator = random.Random(0)
    killed = {"snakemake": 0, "job": 0, "all": 0}
    while sum(killed.values()) < MOMENTS:
        process = workspace.start()
        try:
            process.wait(generator.uniform(0, 20))
        except subprocess.TimeoutExpired:
            whom = generator.choice(sorted(killed))
            kill(process, whom)
            killed[whom] += 1
        workspace.snakemake("--unlock")
        if process.returncode == 0:  # it was whole: compare, and begin again
            assert_same(workspace.tables(), undisturbed.tables())
            workspace.snakemake("--delete-all-output", check=False)
    workspace.snakemake()
    assert_same(workspace.tables(), undisturbed.tables())
    tried["moments killed"] += sum(killed.values())
