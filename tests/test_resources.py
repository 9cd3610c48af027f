"""What jobs ask for, held against what they took, and the plan that a cluster's user sees."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import miniature_iemocap
import miniature_vam
import yaml
from conftest import PROJECT, Workspace, make_workspace

MEASURED = PROJECT / "benchmarks/iemocap_sized.jsonl"
sys.path.append(str(PROJECT / "benchmarks"))
import iemocap_sized as large  # noqa: E402

# What even the smallest job may ask for: beside the work, a cluster's job holds two more processes
# of Snakemake's, and time goes into starting them. With CUDA's libraries, torch holds 400 MB more.
LEAST_MB = dict.fromkeys(("check_model", "extract_transformers", "stand_in"), 1400)
OTHERS_MB = 600
LEAST_MINUTES = {"distances": 2, "regress": 3}
OTHERS_MINUTES = 7
TARGETS = {"all"}


def plan(output: str) -> list[dict]:
    """Read what each job of a dry run is, and what it asks for."""
    found = []
    header = re.compile(r"^ *(?:local)?(?:rule|checkpoint) (\w+):$", re.MULTILINE)
    _, *parts = header.split(output)
    for rule, text in zip(parts[::2], parts[1::2], strict=True):
        of = dict(re.findall(r"^ +(\w+): (.*)$", text, re.MULTILINE))
        asked = dict(pair.split("=") for pair in of.get("resources", "").split(", ") if pair)
        found.append(
            {
                "rule": rule,
                "wildcards": {w for w in of.get("wildcards", "").split(", ") if w[-1:] not in "="},
                **asked,
            }
        )
    return [job for job in found if job["rule"] not in TARGETS]


def assert_honest(rule: str, mb: float, mib: float, minutes: float, seconds: float) -> None:
    """Hold what a job asked for against what it took: less, but not less than a third."""
    peak = mib * 2**20 / 1e6
    least_mb = LEAST_MB.get(rule, OTHERS_MB)
    assert peak < mb < max(3 * peak, least_mb), f"{rule}: took {peak:.0f} MB of {mb}"
    took, least = seconds / 60, LEAST_MINUTES.get(rule, OTHERS_MINUTES)
    assert took < minutes <= max(3 * took, least), f"{rule}: took {took:.1f} min of {minutes}"


def test_jobs_take_what_they_ask_for_and_no_less_than_a_third(finished: Workspace) -> None:
    logs = finished.folder / "logs"
    benchmarks = logs / "benchmark"
    records = sorted(benchmarks.rglob("*.jsonl"))
    scripted = {p.relative_to(logs).with_suffix("") for p in logs.rglob("*.log")}
    assert {p.relative_to(benchmarks).with_suffix("") for p in records} == scripted
    for path in records:
        record = json.loads(path.read_text())
        log = (logs / path.relative_to(benchmarks)).with_suffix(".log").read_text()
        peak = float(re.findall(r"^Peak memory: (\d+) MiB$", log, re.MULTILINE)[-1])
        if record["max_rss"] != "NA":  # seen now and then, but with the process's children
            peak = max(peak, record["max_rss"])
        asked = record["resources"]
        assert_honest(record["rule_name"], asked["mem_mb"], peak, asked["runtime"], record["s"])


def test_a_corpus_of_iemocaps_size_takes_what_it_asks_for(tmp_path: Path) -> None:
    """By the records of a whole run; here its files are as large, but empty."""
    for name in ("workflow", "profiles", "envs", "data/published"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    shutil.copy(PROJECT / "Snakefile", tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config/mini.yaml").write_text(yaml.safe_dump(large.CONFIG))
    measured = [json.loads(line) for line in MEASURED.read_text().splitlines()]
    for name, mb in {k: v for job in measured for k, v in job["input_size_mb"].items()}.items():
        path = tmp_path / name
        if "distances" not in path.parts and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n" * sum(large.SESSIONS) if path.name == "utterances.csv" else "")
            os.truncate(path, int(mb * 2**20))
    asked = plan(Workspace(tmp_path).snakemake("--dry-run", "--forceall").stdout)
    assert len(asked) >= len(measured) > 50
    by_name = {(job["rule"], *sorted(job["wildcards"])): job for job in asked}
    for job in measured:
        wildcards = sorted(f"{key}={value}" for key, value in job["wildcards"].items() if value)
        its = by_name[job["rule_name"], *wildcards]
        mb, minutes = int(its["mem_mb"]), int(its["runtime"])
        assert_honest(its["rule"], mb, job["peak_mib"], minutes, job["s"])


def test_a_plan_for_a_cluster_says_what_each_job_asks_for(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    miniature_iemocap.write(tmp_path / "data/iemocap", turns=2)
    miniature_vam.write(tmp_path / "data/vam", sentences=3)
    shutil.copy(PROJECT / "config/icassp24.yaml", tmp_path / "config/mini.yaml")
    jobs = plan(workspace.snakemake("--dry-run", "--profile", "profiles/slurm").stdout)
    assert {job["rule"] for job in jobs} >= {"prepare", "regress", "report"}
    for job in jobs:
        if job["rule"] == "fetch_model":  # runs where Snakemake does, which has a network
            continue
        assert int(job["mem_mb"]) > 0 and int(job["runtime"]) > 0, job
        assert job["slurm_partition"] == "main" and job["slurm_account"] == "lab", job
        assert job.get("gpu", "0") == str(int(job["rule"] == "extract_transformers")), job


def test_opensmile_takes_the_cores_of_the_run_up_to_eight(workspace: Workspace) -> None:
    rule, store = "extract_opensmile", "results/mini/features/egemaps.h5"
    for cores, threads in (("6", "6"), ("32", "8")):
        arguments = ("--cores", cores, "--forcerun", rule, "--", store)
        said = workspace.snakemake("--dry-run", *arguments).stdout
        own = said.partition(f"rule {rule}:")[2].partition("\n\n")[0]
        assert f"threads: {threads}\n" in own
