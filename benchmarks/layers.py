"""Measure the layers of an encoder at IEMOCAP's true size, and in noise.

`python benchmarks/layers.py [folds]`: a generated store of 25 layers x 10,039 utterances x 1,024
dimensions, 3 dimensions, 5 folds; every layer by itself, with what `layer: best` needs, and
`layer: mixed`. Each fold of each is a process of its own.

`python benchmarks/layers.py --noise [runs]`: layers that know nothing, 8 speakers in 4 folds; what
`best`, `mixed` and the layer that is picked on the test folds seem to reach.
"""

import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from regression import SESSIONS, alone

LAYERS, WIDTH = 25, 1024
BEST = 14  # the layer that knows most
REGRESSION = {"regressor": "dimser.regression.exact:svr", "kernel": "rbf", "gamma": "scale",
              "settings": {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}}  # fmt: skip


def write_corpus(folder: Path) -> None:
    """Write utterances, folds and a store whose layers know labels the better the nearer to BEST.

    What they know is as noisy as to give CCCs like the paper's: with less noise there would be
    fewer support vectors, and every solver would be faster.
    """
    from dimser.core import hdf5
    from dimser.core.dimensions import DIMENSIONS
    from dimser.core.files import write_csv

    generator, rows = np.random.default_rng(0), sum(SESSIONS)
    session = np.repeat(range(5), SESSIONS)
    ids = [f"{n:05}" for n in range(rows)]
    labels = pd.DataFrame(generator.beta(4, 4, size=(rows, 3)), columns=[*DIMENSIONS])
    table = pd.DataFrame({"id": ids, "speaker": [f"s{s}{n % 2}" for n, s in enumerate(session)]})
    write_csv(table.assign(group=session).join(labels), folder / "utterances.csv")
    write_csv(pd.DataFrame({"id": ids, "fold": session}), folder / "folds.csv")
    heard = labels.to_numpy() + generator.normal(scale=0.2, size=labels.shape)
    with hdf5.new(folder / "all.h5", 4 * rows * LAYERS * WIDTH) as file:
        hdf5.write_texts(file, "ids", ids)
        hdf5.write_texts(file, "names", [f"mean_{n}" for n in range(WIDTH)])
        features = hdf5.create(file, "features", (rows, LAYERS, WIDTH))
        for layer in range(LAYERS):
            knows = np.exp(-(((layer - BEST) / 8) ** 2))
            signal = knows * heard @ generator.normal(size=(3, WIDTH))
            noise = generator.standard_normal((rows, WIDTH), dtype=np.float32)
            features[:, layer] = signal + 2 * noise
        file.attrs["layers"] = str([*range(LAYERS)])


def one_fold(folder: Path, how: str, fold: int) -> None:
    """Run a rule's own function."""
    files = {
        "features": str(folder / "all.h5"), "folds": str(folder / "folds.csv"),
        "utterances": str(folder / "utterances.csv"), "fold": fold,
        "output": str(folder / f"{how}.{fold}.csv"), "models": str(folder / f"{how}.{fold}.m.csv"),
    }  # fmt: skip
    if how == "mixed":
        from layer_mixed import layer_mixed

        layer_mixed(pooling="mean", **files, **REGRESSION)
    else:
        from layer_map import layer_map

        layer_map(poolings=["mean"], compared=["mean"], **files, **REGRESSION)


