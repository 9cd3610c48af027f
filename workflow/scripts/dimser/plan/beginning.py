"""What the terminal says first: what will be computed, roughly for how long, and what is kept."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from dimser.core.words import counted

REPORT = "results/report.html"
START = 3  # seconds that a job takes beside its work, on our machine
HEAD = 20_000  # letters of a report within which it names its configuration
MADE_WITH = re.compile(r"configuration ([^<]+?) \([0-9a-f]{7}\)")


class Planned(NamedTuple):
    """A job that is to run.

    Attributes:
        rule: its name.
        work: in seconds on two cores.
        threads: that it takes.
        corpus: id of the one that it is about, if it is about one.
    """

    rule: str
    work: float
    threads: int
    corpus: str = ""


def announced(jobs: Iterable[Planned], cores: int, unread: Sequence[str] = ()) -> str:
    """Say what is to be computed, and roughly how long it takes.

    Times are those of `dimser.plan.resources`, without what is added there to be safe. What a job
    reads is supposed to be as large as IEMOCAP's until its corpus has been read.

    Args:
        jobs: that are planned.
        cores: that the run has.
        unread: ids of the corpora that are still to be read.

    Example:
        >>> jobs = [Planned("regress", 60.0, 1)] * 40 + [Planned("score", 0.0, 1)] * 2
        >>> announced(jobs, 2)
        'To compute: 42 jobs (40 of regress, 2 of score), roughly 21 minutes on 2 cores.'
    """
    jobs = [job for job in jobs if job.rule != "all"]
    counts = Counter(job.rule for job in jobs)
    named = [f"{count} of {rule}" for rule, count in counts.most_common(4)]
    more = len(counts) - len(named)
    named += [counted(more, "other rule")] * bool(more)
    what = f"To compute: {counted(len(jobs), 'job')} ({', '.join(named)})"

    def time(works: Iterable[float]) -> str:
        threads = [job.threads for job in jobs]
        total = sum((START + work) * count for work, count in zip(works, threads, strict=True))
        return _time(total / max(cores, 1))

    longest = time(job.work for job in jobs)
    on = f"on {counted(cores, 'core')}"
    if not unread:
        return f"{what}, roughly {longest} {on}."
    least = time(0.0 if job.corpus in {"", *unread} else job.work for job in jobs)
    return (
        f"{what}, {on} roughly {least} if what is still to be read ({', '.join(unread)}) is small, "
        f"and {longest} if it is as large as IEMOCAP."
    )


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
