"""Embeddings of utterances: windows, batches, pooling over time, and the head's predictions."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from dimser.core import audio
from dimser.core.errors import InputError
from dimser.features.encoders import Encoder

STATISTICS = {"mean": ["mean"], "mean_std": ["mean", "std"], "max": ["max"]}
# How far an utterance's embedding may move when others share its batch, by its largest value.
TOLERANCE = {"float32": 1e-5, "bfloat16": 5e-2, "float16": 1e-2}
PADDING = 0.1  # share of a batch
Row = tuple[str, float, float | None]  # file, start, end
Embedding = tuple[np.ndarray, np.ndarray | None]


def names(encoder: Encoder, pooling: str) -> list[str]:
    """Name the columns that `embed` gives."""
    return [
        f"{statistic}_{number}"
        for statistic in STATISTICS[pooling]
        for number in range(encoder.width)
    ]


def embed_all(
    encoder: Encoder,
    rows: Sequence[Row],
    *,
    durations: np.ndarray,
    pooling: str,
    max_seconds: float,
    precision: str,
    batch_seconds: float,
    threads: int,
) -> Iterator[tuple[int, Embedding]]:
    """Embed utterances, in whatever order is fastest.

    On a CPU each is embedded alone, by one thread: padding costs more than it gains there, and
    results do not depend on the number of threads. On a GPU utterances of like lengths share a
    batch, while other processes decode the next ones.

    Args:
        encoder: from `dimser.features.encoders.load`.
        rows: file, start and end of each utterance.
        durations: of each in seconds.
        pooling: `mean`, `mean_std` or `max` over time.
        max_seconds: longer audio is embedded in windows.
        precision: `float32`, `bfloat16` or `float16` for what transformers computes.
        batch_seconds: audio in one batch, padding included; 0 embeds each utterance alone.
        threads: utterances at the same time on a CPU; decoding processes beside a GPU.

    Yields:
        Number of a row, and what `embed` gives for it.

    Raises:
        InputError: if embeddings depend on what else is in their batch.
    """
    if not batch_seconds or not encoder.batched:
        signals = _Signals(rows, [[number] for number in range(len(rows))], encoder.rate)

        def one(number: int) -> Embedding:
            return embed(encoder, signals[number], pooling, max_seconds, precision)[0]

        with ThreadPoolExecutor(threads if encoder.device.type == "cpu" else 1) as pool:
            yield from enumerate(pool.map(one, range(len(rows))))
        return
    grouped = batches(durations, batch_seconds)
    loader = DataLoader(
        _Signals(rows, grouped, encoder.rate),
        batch_size=None,
        num_workers=threads,
        pin_memory=encoder.device.type == "cuda",
    )
    checked = False
    for numbers, signals in zip(grouped, loader, strict=True):
        found = _embed_in_parts(encoder, signals, pooling, max_seconds, precision)
        if not checked and len(signals[0]) > len(signals[-1]):
            last = embed(encoder, signals[-1:], pooling, max_seconds, precision)[0][0]
            _assert_same(found[-1][0], last, precision)
            checked = True
        yield from zip(numbers, found, strict=True)


class _Signals(Dataset):
    """Batches of decoded and resampled utterances."""

    def __init__(self, rows: Sequence[Row], grouped: list[list[int]], rate: int) -> None:
        self.rows, self.grouped, self.rate = rows, grouped, rate

    def __len__(self) -> int:
        return len(self.grouped)

    def __getitem__(self, number: int) -> list[torch.Tensor]:
        loaded = (audio.load(*self.rows[row], rate=self.rate) for row in self.grouped[number])
        return [torch.from_numpy(signal) for signal, _ in loaded]


def batches(durations: np.ndarray, seconds: float) -> list[list[int]]:
    """Group utterances of like lengths, the longest first.

    Args:
        durations: in seconds.
        seconds: at most so much audio in a batch, padding included; a longer utterance is alone.

    Returns:
        Row numbers of each batch; less than a tenth of a batch is padding.
    """
    grouped: list[list[int]] = []
    longest = total = 0.0
    for row in np.argsort(-np.asarray(durations), kind="stable").tolist():
        size = longest * (len(grouped[-1]) + 1) if grouped else 0.0
        if not size or size > seconds or total + durations[row] <= (1 - PADDING) * size:
            grouped.append([])
            longest, total = durations[row], 0.0
        grouped[-1].append(row)
        total += durations[row]
    return grouped


def _embed_in_parts(encoder: Encoder, signals: list[torch.Tensor], *how: object) -> list[Embedding]:
    """Embed a batch; in halves where the GPU's memory does not hold it."""
    try:
        return embed(encoder, signals, *how)
    except torch.OutOfMemoryError:
        if len(signals) == 1:
            raise
        logging.info("Out of memory with %d utterances; going on with halves.", len(signals))
    torch.cuda.empty_cache()
    half = len(signals) // 2
    parts = (signals[:half], signals[half:])
    return [found for part in parts for found in _embed_in_parts(encoder, part, *how)]


