"""Statistics over time of a whole batch at once, of its samples and its states."""

from collections.abc import Sequence

import torch
from torch.nn.functional import layer_norm, pad

from dimser.features.device import send

EPSILON = 1e-7  # that transformers adds to the variance of samples


class Spans:
    """Which frames are an utterance's: those of one window or of several, without padding.

    Args:
        frames: of each window.
        windows: of each utterance; they follow one another.
        steps: frames of a window with its padding.
        device: where states are.
    """

    def __init__(
        self, frames: list[int], windows: list[int], steps: int, device: torch.device
    ) -> None:
        counts = send(torch.tensor(frames)[:, None], device)
        self.padding = (torch.arange(steps, device=device) >= counts).unsqueeze(-1)
        self.windows = send(torch.tensor(windows), device)
        self.count = len(frames)
        self.frames = self._join(counts.float(), "sum")

    def pool(self, states: torch.Tensor, statistics: Sequence[str]) -> torch.Tensor:
        """Compute statistics in float32: shape (windows, steps, width) to (utterances, values).

        Args:
            states: of all windows, padded.
            statistics: `mean`, `std`, `max` or `sum`, in the order of the columns.
        """
        states = states.float()
        return torch.cat([self._statistic(states, name) for name in statistics], 1)

    def attend(self, states: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Compute mean and standard deviation, each frame weighing by the softmax of its score.

        Args:
            states: of all windows, padded, shape (windows, steps, width).
            scores: shape (windows, steps, 1); an utterance's weights are 1 in sum over its windows.

        Returns:
            Shape (utterances, 2 x width), float32; variances are at least 1e-5.
        """
        scores = scores.float().masked_fill(self.padding, -torch.inf)
        highest = self._join(scores.amax(1), "max")
        weights = (scores - self._of_windows(highest)[:, None]).exp()
        weights = weights / self._of_windows(self._join(weights.sum(1), "sum"))[:, None]
        states = states.float().masked_fill(self.padding, 0)
        mean = self._join((weights * states).sum(1), "sum")
        square = self._join((weights * states.square()).sum(1), "sum")
        return torch.cat([mean, (square - mean.square()).clamp(min=1e-5).sqrt()], 1)

    def _of_windows(self, values: torch.Tensor) -> torch.Tensor:
        """Repeat what utterances have for their windows."""
        return values.repeat_interleave(self.windows, 0, output_size=self.count)

    def _statistic(self, states: torch.Tensor, name: str) -> torch.Tensor:
        if name == "max":
            return self._join(states.masked_fill(self.padding, -torch.inf).amax(1), "max")
        mean = self._mean(states)
        if name == "sum":
            return mean * self.frames
        if name == "mean":
            return mean
        return self._mean((states - self._of_windows(mean)[:, None]).square()).sqrt()

    def _mean(self, states: torch.Tensor) -> torch.Tensor:
        return self._join(states.masked_fill(self.padding, 0).sum(1), "sum") / self.frames

    def _join(self, values: torch.Tensor, how: str) -> torch.Tensor:
        """Reduce the windows of each utterance: shape (windows, width) to (utterances, width)."""
        return torch.segment_reduce(values, how, lengths=self.windows, unsafe=True)


def standardized(samples: torch.Tensor, lengths: list[int], windows: list[int]) -> torch.Tensor:
    """Bring each utterance's samples to zero mean and unit variance, as transformers does.

    Args:
        samples: float32, shape (windows, steps).
        lengths: of each window; what lies beyond is padding.
        windows: of each utterance; they follow one another.

    Returns:
        Of the same shape, zero where it is padded.
    """
    steps = samples.shape[1]
    if len(lengths) == 1:  # no other's padding to leave out: one kernel does
        own = layer_norm(samples[:, : lengths[0]], lengths, eps=EPSILON)
        return pad(own, (0, steps - lengths[0]))
    spans = Spans(lengths, windows, steps, samples.device)
    moments = spans.pool(samples.unsqueeze(-1), ["mean", "std"]).repeat_interleave(
        spans.windows, 0, output_size=spans.count
    )
    mean, deviation = moments.unsqueeze(-1).unbind(1)
    scaled = (samples - mean) / (deviation.square() + EPSILON).sqrt()
    return scaled.masked_fill(spans.padding.squeeze(-1), 0)
