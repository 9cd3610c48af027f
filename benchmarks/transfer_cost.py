"""Measure what transfer takes.

`python benchmarks/transfer_cost.py FOLDER CORPORA UTTERANCES SPEAKERS`: drawn corpora (2 of 5,531
utterances and 10 speakers are of IEMOCAP's size), five sets of ComParE's and of 1,024 dimensions
that know the labels, six concatenations of two, three dimensions, `strict`, each model with its
refits; a job for each corpus that is trained on, one after the other, one thread.
"""

import resource
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

SETS = {"cmp": 6373, "w1": 1024, "w2": 1024, "w3": 1024, "w4": 1024}
FUSED = ["cmp+w1", "cmp+w2", "cmp+w4", "w2+w4", "w2+w3", "w3+w4"]
DIMENSIONS = ["valence", "arousal", "dominance"]
REGRESSION = {"regressor": "dimser.regression.exact:svr", "kernel": "rbf", "gamma": "scale",
              "tune": None, "settings": {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}}  # fmt: skip


def write(folder: Path, seed: int, rows: int, speakers: int) -> None:
    """Draw a corpus."""
    from dimser.core.files import write_csv
    from dimser.features import store

    draws = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    labels = draws.normal(0.5, 0.2, size=(rows, 3)).clip(0, 1)
    who = draws.integers(speakers, size=rows)
    table = pd.DataFrame({"id": [f"u{n:05}" for n in range(rows)], "group": "", "gender": ""})
    table = table.assign(speaker=[f"{folder.name}{n}" for n in who], language="en", duration=1.0)
    write_csv(table.join(pd.DataFrame(labels, columns=DIMENSIONS)), folder / "utterances.csv")
    write_csv(table[["id"]].assign(fold=who % 5), folder / "folds.csv")
    for number, (name, width) in enumerate(SETS.items()):
        carried = 3 * (labels - 0.5) @ np.random.default_rng(number).normal(size=(3, width))
        voices = draws.normal(size=(speakers, width))[who]
        features = np.float32(carried + 2 * draws.normal(size=(rows, width)) + voices)
        kept = store.Store(table["id"].tolist(), [str(n) for n in range(width)], features)
        store.write(kept, folder / f"{name}.h5")


def train_on(folder: Path, corpus: str, others: list[str]) -> None:
    """Run the rule's own function."""
    from transfer import transfer

    every, methods = [corpus, *others], {}
    for method in [*SETS, *FUSED]:
        fusion = "dimser.regression.fusion:concatenated" if "+" in method else ""
        parts = {"parts": method.split("+"), "fusion": fusion, "recalibration": ""}
        methods[method] = parts | {"tests": others}
    stored = [*product(every, SETS)]
    transfer(
        train=[corpus], test=others, index=[], stored=stored, methods=methods, own_range="",
        utterances=[str(folder / name / "utterances.csv") for name in every],
        folds=[str(folder / name / "folds.csv") for name in every],
        stores=[str(folder / name / f"{features}.h5") for name, features in stored],
        sets={name: {"of": name, "layer": None, "pooling": None} for name in SETS},
        apart=False, regression=REGRESSION, predictions=str(folder / f"{corpus}.csv"),
        refits=str(folder / f"{corpus}_refits.csv"),
    )  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))
    place, (count, rows, speakers) = Path(sys.argv[1]), map(int, sys.argv[2:])
    names = [chr(ord("a") + number) for number in range(count)]
    for seed, name in enumerate(names):
        write(place / name, seed, rows, speakers)
    start = time.process_time()
    for name in names:
        train_on(place, name, [other for other in names if other != name])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{time.process_time() - start:.0f} CPU s, {peak:.2f} GB at most")
