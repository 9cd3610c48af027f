"""Speech encoders of the transformers library, loaded for extraction."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from transformers import (
    AutoModel,
    BatchFeature,
    PreTrainedConfig,
    PreTrainedModel,
    SequenceFeatureExtractor,
)

from dimser.core.errors import InputError, raise_if
from dimser.features import checkpoint, layouts, wrappers
from dimser.features.device import DTYPES
from dimser.features.heads import Head, width_of
from dimser.features.network import KINDS, Network, covers
from dimser.features.plain import Plain


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
        scaling: mean and standard deviation of a corpus that samples are brought to 0 and 1 by.
        batched: whether utterances of different lengths may share a batch.
        longest: what it takes at once, in seconds.
        layers: which hidden states are kept; -1 stands for the final output.
        head: the model's own head, or None.
        unread: names of tensors that are neither the encoder's nor a known head's.
    """

    network: Network | Plain
    config: PreTrainedConfig
    extractor: SequenceFeatureExtractor
    rate: int
    precision: str
    device: torch.device
    waveform: bool
    normalize: bool
    scaling: tuple[float, float] | None
    batched: bool
    longest: float
    layers: list[int]
    head: Head | None
    unread: list[str]

    @property
    def outputs(self) -> list[str]:
        """Names of the head's outputs."""
        return self.head.outputs if self.head else []

    @property
    def width(self) -> int:
        """Dimensions of the states that are kept: an adapter may change those of the last one."""
        return width_of(self.config) if self.layers == [-1] else self.config.hidden_size

    def inputs(self, windows: Sequence[np.ndarray]) -> tuple[torch.Tensor, list[int], int]:
        """Stack samples as the network takes them.

        Returns:
            The inputs, pinned for a GPU; the length of each, and of a row, in steps of them.

        Raises:
            InputError: if one of them is too short for a single frame.
        """
        lengths = [len(window) for window in windows]
        if self.too_short(min(lengths)):
            raise InputError(
                f"{min(lengths)} samples are too short for this encoder: raise `min_duration`."
            )
        pinned = self.device.type == "cuda"
        if not self.waveform:
            made = self._extracted(windows)
            inputs, mask = made[self.extractor.model_input_names[0]], made["attention_mask"]
            inputs = inputs.pin_memory() if pinned else inputs
            return inputs, mask.sum(1).tolist(), mask.shape[1]
        inputs = torch.zeros(len(windows), self.network.padded(lengths), pin_memory=pinned)
        for row, window in zip(inputs.numpy(), windows, strict=True):
            row[: len(window)] = window
        return inputs, lengths, inputs.shape[1]

    def too_short(self, samples: int) -> bool:
        """Tell whether so many samples are less than the encoder's first window."""
        if self.waveform:
            return self.network.frames(samples) < 1
        if samples >= self.rate / 10:
            return False
        try:
            return not self._extracted([np.zeros(samples, np.float32)])["attention_mask"].sum()
        except ValueError:  # what extractors raise where they have no frame
            return True

    def _extracted(self, windows: Sequence[np.ndarray]) -> BatchFeature:
        return self.extractor(
            windows,
            sampling_rate=self.rate,
            padding=True if self.longest == float("inf") else "max_length",
            return_attention_mask=True,
            return_tensors="pt",
        )


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
    tensors = checkpoint.tensors(folder, layouts.wanted)
    try:
        held = wrappers.look(folder, tensors)
        network, loading = AutoModel.from_pretrained(
            folder, config=held.config, output_loading_info=True, ignore_mismatched_sizes=True,
            key_mapping={f"^{re.escape(held.prefix)}": ""} if held.prefix else None,
            dtype=torch.float32, **wrappers.HERE,
        )  # fmt: skip
    except (InputError, MemoryError):
        raise
    except Exception as error:  # transformers raises whatever it stumbles over
        raise InputError(
            f"The model in {folder!r} cannot be loaded: {checkpoint.cause(error)} It must be an "
            "audio encoder of transformers, with its config.json, preprocessor_config.json or "
            "processor_config.json, and weights; where a model of other code holds one, put the "
            "config.json and preprocessor_config.json of that encoder beside the weights."
        ) from error
    network.config.is_encoder_decoder = hasattr(network, "decoder")  # whatever a classifier says
    _assert_complete(folder, network.config, loading)
    head = layouts.recognise(tensors, network.config)
    try:
        encoder = _made(network, held, torch.device(device), precision)
        count = _count_layers(encoder)
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:  # likewise
        logging.exception("Embedding a second of noise failed.")
        raise InputError(
            f"The model in {folder!r} is of the type {network.config.model_type}, which cannot be "
            "embedded: it does not give a hidden state of each layer for each frame of audio. "
            "Choose an encoder of speech, such as WavLM or Whisper."
        ) from error
    encoder.layers = _layers(folder, layer, count)
    encoder.head = head and head.to(device)
    encoder.unread = [] if head else sorted(loading["unexpected_keys"])
    config, plain = encoder.config, isinstance(encoder.network, Plain)
    logging.info(
        f"{folder}: {config.model_type}, {encoder.rate} Hz, "
        f"{'samples' if encoder.waveform else 'spectral features'}"
        f"{' normalised per utterance' if encoder.normalize else ''}"
        f"{' normalised as its corpus was' if encoder.scaling else ''}, "
        f"{'masked batches' if encoder.batched else 'never padded'}; {precision} on {device}, "
        f"{'as transformers computes it' if plain else 'by products of blocks'}."
    )
    return encoder


