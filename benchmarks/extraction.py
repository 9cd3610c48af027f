"""Measure extraction against a straight loop: `python benchmarks/extraction.py [utterances]`.

With `--memory` instead: peak memory over 1,000 and 100,000 short utterances and a tiny encoder.

Lengths are drawn from a distribution like IEMOCAP's (mean 4.5 s, 0.6 to 34 s), audio is noise, and
encoders are of full size (24 layers, 1024 wide) with random weights. Each way runs in a process of
its own, so that its peak memory is its own, and twice: the first run meets every length for the
first time. The loop takes a quarter of the utterances on a GPU.
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
MODELS = ["Wav2Vec2", "WavLM"]
LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
         "intermediate_size": 4096, "feat_extract_norm": "layer", "do_stable_layer_norm": True,
         "conv_bias": True}  # fmt: skip


def write_audio(folder: Path, count: int) -> pd.DataFrame:
    """Write noise of IEMOCAP's lengths; return the audio index."""
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


def write_models(folder: Path) -> None:
    """Write full-size encoders with random weights."""
    import torch
    import transformers

    for name in MODELS:
        torch.manual_seed(0)
        config = getattr(transformers, f"{name}Config")(**LARGE)
        getattr(transformers, f"{name}Model")(config).save_pretrained(folder / name)
        extractor = transformers.Wav2Vec2FeatureExtractor(return_attention_mask=True)
        extractor.save_pretrained(folder / name)


def transformers_loop(folder: Path, name: str, device: str) -> dict:
    """One file at a time, as transformers' documentation shows; all threads for each.

    On a GPU a quarter is computed once more, in float32 through and through.
    """
    import soundfile
    import torch
    from transformers import AutoFeatureExtractor, AutoModel

    start = time.perf_counter()
    extractor = AutoFeatureExtractor.from_pretrained(folder / name)
    model = AutoModel.from_pretrained(folder / name).eval().to(device)
    times, table = [time.perf_counter() - start], pd.read_csv(folder / "index.csv")
    table = table[:: 4 if device == "cuda" else 1]

    @torch.inference_mode()
    def run(files: pd.Series) -> np.ndarray:
        found = []
        for file in files:
            signal, rate = soundfile.read(file, dtype="float32")
            inputs = extractor(signal, sampling_rate=rate, return_tensors="pt")
            output = model(inputs.input_values.to(device)).last_hidden_state
            found.append(output[0].mean(0).cpu().numpy())
        return np.stack(found)

    for _ in range(2):
        start = time.perf_counter()
        features = run(table["file"])
        times.append(time.perf_counter() - start)
    torch.backends.cudnn.conv.fp32_precision = "ieee"
    quarter = table["file"][:: 4 if device == "cuda" else 1]
    exact = run(quarter) if device == "cuda" else features
    return {"times": times, "rows": list(table.index), "features": features,
            "exact": pd.DataFrame(exact, index=quarter.index),
            "audio": table["duration"].sum()}  # fmt: skip


def ours(
    folder: Path, name: str, device: str, precision: str, batch_seconds: float | None = None
) -> dict:
    """The library's own function; on a GPU in batches."""
    import torch

    from dimser.features import embedding, encoders

    torch.set_num_threads(1)  # as the rule's script does
    start = time.perf_counter()
    encoder = encoders.load(str(folder / name), "last", device, precision)
    times, table = [time.perf_counter() - start], pd.read_csv(folder / "index.csv")
    table = table[:: 4 if batch_seconds == 0 else 1]
    rows = list(table[["file", "start", "end"]].itertuples(index=False, name=None))
    features = np.empty((len(table), encoder.width), dtype=np.float32)
    for _ in range(2):
        start = time.perf_counter()
        found = embedding.embed_all(
            encoder, rows, durations=table["duration"].to_numpy(), pooling="mean",
            max_seconds=60, batch_seconds=batch_seconds, threads=CORES,
        )  # fmt: skip
        for row, (vectors, _) in found:
            features[row] = vectors[0]
        times.append(time.perf_counter() - start)
    return {"times": times, "rows": list(table.index), "features": features,
            "audio": table["duration"].sum()}  # fmt: skip


