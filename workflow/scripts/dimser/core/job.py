"""What all scripts share: a log, a progress bar, and plain messages for bad input."""

import gc
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from dimser.core.errors import InputError

STOPPED = "Stopped:"  # what follows it in a log are sentences
PEAK = re.compile(r"\nPeak memory: .*\n")
TRACED = "Traceback (most recent call last):"


@contextmanager
def logged(path: str) -> Iterator[None]:
    """Send everything that the block prints, logs or raises to the rule's log file.

    Bad input ends the log with its sentences, any other exception with its traceback; the terminal
    tells them when the run ends (`last_words`). The last line is the peak memory.

    Args:
        path: the log file.
    """
    # What is imported stays until the end: the collector need not look at it again, least of all
    # when the process ends, which costs each of hundreds of jobs a tenth of a second and more.
    gc.freeze()
    with open(path, "w", encoding="utf-8", buffering=1) as log:
        terminal = os.dup(2)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=log, force=True)
        logging.captureWarnings(True)
        try:
            yield
        except InputError as error:
            try:
                print(STOPPED, error, sep="\n", file=log)
            except OSError:  # the log's disk is full
                os.write(terminal, f"\n{error}\n\n".encode())
            sys.exit(1)
        except Exception:
            traceback.print_exc(file=log)
            sys.exit(1)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            print(f"Peak memory: {peak_memory():.0f} MiB", file=log)
            gc.freeze()


def last_words(path: str) -> tuple[list[str], str]:
    """Return why a job failed, as `logged` left it in its log.

    Args:
        path: the log file.

    Returns:
        The sentences on bad input, and otherwise the traceback; both are empty where it has none.
    """
    if not Path(path).is_file():
        return [], ""
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    text = PEAK.sub("", text)
    if (stopped := text.rpartition(f"{STOPPED}\n"))[1]:
        return [line.removeprefix("- ") for line in stopped[2].splitlines()], ""
    traced = text.rpartition(TRACED)
    return [], (TRACED + traced[2]).strip() if traced[1] else ""


def peak_memory() -> float:
    """Return the peak memory of this process in MiB; NaN where there is no /proc.

    Snakemake's benchmarks only sample it, and getrusage includes the parent's memory at the fork.
    """
    status = Path("/proc/self/status")
    match = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(match[1]) / 1024 if match else float("nan")


def progress(steps: Iterable, description: str, unit: str, total: int | None = None) -> tqdm:
    """Iterate over `steps`, with rate and remaining time in the log.

    Args:
        steps: any iterable.
        description: what is being done, in the field's words.
        unit: what one step is ("utterance").
        total: number of steps, where `steps` has no length.
    """
    return tqdm(
        steps, desc=description, unit=f" {unit}", total=total, mininterval=2, file=sys.stderr
    )
