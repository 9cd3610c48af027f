"""What a model's own head is made of; `layouts` has those that are known."""

from typing import ClassVar

import torch
from torch import nn
from transformers import PreTrainedConfig

from dimser.features.checkpoint import Tensors
from dimser.features.outputs import output_name
from dimser.features.pooling import Spans


class UnfitError(Exception):
    """Tensors have the names of a layout, and not its shapes."""


class Head(nn.Module):
    """A head on an encoder's states, in float32; a layout says how its own is computed.

    Args:
        tensors: of the layout, by the ends of their names.
        config: of the encoder.

    Attributes:
        layout: whose it is, for people.
        names: ends of the names of its tensors, whatever stands before them.
        optional: of tensors that only some have.
        absent: of tensors that only another layout has.
        seconds: of audio that the model takes at once.
        bare: whether its checkpoints lack a configuration of their encoder.
        scaled: whether samples are brought to zero mean and unit variance by the `mean` and `std`
            of config.json, those of a whole corpus, and not per utterance.
        outputs: names of what it predicts.
        weights: of the states, whose sum it takes; None: it takes the final output.
        states: numbers of the hidden states that it takes, -1 being the final output.
        padding: whether it pools over what the extractor has filled up, too.
    """

    layout: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]] = ()
    absent: ClassVar[tuple[str, ...]] = ()
    seconds: ClassVar[float] = float("inf")
    bare: ClassVar[bool] = False
    scaled: ClassVar[bool] = False

    def __init__(self, tensors: Tensors, config: PreTrainedConfig) -> None:
        super().__init__()
        self.own, self.outputs, self.padding = tensors, [], False
        self.register_buffer("weights", None)
        self.states: list[int] = [-1]

    def layer(self, name: str, width: int) -> nn.Linear:
        """Make a layer of what lies under a name; a convolution over single frames is one, too."""
        weight, bias = (self.own[f"{name}.{part}"].float() for part in ("weight", "bias"))
        if weight.ndim < 2 or weight.flatten(1).shape != (*bias.shape, width):
            raise UnfitError(name)
        made = nn.Linear(width, len(bias), device="meta")
        made.weight, made.bias = nn.Parameter(weight.flatten(1), False), nn.Parameter(bias, False)
        return made

    def weigh(self, name: str, states: list[int]) -> None:
        """Take the sum of several states, by the softmax of the weights under a name."""
        if self.own[name].shape != (len(states),):
            raise UnfitError(name)
        self.weights = self.own[name].float().softmax(0)
        self.states = states

    def part(self, number: int, states: torch.Tensor) -> torch.Tensor:
        """Return a state as it goes into the sum of those that the head takes."""
        states = states.float()
        return states if self.weights is None else states * self.weights[self.states.index(number)]

    def forward(self, states: torch.Tensor, spans: Spans) -> torch.Tensor:
        """Predict from frames.

        Args:
            states: sum of all parts, shape (windows, frames, width).
            spans: which frames are an utterance's.

        Returns:
            Shape (utterances, outputs).
        """
        raise NotImplementedError


def width_of(config: PreTrainedConfig) -> int:
    """Return the width of an encoder's final output: an adapter may change it."""
    adapted = getattr(config, "add_adapter", False)
    return config.output_hidden_size if adapted else getattr(config, "hidden_size", 0)


def named(config: PreTrainedConfig, count: int, names: tuple[str, ...]) -> list[str]:
    """Return outputs as config.json names them; else, if they are as many, as the layout does."""
    own = [output_name(config.id2label, number) for number in range(count)]
    generic = all(name.startswith("label_") for name in own)
    return [*names] if generic and count == len(names) else own