def model_alone(folder: Path, name: str) -> list[tuple]:
    """Measure a model on a GPU with the data there.

    Returns:
        For some precisions audio s / s, TFLOP/s, and those of a large product.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode
    from transformers import AutoModel

    from dimser.features import encoders
    from dimser.features.device import arithmetic

    def timed(call: Callable, count: int) -> float:
        for _ in range(3):
            call()
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(count):
            call()
        torch.cuda.synchronize()
        return (time.perf_counter() - start) / count

    model = AutoModel.from_pretrained(folder / name).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.randn(1, 80_000))
    operations, found = counter.get_total_flops() / 5 / 1e12, []
    signals = torch.randn(128, 320 * 248, device="cuda")
    lengths = [320 * 248 - 80 * (row % 8) for row in range(128)]
    for precision in ("float32", "tf32", "bfloat16"):
        network = encoders.load(str(folder / name), "last", "cuda", precision).network
        square = torch.randn(8192, 8192, device="cuda", dtype=network.dtype)
        with torch.inference_mode(), arithmetic(precision):
            seconds = timed(lambda: list(network(signals, lengths, 320 * 248, {-1})), 10)  # noqa: B023
            product = timed(lambda: square @ square, 20)  # noqa: B023
        rate = sum(lengths) / 16000 / seconds
        found.append((precision, rate, rate * operations, 2 * 8192**3 / product / 1e12))
    return found


def smile_process_files(folder: Path, workers: int) -> dict:
    """The package's own way."""
    import opensmile

    smile = opensmile.Smile(
        opensmile.FeatureSet.ComParE_2016, opensmile.FeatureLevel.Functionals, num_workers=workers
    )
    start = time.perf_counter()
    features = smile.process_files(pd.read_csv(folder / "many.csv")["file"]).to_numpy()
    return {"seconds": time.perf_counter() - start, "features": features}


def smile_ours(folder: Path) -> dict:
    """The rule's own function."""
    from dimser.features import store
    from extract_opensmile import extract_opensmile

    start = time.perf_counter()
    extract_opensmile(
        index=str(folder / "many.csv"),
        settings={"feature_set": "ComParE_2016", "level": "Functionals", "pooling": "mean"},
        threads=CORES,
        output=str(folder / "smile.h5"),
    )
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "features": store.read(folder / "smile.h5").features}


def measured(way: Callable, *arguments: object) -> tuple[dict, float]:
    """Return what a way does, and its peak memory in GB."""
    found = way(*arguments)
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def alone(function: Callable, *arguments: object) -> object:
    """Call a function in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def extracted(folder: Path) -> dict:
    """Call the rule's own function on a CPU."""
    from extract_transformers import extract_transformers

    settings = {"model": "random", "revision": "", "layer": "last", "pooling": "mean",
                "max_seconds": 60, "precision": "float32", "batch_seconds": 320}  # fmt: skip
    start = time.perf_counter()
    extract_transformers(
        index=str(folder / "index.csv"),
        folder=str(folder / "model"),
        settings=settings,
        threads=CORES,
        gpu=0,
        output=str(folder / "shard.h5"),
    )
    return {"seconds": time.perf_counter() - start}


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
            found, peak = alone(measured, extracted, folder)
            print(f"| {count} | {peak:.2f} | {found['seconds']:.0f} |", flush=True)


def cosine_loss(found: np.ndarray, exact: np.ndarray) -> float:
    """Compute the worst loss of cosine similarity around the mean of the exact embeddings."""
    found, exact = (features - exact.mean(0) for features in (found, exact))
    products = (found * exact).sum(1)
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(exact, axis=1)
    return float((1 - products / lengths).max())


