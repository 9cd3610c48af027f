"""Embeddings of utterances, and what a model's own head predicts for them."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import takewhile
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import transformers

from dimser.core import audio
from dimser.core.audio import Load
from dimser.core.errors import InputError, raise_if
from dimser.core.job import progress
from dimser.features import encoders
from dimser.features.batching import START, Batch, affordable_seconds, ahead, collate, groups
from dimser.features.device import arithmetic
from dimser.features.encoders import Encoder
from dimser.features.pooling import Spans, standardized
from dimser.features.statistics import statistics_of
from dimser.features.store import Store

# How far an utterance's embedding may move when others share its batch, by its largest value.
TOLERANCE = {"float32": 1e-5, "tf32": 5e-3, "bfloat16": 5e-2, "float16": 1e-2}
Row = tuple[str, float, float | None]  # file, start, end
Embedding = tuple[np.ndarray, np.ndarray | None]
Pooling = str | list[str]  # several share one pass over the encoder
Finish = Callable[[], list[Embedding]]


def names(encoder: Encoder, pooling: Pooling) -> list[str]:
    """Name the columns that `embed` gives."""
    return [
        f"{statistic}_{number}"
        for statistic in statistics_of(pooling)
        for number in range(encoder.width)
    ]


def extracted(
    table: pd.DataFrame, settings: dict, *, model: str, threads: int = 1, gpu: int = 0,
    load: Load = audio.load,
) -> Store:  # fmt: skip
    """Embed utterances, and predict them if the model has a head; see `dimser.features.store`.

    Args:
        table: columns `id,file,start,end,duration`, one row per utterance.
        settings: `model` and `revision` (where the folder's content is from), `layer`, `pooling`,
            `max_seconds`, `precision` and, unless left to the GPU's memory, `batch_seconds`.
        model: its folder.
        threads: number of utterances to embed at the same time on a CPU, or to decode for a GPU.
        gpu: number of GPUs that may be used; 0 computes on the CPU.
        load: reads a segment as `dimser.core.audio.load` does.
    """
    # One thread per utterance: the same to the last bit with any number of threads.
    torch.set_num_threads(1)
    device = "cuda" if gpu and torch.cuda.is_available() else "cpu"
    encoder = encoders.load(model, settings["layer"], device, settings["precision"])
    columns = names(encoder, settings["pooling"])
    layers, outputs = len(encoder.layers), len(encoder.outputs)
    features = np.empty((len(table), layers, len(columns)), dtype=np.float32)
    predictions = np.empty((len(table), outputs), dtype=np.float32)
    embeddings = embed_all(
        encoder,
        list(table[["file", "start", "end"]].itertuples(index=False, name=None)),
        durations=table["duration"].to_numpy(),
        threads=threads,
        batch_seconds=settings.get("batch_seconds") if device == "cuda" else 0,
        load=load,
        **{key: settings[key] for key in ("pooling", "max_seconds")},
    )
    shown = progress(embeddings, f"Embed with {settings['model']}", "utterance", total=len(table))
    for row, (vectors, predicted) in shown:
        features[row] = vectors
        predictions[row] = predicted if outputs else []
    config, commit = encoder.config, Path(model, "commit")
    return Store(
        ids=table["id"].tolist(),
        names=columns,
        features=features[:, 0] if layers == 1 else features,
        attributes={
            "extractor": "transformers",
            "settings": settings,
            "commit": commit.read_text().strip() if commit.exists() else "",
            "layers": encoder.layers,
            "model_type": config.model_type,
            "normalize": encoder.normalize,
            "stand_in": bool(getattr(config, "dimser_stand_in", False)),
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        },
        predictions=predictions if outputs else None,
        prediction_names=encoder.outputs,
    )


def embed_all(
    encoder: Encoder,
    rows: Sequence[Row],
    *,
    durations: np.ndarray,
    pooling: Pooling,
    max_seconds: float,
    batch_seconds: float | None,
    threads: int,
    load: Load = audio.load,
) -> Iterator[tuple[int, Embedding]]:
    """Embed utterances, in whatever order is fastest.

    On a CPU each is embedded alone, by one thread: padding costs more than it gains there, and
    results do not depend on the number of threads. On a GPU utterances of like lengths share a
    batch, while other threads decode and stack the next ones.

    Args:
        encoder: from `dimser.features.encoders.load`.
        rows: file, start and end of each utterance.
        durations: of each in seconds.
        pooling: `mean`, `mean_std` or `max` over time, or a list of them.
        max_seconds: longer audio is embedded in windows.
        batch_seconds: audio in one batch, padding included; 0 embeds each utterance alone; None
            is 0 on a CPU, and what the memory holds on a GPU.
        threads: utterances at the same time on a CPU; decoding threads beside a GPU.
        load: reads a segment as `dimser.core.audio.load` does.

    Yields:
        Number of a row, and what `embed` returns for it.

    Raises:
        InputError: if utterances are too short for a single frame, or embeddings depend on what
            else is in their batch.
    """
    samples = np.rint(durations * encoder.rate).astype(int)
    in_order = np.argsort(samples, kind="stable").tolist()
    raise_if(
        f"{rows[row][0]}, from {rows[row][1]:g} s: {samples[row]} samples are fewer than the first "
        "window of this encoder. Raise `min_duration`, or leave the utterance out."
        for row in takewhile(lambda row: encoder.too_short(samples[row]), in_order)
    )

    def stacked(numbers: list[int]) -> Batch:
        loaded = (load(*rows[number], rate=encoder.rate)[0] for number in numbers)
        return collate(encoder, list(loaded), max_seconds)

    on_gpu = encoder.device.type == "cuda"
    if batch_seconds is None:
        batch_seconds = affordable_seconds(encoder) if on_gpu else 0
    if not batch_seconds and not on_gpu:
        # the switches are the process's: threads that put them back would disturb each other
        with arithmetic(encoder.precision), ThreadPoolExecutor(threads) as pool:
            yield from enumerate(
                pool.map(
                    lambda row: _start(encoder, stacked([row]), pooling)()[0], range(len(rows))
                )
            )
        return
    grouped = [[row] for row in range(len(rows))]
    if batch_seconds and encoder.batched:
        start = START[encoder.precision]
        grouped = groups(_padded(encoder, durations), batch_seconds, start)
    logging.info("%d batches of at most %.0f s.", len(grouped), batch_seconds)
    batches = ahead(lambda number: stacked(grouped[number]), len(grouped), threads)

    def started() -> Iterator[Finish]:
        unchecked = True
        for numbers, batch in zip(grouped, batches, strict=True):
            finish = _start(encoder, batch, pooling)
            if unchecked and durations[numbers[0]] > durations[numbers[-1]]:
                shortest = len(numbers) - 1  # it has most padding
                alone = _start(encoder, stacked([numbers[shortest]]), pooling)
                finish = partial(_finish_checked, finish, alone, shortest, encoder.precision)
                unchecked = False
            yield finish

    for numbers, found in zip(grouped, _one_behind(started()), strict=True):
        yield from zip(numbers, found, strict=True)


def _padded(encoder: Encoder, durations: np.ndarray) -> np.ndarray:
    """Return the seconds that utterances take in a batch: some encoders fill up what they take."""
    if encoder.waveform or encoder.longest == float("inf"):
        return durations
    return np.ceil(durations / encoder.longest) * encoder.longest


def _one_behind(started: Iterator[Finish]) -> Iterator[list[Embedding]]:
    """Start each batch before waiting for the one before it: a GPU always has work."""
    before = None
    for finish in started:
        if before:
            yield before()
        before = finish
    if before:
        yield before()


def _finish_checked(batched: Finish, alone: Finish, number: int, precision: str) -> list[Embedding]:
    """Finish a batch, and compare one of its utterances with the same one alone."""
    found, ((expected, _),) = batched(), alone()
    difference = np.abs(found[number][0] - expected).max() / max(1.0, np.abs(expected).max())
    logging.info("In a batch an embedding differs by %.1e from alone.", difference)
    if not difference <= TOLERANCE[precision]:
        raise InputError(
            f"Embeddings depend on what else is in their batch: an utterance differs by "
            f"{difference:.1e} from itself alone. Set `batch_seconds: 0` for this feature set."
        )
    return found


def embed(
    encoder: Encoder, signals: Sequence[np.ndarray], pooling: Pooling, max_seconds: float
) -> list[Embedding]:
    """Embed utterances as one batch.

    Args:
        encoder: from `dimser.features.encoders.load`.
        signals: each of shape (samples,), float32, at the encoder's rate.
        pooling: `mean`, `mean_std` or `max` over time, or a list of them.
        max_seconds: longer audio is cut into equal windows whose frames are pooled together.

    Returns:
        For each utterance its embedding, shape (layers, dimensions), and the head's outputs of
        shape (outputs,) or None.

    Raises:
        InputError: if an utterance is too short for a single frame.
    """
    return _start(encoder, collate(encoder, signals, max_seconds), pooling)()


@torch.inference_mode()
def _start(encoder: Encoder, batch: Batch, pooling: Pooling) -> Finish:
    """Compute a batch; on a GPU only tell it to, and wait in the function that is returned."""
    with arithmetic(encoder.precision):
        values = _in_parts(encoder, batch, pooling)
    copied = values.to("cpu", non_blocking=True)
    done = torch.cuda.Event() if values.is_cuda else None
    if done:
        done.record()

    def finish() -> list[Embedding]:
        if done:
            done.synchronize()
        rows = copied.numpy()
        outputs = len(encoder.outputs)
        vectors = rows[:, : rows.shape[1] - outputs].reshape(len(rows), len(encoder.layers), -1)
        predicted = rows[:, rows.shape[1] - outputs :] if encoder.head else [None] * len(rows)
        return list(zip(vectors, predicted, strict=True))

    return finish


def _in_parts(encoder: Encoder, batch: Batch, pooling: Pooling) -> torch.Tensor:
    """Compute a batch; in halves where the GPU's memory does not hold it."""
    try:
        return _compute(encoder, batch, pooling)
    except torch.OutOfMemoryError:
        if len(batch.windows) == 1:
            raise
        logging.info("Out of memory with %d utterances; going on with halves.", len(batch.windows))
    torch.cuda.empty_cache()
    return torch.cat([_in_parts(encoder, half, pooling) for half in batch.halves()])


def _compute(encoder: Encoder, batch: Batch, pooling: Pooling) -> torch.Tensor:
    """Compute each utterance's kept layers and predictions in a row: (utterances, values)."""
    head = encoder.head
    wanted = {*encoder.layers, *(head.states if head else ())}
    inputs = batch.inputs.to(encoder.device, non_blocking=True)
    if encoder.normalize:  # here and not by the threads, which would hold up this one
        inputs = standardized(inputs, batch.lengths, batch.windows)
    known, kept, taken, statistics = {}, {}, None, statistics_of(pooling)

    def spans(frames: list[int], states: torch.Tensor) -> Spans:
        key = (*frames, states.shape[1])
        if key not in known:
            known[key] = Spans(frames, batch.windows, states.shape[1], states.device)
        return known[key]

    for number, frames, states in encoder.network(inputs, batch.lengths, batch.steps, wanted):
        if number in encoder.layers:
            kept[number] = spans(frames, states).pool(states, statistics)
        if head and number in head.states:
            frames = [states.shape[1]] * len(frames) if head.padding else frames
            part, over = head.part(number, states), spans(frames, states)
            taken = part if taken is None else taken + part
    predicted = [head(taken, over)] if head else []
    return torch.cat([*(kept[number] for number in encoder.layers), *predicted], 1)
