"""Speech encoders of the transformers library, loaded for extraction."""

import logging
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from transformers import (
    AutoFeatureExtractor,
    AutoModel,
    PreTrainedConfig,
    PreTrainedModel,
    SequenceFeatureExtractor,
)

from dimser.core.errors import InputError
from dimser.features.device import DTYPES
from dimser.features.network import Network, covers
from dimser.features.plain import Plain

HEAD = [
    f"classifier.{layer}.{part}" for layer in ("dense", "out_proj") for part in ("weight", "bias")
]


@dataclass
class Encoder:
    """A loaded model.

    Attributes:
        network: the encoder, in evaluation mode.
        config: of the checkpoint.
        extractor: makes its inputs, as the checkpoint's own configuration says.
        rate: sampling rate that it takes, in Hz.
        precision: of its products; pooling and head are float32.
        device: where it computes.
        waveform: whether it takes samples; else it takes the extractor's spectral features.
        normalize: whether each utterance's samples are brought to zero mean and unit variance.
        batched: whether utterances of different lengths may share a batch.
        longest: what it takes at once, in seconds.
        layers: which hidden states are kept; -1 stands for the final output.
        head: the regression head's tensors by name, or None.
        outputs: names of the head's outputs.
    """

    network: Network | Plain
    config: PreTrainedConfig
    extractor: SequenceFeatureExtractor
    rate: int
    precision: str
    device: torch.device
    waveform: bool
    normalize: bool
    batched: bool
    longest: float
    layers: list[int]
    head: dict[str, torch.Tensor] | None
    outputs: list[str]

    @property
    def width(self) -> int:
        """Dimensions of a hidden state."""
        return self.config.hidden_size


def load(
    folder: str, layer: str | int | list[int], device: str, precision: str = "float32"
) -> Encoder:
    """Load an encoder from a folder; nothing is fetched, and no code that lies in it runs.

    Args:
        folder: with `config.json`, `preprocessor_config.json` and weights, as on the hub.
        layer: `last` (the encoder's output), `all`, an index or a list of indices into
            transformers' `hidden_states` (0: before the first layer).
        device: `cpu` or `cuda`.
        precision: `float32`, `tf32` (on a CPU the same), `bfloat16` or `float16`.

    Raises:
        InputError: if the model cannot be loaded, its weights do not fit, or a layer is unknown.
    """
    here = {"local_files_only": True, "trust_remote_code": False}
    try:
        if not Path(folder).is_dir():
            raise NotADirectoryError("it is no folder.")
        extractor = AutoFeatureExtractor.from_pretrained(folder, **here)
        network, loading = AutoModel.from_pretrained(
            folder, output_loading_info=True, dtype=torch.float32, **here
        )
    except (OSError, ValueError) as error:
        raise InputError(
            f"The model in {folder!r} cannot be loaded: {error} It needs config.json, "
            "preprocessor_config.json and the weights of an audio encoder of transformers."
        ) from error
    missing = [name for name in loading["missing_keys"] if "masked_spec_embed" not in name]
    if missing:
        raise InputError(
            f"The checkpoint {folder!r} lacks the weights {', '.join(sorted(missing)[:5])}: they "
            "would be random. Choose a checkpoint of this architecture."
        )
    if network.config.is_encoder_decoder:
        network = network.get_encoder()
    head = load_head(folder)
    outputs = []
    if head:
        names = network.config.id2label
        outputs = [names[number].lower() for number in range(len(head["classifier.out_proj.bias"]))]
        head = {name: tensor.float().to(device) for name, tensor in head.items()}
    waveform = extractor.model_input_names[0] == "input_values"
    covered, config, dtype = covers(network), network.config, DTYPES[precision]
    batched = covered or not waveform or _takes_padding(network, extractor)
    network = network.eval().to(device)
    encoder = Encoder(
        (Network(network, dtype) if covered else Plain(network, dtype, batched, waveform)).eval(),
        config,
        extractor,
        extractor.sampling_rate,
        precision,
        torch.device(device),
        waveform,
        normalize=waveform and bool(getattr(extractor, "do_normalize", False)),
        batched=batched,
        longest=getattr(extractor, "chunk_length", float("inf")),
        layers=_layers(folder, layer, config.num_hidden_layers),
        head=head,
        outputs=outputs,
    )
    logging.info(
        f"{folder}: {config.model_type}, {encoder.rate} Hz, "
        f"{'samples' if waveform else 'spectral features'}"
        f"{' normalised per utterance' if encoder.normalize else ''}, "
        f"{'masked batches' if encoder.batched else 'never padded'}; {precision} on {device}, "
        f"{'by products of blocks' if covered else 'as transformers computes it'}."
    )
    return encoder


def _takes_padding(network: PreTrainedModel, extractor: SequenceFeatureExtractor) -> bool:
    # where the first convolution is normalised over time ("group"), padding changes an utterance
    by_itself = getattr(network.config, "feat_extract_norm", None) == "layer"
    return by_itself and bool(extractor.return_attention_mask)


def _layers(folder: str, layer: str | int | list[int], count: int) -> list[int]:
    if isinstance(layer, str):
        return {"last": [-1], "all": list(range(count + 1))}[layer]
    layers = [layer] if isinstance(layer, int) else list(layer)
    if unknown := [index for index in layers if not 0 <= index <= count]:
        raise InputError(f"{folder!r} has no layer {unknown[0]}; give 0 to {count}, last or all.")
    return layers


def load_head(folder: str) -> dict[str, torch.Tensor] | None:
    """Read the regression head's own tensors from a checkpoint; None where it has none.

    Pickled checkpoints are read with weights only, so that no code in them runs.
    """
    found = {}
    for path in sorted(Path(folder).glob("model*.safetensors")):
        with safe_open(path, "pt") as file:
            found |= {name: file.get_tensor(name) for name in HEAD if name in set(file.keys())}
    if not any(Path(folder).glob("model*.safetensors")):
        for path in sorted(Path(folder).glob("pytorch_model*.bin")):
            weights = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
            found |= {name: tensor for name, tensor in weights.items() if name in HEAD}
    return found if len(found) == len(HEAD) else None
