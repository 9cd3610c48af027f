"""What a model's own head predicts: layouts of tensors that are recognised by name and shape."""

import torch
from torch import nn
from torch.nn.functional import linear
from transformers import PreTrainedConfig

from dimser.core.errors import raise_if
from dimser.features.checkpoint import Tensors
from dimser.features.outputs import output_name

# Two layers, and what is between them.
LAYOUTS = {
    ("classifier.dense", "classifier.out_proj"): torch.tanh,
    ("projector", "classifier"): None,
}
WEIGHTED = "layer_weights"
POOLINGS = ("mean", "max", "sum")


class Head(nn.Module):
    """A regression or classification head on pooled hidden states.

    Args:
        tensors: weight and bias of the first and of the second layer.
        between: activation between them, or None.
        outputs: names of what it predicts.
        pooling: `mean`, `max` or `sum` over time.
        weights: of all hidden states, whose sum it takes; None: it takes the final output.
        padding: whether it pools over what the extractor has filled up, too.

    Attributes:
        states: numbers of the hidden states that it takes, -1 being the final output.
    """

    def __init__(
        self, tensors: list[torch.Tensor], between: object, outputs: list[str],
        pooling: str, weights: torch.Tensor | None, padding: bool,
    ) -> None:  # fmt: skip
        super().__init__()
        self.tensors = nn.ParameterList(nn.Parameter(own.float(), False) for own in tensors)
        self.between, self.outputs = between, outputs
        self.pooling, self.padding = pooling, padding
        self.register_buffer("weights", None if weights is None else weights.float().softmax(0))
        self.states = {-1} if weights is None else set(range(len(weights)))

    def forward(self, pooled: list[torch.Tensor]) -> torch.Tensor:
        """Predict from the pooled states, in their order; shape (utterances, outputs)."""
        vectors = pooled[0] if self.weights is None else torch.stack(pooled, -1) @ self.weights
        hidden = linear(vectors, *self.tensors[:2])
        return linear(self.between(hidden) if self.between else hidden, *self.tensors[2:])


def wanted(name: str) -> bool:
    """Tell whether a tensor may be one of a head's."""
    return name == WEIGHTED or name.startswith(("classifier.", "projector.", "tdnn."))


def recognise(tensors: Tensors, config: PreTrainedConfig) -> Head | None:
    """Make the head that tensors are of; None where they are of no known one.

    Args:
        tensors: of the checkpoint, those that are `wanted`.
        config: of the checkpoint.

    Raises:
        InputError: if it pools over time in an unknown way.
    """
    adapted = getattr(config, "add_adapter", False)
    width = config.output_hidden_size if adapted else getattr(config, "hidden_size", None)
    for layers, between in LAYOUTS.items():
        own = [tensors.get(f"{layer}.{part}") for layer in layers for part in ("weight", "bias")]
        if any(tensor is None for tensor in own) or "tdnn.0.kernel.weight" in tensors:
            continue  # or it recognises speakers
        if own[0].shape[1] != width or own[2].shape[1] != own[0].shape[0]:
            continue
        pooling = getattr(config, "pooling_mode", "mean") if between else "mean"
        summed = not between and getattr(config, "use_weighted_layer_sum", False)
        weights = tensors.get(WEIGHTED) if summed else None
        raise_if(
            f"{config.name_or_path}/config.json: the model's head {what}. Correct it."
            for what, wrong in (
                (
                    f"pools over time by `pooling_mode: {pooling}`, which is none of "
                    f"{', '.join(POOLINGS)}",
                    pooling not in POOLINGS,
                ),
                (
                    f"weights all layers by `use_weighted_layer_sum`, but {WEIGHTED} is missing",
                    summed and weights is None,
                ),
            )
            if wrong
        )
        outputs = [output_name(config.id2label, number) for number in range(len(own[3]))]
        return Head(own, between, outputs, pooling, weights, config.is_encoder_decoder)
    return None
