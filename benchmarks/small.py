"""Run a corpus of EmoTale's size beside a plain script: `python benchmarks/small.py FOLDER [RATE]`.

350 files of 3 s at 48 kHz (as many, at that rate, are EmoTale's English part), by 14 synthesised
voices; ComParE 2016, support vector regression in 5 folds of whole speakers, 3 dimensions. The
plain script extracts and fits, on one core or on two, and does no more; the workflow runs from
audio to report. What it takes at least to have a process for each of its jobs is measured, too, by
as many that only import pandas. CPU seconds are of all processes, starts included; of three rounds,
each in the same order, medians are told.
"""

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
SPEAKERS, EACH, SECONDS = 14, 25, 3
CONFIG = {
    "corpora": {
        "small": {
            "label": "Small", "reader": "manifest", "root": "data/small", "scale": [1, 5],
            "folds": {"by": "speaker", "k": 5},
        }
    },
    "features": {"cmp": {"label": "CMP", "extractor": "opensmile", "set": "ComParE_2016"}},
    "methods": ["cmp"],
}  # fmt: skip
# What people write who need one number: opensmile's own pool, scikit-learn's own pipeline.
PLAIN = """
import sys
import numpy as np, opensmile, pandas as pd
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR

table = pd.read_csv("data/small/manifest.csv")
smile = opensmile.Smile("ComParE_2016", "func", num_workers=int(sys.argv[1]))
features = smile.process_files("data/small/" + table["file"]).to_numpy()
for dimension in ("valence", "arousal", "dominance"):
    y, model = (table[dimension] - 1) / 4, make_pipeline(MinMaxScaler(), SVR())
    found = cross_val_predict(model, features, y, groups=table["speaker"], cv=GroupKFold(5))
    moments = 2 * np.cov(found, y, ddof=0)[0, 1], found.var() + y.var(ddof=0)
    print(dimension, round(moments[0] / (moments[1] + (found.mean() - y.mean()) ** 2), 3))
"""

JOBS = 29  # of the workflow
EMPTY = f"""
rule all:
    input: expand("{{n}}", n=range({JOBS}))

rule job:
    output: "{{n}}"
    script: "job.py"
"""


def write(folder: Path, sampling_rate: int) -> None:
    """Write project, corpus and configuration."""
    import soundfile
    import soxr

    from dimser.demo.speech import synthesise

    for name in ("workflow", "profiles", "envs", "data/published"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "Snakefile", folder)
    (folder / "config").mkdir()
    (folder / "config/small.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False))
    (folder / "plain.py").write_text(PLAIN)
    (folder / "empty").mkdir()
    (folder / "empty/Snakefile").write_text(EMPTY)
    (folder / "empty/job.py").write_text(
        "import pandas\n\nopen(snakemake.output[0], 'w').close()\n"
    )
    corpus, generator, rows = folder / "data/small", np.random.default_rng(0), []
    corpus.mkdir()
    for speaker in range(SPEAKERS):
        voice = f"en-us+{'fm'[speaker % 2]}{speaker // 2 % 5 + 1}"
        for number in range(EACH):
            target = generator.random(3)
            v, a, d = target
            text = f"The {number + 3} trains of line {speaker + 2} leave at {number % 12} today."
            signal, rate = synthesise(
                text, voice, rate=int(140 + 60 * a), pitch=int(30 + 40 * a - 15 * d),
                range=int(30 + 30 * a + 10 * v), volume=int(20 + 40 * a + 20 * d),
            )  # fmt: skip
            signal = soxr.resample(signal, rate, sampling_rate)
            file = f"s{speaker}_{number}.wav"
            signal = np.resize(signal, SECONDS * sampling_rate)
            soundfile.write(corpus / file, signal, sampling_rate, subtype="PCM_16")
            rated = 1 + 4 * np.clip(target + generator.normal(scale=0.1, size=3), 0, 1)
            rows.append((file, f"s{speaker}", *rated.round(2)))
    columns = ["file", "speaker", "valence", "arousal", "dominance"]
    pd.DataFrame(rows, columns=columns).to_csv(corpus / "manifest.csv", index=False)


def timed(folder: Path, *command: str) -> tuple[float, float]:
    """Run a command there, and return its wall and CPU seconds."""

    def cpu() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before, start = cpu(), time.perf_counter()
    environment = os.environ | {"SLURM_CONF": "/dev/null"}
    subprocess.run([sys.executable, *command], cwd=folder, env=environment, check=True)
    return time.perf_counter() - start, cpu() - before


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT / "workflow/scripts"))
    place = Path(sys.argv[1])
    write(place, int(sys.argv[2]) if len(sys.argv) > 2 else 48_000)
    snakemake = ("-m", "snakemake", "--cores", "2", "--quiet", "all", "--forceall")
    commands = {
        "a plain script, one core": (place, "plain.py", "1"),
        "a plain script, two cores": (place, "plain.py", "2"),
        f"{JOBS} jobs that import pandas": (place / "empty", *snakemake),
        "dimser, whole report": (place, *snakemake, "--configfile", "config/small.yaml"),
    }
    rounds = np.array([[timed(*command) for command in commands.values()] for _ in range(3)])
    print("| | wall s | CPU s | times |\n|---|---|---|---|")
    times = np.median(rounds[..., 1] / rounds[:, :1, 1], axis=0)
    for label, (wall, cpu), ratio in zip(commands, np.median(rounds, axis=0), times, strict=True):
        print(f"| {label} | {wall:.0f} | {cpu:.0f} | {ratio:.2f} |")
