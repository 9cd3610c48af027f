"""What the terminal says last: why jobs failed, in their own words, or what a check has found."""

import atexit
import logging
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from snakemake_interface_logger_plugins.common import LogEvent

from dimser.core.job import PEAK, last_words
from dimser.plan.beginning import REPORT

CHECK = "check"  # the rule; another workflow may put a prefix before it
EXAMPLES = 3
STOPPING = "Terminating processes on user request"  # as Snakemake says it
STOPPED = "Stopped, as you asked. What is finished is kept: the same command goes on from there."
# A target that cannot be made, as Snakemake tells it: by an exception of a rule's input.
REFUSED = re.compile(r"\bConfigurationError:\s*(.*?)\s*Wildcards:", re.DOTALL)
# What differs between problems of one kind: what is quoted, in parentheses, a path or a number.
VARIES = re.compile(r"'[^']*'|\"[^\"]*\"|\([^)]*\)|\S*[\d/][^\s,;:]*")


class Ending(logging.Handler):
    """Follow a run's messages, and tell at its end what the jobs that failed have said.

    Snakemake reports a failed job when it fails, and ends with a sentence that says nothing of the
    cause. Its logs do, wherever the job ran.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failed: dict[int, tuple[str, list[str]]] = {}
        self.checks: dict[int, list[str]] = {}
        self.answers: list[str] = []
        self.reports: dict[int, str] = {}
        self.written: list[str] = []
        self.refused: list[str] = []
        self.stopped = False

    def emit(self, record: logging.LogRecord) -> None:
        """Note a job that failed, and forget it where another attempt finishes."""
        if str(record.msg).startswith(STOPPING):
            self.stopped = True
        match getattr(record, "event", None):
            case LogEvent.JOB_INFO if record.rule_name.endswith(CHECK):
                self.checks[record.jobid] = list(record.log)
            case LogEvent.JOB_INFO if found := _report(getattr(record, "output", "")):
                self.reports[record.jobid] = found
            case LogEvent.JOB_ERROR:
                self.failed[record.jobid] = record.rule_name, list(record.log)
            case LogEvent.GROUP_ERROR:
                for job in record.job_error_info:
                    self.failed[job["jobid"]] = job["rule_name"], list(job["log"])
            case LogEvent.ERROR:
                self.refused += REFUSED.findall(str(record.msg))
            case LogEvent.JOB_FINISHED:
                self.failed.pop(record.job_id, None)
                self.answers += self.checks.pop(record.job_id, [])
                self.written += [self.reports.pop(record.job_id, "")]

    def words(self) -> list[str]:
        """Return the sentences of all failed jobs, each once; those alike as one.

        If no job failed, why a target cannot be made, what the rule `check` has said, and where
        the report is. If the run was stopped, that it can go on.
        """
        if self.stopped:
            return [STOPPED]
        if not self.failed:
            found = [f"- {sentence}" for sentence in self.refused]
            found += [f"The report: {path}" for path in self.written if path]
            return found + [
                PEAK.sub("", Path(log).read_text(encoding="utf-8")) for log in self.answers
            ]
        found: dict[str, str] = {}
        unexpected = []
        for rule, logs in self.failed.values():
            for log in logs:
                problems, rest = last_words(log)
                found |= {problem: log for problem in problems if problem not in found}
                if rest:
                    unexpected.append(f"Rule {rule} failed unexpectedly; {log} ends in:\n{rest}")
        return [*unexpected, *(f"- {problem}" for problem in condensed(found))]

    def tell(self) -> None:
        """Print it."""
        if words := self.words():
            print("", *words, sep="\n", file=sys.stderr, flush=True)

    @classmethod
    def follow(cls, logger: logging.Logger) -> None:
        """Follow the messages of a logger until this process ends; once is enough."""
        if not any(isinstance(handler, cls) for handler in logger.handlers):
            logger.addHandler(ending := cls())
            atexit.register(ending.tell)


def _report(outputs: object) -> str:
    """Return the path of the report among a job's outputs, or nothing."""
    named = str(outputs).strip("[]'").split("', '") if outputs else []
    return next((path for path in named if path.endswith(REPORT)), "")


def condensed(problems: dict[str, str] | Iterable[str]) -> list[str]:
    """Return problems with those of one kind as one, which names three of them and counts all.

    Args:
        problems: sentences, perhaps with the log that holds all of them.

    Example:
        >>> condensed(f"data/{name}.wav: the file does not exist." for name in "abcdefg")
        ['data/a.wav: the file does not exist. Likewise data/b.wav and data/c.wav; 7 in all.']
    """
    logs = problems if isinstance(problems, dict) else dict.fromkeys(problems, "")
    kinds: dict[str, list[str]] = {}
    for problem in logs:
        kinds.setdefault(VARIES.sub("", problem.partition(": ")[2] or problem), []).append(problem)
    lines = []
    for first, *others in kinds.values():
        if len(others) < EXAMPLES:
            lines += [first, *others]
            continue
        named = " and ".join(_difference(first, other) for other in others[: EXAMPLES - 1])
        where = f" ({logs[first]})" if logs[first] else ""
        lines.append(f"{first} Likewise {named}; {len(others) + 1:,} in all{where}.")
    return lines


def _difference(first: str, other: str) -> str:
    """Return what a problem is about where it differs from another of its kind."""
    where, _, what = other.partition(": ")
    if what and where != first.partition(": ")[0]:
        return where
    known = VARIES.findall(first)
    return " ".join(part for part in VARIES.findall(other) if part not in known)
