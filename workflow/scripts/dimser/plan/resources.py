"""What jobs ask for: memory and minutes, from the size of what they work on.

Sizes come from files that exist. What does not exist yet is planned as IEMOCAP's, with ComParE 2016
and a large model; Snakemake asks again before a job starts, and then its inputs are there. Each
retry asks for more. tests/test_resources.py holds this and Snakemake's benchmark files together.
"""

import csv
import functools
import math
import re
from collections.abc import Callable
from pathlib import Path

from dimser.features.registry import Shard
from dimser.regression.precision import FEW
from dimser.regression.registry import Fold

# MB of a process that has read nothing yet (110 to 190; with torch 620, and 940 with CUDA's
# libraries, used or not), and of the two processes of Snakemake's around it in a cluster's job.
BASE, BASE_OF_MODELS = 450, 1250
# Minutes beside the work itself: to start, and for slow file systems. Folds are many and short.
LEAST, LEAST_OF_FOLDS = 5, 1
UTTERANCES, SECONDS, LONGEST = 10_039, 45_000.0, 34.0
STORE, MODEL, TABLE = 256, 1_270, 1  # MB
NO_TABLES = (".h5", ".svg", ".pdf")  # suffixes of what else jobs read


class Job:
    """A job that is planned, and the size of what it reads.

    Attributes:
        wildcards: as Snakemake has them.
        input: files, as Snakemake has them.
    """

    def __init__(self, wildcards: object, input: object) -> None:
        """Note what the job reads; sizes are looked up when they are asked for."""
        self.wildcards, self.input = wildcards, input

    @property
    def utterances(self) -> int:
        """How many the corpus has, by the table in the folder that inputs come from."""
        folder = re.compile(rf"(.*/)?{re.escape(self.wildcards.corpus)}/")
        folders = {found[0] for found in map(folder.match, self.input) if found}
        tables = [table for own in folders if (table := Path(own, "utterances.csv")).exists()]
        return known(lines, tables[0], UTTERANCES) if tables else UTTERANCES

    @property
    def tables_mb(self) -> float:
        """MB of the tables among the inputs."""
        tables = [path for path in self.input if not path.endswith(NO_TABLES)]
        return sum(known(megabytes, path, TABLE) for path in tables)

    @property
    def stores(self) -> list[float]:
        """MB of each feature store among the inputs."""
        return [known(megabytes, path, STORE) for path in self.input if path.endswith(".h5")]

    @property
    def stores_mb(self) -> float:
        """MB of all feature stores among the inputs."""
        return sum(self.stores)

    @property
    def pairs(self) -> float:
        """Millions of pairs of utterances."""
        return 1e-6 * self.utterances**2

    def kernel_mb(self, parts: int, inner_fits: int) -> float:
        """Return the MB of distances, of their kernel and of libsvm's cache.

        Args:
            parts: how many feature sets are fused.
            inner_fits: how many models are fitted to choose the settings of one.
        """
        each = 4 * self.pairs
        stored = [known(megabytes, path, each) for path in self.input if path.endswith(".h5")]
        held = max(parts * each, sum(stored)) + (8 * self.pairs if inner_fits else 0)
        return min(500, 5 * self.pairs) + 8 * self.pairs + held

    @property
    def distances_mb(self) -> float:
        """MB of the distances of the feature set among the inputs: float64 of few dimensions."""
        return (8 if self.fold.width <= FEW else 4) * self.pairs

    @property
    def fold(self) -> Fold:
        """The work of a regression block by block."""
        return Fold(self.utterances, self.stores_mb)

    @property
    def model_mb(self) -> float:
        """MB of the weights of the model among the inputs, if there is one."""
        return known(megabytes, self.input.model, MODEL) if hasattr(self.input, "model") else 0.0

    def shard(self, shards: int) -> Shard:
        """Return the work of an extraction.

        Args:
            shards: into how many parts the corpus is cut.
        """
        supposed = UTTERANCES // shards, SECONDS / shards, LONGEST
        return Shard(*known(lengths, self.input.index, supposed), self.model_mb)


def memory(
    needed: Callable[[Job], float] = lambda job: 10 * job.tables_mb, base: int = BASE
) -> Callable:
    """Return a function for a rule's `mem_mb`.

    Args:
        needed: MB of a job's data; by default, ten times those of the tables that it reads.
        base: MB of a process that has read nothing yet.
    """
    return lambda wildcards, input, attempt: (
        attempt * math.ceil(base + needed(Job(wildcards, input)))
    )


def minutes(seconds: Callable[[Job], float] = lambda job: 0.0, least: int = LEAST) -> Callable:
    """Return a function for a rule's `runtime`.

    Args:
        seconds: that a job's work takes on our machine; others are given twice as many.
        least: minutes beside it.
    """
    return lambda wildcards, input, attempt: (
        attempt * math.ceil(least + 2 * seconds(Job(wildcards, input)) / 60)
    )


def work(runtime: float | None) -> float:
    """Return the seconds that a job's work takes at least, from the minutes that it asks for.

    Args:
        runtime: as `minutes` makes it; None where nothing is known.

    Example:
        >>> work(5), work(9)
        (0, 90)
    """
    return 30 * max(0, (runtime or 0) - LEAST - 1)


@functools.cache
def _read_once(reader: Callable, path: Path, changed: int) -> object:
    """Return what a reader finds in a file; read anew where the file has changed."""
    return reader(path)


def known(reader: Callable, path: str | Path, supposed: object) -> object:
    """Return what a reader finds in a file or folder, or what is supposed until it exists."""
    path = Path(path)
    return _read_once(reader, path, path.stat().st_mtime_ns) if path.exists() else supposed


def megabytes(path: Path) -> float:
    """Return the size of a file, or of the weights in a model's folder."""
    weights = [file for suffix in ("safetensors", "bin") for file in path.glob(f"*.{suffix}")]
    return sum(file.stat().st_size for file in weights or [path]) / 1e6


def lines(path: Path) -> int:
    """Return the number of rows of a table."""
    with open(path, encoding="utf-8") as table:
        return sum(1 for _ in table) - 1


def lengths(path: Path) -> tuple[int, float, float]:
    """Return number, sum and largest of the durations in an audio index."""
    with open(path, encoding="utf-8", newline="") as table:
        found = [float(row["duration"] or 0) for row in csv.DictReader(table)]  # without audio
    return len(found), sum(found), max(found, default=0.0)