def size(folds: int) -> None:
    """Print what each way takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone(write_corpus, folder)
        print("| | CPU s a fold | x 5 | wall s a fold | peak GB |\n|---|---|---|---|---|")
        for how, said in (
            ("map", "every layer, with inner folds for `best`"),
            ("mixed", "`mixed`"),
        ):
            runs = [alone(one_fold, folder, how, fold) for fold in range(folds)]
            wall, cpu, peak = (np.array([run[n] for run in runs]) for n in range(3))
            print(f"| {said} | {cpu.mean():.0f} | {5 * cpu.mean():.0f} | {wall.mean():.0f} |"
                  f" {peak.max():.2f} |", flush=True)  # fmt: skip
        chosen = pd.read_csv(folder / "map.0.m.csv")
        first = chosen.loc[chosen.groupby("dimension")["inner_ccc"].idxmax()]
        print("\nChosen in fold 0 (planted:", BEST, "):", first["layer"].tolist())
        weights = pd.read_csv(folder / "mixed.0.m.csv").query("weight > 0")
        print(weights[["dimension", "part", "weight"]].to_string(index=False))


def _same(part: object) -> object:
    return part


def in_noise(runs: int, layers: int = 4, speakers: int = 8, each: int = 12) -> None:
    """Print what layers seem to reach that know nothing."""
    from dimser.core import metrics
    from dimser.corpora.folds import assign
    from dimser.evaluation.intervals import averaged, cluster_sums, jackknife
    from dimser.regression import fusion, tuning
    from dimser.regression.distances import Distances, squared_distances
    from dimser.regression.exact import svr
    from dimser.regression.fitting import KernelRegression
    from dimser.regression.layers import best

    regression = KernelRegression(svr, "rbf", "scale", REGRESSION["settings"])
    found: dict[str, list] = {"best": [], "mixed": [], "one layer": [], "picked": []}
    for seed in range(runs):
        generator = np.random.default_rng(seed)
        voice = np.arange(speakers * each) % speakers
        # labels and features of a speaker have something in common, as those of people do
        label = generator.normal(size=len(voice)) + generator.normal(size=speakers)[voice]
        label = np.clip(0.5 + 0.15 * label, 0, 1)[:, None]
        values = generator.normal(size=(layers, len(voice), 8))
        values += generator.normal(size=(layers, speakers, 8))[:, voice]
        folds = assign(pd.Series(voice, name="speaker"), 4).to_numpy()
        every = np.empty((layers, len(voice)))
        mixed, chosen = np.empty((2, len(voice)))
        for fold in range(4):
            test, parts = folds == fold, []
            for own in values:
                measured = squared_distances(own[~test], own[test])
                names = [str(n) for n in np.flatnonzero(~test)], [str(n) for n in test.nonzero()[0]]
                parts.append(Distances(*names, measured[0], 8, *measured[1:]))
            inner = tuning.inner_folds(voice[~test], tuning.FOLDS, "best")
            given = label[~test], voice[~test]
            fits = [regression(part, *given, inner) for part in parts]
            every[:, test] = [fit.predictions[:, 0] for fit in fits]
            ccc = [metrics.ccc(metrics.sums(fit.inner, given[0]))[0] for fit in fits]
            chosen[test] = every[best(np.array(ccc)), test]
            fit = fusion.learned([partial(_same, part) for part in parts], *given, regression)
            mixed[test] = fit.predictions[:, 0]
        cccs = [metrics.ccc(metrics.sums(own, label[:, 0])) for own in every]
        for name, own in (
            ("best", chosen), ("mixed", mixed), ("one layer", every[0]),
            ("picked", every[best(np.array(cccs))]),
        ):  # fmt: skip
            sums = cluster_sums(own, label[:, 0], voice)
            low, _ = jackknife(sums[:, None], averaged(metrics.ccc, "atanh"), "atanh")
            found[name].append((metrics.ccc(sums.sum(axis=0)), low > 0))
    print("| | mean CCC | its standard error | interval above 0 |\n|---|---|---|---|")
    for name, rows in found.items():
        ccc, above = np.array(rows, dtype=float).T
        error = ccc.std(ddof=1) / np.sqrt(runs)
        print(f"| {name} | {ccc.mean():.4f} | {error:.4f} | {100 * above.mean():.1f} % |")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    if "--noise" in sys.argv:
        in_noise(*(given or [500]))
    else:
        size(*(given or [5]))
