"""Any other encoder: as transformers computes it."""

from functools import partial

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedModel

from dimser.features.device import send


class Plain(nn.Module):
    """An encoder of samples or of spectral features.

    Args:
        model: of transformers.
        dtype: of its products; weights are float32.
        batched: whether padding leaves an utterance as it is; else each goes alone.
        waveform: whether it takes samples.
    """

    def __init__(
        self, model: PreTrainedModel, dtype: torch.dtype, batched: bool, waveform: bool
    ) -> None:
        super().__init__()
        self.model, self.dtype, self.batched, self.waveform = model, dtype, batched, waveform
        self.squeezed = getattr(model.config, "squeeze_factor", 1)
        # of hidden states, and of the final output where an adapter shortens it
        count = getattr(model, "_get_feat_extract_output_lengths", torch.clone)
        adapted = getattr(model.config, "add_adapter", False)
        self.counts = [partial(count, add_adapter=False), count] if adapted else [count]

    def frames(self, length: int) -> int:
        """Count the frames of so many samples, where they are fewest."""
        return int(self.counts[0](torch.tensor(length))) // self.squeezed

    def padded(self, lengths: list[int]) -> int:
        """Tell how long the rows of a batch of such lengths are, in samples."""
        return max(lengths)

    def forward(
        self, inputs: torch.Tensor, lengths: list[int], steps: int, layers: set[int]
    ) -> list[tuple[int, list[int], torch.Tensor]]:
        """Compute states; as `Network`, lengths and steps being those of the mask."""
        if len(lengths) > 1 and not self.batched:
            ends = lengths if self.waveform else [steps] * len(lengths)
            rows = zip(inputs.split(1), lengths, ends, strict=True)
            alone = [self(row[..., :end], [length], end, layers) for row, length, end in rows]
            joined = []
            for parts in zip(*alone, strict=True):
                numbers, frames, states = zip(*parts, strict=True)
                padded = pad_sequence([state[0] for state in states], batch_first=True)
                joined.append((numbers[0], [count for (count,) in frames], padded))
            return joined
        mask = None
        if len(lengths) > 1 or not self.waveform:
            mask = torch.arange(steps) < torch.tensor(lengths)[:, None]
            mask = send(mask.long(), inputs.device)
        every, reduced = layers != {-1}, self.dtype != torch.float32
        with torch.autocast(inputs.device.type, self.dtype, enabled=reduced):
            output = self.model(inputs, attention_mask=mask, output_hidden_states=every)
        states = [*enumerate(output.hidden_states if every else ()), (-1, output.last_hidden_state)]
        return [(n, self._frames(lengths, steps, own.shape[1]), own) for n, own in states]

    def _frames(self, lengths: list[int], steps: int, frames: int) -> list[int]:
        """Count the frames of each length in a state that has so many."""
        for count in self.counts:
            if int(count(torch.tensor(steps))) == frames:
                return [int(count(torch.tensor(length))) for length in lengths]
        return [-(-length * frames // steps) for length in lengths]
