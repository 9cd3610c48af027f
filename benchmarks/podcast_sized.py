"""Run the workflow on a corpus of MSP-Podcast's size: `python benchmarks/podcast_sized.py FOLDER`.

264,705 files of 0.4 s as the release lays them out, 2,600 speakers, six raters each, its splits,
and the demo's small encoder, whose extraction costs little: what is measured is everything else.
Voices are noise whose loudness and bandwidth know the labels. A number after FOLDER makes a smaller
corpus. Prints what each rule took: jobs, wall seconds of all, and the most memory of one.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
import yaml
from iemocap_sized import records

PROJECT = Path(__file__).parents[1]
ROWS, SPEAKERS, RATERS, RATE, SECONDS = 264_705, 2_600, 6, 16_000, 0.4
SPLITS = {"Train": 0.64, "Development": 0.13, "Test1": 0.17, "Test2": 0.06}  # about the release's
NAMES = ["EmoAct", "EmoVal", "EmoDom"]


def labels(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the consensus and the ratings, as the release's two tables have them."""
    generator = np.random.default_rng(0)
    names = [f"MSP-PODCAST_{n // 100:04}_{n % 100:04}.wav" for n in range(rows)]
    speakers = generator.integers(SPEAKERS, size=rows)
    parts = generator.choice([*SPLITS], size=SPEAKERS, p=[*SPLITS.values()])
    felt = 1 + 6 * generator.beta(4, 4, size=(rows, 3))
    heard = felt[:, None] + generator.normal(scale=1, size=(rows, RATERS, 3))
    heard = heard.round().clip(1, 7)
    table = pd.DataFrame(heard.mean(axis=1), columns=NAMES).assign(
        FileName=names, EmoClass="N", SpkrID=speakers, Split_Set=parts[speakers],
        Gender=np.where(speakers % 2, "Male", "Female"),
    )  # fmt: skip
    workers = generator.integers(10_000, size=(rows, 1)) + np.arange(RATERS)
    votes = pd.DataFrame(heard.reshape(-1, 3), columns=NAMES).assign(
        FileName=np.repeat(names, RATERS), WorkerID=[f"WORKER{n:08}" for n in workers.ravel()]
    )
    return table, votes


def write(folder: Path, rows: int) -> None:
    """Write project, corpus and configuration."""
    for name in ("workflow", "profiles", "envs", "data/published", "data/encoders"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "Snakefile", folder)
    (folder / "config").mkdir()
    config = yaml.safe_load((PROJECT / "config/msp_podcast.yaml").read_text())
    config["features"]["wlm"]["model"] = "data/encoders/wlm"
    config["methods"] = ["wlm"]
    (folder / "config/podcast.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    root, (table, votes) = folder / "data/msp_podcast", labels(rows)
    for name in ("Audios", "Labels"):
        (root / name).mkdir(parents=True)
    table.to_csv(root / "Labels/labels_consensus.csv", index=False)
    votes.to_csv(root / "Labels/labels_detailed.csv", index=False)
    generator, samples = np.random.default_rng(1), int(RATE * SECONDS)
    for name, arousal, valence in zip(*(table[c] for c in ["FileName", *NAMES[:2]]), strict=True):
        noise = generator.standard_normal(samples)
        smooth = np.convolve(noise, np.ones(2 + int(valence)), "same")
        loud = 0.02 * 1.5**arousal * smooth / smooth.std()
        soundfile.write(root / "Audios" / name, loud.clip(-1, 1), RATE, subtype="PCM_16")


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT / "workflow/scripts"))
    place, rows = Path(sys.argv[1]), int((sys.argv[2:] or [ROWS])[0])
    write(place, rows)
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    command += ["--configfile", "config/podcast.yaml"]
    subprocess.run(command, cwd=place, check=True)
    jobs = pd.DataFrame(records(place)).groupby("rule_name", sort=False)
    print("| rule | jobs | wall s | peak MiB |\n|---|---|---|---|")
    for rule, own in jobs:
        print(f"| {rule} | {len(own)} | {own['s'].sum():.0f} | {own['peak_mib'].max()} |")
    size = subprocess.run(["du", "-sh", place / "results"], capture_output=True, text=True)
    print(f"results: {size.stdout.split()[0]}")
