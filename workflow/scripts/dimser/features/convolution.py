"""Convolutions over time as products of blocks of frames, with frames as rows."""

import torch
from torch import nn
from torch.nn.functional import pad

ALIGNED = 8  # columns: what matrix units take at once
BLOCK = 8  # frames of a block where the stride is 1: more take memory, fewer take time


class BlockConvolution(nn.Module):
    """A layer of a feature extractor: convolution, norm and activation.

    With a stride of s frames, a block of s frames is a row of s x channels values, and a kernel of
    k frames is a sum of ceil(k / s) products of rows: y[m] = sum over j of block[m + j] @ W_j. They
    are views of the same memory, so nothing is copied or reordered, and norm and activation run on
    contiguous rows.

    Args:
        layer: of transformers: `conv`, `activation`, and `layer_norm` where it has one.
    """

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        conv = layer.conv
        (self.kernel,), (self.stride,) = conv.kernel_size, conv.stride
        weight = conv.weight.detach().transpose(1, 2)  # outputs, frames of the kernel, channels
        # One channel makes rows too short for fast products: its windows are copied, at full width.
        self.copied = conv.in_channels == 1
        if self.copied:
            self.width = -(-self.kernel // ALIGNED) * ALIGNED
            parts = [pad(weight[..., 0], (0, self.width - self.kernel))]
        else:
            parts = [part.flatten(1) for part in weight.split(self.stride, dim=1)]
        self.weights = nn.ParameterList(nn.Parameter(part.contiguous(), False) for part in parts)
        self.bias = conv.bias
        self.norm = getattr(layer, "layer_norm", None)
        self.activation = layer.activation

    def frames(self, length: int) -> int:
        """Count the frames that see nothing but the `length` first ones of the input."""
        return (length - self.kernel) // self.stride + 1

    def forward(self, inputs: torch.Tensor, lengths: list[int]) -> torch.Tensor:
        """Compute the layer's output.

        Args:
            inputs: shape (utterances, frames, channels); frames are a multiple of the stride.
            lengths: of each utterance, in frames of the output. What lies beyond is undefined:
                it may see the next utterance.

        Returns:
            Shape (utterances, frames / stride, outputs).
        """
        count, frames, _ = inputs.shape
        if self.copied:
            flat = pad(inputs.flatten(), (0, self.width - self.stride))
            blocks = flat.unfold(0, self.width, self.stride).contiguous()
        else:
            blocks = inputs.reshape(count * frames // self.stride, -1)
        first = self.weights[0]
        outputs = nn.functional.linear(blocks[:, : first.shape[1]], first, self.bias)
        for shift, weight in enumerate(list(self.weights)[1:], start=1):
            outputs[:-shift].addmm_(blocks[shift:, : weight.shape[1]], weight.t())
        outputs = outputs.view(count, frames // self.stride, -1)
        if isinstance(self.norm, nn.GroupNorm):
            outputs = self._normalize_over_time(outputs, lengths)
        elif self.norm is not None:
            outputs = self.norm(outputs)
        return self.activation(outputs)

    def _normalize_over_time(self, outputs: torch.Tensor, lengths: list[int]) -> torch.Tensor:
        """Normalise each channel of each utterance by its own frames, not by the padding's."""
        scales, shifts = [], []
        for own, length in zip(outputs, lengths, strict=True):
            frames = own[:length].float()
            mean = frames.mean(0)
            variance = (frames - mean).square().mean(0)
            scales.append(self.norm.weight * torch.rsqrt(variance + self.norm.eps))
            shifts.append(self.norm.bias - mean * scales[-1])
        scale, shift = (torch.stack(parts)[:, None].to(outputs) for parts in (scales, shifts))
        return torch.addcmul(shift, outputs, scale)


class WideConvolution(nn.Module):
    """A grouped convolution of stride 1 over many frames, as products of blocks of frames.

    A block of outputs sees a few blocks of inputs; the product with each of them has the kernel's
    values where a frame of the output sees one of the input, and zeros elsewhere. On a GPU that is
    two to three times as fast as the library's convolution; on a CPU it is not.

    Args:
        conv: the convolution.
    """

    def __init__(self, conv: nn.Conv1d) -> None:
        super().__init__()
        (kernel,), (self.before,), self.groups = conv.kernel_size, conv.padding, conv.groups
        weight = conv.weight.detach().unflatten(0, (self.groups, -1)).permute(0, 3, 2, 1)
        count = -(-(BLOCK + kernel - 1) // BLOCK)
        *_, inputs, outputs = weight.shape
        blocks = weight.new_zeros(self.groups, count * BLOCK, inputs, BLOCK, outputs)
        for frame in range(BLOCK):
            blocks[:, frame : frame + kernel, :, frame] = weight
        blocks = blocks.view(self.groups, count, BLOCK * inputs, BLOCK * outputs).transpose(0, 1)
        self.weights = nn.Parameter(blocks.contiguous(), False)
        bias = conv.bias.detach().view(self.groups, 1, outputs).repeat(1, 1, BLOCK)
        self.bias = nn.Parameter(bias, False)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Convolve: shape (utterances, frames, width) to the same."""
        count, frames, _ = states.shape
        by_group = states.unflatten(-1, (self.groups, -1)).permute(2, 0, 1, 3)
        # the zeros before an utterance are those after the one before it, too
        steps = -(-(self.before + frames) // BLOCK) * BLOCK
        after = (len(self.weights) - 1) * BLOCK
        padded = states.new_zeros(self.groups, count * steps + after, by_group.shape[-1])
        own = padded[:, : count * steps].unflatten(1, (count, steps))
        own[:, :, self.before : self.before + frames] = by_group
        blocks, rows = padded.view(self.groups, -1, self.weights.shape[2]), count * steps // BLOCK
        outputs = torch.baddbmm(self.bias, blocks[:, :rows], self.weights[0])
        for shift, weight in enumerate(self.weights[1:], start=1):
            outputs.baddbmm_(blocks[:, shift : shift + rows], weight)
        outputs = outputs.view(self.groups, count, steps, -1)[:, :, :frames]
        return outputs.permute(1, 2, 0, 3).flatten(2)


class Rows(nn.Module):
    """The library's convolution, with frames as rows.

    Args:
        conv: the convolution.
    """

    def __init__(self, conv: nn.Conv1d) -> None:
        super().__init__()
        self.conv = conv

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Convolve: shape (utterances, frames, width) to the same."""
        return self.conv(states.mT)[..., : states.shape[1]].mT


class PositionalConvolution(nn.Module):
    """What an encoder adds to its input: grouped convolutions over wide windows of frames.

    Args:
        embedding: `pos_conv_embed` of transformers: one layer with a normalised weight, or a stack
            of plain ones (data2vec).
    """

    def __init__(self, embedding: nn.Module) -> None:
        super().__init__()
        self.layers = getattr(embedding, "layers", nn.ModuleList([embedding]))
        self.convolutions = nn.ModuleList()
        for layer in self.layers:
            if nn.utils.parametrize.is_parametrized(layer.conv):  # else computed in each call
                nn.utils.parametrize.remove_parametrizations(layer.conv, "weight")
            self.convolutions.append(
                WideConvolution(layer.conv) if layer.conv.weight.is_cuda else Rows(layer.conv)
            )
            del layer.conv

    def forward(self, states: torch.Tensor, padding: torch.Tensor | None) -> torch.Tensor:
        """Compute what is added.

        Args:
            states: shape (utterances, frames, width), zero where they are padded.
            padding: shape (utterances, frames, 1), true where they are padded; None: nowhere.

        Returns:
            Of the same shape as the states; undefined where they are padded.
        """
        for number, (layer, convolution) in enumerate(
            zip(self.layers, self.convolutions, strict=True)
        ):
            if number and padding is not None:
                states = states.masked_fill(padding, 0)
            states = convolution(states)
            if norm := getattr(layer, "layer_norm", None):
                states = norm(states)
            states = layer.activation(states)
        return states
