"""wav2vec 2.0 and its kin: what transformers computes, in fewer and larger products."""

from collections.abc import Iterator

import torch
from torch import nn
from transformers import PreTrainedModel

from dimser.features.attention import Attention, GatedAttention, Padding, relative_positions
from dimser.features.convolution import BlockConvolution, PositionalConvolution

KINDS = {"wav2vec2", "hubert", "wavlm", "data2vec-audio"}
FRAMES = 8  # a batch has a multiple of these: what attention's kernels take at once


class Layer(nn.Module):
    """A layer of the encoder; takes over a layer of transformers.

    Args:
        source: the layer, `attention` and all.
        first: whether norms come before what they are for.
    """

    def __init__(self, source: nn.Module, first: bool) -> None:
        super().__init__()
        gated = hasattr(source.attention, "gru_rel_pos_linear")
        self.attention = (GatedAttention if gated else Attention)(source.attention)
        feed_forward = source.feed_forward
        self.wide, self.narrow = feed_forward.intermediate_dense, feed_forward.output_dense
        self.activation, self.first = feed_forward.intermediate_act_fn, first
        self.norm, self.final_norm = source.layer_norm, source.final_layer_norm

    def forward(self, states: torch.Tensor, *shared: object) -> torch.Tensor:
        """Compute the next states; what layers share is for the attention."""
        if self.first:
            states = states + self.attention(self.norm(states), *shared)
            return states + self._feed_forward(self.final_norm(states))
        states = self.norm(states + self.attention(states, *shared))
        return self.final_norm(states + self._feed_forward(states))

    def _feed_forward(self, states: torch.Tensor) -> torch.Tensor:
        return self.narrow(self.activation(self.wide(states)))


class Network(nn.Module):
    """An encoder of samples.

    An utterance's states do not depend on what it shares a batch with: padding is left out of
    convolutions, norms over time and attention. The parts of the given model are taken over, so
    that it must not be used any more.

    Args:
        model: of transformers; `covers` tells whether it may be given.
        dtype: of weights and states.
    """

    def __init__(self, model: PreTrainedModel, dtype: torch.dtype) -> None:
        super().__init__()
        extractor, encoder = model.feature_extractor, model.encoder
        self.convolutions = nn.ModuleList(BlockConvolution(own) for own in extractor.conv_layers)
        self.projection = model.feature_projection.projection
        self.projection_norm = getattr(model.feature_projection, "layer_norm", nn.Identity())
        self.positions = PositionalConvolution(encoder.pos_conv_embed)
        self.norm = encoder.layer_norm
        # not by the configuration, where data2vec may say what it does not do
        self.first = "StableLayerNorm" in type(encoder).__name__
        self.table = encoder.layers[0].attention if model.config.model_type == "wavlm" else None
        self.layers = nn.ModuleList()
        while encoder.layers:  # one after another, so that weights are never held twice
            self.layers.append(Layer(encoder.layers[0], self.first))
            del encoder.layers[0]
        self.dtype = dtype
        self.to(dtype)

    def frames(self, length: int) -> int:
        """Count the frames of so many samples."""
        for convolution in self.convolutions:
            length = convolution.frames(length)
        return length

    def padded(self, lengths: list[int]) -> int:
        """Tell how long the rows of a batch of such lengths are, in samples."""
        step = 1
        for convolution in self.convolutions:
            step *= convolution.stride
        frames = -(-max(lengths) // step)
        return step * (frames if len(lengths) == 1 else -(-frames // FRAMES) * FRAMES)

    def forward(
        self, signals: torch.Tensor, lengths: list[int], steps: int, layers: set[int]
    ) -> Iterator[tuple[int, list[int], torch.Tensor]]:
        """Compute states, layer by layer, as far as they are needed.

        Args:
            signals: shape (utterances, steps), zero beyond the lengths.
            lengths: of each utterance in samples.
            steps: samples of a row, as `padded` says.
            layers: hidden states that are needed; -1 stands for the final output.

        Yields:
            Hidden states up to the last that is needed: its number, the frames that each utterance
            has in it, and the state of shape (utterances, frames, width).
        """
        frames = [self.frames(length) for length in lengths]
        states = signals.to(self.dtype).unsqueeze(-1)
        for convolution in self.convolutions:
            lengths = [convolution.frames(length) for length in lengths]
            states = convolution(states, lengths)
        if len(frames) == 1:
            states, padding = states[:, : frames[0]], None
        else:
            padding = Padding(frames, states)
        states = self.projection(self.projection_norm(states))
        if padding:
            states = states.masked_fill(padding.where, 0)
        states = states + self.positions(states, padding and padding.where)
        states = states if self.first else self.norm(states)
        shared = [padding]
        if self.table is not None:
            shared.append(relative_positions(self.table, states.shape[1]))
        yield 0, frames, states
        last = len(self.layers) if -1 in layers else max(layers)
        for number, layer in enumerate(self.layers[:last], start=1):
            states = layer(states, *shared)
            yield number, frames, states
        if -1 in layers:
            yield -1, frames, self.norm(states) if self.first else states


def covers(model: PreTrainedModel) -> bool:
    """Tell whether `Network` computes what this model does."""
    config = model.config
    return (
        config.model_type in KINDS
        and not getattr(config, "add_adapter", False)
        and getattr(config, "adapter_attn_dim", None) is None
        and not getattr(config, "conv_pos_batch_norm", False)
    )
