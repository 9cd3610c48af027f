"""Batches of utterances for an encoder, made ahead of it by other threads."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np
import torch

from dimser.features.encoders import Encoder
from dimser.features.wrappers import EPSILON

# Seconds of audio that a GPU could compute while a batch is started.
START = {"float32": 2.0, "tf32": 7.0, "bfloat16": 15.0, "float16": 15.0}
MOST = 640.0  # seconds in a batch: more gain nothing, and make the first and the last one wait
T = TypeVar("T")


@dataclass
class Batch:
    """Inputs of an encoder.

    Attributes:
        inputs: shape (windows, ...), zero where they are padded; pinned for a GPU.
        lengths: of each window, in steps of the inputs.
        steps: of a row of the inputs.
        windows: of each utterance.
    """

    inputs: torch.Tensor
    lengths: list[int]
    steps: int
    windows: list[int]

    def halves(self) -> list["Batch"]:
        """Split it between two utterances."""
        half = len(self.windows) // 2
        row = sum(self.windows[:half])
        return [
            Batch(self.inputs[:row], self.lengths[:row], self.steps, self.windows[:half]),
            Batch(self.inputs[row:], self.lengths[row:], self.steps, self.windows[half:]),
        ]


def collate(encoder: Encoder, signals: Sequence[np.ndarray], max_seconds: float) -> Batch:
    """Cut and stack utterances.

    Args:
        encoder: from `dimser.features.encoders.load`.
        signals: each of shape (samples,), float32, at the encoder's rate.
        max_seconds: longer audio is cut into equal windows.

    Raises:
        InputError: if an utterance is too short for a single frame.
    """
    cut = [_windows(encoder, np.asarray(signal), max_seconds) for signal in signals]
    windows, counts = [window for own in cut for window in own], [len(own) for own in cut]
    return Batch(*encoder.inputs(windows), counts)


def _windows(encoder: Encoder, signal: np.ndarray, max_seconds: float) -> list[np.ndarray]:
    if encoder.scaling:
        mean, deviation = encoder.scaling
        signal = (signal - mean) / (deviation + EPSILON)
    samples = int(min(max_seconds, encoder.longest) * encoder.rate)
    count = max(1, -(-len(signal) // samples))
    if count > 1:
        logging.info("%.1f s are embedded in %d windows.", len(signal) / encoder.rate, count)
    return np.array_split(signal, count)


def groups(durations: np.ndarray, seconds: float, start: float) -> list[list[int]]:
    """Group utterances of like lengths, the longest first, so that the whole takes least.

    What a batch takes is its audio, padding included, and what it takes to start it.

    Args:
        durations: in seconds.
        seconds: at most so much audio in a batch, padding included; a longer utterance is alone.
        start: of a batch, in seconds of audio, as in `START`.

    Returns:
        Row numbers of each batch.
    """
    order = np.argsort(-np.asarray(durations), kind="stable")
    lengths = np.asarray(durations)[order]
    # the least that the first so many utterances take, and where their last batch begins
    least, begins, first = np.zeros(len(order) + 1), [0], 0
    for end in range(1, len(order) + 1):
        while first < end - 1 and lengths[first] * (end - first) > seconds:
            first += 1
        taken = least[first:end] + lengths[first:end] * np.arange(end - first, 0, -1)
        begins.append(first + int(taken.argmin()))
        least[end] = taken.min() + start
    grouped, end = [], len(order)
    while end:
        grouped.append(order[begins[end] : end].tolist())
        end = begins[end]
    return grouped[::-1]


def affordable_seconds(encoder: Encoder) -> float:
    """Tell how much audio a batch may hold by the memory that the GPU has free; at most `MOST`.

    What takes most is the output of a feature extractor's first layer, which is there three times:
    as the product gives it, normalised, and activated. Half of the memory is left for the rest.
    """
    config = encoder.config
    rate = encoder.rate / getattr(config, "conv_stride", [5])[0]
    needed = 3 * rate * getattr(config, "conv_dim", [512])[0] * encoder.network.dtype.itemsize
    free, _ = torch.cuda.mem_get_info(encoder.device)
    return min(MOST, free / 2 / needed)


def ahead(make: Callable[[int], T], count: int, threads: int) -> Iterator[T]:
    """Make items in other threads, no more of them ahead than it takes not to wait.

    Threads that need not work would only take the interpreter from the one that starts the GPU's
    kernels.

    Args:
        make: makes the item of a number.
        count: of items.
        threads: at most so many work; at least one does.

    Yields:
        The items, in order.
    """
    with ThreadPoolExecutor(max(1, threads)) as pool:
        rest = (pool.submit(make, number) for number in range(count))  # submitted as they are taken
        waiting = deque(islice(rest, 2))
        try:
            while waiting:
                late = not waiting[0].done() and len(waiting) <= threads
                waiting.extend(islice(rest, 2 if late else 1))
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
