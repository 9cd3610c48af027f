"""What the terminal says first: what will be computed, roughly for how long, and what is kept."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from dimser.core.words import counted

REPORT = "results/report.html"
START = 3  # seconds that a job takes beside its work, on our machine
HEAD = 20_000  # letters of a report within which it names its configuration
MADE_WITH = re.compile(r"configuration ([^<]+?) \([0-9a-f]{7}\)")


def announced(jobs: Iterable[tuple[str, float, int]], cores: int) -> str:
    """Say what is to be computed, and roughly how long it takes.

    Times are those of `dimser.plan.resources`, without what is added there to be safe.

    Args:
        jobs: rule, work in seconds on two cores, and threads of each job.
        cores: that the run has.

    Example:
        >>> announced([("regress", 60.0, 1)] * 40 + [("score", 0.0, 1)] * 2, 2)
        'To compute: 42 jobs (40 of regress, 2 of score), roughly 21 minutes on 2 cores.'
    """
    jobs = [job for job in jobs if job[0] != "all"]
    counts = Counter(rule for rule, *_ in jobs)
    named = [f"{count} of {rule}" for rule, count in counts.most_common(4)]
    more = len(counts) - len(named)
    named += [counted(more, "other rule")] * bool(more)
    seconds = sum((START + work) * threads for _, work, threads in jobs) / max(cores, 1)
    what = f"{counted(len(jobs), 'job')} ({', '.join(named)})"
    return f"To compute: {what}, roughly {_time(seconds)} on {counted(cores, 'core')}."


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 90:
        return counted(max(minutes, 1), "minute")
    return f"{seconds / 3600:.0f} hours"


def keep(report: Path, configured: str) -> str:
    """Keep a report that was made with another configuration, under that one's name.

    Args:
        report: that is about to be written.
        configured: what this run's configuration is called.

    Returns:
        A sentence that says so; empty where there is nothing to keep.
    """
    if not report.exists():
        return ""
    with open(report, encoding="utf-8") as page:
        found = MADE_WITH.search(page.read(HEAD))
    if not found or (before := html.unescape(found[1])) == configured:
        return ""
    name = re.sub(r"[^\w-]+", "_", before.rpartition(".")[0])
    kept = report.with_name(f"report_{name}.html")
    report.replace(kept)
    return (
        f"{report} was made with {before}, and this run is of {configured}: the former is kept as "
        f"{kept}. Tables and figures are written anew; `--directory` keeps studies apart."
    )
