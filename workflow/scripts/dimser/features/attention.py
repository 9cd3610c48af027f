"""Self-attention with query, key and value in one product, blind to padding."""

import torch
from torch import nn
from torch.nn.functional import linear, scaled_dot_product_attention

from dimser.features.device import send

SIZES = range(8, 257, 8)  # of a head, for the kernel that takes lengths


class Padding:
    """Frames of a batch that are none of an utterance's.

    Args:
        lengths: of each utterance in frames.
        states: shape (utterances, frames, width); tells the device and the precision, too.

    Attributes:
        where: these frames, shape (utterances, frames, 1).
        bias: what leaves them out of attention, shape (utterances, 1, 1, frames).
        counted: whether a kernel is at hand that takes lengths instead.
        counts: the lengths.
        starts: where each utterance begins in the rows of all, and where the last one ends.
    """

    def __init__(self, lengths: list[int], states: torch.Tensor) -> None:
        count, steps, _ = states.shape
        counts = torch.tensor(lengths, dtype=torch.int32)
        where = torch.arange(steps) >= counts[:, None]
        self.where = send(where, states.device).unsqueeze(-1)
        reduced = states.is_cuda and states.dtype.itemsize == 2
        self.counted = reduced and torch.cuda.get_device_capability(states.device) >= (8, 0)
        self.counts = send(counts, states.device)
        self.starts = send(steps * torch.arange(count + 1, dtype=torch.int32), states.device)
        self.bias = torch.zeros_like(self.where, dtype=states.dtype)[:, None].mT
        self.bias = self.bias.masked_fill(self.where[:, None].mT, -torch.inf)


class Attention(nn.Module):
    """Multi-head self-attention.

    Args:
        source: of transformers: `q_proj`, `k_proj`, `v_proj`, `out_proj` and `num_heads`.
    """

    def __init__(self, source: nn.Module) -> None:
        super().__init__()
        self.heads = source.num_heads
        self.size = source.head_dim
        joint = (source.q_proj, source.k_proj, source.v_proj)
        self.weight = nn.Parameter(torch.cat([part.weight.detach() for part in joint]), False)
        self.bias = nn.Parameter(torch.cat([part.bias.detach() for part in joint]), False)
        self.output = source.out_proj

    def forward(self, states: torch.Tensor, padding: Padding | None) -> torch.Tensor:
        """Attend.

        Args:
            states: shape (utterances, frames, width).
            padding: which frames nothing attends to; None: all are attended to.

        Returns:
            Of the same shape as the states.
        """
        joint = linear(states, self.weight, self.bias)
        if not padding or not padding.counted or self.size not in SIZES:
            return self.output(self._biased(joint, padding.bias if padding else None))
        # twice as fast as the kernels that take a bias: it is told where each utterance ends
        rows = joint.view(-1, 3, self.heads, self.size)
        starts, steps = padding.starts, states.shape[1]
        found, *_ = torch.ops.aten._flash_attention_forward(
            *rows.unbind(1), starts, starts, steps, steps, 0.0, False, False,
            seqused_k=padding.counts,
        )  # fmt: skip
        return self.output(found.view_as(states))

    def _biased(self, joint: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        query, key, value = joint.unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        found = scaled_dot_product_attention(query, key, value, attn_mask=bias)
        return found.transpose(1, 2).flatten(2)


class GatedAttention(Attention):
    """WavLM's: a bias by the distance of two frames, the same in all layers, times a gate."""

    def __init__(self, source: nn.Module) -> None:
        super().__init__(source)
        gates = source.gru_rel_pos_linear  # twice four outputs, of which only the sums are used
        weight = gates.weight.detach().unflatten(0, (2, 4)).sum(1)
        self.gate_weight = nn.Parameter(weight, False)
        self.gate_bias = nn.Parameter(gates.bias.detach().unflatten(0, (2, 4)).sum(1), False)
        self.constant = nn.Parameter(source.gru_rel_pos_const.detach().flatten(), False)

    def forward(
        self, states: torch.Tensor, padding: Padding | None, positions: torch.Tensor
    ) -> torch.Tensor:
        """Attend; as `Attention`, with `positions` of shape (heads, frames, frames)."""
        by_head = states.unflatten(-1, (self.heads, -1))
        one, two = linear(by_head, self.gate_weight, self.gate_bias).sigmoid().unbind(-1)
        gate = (one * (two * self.constant - 1) + 2).transpose(1, 2).unsqueeze(-1)
        bias = torch.addcmul(padding.bias, gate, positions) if padding else gate * positions
        return self.output(self._biased(linear(states, self.weight, self.bias), bias))


def relative_positions(source: nn.Module, frames: int) -> torch.Tensor:
    """Look up WavLM's bias by distance once for all layers.

    Args:
        source: attention of transformers' first layer, which has the table.
        frames: of each utterance.

    Returns:
        Shape (heads, frames, frames): for each query's row, each key's.
    """
    table = source.rel_attn_embed.weight
    distances = torch.arange(1 - frames, frames)
    buckets = send(source._relative_positions_bucket(distances), table.device)
    values = table[buckets].t().contiguous()
    return values.unfold(1, frames, 1).flip(1).contiguous()
