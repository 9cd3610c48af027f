"""Measure the multiverse of one fold: CPU seconds and memory.

`python benchmarks/multiverse.py [UTTERANCES] [METHOD ...]`: 24 analyses (3 epsilons, 2 gammas, 2
scalings, with and without recalibration) of the generated features of `regression.py`; by default
10,039 utterances, 5 feature sets and 6 fusions. `--quarter` leaves out a gamma and a scaling.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from regression import FUSED, SESSIONS, SETS, write_corpus  # makes the library importable

from dimser.regression.choices import RECALIBRATIONS, SCALINGS
from dimser.regression.registry import FUSIONS
from multiverse_fold import multiverse_fold

CHOICES = {
    "epsilon": [0.05, 0.1, 0.2], "C": [1.0], "gamma": ["scale", "auto"], "kernel": ["rbf"],
    "scaling": ["minmax", "standard"], "fusion": ["concatenated"],
    "recalibration": ["none", "variance"],
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Write a corpus, analyse its first fold, and print what that took."""
    choices = CHOICES
    if "--quarter" in arguments:
        arguments.remove("--quarter")
        choices = CHOICES | {"gamma": ["scale"], "scaling": ["minmax"]}
    rows = int(arguments[0]) if arguments else sum(SESSIONS)
    methods = arguments[1:] or [*SETS, *FUSED]
    sets = [name for name in SETS if any(name in method.split("+") for method in methods)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_corpus(folder, rows)
        start, began = time.process_time(), time.time()
        multiverse_fold(
            features=[str(folder / f"{name}.h5") for name in sets],
            sets=dict.fromkeys(sets),
            utterances=str(folder / "utterances.csv"),
            folds=str(folder / "folds.csv"),
            fold=0,
            methods={method: method.split("+") for method in methods},
            fused={},
            regressor="dimser.regression.exact:svr",
            settings={"tol": 1e-6},
            choices=choices,
            scalings={name: kind.function for name, kind in SCALINGS.items()},
            fusions={name: kind.function for name, kind in FUSIONS.items()},
            recalibrations={name: how.function for name, how in RECALIBRATIONS.items()},
            output=str(folder / "sums.csv"),
        )
        took, wall = time.process_time() - start, time.time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(f"{rows} utterances, {methods}: {took:.1f} CPU s, {wall:.0f} s, peak {peak:.2f} GB")


if __name__ == "__main__":
    main(sys.argv[1:])
