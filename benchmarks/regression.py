"""Measure the regression half of the paper at IEMOCAP's true size, on generated features.

`python benchmarks/regression.py [--growth]`: 10,039 utterances in 5 folds, ComParE's 6,373 and four
times 1,024 dimensions, 5 single and 6 fused rows, 3 dimensions. Each way runs in a process of its
own and is counted in CPU seconds. scikit-learn's loop is measured on one fold and one label for
each number of dimensions, and extrapolated; scikit-learn-intelex, too, where it is installed
(`pip install scikit-learn-intelex`).
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

SCRIPTS = Path(__file__).parents[1] / "workflow" / "scripts"
sys.path.insert(0, str(SCRIPTS))
CORES = len(os.sched_getaffinity(0))
SESSIONS = [1819, 1811, 2136, 2103, 2170]  # IEMOCAP's utterances by session
SETS = {"cmp": 6373, "wv2_lr": 1024, "wv2_em": 1024, "hrt": 1024, "wlm": 1024}
FUSED = ["cmp+wv2_lr", "cmp+wv2_em", "cmp+wlm", "wv2_em+wlm", "wv2_em+hrt", "hrt+wlm"]
SETTINGS = {"regressor": "svr", "kernel": "rbf", "C": 1.0, "epsilon": 0.1, "gamma": "scale",
            "tol": 1e-6, "alpha": 1.0}  # fmt: skip


def write_corpus(folder: Path, rows: int = sum(SESSIONS)) -> None:
    """Write utterances, folds and feature stores with a planted signal.

    The features know labels that are as noisy as to give CCCs like the paper's: with less noise
    there would be fewer support vectors, and every solver would be faster.
    """
    from dimser.core.dimensions import DIMENSIONS
    from dimser.core.files import write_csv
    from dimser.features import store

    generator = np.random.default_rng(0)
    session = np.repeat(range(5), SESSIONS)[np.linspace(0, sum(SESSIONS) - 1, rows).astype(int)]
    ids = [f"{n:05}" for n in range(rows)]
    labels = pd.DataFrame(generator.beta(4, 4, size=(rows, 3)), columns=[*DIMENSIONS])
    table = pd.DataFrame({"id": ids, "speaker": [f"s{s}{n % 2}" for n, s in enumerate(session)]})
    write_csv(table.join(labels), folder / "utterances.csv")
    write_csv(pd.DataFrame({"id": ids, "fold": session}), folder / "folds.csv")
    for name, width in SETS.items():
        heard = labels.to_numpy() + generator.normal(scale=0.2, size=labels.shape)
        signal = heard @ generator.normal(size=(3, width)).astype(np.float32)
        noise = generator.standard_normal((rows, width), dtype=np.float32)
        features = np.exp(0.3 * (signal + 2 * noise)) if name == "cmp" else signal + 2 * noise
        names = [f"f{n}" for n in range(width)]
        store.write(store.Store(ids, names, features.astype(np.float32)), folder / f"{name}.h5")


def one_distance(folder: Path, features: str, fold: int, threads: int = CORES) -> None:
    """Run the rule's own function."""
    from distances import distances

    distances(
        features=str(folder / f"{features}.h5"), folds=str(folder / "folds.csv"), fold=fold,
        threads=threads, output=str(folder / f"{features}.{fold}.h5"),
    )  # fmt: skip


def one_regression(folder: Path, method: str, fold: int) -> None:
    """Run the rule's own function."""
    from regress import regress

    regress(
        distances=[str(folder / f"{part}.{fold}.h5") for part in method.split("+")],
        utterances=str(folder / "utterances.csv"), fold=fold, settings=SETTINGS,
        output=str(folder / f"{method}.{fold}.csv"), models=str(folder / "m.csv"),
    )  # fmt: skip


def plain(folder: Path, method: str, intelex: bool) -> np.ndarray:
    """scikit-learn as anyone would write it: one fold, one label."""
    if intelex:
        from sklearnex import patch_sklearn

        patch_sklearn(verbose=False)
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler
    from sklearn.svm import SVR

    from dimser.features import store

    table = pd.read_csv(folder / "utterances.csv", dtype={"id": str})
    test = pd.read_csv(folder / "folds.csv")["fold"].to_numpy() == 0
    parts = [store.read(folder / f"{part}.h5").features for part in method.split("+")]
    features = np.hstack(parts).astype(np.float64)
    model = make_pipeline(MinMaxScaler(), SVR()).fit(features[~test], table["valence"][~test])
    return model.predict(features[test])


