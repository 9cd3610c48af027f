"""The workflow on a real SLURM, and what happens to it there."""

import hashlib
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from cluster_calls import call, run
from conftest import CONFIG, Workspace, assert_same, make_workspace
from miniature import write_corpus
from slurm import Slurm, shell, wait_for, why_not

from dimser.features import store

STORE = "results/mini/features/egemaps.h5"
SLOW = "extract_opensmile"
EXTRACTS = "    store.write(functionals.extracted("  # how the line begins that takes long


@pytest.fixture(scope="session")
def slurm() -> Iterator[Slurm]:
    """Two nodes of two cores; the first has a GPU, or what stands for one."""
    if reason := why_not():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    folder.chmod(0o755)  # the database has a user of its own
    cluster = Slurm(folder, gpus=[1, 0])
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def workspace_there(tmp_path: Path, slurm: Slurm) -> Workspace:
    """A workspace that nothing has run in; its extraction takes long enough to be disturbed."""
    workspace = make_workspace(tmp_path)
    workspace.edit(
        "workflow/scripts/extract_opensmile.py",
        EXTRACTS,
        "    import time\n    time.sleep(15)\n" + EXTRACTS,
    )
    return workspace


@pytest.fixture(scope="module")
def expected(finished: Workspace) -> str:
    return features(finished.folder)


def features(folder: Path) -> str:
    """Name the content of the store, whatever its file's bytes are."""
    found = store.read(folder / STORE)
    return hashlib.sha256(found.features.tobytes() + "".join(found.ids).encode()).hexdigest()


def extraction(slurm: Slurm) -> tuple[str, str, str]:
    """Wait until an extraction runs; give its id, comment and node."""

    def running() -> tuple[str, str, str] | None:
        return next((job for job in slurm.jobs() if SLOW in job[1]), None)

    found = wait_for(running, 120)
    time.sleep(5)  # its own Snakemake has started by then
    return found


def test_the_whole_workflow_gives_the_local_tables(
    tmp_path: Path, slurm: Slurm, finished: Workspace
) -> None:
    workspace = make_workspace(tmp_path)
    before = len(slurm.finished())
    run(workspace, seconds=1500)
    assert_same(workspace.tables(), finished.tables())
    jobs = slurm.finished()[before:]
    assert {job["State"] for job in jobs} == {"COMPLETED"}
    # folds share allocations: far fewer of them than jobs
    logs = workspace.folder / "logs"
    folds = [*logs.glob("distances/**/*.log"), *logs.glob("regress/**/*.log")]
    groups = [job for job in jobs if "folds" in job["Comment"]]
    assert len(folds) == 21 and 0 < len(groups) <= 7


def test_jobs_on_gpus_wait_for_those_that_there_are(tmp_path: Path, slurm: Slurm) -> None:
    workspace = make_workspace(tmp_path)
    before = len(slurm.finished())
    # by one core each, two would fit on each node
    run(workspace, "--set-threads", "extract_transformers=1", "--config", "shards=4", "--",
        "results/mini/features/wv2_em.h5")  # fmt: skip
    jobs = slurm.finished()[before:]
    on_gpu = [job for job in jobs if "gres/gpu" in job["AllocTRES"]]
    assert len(on_gpu) == 4 and {job["NodeList"] for job in on_gpu} == {"node1"}
    assert {"cpu=1" in job["AllocTRES"] for job in on_gpu} == {True}
    spans = sorted((job["Start"], job["End"]) for job in on_gpu)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_two_hundred_regressions_are_submitted_in_groups(tmp_path: Path, slurm: Slurm) -> None:
    workspace = make_workspace(tmp_path)
    manifest = write_corpus(tmp_path / "data/many", speakers=20, utterances=2)
    names = [str(Path(file).with_suffix("")) for file in manifest["file"]]
    sets = ["a", "b", "c", "d"]
    for number, name in enumerate(sets):
        table = pd.DataFrame(np.random.default_rng(number).random((40, 3)), index=names)
        table.add_prefix("f").to_csv(tmp_path / f"data/many/{name}.csv", index_label="id")
    config = {
        "corpora": {"many": {**CONFIG["corpora"]["mini"], "root": "data/many"}},
        "features": {
            s: {"label": s, "extractor": "table", "path": f"data/many/{s}.csv"} for s in sets
        },
        "methods": [*sets, *map("+".join, combinations(sets, 2))],
    }
    config["corpora"]["many"] |= {"folds": {"by": "speaker", "k": 20}, "methods": config["methods"]}
    (tmp_path / "config/mini.yaml").write_text(yaml.safe_dump(config))
    before = len(slurm.finished())
    process = call(workspace, "--until", "regress")

    def submitted() -> list[str]:
        said = (tmp_path / "cluster.log").read_text()
        return re.findall("^ *Job [0-9]+: Regress .*$", said, re.MULTILINE)

    try:
        wait_for(lambda: len(submitted()) == 200, 300)
        time.sleep(10)  # for more submissions, if there are
        # accounting knows a job's comment when it has ended
        groups = [j for j in slurm.jobs() + slurm.jobs("PENDING") if "folds" in j[1]]
        assert 0 < len(groups) <= 200 / 10
        others = ["prepare", "fold", *sets]
        assert len(slurm.finished()) - before == len(groups) + len(others)
    finally:  # to run them all takes half an hour on two cores
        process.kill()
        process.wait()
        shell("scancel", "--me")
    wait_for(lambda: not slurm.jobs(), 60)


