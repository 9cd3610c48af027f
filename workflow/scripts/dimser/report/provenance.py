"""Provenance of a run: its code, packages and machine, and the time and memory of its jobs."""

import hashlib
import json
import os
import platform
import re
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

PROJECT = Path(__file__).parents[4]
PACKAGES = ("snakemake", "numpy", "scipy", "pandas", "scikit-learn", "opensmile", "torch",
            "transformers", "matplotlib", "plotly", "soundfile", "soxr", "h5py")  # fmt: skip


def versions() -> dict[str, str]:
    """Return the versions of dimser, Python and the installed packages."""
    known = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            known[name] = version(name)
    return {"dimser": commit(), "Python": platform.python_version(), **known}


def now() -> str:
    """Return the date and time of now, or of `SOURCE_DATE_EPOCH` where that is set."""
    at = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(float(at), UTC) if at else datetime.now(UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def configuration(name: str, config: dict) -> str:
    """Name a configuration by its file and its content.

    Args:
        name: of the file; may be empty.
        config: with defaults.

    Example:
        >>> configuration("mine.yaml", {"draws": 100})
        'mine.yaml (ebfc724)'
    """
    content = json.dumps(config, sort_keys=True, default=str).encode()
    digest = hashlib.blake2b(content, digest_size=8).hexdigest()[:7]
    return f"{name} ({digest})".strip()


def commit(project: Path = PROJECT) -> str:
    """Return the commit of this code, and whether files differ from it."""
    if unpacked := re.fullmatch(r"dimser-([0-9a-f]{40})", project.name):
        return f"commit {unpacked[1][:7]}"  # unpacked by workflow/Snakefile from a git host
    try:
        if Path(_git(project, "rev-parse", "--show-toplevel")) != project.resolve():
            return "a copy inside another git repository; its own commit is not known"
        described = _git(project, "describe", "--always", "--dirty")
    except OSError:
        return "commit not known: git is not installed"
    except subprocess.CalledProcessError as error:
        if "not a git repository" in error.stderr:
            return "not in a git repository"
        return f"commit not known: {error.stderr.strip().splitlines()[0]}"
    return f"commit {described}".replace("-dirty", ", with edits")


def _git(project: Path, *arguments: str) -> str:
    # The code of a checkout that another user owns runs anyway. What git exports to its hooks
    # names another repository.
    own = {
        key: value for key, value in os.environ.items() if key not in ("GIT_DIR", "GIT_WORK_TREE")
    }
    command = ["git", "-c", f"safe.directory={project.resolve()}", "-C", str(project), *arguments]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env=own | {"LC_ALL": "C"}
    )
    return run.stdout.strip()


def machine() -> dict[str, str]:
    """Describe the machine that this process runs on."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.+)", info.read_text()) if info.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "system": platform.platform(),
        "processor": model[1] if model else platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
    }


def times(
    benchmarks: str | Path, methods: dict[str, list[str]], feature_sets: dict[str, list[str]]
) -> pd.DataFrame:
    """Summarise time and memory of a run's jobs, by rule, from Snakemake's benchmark records.

    Args:
        benchmarks: folder with one `.jsonl` per job, in a subfolder named after the rule.
        methods: of each corpus; records of others are left from earlier runs, and ignored.
        feature_sets: of each corpus, likewise.

    Returns:
        Columns `rule,jobs,seconds,longest,peak_mb`, the slowest rule first; empty where there are
        no records. If a job ran several times, its last run counts.
    """
    folder, rows = Path(benchmarks), []
    for path in sorted(folder.rglob("*.jsonl")):
        lines = path.read_text().splitlines()
        if not lines:  # the job has just started
            continue
        record = json.loads(lines[-1])
        if not _of_this_run(record.get("wildcards", {}), methods, feature_sets):
            continue
        place = path.relative_to(folder).with_suffix("").parts[0]
        rows.append([record.get("rule_name", place), record["s"], record["max_rss"]])
    table = pd.DataFrame(rows, columns=["rule", "seconds", "peak_mb"])
    table["peak_mb"] = pd.to_numeric(table["peak_mb"], errors="coerce")  # "NA": it was too short
    return (
        table.groupby("rule")
        .agg(
            jobs=("seconds", "size"),
            seconds=("seconds", "sum"),
            longest=("seconds", "max"),
            peak_mb=("peak_mb", "max"),
        )
        .sort_values("seconds", ascending=False, kind="stable")
        .reset_index()
    )


def _of_this_run(
    wildcards: dict, methods: dict[str, list[str]], feature_sets: dict[str, list[str]]
) -> bool:
    if (corpus := wildcards.get("corpus")) not in (None, *methods):
        return False
    known = {"method": methods, "features": feature_sets}
    return all(
        wildcards[key] in {name for c in ([corpus] if corpus else of) for name in of[c]}
        for key, of in known.items()
        if key in wildcards
    )