def _assert_complete(folder: str, config: PreTrainedConfig, loading: dict) -> None:
    """Refuse what would be computed with random weights; a decoder is not computed."""
    lost = ("masked_spec_embed", *(["decoder."] if config.is_encoder_decoder else []))
    missing = [n for n in loading["missing_keys"] if not any(part in n for part in lost)]
    other = [name for name, *_ in loading["mismatched_keys"]]
    remedy = "they would be random. Choose a checkpoint of this architecture."
    updates = [name for name in loading["unexpected_keys"] if "lora_" in name]
    raise_if(
        f"The checkpoint {folder!r} {what} {', '.join(sorted(names)[:5])}: {remedy}"
        for what, names, remedy in (
            ("lacks the weights", missing, remedy),
            ("has, in shapes that its config.json does not tell, the weights", other, remedy),
            ("has low-rank updates of weights,", updates, "they would be lost. Merge them first."),
        )
        if names
    )


def _made(
    network: PreTrainedModel,
    held: wrappers.Model,
    device: torch.device,
    precision: str,
) -> Encoder:
    """Make an encoder that keeps no layers yet."""
    extractor = held.extractor
    if network.config.is_encoder_decoder:
        if held.seconds < getattr(extractor, "chunk_length", 0):
            held.shorten(network)
        network = network.get_encoder()
    waveform = extractor.model_input_names[0] == "input_values"
    config, dtype, covered = network.config, DTYPES[precision], covers(network)
    batched = covered or _takes_padding(config, extractor)
    network = network.eval().to(device)
    return Encoder(
        (Network(network, dtype) if covered else Plain(network, dtype, batched, waveform)).eval(),
        config,
        extractor,
        extractor.sampling_rate,
        precision,
        device,
        waveform,
        normalize=waveform and not held.scaling and getattr(extractor, "do_normalize", False),
        scaling=held.scaling,
        batched=batched,
        longest=min(getattr(extractor, "chunk_length", held.seconds), held.seconds),
        layers=[],
        head=None,
        unread=[],
    )


@torch.inference_mode()
def _count_layers(encoder: Encoder) -> int:
    """Embed a second of noise, and raise any error if that does not give hidden states."""
    noise = np.random.default_rng(0).standard_normal(encoder.rate).astype(np.float32)
    inputs, *sizes = encoder.inputs([noise])
    states = list(encoder.network(inputs.to(encoder.device), *sizes, {0, -1}))
    for number, (count,), state in states:
        _, frames, width = state.shape
        if not 0 < count <= frames or (number >= 0 and width != encoder.config.hidden_size):
            raise ValueError(f"hidden state {number} has the shape {frames} x {width}")
    return len(states) - 2


def _takes_padding(config: PreTrainedConfig, extractor: SequenceFeatureExtractor) -> bool:
    # Others see what is padded: a first convolution that is normalised over time ("group"),
    # adapters of samples' encoders, squeezed frames, the convolutions of a conformer.
    if config.model_type in {"whisper", "wav2vec2-bert"}:
        return True
    masked = config.model_type in {*KINDS, "unispeech-sat"} and config.feat_extract_norm == "layer"
    return masked and not getattr(config, "add_adapter", False) and extractor.return_attention_mask


def _layers(folder: str, layer: str | int | list[int], count: int) -> list[int]:
    if isinstance(layer, str):
        return {"last": [-1], "all": list(range(count + 1))}[layer]
    layers = [layer] if isinstance(layer, int) else list(layer)
    if unknown := [index for index in layers if not 0 <= index <= count]:
        raise InputError(f"{folder!r} has no layer {unknown[0]}; give 0 to {count}, last or all.")
    return layers