def test_a_job_that_exceeds_its_time_is_given_more_time_and_memory(
    tmp_path: Path, slurm: Slurm, expected: str
) -> None:
    workspace = make_workspace(tmp_path)
    workspace.edit("workflow/scripts/dimser/plan/resources.py", "LEAST, LEAST_OF_FOLDS = 5, 1",
                   "LEAST, LEAST_OF_FOLDS = 0.5, 0.5")  # fmt: skip
    workspace.edit(
        "workflow/scripts/extract_opensmile.py",
        EXTRACTS,
        "    import pathlib, time\n"
        "    late = pathlib.Path('late')\n"
        "    if not late.exists():\n        late.touch()\n        time.sleep(600)\n" + EXTRACTS,
    )
    before = len(slurm.finished())
    run(workspace, STORE, seconds=400)
    assert features(workspace.folder) == expected
    first, second = (job for job in slurm.finished()[before:] if SLOW in job["Comment"])
    assert (first["State"], second["State"]) == ("TIMEOUT", "COMPLETED")
    assert (first["TimelimitRaw"], second["TimelimitRaw"]) == ("1", "2")
    asked = [int(job["ReqMem"].removesuffix("M")) for job in (first, second)]
    assert asked[1] == 2 * asked[0]


def test_a_cancelled_job_is_tried_again(
    workspace_there: Workspace, slurm: Slurm, expected: str
) -> None:
    process = call(workspace_there, STORE)
    number, _, _ = extraction(slurm)
    shell("scancel", number)
    assert process.wait(300) == 0
    assert features(workspace_there.folder) == expected


def test_a_node_that_dies_takes_no_result_with_it(
    workspace_there: Workspace, slurm: Slurm, expected: str
) -> None:
    process = call(workspace_there, STORE)
    _, _, node = extraction(slurm)
    number = int(node.removeprefix("node"))
    slurm.cut_power(number)
    try:
        assert process.wait(400) == 0
    finally:
        slurm.boot(number)
    assert features(workspace_there.folder) == expected


def test_a_node_that_was_cut_off_and_comes_back_damages_nothing(
    workspace_there: Workspace, slurm: Slurm, expected: str
) -> None:
    process = call(workspace_there, STORE)
    _, _, node = extraction(slurm)
    number = int(node.removeprefix("node"))
    slurm.partition(number, cut=True)
    try:
        assert process.wait(400) == 0
    finally:
        slurm.partition(number, cut=False)
    time.sleep(10)  # for the job that was thought dead to write, if it lives
    assert features(workspace_there.folder) == expected
    assert not list((workspace_there.folder / "results").rglob(".*.h5"))


def test_the_second_call_goes_on_where_a_killed_one_was(
    workspace_there: Workspace, slurm: Slurm, expected: str
) -> None:
    process = call(workspace_there, STORE)
    extraction(slurm)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # as the README says: end the orphans, unlock, and call again
    shell("scancel", "--me")
    wait_for(lambda: not slurm.jobs(), 60)
    run(workspace_there, "--unlock")
    prepared = (workspace_there.folder / "results/mini/utterances.csv").stat().st_mtime_ns
    run(workspace_there, STORE)
    assert features(workspace_there.folder) == expected
    assert (workspace_there.folder / "results/mini/utterances.csv").stat().st_mtime_ns == prepared
