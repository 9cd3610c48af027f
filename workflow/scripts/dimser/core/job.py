"""What every script does around its function: a log, a progress bar, a plain word on bad input."""

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


@contextmanager
def logged(path: str) -> Iterator[None]:
    """Send everything that the block prints, logs or raises to the rule's log file.

    Bad input ends the job with its sentences alone, in the log and on the terminal; anything else
    that is raised leaves its traceback in the log. The last line is the peak of the memory.

    Args:
        path: the log file.
    """
    with open(path, "w", encoding="utf-8", buffering=1) as log:
        terminal = os.dup(2)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=log, force=True)
        logging.captureWarnings(True)
        try:
            yield
        except InputError as error:
            os.write(terminal, f"\n{error}\n\n".encode())  # first: the log's disk may be full
            print(error, file=log)
            sys.exit(1)
        except Exception:
            traceback.print_exc(file=log)
            sys.exit(1)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            print(f"Peak memory: {peak_memory():.0f} MiB", file=log)


def peak_memory() -> float:
    """Give the most memory that this process has held, in MiB; NaN where Linux does not tell.

    Snakemake's benchmarks look now and then, and getrusage counts what a parent held at the fork.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else float("nan")


def progress(steps: Iterable, description: str, unit: str, total: int | None = None) -> tqdm:
    """Show rate and time left in the log while `steps` are gone through.

    Args:
        steps: what is gone through.
        description: what is being done, in the field's words.
        unit: what one step is ("utterance").
        total: number of steps, where `steps` has no length.
    """
    return tqdm(
        steps, desc=description, unit=f" {unit}", total=total, mininterval=2, file=sys.stderr
    )
