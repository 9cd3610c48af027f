"""Measure extraction against a straight loop: `python benchmarks/extraction.py [utterances]`.

With `--memory` instead: peak memory over 1,000 and 100,000 short utterances and a tiny encoder.

Lengths are drawn from a distribution like IEMOCAP's (mean 4.5 s, 0.6 to 34 s), audio is noise, and
the encoder is a wav2vec 2.0 of full size (24 layers, 1024 wide) with random weights. Each way runs
in a process of its own, so that its peak memory is its own.
"""

import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

SCRIPTS = Path(__file__).parents[1] / "workflow" / "scripts"
sys.path.insert(0, str(SCRIPTS))
CORES = len(os.sched_getaffinity(0))
LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
         "intermediate_size": 4096, "feat_extract_norm": "layer", "do_stable_layer_norm": True,
         "conv_bias": True}  # fmt: skip


def write_audio(folder: Path, count: int) -> pd.DataFrame:
    """Write noise of IEMOCAP's lengths; give the audio index."""
    import soundfile

    generator = np.random.default_rng(0)
    seconds = np.clip(generator.lognormal(1.27, 0.7, size=count), 0.6, 34)
    rows = []
    for number, duration in enumerate(seconds):
        path = folder / f"{number:05}.wav"
        noise = generator.normal(scale=0.1, size=int(duration * 16000)).astype(np.float32)
        soundfile.write(path, noise, 16000, subtype="PCM_16")
        rows.append((f"{number:05}", str(path), 0.0, np.nan, len(noise) / 16000, ""))
    return pd.DataFrame(rows, columns=["id", "file", "start", "end", "duration", "digest"])


def write_model(folder: Path) -> None:
    """Write a full-size encoder with random weights."""
    import torch
    from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2Model

    torch.manual_seed(0)
    Wav2Vec2Model(Wav2Vec2Config(**LARGE)).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(return_attention_mask=True).save_pretrained(folder)


def transformers_loop(folder: Path, device: str) -> np.ndarray:
    """One file at a time, as transformers' documentation shows; all threads for each."""
    import soundfile
    import torch
    from transformers import AutoFeatureExtractor, AutoModel

    extractor = AutoFeatureExtractor.from_pretrained(folder / "model")
    model = AutoModel.from_pretrained(folder / "model").eval().to(device)
    found = []
    with torch.inference_mode():
        for file in pd.read_csv(folder / "index.csv")["file"]:
            signal, rate = soundfile.read(file, dtype="float32")
            inputs = extractor(signal, sampling_rate=rate, return_tensors="pt")
            output = model(inputs.input_values.to(device)).last_hidden_state
            found.append(output[0].mean(0).cpu().numpy())
    return np.stack(found)


def ours(folder: Path, device: str, precision: str) -> np.ndarray:
    """The rule's own function."""
    from dimser.features import store
    from extract_transformers import extract_transformers

    settings = {"model": "random", "revision": "", "layer": "last", "pooling": "mean",
                "max_seconds": 60, "precision": precision, "batch_seconds": 320}  # fmt: skip
    extract_transformers(
        index=str(folder / "index.csv"),
        folder=str(folder / "model"),
        settings=settings,
        threads=CORES,
        gpu=int(device == "cuda"),
        output=str(folder / "shard.h5"),
    )
    return store.read(folder / "shard.h5").features


def smile_process_files(folder: Path, workers: int) -> np.ndarray:
    """The package's own way."""
    import opensmile

    smile = opensmile.Smile(
        opensmile.FeatureSet.ComParE_2016, opensmile.FeatureLevel.Functionals, num_workers=workers
    )
    return smile.process_files(pd.read_csv(folder / "many.csv")["file"]).to_numpy()


def smile_ours(folder: Path) -> np.ndarray:
    """The rule's own function."""
    from dimser.features import store
    from extract_opensmile import extract_opensmile

    extract_opensmile(
        index=str(folder / "many.csv"),
        feature_set="ComParE_2016",
        level="Functionals",
        pooling="mean",
        threads=CORES,
        output=str(folder / "smile.h5"),
    )
    return store.read(folder / "smile.h5").features


def measured(way: Callable, *arguments: object) -> tuple[float, float, np.ndarray]:
    """Give seconds without those of imports, peak memory in GB, and the features."""
    import extract_opensmile  # noqa: F401
    import extract_transformers  # noqa: F401

    start = time.perf_counter()
    features = way(*arguments)
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, features


def memory() -> None:
    """Print a Markdown table of peak memory by number of utterances."""
    import soundfile

    from dimser.demo.stand_ins import write

    print("| utterances of 0.3 s | peak GB | seconds |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write("wlm", 1, str(folder / "model"))
        noise = np.random.default_rng(0).normal(scale=0.1, size=16000 * 100)
        soundfile.write(folder / "a.wav", noise, 16000)
        for count in (1_000, 100_000):
            start = np.arange(count) % 900 / 10
            index = pd.DataFrame({"id": np.arange(count).astype(str), "file": folder / "a.wav"})
            index = index.assign(start=start, end=start + 0.3, duration=0.3, digest="")
            index.to_csv(folder / "index.csv", index=False)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                seconds, peak, _ = pool.submit(measured, ours, folder, "cpu", "float32").result()
            print(f"| {count} | {peak:.2f} | {seconds:.0f} |", flush=True)


def main(count: int) -> None:
    """Print a Markdown table."""
    import torch

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = write_audio(folder, count * 16)
        many.to_csv(folder / "many.csv", index=False)
        many[:count].to_csv(folder / "index.csv", index=False)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            pool.submit(write_model, folder / "model").result()
        device = "cuda" if torch.cuda.is_available() else "cpu"
        ways = {
            "transformers, a loop": (transformers_loop, folder, device),
            "dimser, float32": (ours, folder, device, "float32"),
            "dimser, bfloat16": (ours, folder, device, "bfloat16"),
            "opensmile.process_files": (smile_process_files, folder, 1),
            f"the same, num_workers={CORES}": (smile_process_files, folder, CORES),
            "dimser, openSMILE": (smile_ours, folder),
        }
        audios = [rows["duration"].sum() for rows in (many[:count], many)]
        print(f"{count} utterances, {audios[0]:.0f} s, and for openSMILE {len(many)}, "
              f"{audios[1]:.0f} s; {device}, {CORES} cores, {platform.machine()};"
              f" torch {torch.__version__}\n")  # fmt: skip
        print("| | audio s / s | times | peak GB | largest difference |\n|---|---|---|---|---|")
        base, reference = 0.0, None
        for label, way in ways.items():
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                seconds, peak, features = pool.submit(measured, *way).result()
            audio = audios["smile" in way[0].__name__]
            if way[0] in (transformers_loop, smile_process_files) and way[-1] != CORES:
                base, reference = seconds, features
            difference = np.abs(features - reference).max()
            print(f"| {label} | {audio / seconds:.1f} | {base / seconds:.2f} | {peak:.2f} |"
                  f" {difference:.1e} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    if "--memory" in sys.argv:
        memory()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
