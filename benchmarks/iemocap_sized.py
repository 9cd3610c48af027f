"""Run the workflow on a corpus of IEMOCAP's size with ready-made feature tables.

`python benchmarks/iemocap_sized.py FOLDER` copies the project there, writes a corpus of 10,039
segments of noise in 5 sessions and tables of ComParE's 6,373 and of 1,024 dimensions that know the
labels, runs everything on two cores, and writes what each job took to
`benchmarks/iemocap_sized.jsonl`, which tests/test_resources.py holds against what rules ask for.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
import yaml
from regression import SESSIONS

PROJECT = Path(__file__).parents[1]
SETS = {"cmp": 6373, "wlm": 1024}
SECONDS, RATE = 0.5, 16000
CONFIG = {
    "corpora": {
        "large": {
            "label": "Large",
            "reader": "manifest",
            "root": "data/large",
            "scale": [1, 5],
            "folds": {"by": "group", "k": 5},
        }
    },
    "features": {
        name: {"label": name.upper(), "extractor": "table", "path": f"data/large/{name}.npy"}
        for name in SETS
    },
    "baselines": {"loudness": {"label": "Loudness", "predictor": "loudness"}},
    "methods": [
        *SETS, "cmp+wlm", "cmp+wlm@balanced", "cmp+wlm@learned", "cmp+wlm@balanced@recalibrated",
        "loudness",
    ],
}  # fmt: skip


def write(folder: Path) -> None:
    """Write project, corpus, tables and configuration."""
    for name in ("workflow", "profiles", "envs", "data/published"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "Snakefile", folder)
    (folder / "config").mkdir()
    (folder / "config/large.yaml").write_text(yaml.safe_dump(CONFIG))
    corpus = folder / "data/large"
    corpus.mkdir()
    generator = np.random.default_rng(0)
    rows = []
    for session, count in enumerate(SESSIONS):
        file = f"session{session}.wav"
        noise = generator.normal(scale=0.1, size=int(count * SECONDS * RATE))
        soundfile.write(corpus / file, noise, RATE, subtype="PCM_16")
        rows += [(file, n * SECONDS, (n + 1) * SECONDS, session, n % 2) for n in range(count)]
    table = pd.DataFrame(rows, columns=["file", "start", "end", "group", "speaker"])
    table["speaker"] = "s" + table["group"].astype(str) + table["speaker"].astype(str)
    table.insert(0, "id", [f"{n:05}" for n in range(len(table))])
    labels = 1 + 4 * generator.beta(4, 4, size=(len(table), 3))
    table[["valence", "arousal", "dominance"]] = labels
    table.to_csv(corpus / "manifest.csv", index=False)
    for name, width in SETS.items():
        heard = (labels - 1) / 4 + generator.normal(scale=0.2, size=labels.shape)
        signal = heard @ generator.normal(size=(3, width))
        noise = generator.standard_normal((len(table), width), dtype=np.float32)
        np.save(corpus / f"{name}.npy", (signal + 2 * noise).astype(np.float32))
        (corpus / f"{name}.txt").write_text("\n".join(table["id"]) + "\n")


def records(folder: Path) -> list[dict]:
    """Give what each job read, and the time and memory that it took."""
    found = []
    for path in sorted((folder / "logs/benchmark").rglob("*.jsonl")):
        job = json.loads(path.read_text())
        log = folder / "logs" / path.relative_to(folder / "logs/benchmark").with_suffix(".log")
        peak = re.findall(r"^Peak memory: (\d+) MiB$", log.read_text(), re.MULTILINE)[-1]
        sizes = {name: round(size, 3) for name, size in job["input_size_mb"].items()}
        kept = {key: job[key] for key in ("rule_name", "wildcards", "s")}
        found.append(kept | {"peak_mib": int(peak), "input_size_mb": sizes})
    return found


if __name__ == "__main__":
    place = Path(sys.argv[1])
    write(place)
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    subprocess.run([*command, "--configfile", "config/large.yaml"], cwd=place, check=True)
    lines = [json.dumps(job, sort_keys=True) + "\n" for job in records(place)]
    Path(__file__).with_name("iemocap_sized.jsonl").write_text("".join(lines))
