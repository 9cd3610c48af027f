"""Layouts of models' own heads: tensors that are recognised by name and shape.

A layout is one class and its place in `LAYOUTS`. It is computed by a few lines of our own: no code
of a model's runs. config/README.md says from where each is known.
"""

from functools import cache
from typing import ClassVar

import torch
from torch import nn
from torch.nn.functional import layer_norm
from transformers import PreTrainedConfig

from dimser.core.errors import raise_if
from dimser.features.checkpoint import Tensors
from dimser.features.heads import Head, UnfitError, named, width_of
from dimser.features.outputs import output_name
from dimser.features.pooling import Spans

POOLINGS = ("mean", "max", "sum")


class Dense(Head):
    """Two layers on statistics over time, tanh between them: audEERING's."""

    layout = "audEERING's regression head"
    names = ("classifier.dense.weight", "classifier.dense.bias", "classifier.out_proj.weight",
             "classifier.out_proj.bias")  # fmt: skip
    inner: ClassVar[str] = "classifier.dense"
    outer: ClassVar[str] = "classifier.out_proj"

    def __init__(self, tensors: Tensors, config: PreTrainedConfig) -> None:
        super().__init__(tensors, config)
        self.first = self.layer(self.inner, width_of(config))
        self.second = self.layer(self.outer, self.first.out_features)
        self.padding = config.is_encoder_decoder  # as transformers does, over the whole window
        self.pooling = self.pooling_of(config)
        count = self.second.out_features
        self.outputs = [output_name(config.id2label, number) for number in range(count)]

    def pooling_of(self, config: PreTrainedConfig) -> str:
        """Return the statistic that the configuration names."""
        pooling = getattr(config, "pooling_mode", "mean")
        wrong = f"`pooling_mode: {pooling}`, which is none of {', '.join(POOLINGS)}. Correct it."
        raise_if(
            [f"{config.name_or_path}/config.json: the model's head pools over time by {wrong}"]
            * (pooling not in POOLINGS)
        )
        return pooling

    def between(self, hidden: torch.Tensor) -> torch.Tensor:
        """Activate what the first layer gives."""
        return hidden.tanh()

    def forward(self, states: torch.Tensor, spans: Spans) -> torch.Tensor:
        """Predict; as `Head`."""
        return self.second(self.between(self.first(spans.pool(states, [self.pooling]))))


class Sequence(Dense):
    """A projection, the mean over time and a layer: transformers' `*ForSequenceClassification`.

    A projection of the mean is the mean of projections.
    """

    layout = "transformers' sequence or audio classification"
    names = ("projector.weight", "projector.bias", "classifier.weight", "classifier.bias")
    optional, absent = ("layer_weights",), ("tdnn.0.kernel.weight",)  # or it recognises speakers
    inner, outer = "projector", "classifier"

    def __init__(self, tensors: Tensors, config: PreTrainedConfig) -> None:
        super().__init__(tensors, config)
        if getattr(config, "use_weighted_layer_sum", False):
            raise_if(
                [
                    f"{config.name_or_path}/config.json: the model's head weights all layers by "
                    "`use_weighted_layer_sum`, but layer_weights is missing. Correct it."
                ]
                * ("layer_weights" not in tensors)
            )
            self.weigh("layer_weights", [*range(config.num_hidden_layers + 1)])

    def pooling_of(self, config: PreTrainedConfig) -> str:
        """Return the mean, which is all that there is."""
        return "mean"

    def between(self, hidden: torch.Tensor) -> torch.Tensor:
        """Leave it as it is."""
        return hidden


class Odyssey(Head):
    """Attentive statistics and layers with norms: the baselines of the Odyssey 2024 challenge."""

    layout = "the Odyssey 2024 challenge's baseline"
    names = ("sap_linear.weight", "sap_linear.bias", "attention", "fc.0.0.weight", "fc.0.0.bias",
             "fc.0.1.weight", "fc.0.1.bias", "out.0.weight", "out.0.bias")  # fmt: skip
    optional = tuple(f"fc.{n}.{m}.{part}" for n in range(1, 4) for m in (0, 1)
                     for part in ("weight", "bias"))  # fmt: skip
    seconds, bare, scaled = 12.0, True, True

    def __init__(self, tensors: Tensors, config: PreTrainedConfig) -> None:
        super().__init__(tensors, config)
        width = width_of(config)
        self.attentive, attention = self.layer("sap_linear", width), self.own["attention"].float()
        if attention.numel() != width:
            raise UnfitError("attention")
        self.register_buffer("attention", attention.reshape(width, 1))
        count = sum(f"fc.{number}.0.weight" in tensors for number in range(4))
        self.hidden, self.norms, width = nn.ModuleList(), nn.ParameterList(), 2 * width
        for number in range(count):
            self.hidden.append(self.layer(f"fc.{number}.0", width))
            width = self.hidden[-1].out_features
            norm = torch.stack([self.own[f"fc.{number}.1.{p}"].float() for p in ("weight", "bias")])
            if norm.shape != (2, width):
                raise UnfitError(f"fc.{number}.1")
            self.norms.append(nn.Parameter(norm, False))
        self.out = self.layer("out.0", width)
        self.outputs = named(config, self.out.out_features, ("arousal", "dominance", "valence"))

    def forward(self, states: torch.Tensor, spans: Spans) -> torch.Tensor:
        """Predict; as `Head`."""
        pooled = spans.attend(states, self.attentive(states).tanh() @ self.attention)
        for layer, norm in zip(self.hidden, self.norms, strict=True):
            pooled = layer_norm(layer(pooled), norm.shape[1:], *norm).relu()
        return self.out(pooled)


