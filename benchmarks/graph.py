"""Time the planning of large comparisons: `python benchmarks/graph.py FOLDER`.

10 corpora x 20 feature sets x 30 fusions x 5 folds, none of them there yet; and MSP-Podcast's
264,705 utterances in 100 shards (durations drawn with a mean of 5.5 s), prepared, everything after
planned anew with the profile for SLURM.
"""

import itertools
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

PROJECT = Path(__file__).parents[1]
ROWS, SHARDS = 264_705, 100


def grid(folder: Path) -> dict:
    """Write the labels of 10 corpora, and give their configuration."""
    for number in range(10):
        (folder / f"data/c{number}").mkdir(parents=True)
        labels = "file,speaker,valence,arousal,dominance\n"
        (folder / f"data/c{number}/manifest.csv").write_text(labels)
    sets = [f"f{number}" for number in range(20)]
    corpus = {"label": "C", "reader": "manifest", "scale": [1, 5], "folds": {"k": 5}}
    smile = {"label": "F", "extractor": "opensmile", "set": "eGeMAPSv02"}
    pairs = itertools.islice(itertools.combinations(sets, 2), 30)
    return {
        "corpora": {f"c{n}": corpus | {"root": f"data/c{n}"} for n in range(10)},
        "features": {name: smile | {"label": name} for name in sets},
        "methods": [*sets, *map("+".join, pairs)],
    }


def podcast(folder: Path) -> dict:
    """Write what `prepare` and `fold` make of MSP-Podcast, and give its configuration."""
    config = yaml.safe_load((PROJECT / "config/msp_podcast.yaml").read_text())
    labels = folder / "data/msp_podcast/Labels"
    labels.mkdir(parents=True)
    (labels / "labels_consensus.csv").write_text("FileName\n" + "x" * 60 * ROWS)
    results = folder / "results/msp_podcast"
    (results / "audio").mkdir(parents=True)
    generator = np.random.default_rng(0)
    table = pd.DataFrame({"id": [f"MSP-PODCAST_{n // 100:04}_{n % 100:04}" for n in range(ROWS)]})
    table["file"] = "data/msp_podcast/Audios/" + table["id"] + ".wav"
    table["duration"] = np.clip(generator.gamma(4, 5.5 / 4, ROWS), 2.7, 11)
    for number in range(SHARDS):
        table[number::SHARDS].to_csv(results / f"audio/{number}.csv", index=False)
    table[["valence", "arousal", "dominance"]] = generator.random((ROWS, 3))
    table.to_csv(results / "utterances.csv", index=False)
    (results / "features").mkdir()
    for features, width in {"egemaps": 88, "wlm": 1024}.items():
        (results / f"features/{features}.h5").touch()
        os.truncate(results / f"features/{features}.h5", 4 * ROWS * width)  # as large, but empty
    return config | {"shards": SHARDS, "regressor": "nystroem"}


def plan(folder: Path, config: dict, *arguments: str) -> None:
    """Print the number of jobs, the wall time and the peak of the memory of a dry run."""
    for name in ("workflow", "profiles", "envs", "data/published"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "Snakefile", folder)
    (folder / "large.yaml").write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--configfile", "large.yaml"]
    start = time.perf_counter()
    run = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    (folder / "plan.txt").write_text(run.stdout + run.stderr)
    jobs = [line for line in run.stdout.splitlines() if line.startswith("total ")]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"{folder.name}: {jobs[0].split()[1]} jobs, {seconds:.0f} s, {peak:.2f} GB", flush=True)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    plan(place / "podcast", podcast(place / "podcast"), "--forceall", "--profile", "profiles/slurm")
    plan(place / "grid", grid(place / "grid"))
