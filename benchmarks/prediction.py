"""Predictors: do intervals cover new speakers, how many lie outside, and what does it all take?

PYTHONPATH=workflow/scripts python benchmarks/prediction.py [RUNS]
"""

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import soundfile
import yaml

from dimser.evaluation.conformal import radius
from dimser.features import functionals, store
from dimser.regression.application import DESCRIPTION, FORMAT, predict
from dimser.regression.distances import Space
from dimser.regression.sealed import WEIGHTS, Kernel, Predictor, Vectors
from dimser.regression.sealing import Source, of_kernel
from dimser.regression.sealing_blocks import of_blocks
from dimser.regression.tuning import inner_folds

PROJECT = Path(__file__).parents[1]
SVR = {
    "regressor": "dimser.regression.exact:svr", "dual": "dimser.regression.exact:svr_dual",
    "kernel": "rbf", "gamma": "scale", "settings": {"C": 1.0, "epsilon": 0.1, "tol": 1e-4},
}  # fmt: skip
RIDGE = {"regressor": "dimser.regression.blockwise:ridge", "settings": {"alpha": 1.0}}
WIDTH, NEW = 30, 40  # features; speakers that are tested
FILES = 1000  # of 3 s
COMPARE = {"feature_set": "ComParE_2016", "level": "Functionals", "pooling": "mean"}


def corpus(draws: np.random.Generator, speakers: int, mixing: np.ndarray) -> tuple:
    """Draw speakers of unlike sizes, voices, and skill of their raters: features, labels, names."""
    sizes = draws.integers(5, 60, size=speakers)
    names = np.repeat(np.arange(speakers), sizes)
    voices = draws.normal(size=(speakers, WIDTH))[names]
    feeling, noise = draws.normal(size=(len(names), 1)), draws.normal(size=(len(names), WIDTH))
    features = feeling @ mixing + voices + noise
    skill = draws.gamma(4, 0.05, size=speakers)[names]
    offsets = draws.normal(scale=0.08, size=speakers)[names]
    labels = 0.5 + 0.15 * feeling[:, 0] + offsets + skill * draws.normal(size=len(names))
    return features.astype(np.float32), np.clip(labels, 0, 1)[:, None], names


def coverage(runs: int, speakers: int) -> dict[str, float]:
    """Fit on a corpus, and see how many utterances of new speakers the intervals cover."""
    covered, widths, outside = [], [], []
    for run in range(runs):
        draws = np.random.default_rng(run)
        mixing = draws.normal(size=(1, WIDTH))
        features, labels, names = corpus(draws, speakers, mixing)
        folds, errors = inner_folds(names, 3, "simulation"), np.empty(len(names))
        with TemporaryDirectory() as folder:
            path, ids = Path(folder, "f.h5"), np.array([f"u{n}" for n in range(len(names))])
            columns = [f"f{n}" for n in range(WIDTH)]
            store.write(store.Store([*ids], columns, features), path)
            table = pd.DataFrame({"id": ids, "speaker": names, "valence": labels[:, 0]})
            table = table.assign(arousal=np.nan, dominance=np.nan)
            for fold in np.unique(folds):
                own = folds != fold
                fit = of_kernel([Source(path)], table[own], **SVR)
                errors[~own] = (fit.predictor([features[~own]])[0] - labels[~own])[:, 0]
            whole = of_kernel([Source(path)], table, **SVR)
            drawn = of_blocks([Source(path)], table, **RIDGE)
        new, truth, who = corpus(draws, NEW, mixing)
        found, distance = whole.predictor([new])
        off = np.abs(found - truth)[:, 0]
        half = radius(errors, names), np.quantile(np.abs(errors), 0.9)
        each = [[np.mean(off[who == name] <= width) for name in range(NEW)] for width in half]
        covered.append([*np.mean(each, axis=1), np.mean(off <= half[0])])
        widths.append(half)
        _, others = drawn.predictor([new])
        outside.append((np.mean(distance > whole.outside), np.mean(others > drawn.outside)))
    return {
        "speakers": speakers, "of a new speaker": np.mean(covered, axis=0)[0],
        "pooled quantile instead": np.mean(covered, axis=0)[1],
        "half width": np.mean(widths, axis=0)[0], "pooled half width": np.mean(widths, axis=0)[1],
        "outside": np.mean(outside, axis=0)[0], "of a ridge": np.mean(outside, axis=0)[1],
    }  # fmt: skip


