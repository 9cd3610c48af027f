"""What a report tells of the run itself."""

import json
import subprocess
from pathlib import Path

import pytest

from dimser.report import provenance


def record(folder: Path, name: str, *lines: dict) -> None:
    path = folder / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_times_of_this_runs_jobs_are_summed_by_rule_and_the_last_run_counts(
    tmp_path: Path,
) -> None:
    record(tmp_path, "regress/mini/a/0", {"s": 99, "max_rss": 1, "rule_name": "regress"},
           {"s": 2.0, "max_rss": 300.0, "rule_name": "regress"})  # fmt: skip
    record(tmp_path, "regress/mini/a/1", {"s": 3.0, "max_rss": "NA", "rule_name": "regress",
           "wildcards": {"corpus": "mini", "method": "a"}})  # fmt: skip
    for gone in ({"corpus": "gone"}, {"corpus": "mini", "method": "b"}, {"features": "gone"}):
        record(tmp_path, f"regress/{gone}", {"s": 9.0, "max_rss": 9.0, "wildcards": gone})
    record(tmp_path, "table1", {"s": 0.5, "max_rss": 100.0})  # as plain benchmarks write it
    record(tmp_path, "report")  # has just begun
    table = provenance.times(tmp_path, {"mini": ["a"]}, {"mini": ["a"]})
    assert table.columns.tolist() == ["rule", "jobs", "seconds", "longest", "peak_mb"]
    assert table.iloc[0].tolist() == ["regress", 2, 5.0, 3.0, 300.0]
    assert table.iloc[1].tolist() == ["table1", 1, 0.5, 0.5, 100.0]
    assert len(table) == 2


def test_without_records_there_are_no_times(tmp_path: Path) -> None:
    assert provenance.times(tmp_path / "none", {}, {}).empty


def test_versions_and_machine_are_named() -> None:
    versions = provenance.versions()
    assert {"dimser", "Python", "numpy", "scikit-learn"} <= set(versions) and all(versions.values())
    assert all(provenance.machine().values())


def repository(folder: Path) -> str:
    """Make a git repository with one commit, and return the commit."""
    folder.mkdir()
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], [*who, "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", "-C", folder, *command], check=True)
    shown = ["git", "-C", folder, "rev-parse", "--short", "HEAD"]
    return subprocess.run(shown, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_that_of_the_code_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = repository(tmp_path / "own")
    assert provenance.commit(tmp_path / "own") == f"commit {own}"
    # a copy of the code in a study that is kept in git
    (tmp_path / "own/dimser").mkdir()
    assert provenance.commit(tmp_path / "own/dimser") == (
        "a copy inside another git repository; its own commit is not known"
    )
    # called from a hook of another repository
    repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    assert provenance.commit(tmp_path / "own") == f"commit {own}"
    (tmp_path / "none").mkdir()
    assert provenance.commit(tmp_path / "none") == "not in a git repository"


def test_a_checkout_of_another_user_has_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git calls the ownership of such a repository dubious."""
    own = repository(tmp_path / "own")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert subprocess.run(["git", "-C", tmp_path / "own", "status"], capture_output=True).returncode
    assert provenance.commit(tmp_path / "own") == f"commit {own}"


def test_what_git_says_is_told_where_the_commit_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(tmp_path / "own")
    (tmp_path / "own/.git/config").write_text("[broken")
    assert provenance.commit(tmp_path / "own").startswith("commit not known: fatal: bad config")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance.commit(tmp_path / "own") == "commit not known: git is not installed"