def compare(folder: Path, name: str, device: str) -> None:
    """Print a Markdown table of an encoder's ways."""
    gpu = device == "cuda"
    ways = {"transformers, a loop": (transformers_loop, folder, name, device)}
    more = gpu and name == MODELS[0]
    for precision in ["float32", "tf32", "bfloat16", "float16"][:: 1 if more else 2]:
        ways[f"dimser, {precision}"] = (ours, folder, name, device, precision)
    if more:
        ways["dimser, bfloat16, `batch_seconds: 0`"] = (ours, folder, name, device, "bfloat16", 0)
    print(f"\n{name}\n\n| | load s | first run: audio s / s | times | second run: audio s / s |"
          " times | peak GB | largest difference | worst loss of cosine |\n"
          "|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    base, reference = 0.0, None
    for label, way in ways.items():
        found, peak = alone(measured, *way)
        if reference is None:
            reference = found["exact"]
        load, *seconds = found["times"]
        rates = [found["audio"] / second for second in seconds]
        base = base or rates[-1]  # of the loop with all shapes seen
        cells = " | ".join(f"{rate:.1f} | {rate / base:.2f}" for rate in rates)
        features = pd.DataFrame(found["features"], index=found["rows"]).loc[reference.index]
        difference = np.abs(features - reference).to_numpy().max()
        print(f"| {label} | {load:.1f} | {cells} | {peak:.2f} | {difference:.1e} |"
              f" {cosine_loss(features.to_numpy(), reference.to_numpy()):.0e} |",
              flush=True)  # fmt: skip
    for precision, rate, own, product in alone(model_alone, folder, name) if gpu else ():
        print(f"\nThe model alone, {precision}: {rate:.0f} audio s / s, {own:.0f} TFLOP/s, "
              f"{own / product:.0%} of a product of 8192 x 8192 ({product:.0f} TFLOP/s)",
              flush=True)  # fmt: skip


def compare_smile(folder: Path, audio: float) -> None:
    """Print a Markdown table of openSMILE's ways."""
    print("\n| | audio s / s | times | peak GB | largest difference |\n|---|---|---|---|---|")
    ways = {
        "opensmile.process_files": (smile_process_files, folder, 1),
        f"the same, num_workers={CORES}": (smile_process_files, folder, CORES),
        "dimser, openSMILE": (smile_ours, folder),
    }
    first = None
    for label, way in ways.items():
        found, peak = alone(measured, *way)
        first = first or found
        difference = np.abs(found["features"] - first["features"]).max()
        print(f"| {label} | {audio / found['seconds']:.1f} |"
              f" {first['seconds'] / found['seconds']:.2f} | {peak:.2f} | {difference:.1e} |",
              flush=True)  # fmt: skip


def main(count: int) -> None:
    """Print Markdown tables."""
    import torch
    import transformers

    device = "cuda" if torch.cuda.is_available() else "cpu"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = write_audio(folder, count * (1 if device == "cuda" else 16))
        many.to_csv(folder / "many.csv", index=False)
        many[:count].to_csv(folder / "index.csv", index=False)
        alone(write_models, folder)
        audios = [rows["duration"].sum() for rows in (many[:count], many)]
        card = f"{torch.cuda.get_device_name()}, " if device == "cuda" else ""
        print(f"{count} utterances, {audios[0]:.0f} s; {card}{CORES} cores, {platform.machine()}, "
              f"Python {platform.python_version()}, torch {torch.__version__}, "
              f"transformers {transformers.__version__}", flush=True)  # fmt: skip
        for encoder in MODELS:
            compare(folder, encoder, device)
        if device == "cpu":
            print(f"\nopenSMILE, {len(many)} utterances, {audios[1]:.0f} s")
            compare_smile(folder, audios[1])


if __name__ == "__main__":
    if "--memory" in sys.argv:
        memory()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