def written(folder: Path, vectors: int, compare: np.ndarray) -> Path:
    """Write a predictor of as many support vectors, drawn around real ones."""
    draws = np.random.default_rng(0)
    rows = np.repeat(compare, -(-vectors // len(compare)), axis=0)[:vectors]
    rows = rows * (1 + 0.1 * draws.normal(size=rows.shape)).astype(np.float32)
    kernel = Kernel(np.array([1e-3]), draws.normal(size=(vectors, 3)))
    own = Predictor([Vectors.of(Space.of(rows), rows, 100.0)], [kernel], [], np.full(3, 0.5))
    folder.mkdir()
    part = {
        "id": "cmp",
        "extractor": "opensmile",
        "settings": COMPARE,
        "model": "",
        "commit": "",
        "outputs": [],
        "apart": False,
        "versions": {"opensmile": functionals.opensmile.__version__},
    }
    said = {
        "format": FORMAT, "features": [part], "min_duration": 0.1, "outside": 1.0,
        "corpus": {"scale": [1, 5], "dimensions": ["valence", "arousal", "dominance"],
                   "rates": [16_000]},
        "interval": {"radius": {}}, "small": None, "checksum": own.write(folder / WEIGHTS),
    }  # fmt: skip
    Path(folder, DESCRIPTION).write_text(yaml.safe_dump(said))
    return folder


def times(folder: Path) -> None:
    """Print what one file takes from start to answer, what a folder takes, and loading."""
    draws = np.random.default_rng(1)
    (folder / "wav").mkdir()
    for number in range(FILES):
        sound = draws.normal(size=48_000) * np.abs(np.sin(np.arange(48_000) / 3000)) * 0.1
        soundfile.write(folder / f"wav/{number:04}.wav", sound, 16_000)
    files = [str(path) for path in sorted((folder / "wav").iterdir())]
    table = pd.DataFrame({"file": files, "start": 0.0, "end": np.nan, "id": files})
    some = functionals.extracted(table.head(50), COMPARE, threads=2).features
    for vectors in (2000, 8000):
        place = written(folder / str(vectors), vectors, some)
        said = yaml.safe_load((place / DESCRIPTION).read_text())
        loads, starts = [], []
        for _ in range(5):
            begun = time.perf_counter()
            Predictor.read(place / WEIGHTS, said["checksum"])
            loads.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            command = [sys.executable, PROJECT / "workflow/predict.py", place, files[0]]
            subprocess.run(command, check=True, capture_output=True)
            starts.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        functionals.extracted(table, COMPARE, threads=2)
        middle = time.perf_counter()
        predict(place, [folder / "wav"], threads=2)
        rate = (middle - begun) / (time.perf_counter() - middle)
        print(f"| {vectors:,} | {min(loads):.2f} | {min(starts):.2f} | {max(starts):.2f} | "
              f"{FILES / (middle - begun):.0f} | {rate:.2f} |", flush=True)  # fmt: skip


def main(runs: int) -> None:
    """Print both tables."""
    for number, speakers in enumerate((9, 12, 20, 50)):
        found = coverage(runs, speakers)
        if not number:
            print("|", " | ".join(found), "|\n" + "|---" * len(found) + "|")
        print(
            "|",
            " | ".join(f"{value:.3f}".removesuffix(".000") for value in found.values()),
            "|",
            flush=True,
        )
    with TemporaryDirectory() as folder:
        times(Path(folder))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