def _assert_same(batched: np.ndarray, alone: np.ndarray, precision: str) -> None:
    difference = np.abs(batched - alone).max() / max(1.0, np.abs(alone).max())
    logging.info("In a batch an embedding differs by %.1e from alone.", difference)
    if not difference <= TOLERANCE[precision]:
        raise InputError(
            f"Embeddings depend on what else is in their batch: an utterance differs by "
            f"{difference:.1e} from itself alone. Set `batch_seconds: 0` for this feature set."
        )


@torch.inference_mode()
def embed(
    encoder: Encoder,
    signals: Sequence[torch.Tensor],
    pooling: str,
    max_seconds: float,
    precision: str = "float32",
) -> list[Embedding]:
    """Embed utterances as one batch.

    Args:
        encoder: from `dimser.features.encoders.load`.
        signals: each of shape (samples,), float32, at the encoder's rate.
        pooling: `mean`, `mean_std` or `max` over time.
        max_seconds: longer audio is cut into equal windows whose frames are pooled together.
        precision: of transformers' products; pooling and head are float32.

    Returns:
        For each utterance its embedding, shape (layers, dimensions), and the head's outputs of
        shape (outputs,) or None.
    """
    windows = [_windows(encoder, signal, max_seconds) for signal in signals]
    states = iter(_hidden(encoder, [w for own in windows for w in own], precision))
    found = []
    for own in windows:
        layers = [torch.cat(parts) for parts in zip(*(next(states) for _ in own), strict=True)]
        *kept, final = layers  # each frames x width
        embedding = torch.stack([pool(frames, pooling) for frames in kept]).cpu().numpy()
        found.append((embedding, _predict(encoder.head, final.mean(0)) if encoder.head else None))
    return found


def _windows(encoder: Encoder, signal: torch.Tensor, max_seconds: float) -> list[torch.Tensor]:
    signal = signal.to(encoder.device, torch.float32, non_blocking=True)
    if encoder.normalize:  # by the whole utterance, before it is cut or padded
        variance, mean = torch.var_mean(signal, correction=0)
        signal = (signal - mean) / torch.sqrt(variance + 1e-7)
    samples = int(min(max_seconds, encoder.longest) * encoder.rate)
    count = max(1, -(-len(signal) // samples))
    if count > 1:
        logging.info("%.1f s are embedded in %d windows.", len(signal) / encoder.rate, count)
    return list(torch.tensor_split(signal, count))


def _hidden(
    encoder: Encoder, windows: list[torch.Tensor], precision: str
) -> list[list[torch.Tensor]]:
    """Give each window's frames in every kept layer, and in the final output at last; float32."""
    if len(windows) > 1 and not encoder.batched:
        return [_hidden(encoder, [window], precision)[0] for window in windows]
    inputs, mask = _inputs(encoder, windows)
    every = encoder.layers != [-1]
    reduced = precision != "float32"
    with torch.autocast(encoder.device.type, getattr(torch, precision), enabled=reduced):
        output = encoder.model(inputs, attention_mask=mask, output_hidden_states=every)
    final = output.last_hidden_state
    kept = [final if n == -1 else output.hidden_states[n] for n in encoder.layers]
    if encoder.waveform:
        lengths = torch.tensor([len(window) for window in windows])
        frames = encoder.model._get_feat_extract_output_lengths(lengths).tolist()
    else:  # the mask may be finer than the output's frames
        ratio = mask.shape[1] / final.shape[1]
        frames = torch.ceil(mask.sum(1) / ratio).int().tolist()
    return [
        [layer[row, :count].float() for layer in (*kept, final)] for row, count in enumerate(frames)
    ]


def _inputs(
    encoder: Encoder, windows: list[torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Give the model's inputs, shape (windows, ...), and its mask, None where nothing is padded."""
    if not encoder.waveform:
        made = encoder.extractor(
            [window.cpu().numpy() for window in windows],
            sampling_rate=encoder.rate,
            return_attention_mask=True,
            return_tensors="pt",
        ).to(encoder.device)
        return made[encoder.extractor.model_input_names[0]], made["attention_mask"]
    if len(windows) == 1:
        return windows[0][None], None
    mask = [torch.ones_like(window, dtype=torch.long) for window in windows]
    pad = torch.nn.utils.rnn.pad_sequence
    return pad(windows, batch_first=True), pad(mask, batch_first=True)


def pool(frames: torch.Tensor, pooling: str) -> torch.Tensor:
    """Make one vector of frames: shape (frames, width) to (width * statistics,)."""
    of = {
        "mean": lambda: frames.mean(0),
        "std": lambda: frames.std(0, correction=0),
        "max": lambda: frames.amax(0),
    }
    return torch.cat([of[statistic]() for statistic in STATISTICS[pooling]])


def _predict(head: dict[str, torch.Tensor], mean: torch.Tensor) -> np.ndarray:
    """Apply the regression head to the time mean of the final layer."""
    linear = torch.nn.functional.linear
    hidden = linear(mean, head["classifier.dense.weight"], head["classifier.dense.bias"])
    outputs = linear(
        hidden.tanh(), head["classifier.out_proj.weight"], head["classifier.out_proj.bias"]
    )
    return outputs.cpu().numpy()
