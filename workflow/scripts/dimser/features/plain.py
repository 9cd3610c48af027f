"""Any other encoder: as transformers computes it."""

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

    def frames(self, length: int) -> int:
        """Count the frames of so many samples."""
        return int(self.model._get_feat_extract_output_lengths(torch.tensor(length)))

    def padded(self, lengths: list[int]) -> int:
        """Tell how long the rows of a batch of such lengths are, in samples."""
        return max(lengths)

    def forward(
        self, inputs: torch.Tensor, lengths: list[int], steps: int, layers: set[int]
    ) -> tuple[list[int], list[tuple[int, torch.Tensor]]]:
        """Compute states; as `Network`, lengths and steps being those of the mask."""
        if len(lengths) > 1 and not self.batched:
            rows = zip(inputs, lengths, strict=True)
            alone = [self(row[None, :length], [length], length, layers) for row, length in rows]
            counts, states = zip(*alone, strict=True)
            joined = []
            for parts in zip(*states, strict=True):
                padded = pad_sequence([state[0] for _, state in parts], batch_first=True)
                joined.append((parts[0][0], padded))
            return [count for (count,) in counts], joined
        mask = None
        if len(lengths) > 1 or not self.waveform:
            mask = torch.arange(steps) < torch.tensor(lengths)[:, None]
            mask = send(mask.long(), inputs.device)
        every, reduced = layers != {-1}, self.dtype != torch.float32
        with torch.autocast(inputs.device.type, self.dtype, enabled=reduced):
            output = self.model(inputs, attention_mask=mask, output_hidden_states=every)
        final = output.last_hidden_state
        if self.waveform:
            frames = [self.frames(length) for length in lengths]
        else:  # the mask may be finer than the output's frames
            frames = [-(-length * final.shape[1] // steps) for length in lengths]
        return frames, [*enumerate(output.hidden_states if every else ()), (-1, final)]
