"""What a report tells of the run itself."""

import json
from pathlib import Path

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
