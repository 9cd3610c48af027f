"""The convolutions of the demo encoders: trained once, to tell the spectrum of each frame.

An encoder's convolutions turn samples into 50 frames a second. Learning them as a part of each
model would take most of an hour on a CPU. Here they learn, by themselves, what is in a frame: its
logarithmic mel spectrum, from which the targets of masked prediction are made as well.
"""

import logging
from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional
from transformers import Wav2Vec2Config, Wav2Vec2Model

WINDOW, HOP, BANDS = 400, 320, 64  # the receptive field of the convolutions, and their step
CROP = 16000  # samples of an utterance in a batch
BATCH, RATE = 16, 2e-3


def normalised(signal: np.ndarray) -> np.ndarray:
    """Bring a signal to zero mean and unit variance, as the encoders' feature extractor does."""
    return (signal - signal.mean()) / np.sqrt(signal.var() + 1e-7)


def mel(signals: torch.Tensor) -> torch.Tensor:
    """Compute the logarithmic mel spectrum of each frame.

    Args:
        signals: shape (utterances, samples), 16 kHz.

    Returns:
        Shape (utterances, frames, 64).
    """
    frames = signals.unfold(-1, WINDOW, HOP) * torch.hann_window(WINDOW)
    power = torch.fft.rfft(frames, n=512).abs() ** 2
    return torch.log(power @ _filters() + 1e-3)


def _filters() -> torch.Tensor:
    """Triangles, equally wide on the mel scale from 60 Hz to 8 kHz, shape (257, 64)."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (60, 8000))
    edges = 700 * (10 ** (torch.linspace(low, high, BANDS + 2) / 2595) - 1)
    bins = torch.linspace(0, 8000, 257)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return torch.minimum(rising, falling).clamp(min=0)


def _convolutions(settings: dict) -> torch.nn.Module:
    return Wav2Vec2Model(Wav2Vec2Config(**settings)).feature_extractor


def train(settings: dict, signals: Sequence[np.ndarray], steps: int) -> dict:
    """Train convolutions, followed by a linear layer, to tell the mel spectrum.

    Args:
        settings: of the architecture.
        signals: normalised ones, each of at least a second.
        steps: of 16 utterances.

    Returns:
        The weights of transformers' `feature_extractor`.
    """
    convolutions = _convolutions(settings).train()
    channels = settings["conv_dim"][-1]
    layers = torch.nn.ModuleList([torch.nn.LayerNorm(channels), torch.nn.Linear(channels, BANDS)])
    parameters = [*convolutions.parameters(), *layers.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    generator = np.random.default_rng(0)
    for step in range(steps):
        chosen = [signals[i] for i in generator.integers(len(signals), size=BATCH)]
        starts = [generator.integers(len(signal) - CROP + 1) for signal in chosen]
        crops = [signal[at : at + CROP] for signal, at in zip(chosen, starts, strict=True)]
        batch = torch.tensor(np.stack(crops), dtype=torch.float32)
        told = layers[1](layers[0](convolutions(batch).transpose(1, 2)))
        loss = functional.mse_loss(told, mel(batch))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 50 == 49:
            logging.info(f"convolutions, step {step + 1}: {loss.item():.3f}")
    return convolutions.state_dict()


@torch.inference_mode()
def convolve(settings: dict, weights: dict, signals: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Compute what trained convolutions make of signals.

    Args:
        settings: of the architecture.
        weights: from `train`.
        signals: normalised ones.

    Returns:
        Of each, shape (frames, channels), float16.
    """
    convolutions = _convolutions(settings).eval()
    convolutions.load_state_dict(weights)
    return [
        convolutions(torch.tensor(signal)[None])[0].T.numpy().astype(np.float16)
        for signal in signals
    ]