class VoxProfile(Head):
    """Layers over single frames, their mean, and two layers and a sigmoid an output: Vox-Profile's.

    Of WavLM it weighs all hidden states, the last of them after the encoder's norm, as transformers
    gave it before version 5; of Whisper it takes the final output.
    """

    layout = "Vox-Profile's"
    frames = ("model_seq.0", "model_seq.3", "model_seq.6")
    outputs_of = ("arousal", "valence", "dominance")
    names = tuple(
        f"{layer}.{part}"
        for layer in (*frames, *(f"{own}_layer.{n}" for own in outputs_of for n in (0, 2)))
        for part in ("weight", "bias")
    )
    optional = ("weights", "embed_positions")  # the positions are Whisper's
    seconds, bare = 15.0, True

    def __init__(self, tensors: Tensors, config: PreTrainedConfig) -> None:
        super().__init__(tensors, config)
        self.outputs, width = [*self.outputs_of], width_of(config)
        if config.is_encoder_decoder:
            self.padding = True
        else:
            count = config.num_hidden_layers
            first = count + 1 - len(tensors["weights"]) if "weights" in tensors else -1
            if first not in (0, 1):  # without the state before the first layer, or with it
                raise UnfitError("weights")
            self.weigh("weights", [*range(first, count), -1])
        self.convolutions = nn.ModuleList()
        for name in self.frames:
            self.convolutions.append(self.layer(name, width))
            width = self.convolutions[-1].out_features
        self.layers = nn.ModuleList()
        for name in self.outputs:
            inner = self.layer(f"{name}_layer.0", width)
            self.layers += [inner, self.layer(f"{name}_layer.2", inner.out_features)]
            if self.layers[-1].out_features != 1:
                raise UnfitError(name)

    def forward(self, states: torch.Tensor, spans: Spans) -> torch.Tensor:
        """Predict; as `Head`."""
        *first, last = self.convolutions
        for layer in first:
            states = layer(states).relu()
        pooled = spans.pool(last(states), ["mean"])
        pairs = zip(self.layers[::2], self.layers[1::2], strict=True)
        return torch.cat([two(one(pooled).relu()) for one, two in pairs], 1).sigmoid()


LAYOUTS: tuple[type[Head], ...] = (Odyssey, VoxProfile, Dense, Sequence)


def wanted(name: str) -> bool:
    """Tell whether a tensor may be one of a head's."""
    parts = name.split(".")
    return any(".".join(parts[first:]) in _ends() for first in range(len(parts)))


@cache
def _ends() -> set[str]:
    return {end for layout in LAYOUTS for end in (*layout.names, *layout.optional)}


def layout_of(tensors: Tensors) -> tuple[type[Head], Tensors] | None:
    """Find the layout that a checkpoint's tensors have by their names, and those that are its own.

    Args:
        tensors: all of the checkpoint's, those with values that are `wanted`.
    """
    for layout in LAYOUTS:
        ends = {}
        for end in (*layout.names, *layout.optional, *layout.absent):
            having = [name for name in tensors if name.endswith(f".{end}")]
            if end in tensors or len(having) == 1:  # several would be a guess
                ends[end] = tensors[end] if end in tensors else tensors[having[0]]
        if set(layout.names) <= set(ends) and not set(layout.absent) & set(ends):
            return layout, ends
    return None


def recognise(tensors: Tensors, config: PreTrainedConfig) -> Head | None:
    """Make the head that tensors are of; None where they are of no known one.

    Args:
        tensors: as for `layout_of`.
        config: of the encoder.

    Raises:
        InputError: if it pools over time in an unknown way, or lacks its weights of layers.
    """
    found = layout_of(tensors)
    try:
        return found and found[0](found[1], config)
    except (UnfitError, KeyError, RuntimeError, TypeError):  # what shapes of no layout lead to
        return None
