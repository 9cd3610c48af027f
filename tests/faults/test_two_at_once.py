"""Two runs at once: in one folder the second says so; on one feature store both are right."""

from collections import Counter
from pathlib import Path

import yaml
from conftest import CONFIG, Workspace, assert_same, executed, make_workspace


def test_a_second_run_in_a_folder_says_so(
    tmp_path: Path, finished: Workspace, tried: Counter
) -> None:
    workspace = make_workspace(tmp_path)
    first = workspace.start()
    second = workspace.snakemake(check=False)
    assert second.returncode and "Directory cannot be locked" in second.stdout + second.stderr
    assert "--unlock" in second.stdout + second.stderr
    assert first.wait(300) == 0
    assert_same(workspace.tables(), finished.tables())
    tried["faults injected"] += 1


def test_two_configurations_share_a_feature_store(workspace: Workspace) -> None:
    """Another C is another question of the same features: none is extracted again."""
    before = workspace.tables()
    other = CONFIG | {"svr": {"C": 2.0}}
    (workspace.folder / "config/other.yaml").write_text(yaml.safe_dump(other, sort_keys=False))
    run = workspace.snakemake("--configfile", "config/other.yaml")
    ran = executed(run.stderr)
    assert ran["regress"] == 12
    assert not [rule for rule in ran if rule.startswith(("extract", "assemble", "import"))]
    assert workspace.tables() != before
    workspace.snakemake()
    assert_same(workspace.tables(), before)