def sgemm_rate() -> float:
    """Floating-point operations a second of one thread, in a product of float32 matrices."""
    from threadpoolctl import threadpool_limits

    # two matrices: of one with itself, NumPy computes but a half
    a, b = np.random.default_rng(0).standard_normal((2, 2048, 6373), dtype=np.float32)
    with threadpool_limits(1):
        a @ b.T
        start = time.perf_counter()
        for _ in range(3):
            a @ b.T
        return 3 * 2 * 2048 * 2048 * 6373 / (time.perf_counter() - start)


def measured(way: Callable, *arguments: object) -> tuple[float, float, float, object]:
    """Give wall and CPU seconds without those of imports, peak memory in GB, and the answer."""
    import sklearn.svm  # noqa: F401

    import distances  # noqa: F401
    import regress  # noqa: F401

    wall, cpu = time.perf_counter(), time.process_time()
    answer = way(*arguments)
    seconds = time.perf_counter() - wall, time.process_time() - cpu
    return *seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, answer


def alone(way: Callable, *arguments: object) -> tuple[float, float, float, object]:
    """Measure in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, way, *arguments).result()


def main() -> None:
    """Print Markdown tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone(write_corpus, folder)
        rate = alone(sgemm_rate)[3]
        train = sum(SESSIONS) - np.array(SESSIONS)
        print(f"sgemm, one thread: {rate / 1e9:.0f} GFLOP/s\n")
        print("| part | CPU s | peak GB |\n|---|---|---|", flush=True)
        total = 0.0
        for features, width in SETS.items():
            runs = [alone(one_distance, folder, features, fold, 1) for fold in range(5)]
            seconds, peak = sum(run[1] for run in runs), max(run[2] for run in runs)
            total += seconds
            # training rows with one another once, test rows with all of them
            products = sum(t * t + 2 * t * s for t, s in zip(train, SESSIONS, strict=True)) * width
            print(f"| distances of {features} (products at sgemm's rate: {products / rate:.0f} s)"
                  f" | {seconds:.0f} | {peak:.2f} |", flush=True)  # fmt: skip
        for method in [*SETS, *FUSED]:
            runs = [alone(one_regression, folder, method, fold) for fold in range(5)]
            seconds, peak = sum(run[1] for run in runs), max(run[2] for run in runs)
            total += seconds
            print(f"| regressions of {method} | {seconds:.0f} | {peak:.2f} |", flush=True)
        print(f"| **all** | **{total:.0f}** | |", flush=True)
        table = pd.read_csv(folder / "utterances.csv").set_index("id")
        found = pd.read_csv(folder / "cmp.0.csv").set_index("id")["valence"]
        ours = found.to_numpy()
        both = np.corrcoef(ours, table.loc[found.index, "valence"])[0, 1]
        print(f"\nCorrelation of cmp with valence in fold 0: {both:.2f}")
        print("\n| plain loop | one fold, one label: CPU s | all: CPU s | times ours |"
              " largest difference |\n|---|---|---|---|---|", flush=True)  # fmt: skip
        for intelex in (False, True) if find_spec("sklearnex") else (False,):
            found = {
                m: alone(plain, folder, m, intelex) for m in ("wlm", "hrt+wlm", "cmp", "cmp+wlm")
            }
            counts = {"wlm": 4, "hrt+wlm": 3, "cmp": 1, "cmp+wlm": 3}
            whole = sum(15 * counts[m] * found[m][1] for m in counts)
            each = ", ".join(f"{found[m][1]:.0f}" for m in counts)
            label = "scikit-learn-intelex" if intelex else "scikit-learn"
            print(f"| {label} ({', '.join(counts)}) | {each} | {whole:.0f} | {whole / total:.1f} |"
                  f" {np.abs(found['cmp'][3] - ours).max():.0e} |", flush=True)  # fmt: skip


def growth() -> None:
    """Print how time grows with the number of utterances: one fold of ComParE's width."""
    print("| utterances | distances, CPU s | regression, CPU s |\n|---|---|---|", flush=True)
    found = []
    for rows in (1250, 2500, 5000, 10_000):
        with tempfile.TemporaryDirectory() as name:
            alone(write_corpus, Path(name), rows)
            seconds = [alone(one_distance, Path(name), "cmp", 0, 1)[1]]
            seconds.append(alone(one_regression, Path(name), "cmp", 0)[1])
        found.append((rows, *seconds))
        print(f"| {rows} | {seconds[0]:.1f} | {seconds[1]:.1f} |", flush=True)
    logs = np.log(np.array(found))
    slopes = [np.polyfit(logs[:, 0], logs[:, column], 1)[0] for column in (1, 2)]
    print(f"| exponent | {slopes[0]:.2f} | {slopes[1]:.2f} |")


if __name__ == "__main__":
    growth() if "--growth" in sys.argv else main()
