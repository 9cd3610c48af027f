"""Mutation testing of the science: does a test fail when the code is wrong?

    python tests/mutants/run.py [module ...]

Puts each fault of `science.py`, and each mutant that `operators.py` makes, into a copy of the
project and runs the mirrored tests there until one fails. Modules are named by any part of their
path. MUTANTS=200 tries so many of the mutants, drawn by a seed; CORES=2 says how many at a time.
"""

import gc
import importlib
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest
from operators import mutants
from science import EQUIVALENT, FAULTS, FAULTS_ALONE, TESTS

PROJECT = Path(__file__).parents[2]
SCRIPTS = Path("workflow/scripts")
ENOUGH = 0.95
# What takes long to import is imported once; each run of the tests is a fork.
SLOW = (
    "_hypothesis_pytestplugin", "audmetric", "audpsychometric", "confidence_intervals", "h5py",
    "krippendorff", "opensmile", "pandas", "scipy.stats", "sklearn.kernel_approximation",
    "sklearn.kernel_ridge", "sklearn.linear_model", "sklearn.pipeline", "sklearn.svm", "torch",
    "torch.utils.data", "transformers",
)  # fmt: skip


class Trial(NamedTuple):
    """A changed module, and what to print of it if no test fails."""

    module: str
    text: str
    told: str


def trials(chosen: list[str]) -> Iterator[Trial]:
    """Give the faults and the mutants of the modules that are named, or of all."""
    for sentence, module, old, new in FAULTS:
        if is_chosen(module, chosen):
            text = (PROJECT / SCRIPTS / module).read_text()
            if text.count(old) != 1:
                sys.exit(f"{module} does not hold this once, to put the fault in: {old!r}")
            yield Trial(module, text.replace(old, new), f"{module}: {sentence}")
    drawn, used = [], set()
    for module in filter(lambda module: is_chosen(module, chosen), TESTS):
        for line, old, new, text in mutants((PROJECT / SCRIPTS / module).read_text()):
            found = [n for n, (part, pattern, _) in enumerate(EQUIVALENT)
                     if part in module and re.search(pattern, f"{old} -> {new}")]  # fmt: skip
            used.update(found)
            if not found:
                drawn.append(Trial(module, text, f"{module}:{line}: {shown(old, new)}"))
    if idle := [EQUIVALENT[n][1] for n in range(len(EQUIVALENT)) if n not in used and not chosen]:
        sys.exit(f"No mutant is what these patterns of equivalent ones tell: {idle}")
    wanted = int(os.environ.get("MUTANTS") or len(drawn))
    yield from random.Random(0).sample(drawn, wanted) if wanted < len(drawn) else drawn


def is_chosen(module: str, chosen: list[str]) -> bool:
    """Say whether a module is among those named, by any part of its path."""
    return not chosen or any(part in module for part in chosen)


def shown(old: str, new: str, around: int = 30) -> str:
    """Show where two lines differ, with some of what stands around it."""
    first = alike(old, new)
    last = alike(old[first:][::-1], new[first:][::-1])
    begin = max(0, first - around)
    old, new = (line[begin : len(line) - max(0, last - around)] for line in (old, new))
    return f"{old}  ->  {new}"


def alike(old: str, new: str) -> int:
    """Count the characters with which both begin."""
    pairs = zip(old, new, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def begin(folder: str) -> None:
    """Give a process that tries mutants a copy of the project, and stay there."""
    copy = Path(tempfile.mkdtemp(dir=folder))
    for name in ("workflow", "tests", "data/published"):
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", copy)
    os.chdir(copy)


def passes(module: str, seconds: float) -> bool:
    """Say whether a module's tests pass, in a fork that ends when its time is over."""
    child = os.fork()
    if not child:
        code = 1
        try:
            signal.alarm(int(seconds))
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            tests = [f"tests/{name}" for name in (TESTS | FAULTS_ALONE)[module].split()]
            how = "-qx -p no:cacheprovider -p _hypothesis_pytestplugin --basetemp=tmp"
            code = pytest.main([*how.split(), "--hypothesis-profile=mutants", *tests])
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def survives(task: tuple[Trial, float]) -> tuple[Trial, bool]:
    """Say whether the tests pass in spite of a mutant."""
    trial, seconds = task
    path = SCRIPTS / trial.module
    kept = path.read_text()
    path.write_text(trial.text)
    alive = passes(trial.module, seconds)
    path.write_text(kept)
    return trial, alive


def clean(module: str) -> tuple[str, float, bool]:
    """Run a module's tests on the code as it is: the time it takes, and whether they pass."""
    start = time.monotonic()
    sound = passes(module, 600)
    return module, time.monotonic() - start, sound


def main(chosen: list[str]) -> int:
    """Try all mutants, print those that survive, and say how many do not, by module and in all."""
    asked = list(trials(chosen))
    os.environ |= {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True  # a mutant may be as long as the code, and as old
    for name in SLOW:
        importlib.import_module(name)
    gc.freeze()
    found = hypothesis.Phase.explicit, hypothesis.Phase.generate
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=found
    )
    cores = os.environ.get("CORES", "all")
    cores = int(cores) if cores.isdigit() else os.cpu_count()
    survivors = []
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(cores, get_context("fork"), begin, (folder,)) as pool,
    ):
        limits = {}
        for module, seconds, sound in pool.map(clean, dict.fromkeys(t.module for t in asked)):
            if not sound:
                sys.exit(f"{module}: its tests fail on the code as it is.")
            limits[module] = 20 + 5 * seconds
        tasks = [(trial, limits[trial.module]) for trial in asked]
        for number, (trial, alive) in enumerate(pool.map(survives, tasks), start=1):
            if alive:
                survivors.append(trial)
                print(f"survived: {trial.told}", flush=True)
            elif not number % 100:
                print(f"{number} of {len(asked)} ...", file=sys.stderr, flush=True)
    alive = Counter(trial.module for trial in survivors)
    for module, count in Counter(trial.module for trial in asked).items():
        print(f"{count - alive[module]} of {count}: {module}")
    print(f"{len(asked) - len(survivors)} of {len(asked)} mutants killed")
    return len(survivors) > (1 - ENOUGH) * len(asked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
