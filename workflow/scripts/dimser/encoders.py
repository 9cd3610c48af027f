"""Embeddings of speech from any transformers audio encoder, and its head's predictions."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from safetensors import safe_open
from transformers import AutoFeatureExtractor, AutoModel, PreTrainedModel
from transformers.utils import cached_file

from dimser.errors import InputError

STATISTICS = {"mean": ["mean"], "mean_std": ["mean", "std"], "max": ["max"]}
HEAD = [
    f"classifier.{layer}.{part}" for layer in ("dense", "out_proj") for part in ("weight", "bias")
]


@dataclass
class Encoder:
    """A loaded model.

    Attributes:
        model: the encoder, in evaluation mode.
        rate: sampling rate that it takes, in Hz.
        normalize: whether each utterance is brought to zero mean and unit variance first.
        layers: which hidden states are kept; -1 stands for the final output.
        head: the regression head's tensors by name, or None.
        outputs: names of the head's outputs.
    """

    model: PreTrainedModel
    rate: int
    normalize: bool
    layers: list[int]
    head: dict[str, torch.Tensor] | None
    outputs: list[str]


def load(model: str, revision: str, layer: str | int | list[int], device: str) -> Encoder:
    """Load an encoder by hub id or local path.

    Args:
        model: hub id or folder.
        revision: of a hub id: branch, tag or commit.
        layer: `last` (the encoder's output), `all`, an index or a list of indices into
            transformers' `hidden_states` (0: before the first layer).
        device: `cpu` or `cuda`.

    Raises:
        InputError: if the model is not to be had, its weights do not fit, or a layer is unknown.
    """
    try:
        extractor = AutoFeatureExtractor.from_pretrained(model, revision=revision)
        network, loading = AutoModel.from_pretrained(
            model, revision=revision, output_loading_info=True
        )
    except (OSError, ValueError) as error:
        raise InputError(
            f"The model {model!r} (revision {revision!r}) cannot be loaded: {error} Fetch it where "
            "there is a network, or set `model` to a folder that holds it."
        ) from error
    missing = [name for name in loading["missing_keys"] if "masked_spec_embed" not in name]
    if missing:
        raise InputError(
            f"The checkpoint {model!r} lacks the weights {', '.join(sorted(missing)[:5])}: they "
            "would be random. Choose a checkpoint of this architecture."
        )
    count = network.config.num_hidden_layers
    if isinstance(layer, str):
        layers = {"last": [-1], "all": list(range(count + 1))}[layer]
    else:
        layers = [layer] if isinstance(layer, int) else list(layer)
    unknown = [index for index in layers if layer != "last" and not 0 <= index <= count]
    if unknown:
        raise InputError(f"{model!r} has no layer {unknown[0]}; give 0 to {count}, last or all.")
    head = load_head(model, revision)
    outputs = []
    if head:
        names = network.config.id2label
        outputs = [names[number].lower() for number in range(len(head["classifier.out_proj.bias"]))]
        head = {name: tensor.float().to(device) for name, tensor in head.items()}
    normalize = bool(getattr(extractor, "do_normalize", False))
    return Encoder(
        network.eval().to(device), extractor.sampling_rate, normalize, layers, head, outputs
    )


def load_head(model: str, revision: str) -> dict[str, torch.Tensor] | None:
    """Read the regression head's own tensors from a checkpoint; None where it has none.

    Pickled checkpoints are read with weights only, so that no code in them runs.
    """
    quiet = {"revision": revision, "_raise_exceptions_for_missing_entries": False}
    if path := cached_file(model, "model.safetensors", **quiet):
        with safe_open(path, "pt") as file:
            return {n: file.get_tensor(n) for n in HEAD} if set(HEAD) <= set(file.keys()) else None
    if path := cached_file(model, "pytorch_model.bin", **quiet):
        weights = torch.load(path, map_location="cpu", weights_only=True)
        return {n: weights[n] for n in HEAD} if set(HEAD) <= set(weights) else None
    return None


def names(encoder: Encoder, pooling: str) -> list[str]:
    """Name the columns that `embed` gives."""
    width = encoder.model.config.hidden_size
    return [f"{statistic}_{number}" for statistic in STATISTICS[pooling] for number in range(width)]


@torch.inference_mode()
def embed(
    encoder: Encoder, signal: np.ndarray, pooling: str, max_seconds: float
) -> tuple[np.ndarray, np.ndarray | None]:
    """Embed one utterance, alone: its frames meet no padding.

    Args:
        encoder: from `load`.
        signal: shape (samples,), at the encoder's rate.
        pooling: `mean`, `mean_std` or `max` over time.
        max_seconds: longer audio is cut into equal windows whose frames are pooled together.

    Returns:
        Embedding of shape (layers, dimensions), and the head's outputs of shape (outputs,) or None.
    """
    signal = np.asarray(signal, dtype=np.float32)
    if encoder.normalize:
        signal = (signal - signal.mean()) / np.sqrt(signal.var() + 1e-7)
    windows = np.array_split(signal, max(1, -(-len(signal) // int(max_seconds * encoder.rate))))
    if len(windows) > 1:
        logging.info("%.1f s are embedded in %d windows.", len(signal) / encoder.rate, len(windows))
    device = next(encoder.model.parameters()).device
    states = [list(_hidden(encoder, torch.from_numpy(w)[None].to(device))) for w in windows]
    layers = [torch.cat(parts) for parts in zip(*states, strict=True)]  # frames x width
    *kept, final = layers
    embedding = torch.stack([pool(frames, pooling) for frames in kept]).cpu().numpy()
    return embedding, predict(encoder.head, final.mean(dim=0)) if encoder.head else None


def _hidden(encoder: Encoder, window: torch.Tensor) -> Iterator[torch.Tensor]:
    """Give the frames of each kept layer, and of the final output at last."""
    output = encoder.model(window, output_hidden_states=True)
    for layer in encoder.layers:
        yield (output.last_hidden_state if layer == -1 else output.hidden_states[layer])[0]
    yield output.last_hidden_state[0]


def pool(frames: torch.Tensor, pooling: str) -> torch.Tensor:
    """Make one vector of frames: shape (frames, width) to (width * statistics,)."""
    of = {
        "mean": lambda: frames.mean(0),
        "std": lambda: frames.std(0, correction=0),
        "max": lambda: frames.amax(0),
    }
    return torch.cat([of[statistic]() for statistic in STATISTICS[pooling]])


def predict(head: dict[str, torch.Tensor], mean: torch.Tensor) -> np.ndarray:
    """Apply the regression head to the time mean of the final layer."""
    hidden = torch.nn.functional.linear(
        mean, head["classifier.dense.weight"], head["classifier.dense.bias"]
    )
    return torch.nn.functional.linear(
        hidden.tanh(), head["classifier.out_proj.weight"], head["classifier.out_proj.bias"]
    ).cpu().numpy()  # fmt: skip


def layer_axis(embeddings: Sequence[np.ndarray], layers: int, width: int) -> np.ndarray:
    """Stack embeddings: (utterances, dimensions) for one layer, else with an axis of layers."""
    stacked = np.array(embeddings, dtype=np.float32).reshape(len(embeddings), layers, width)
    return stacked[:, 0] if layers == 1 else stacked
