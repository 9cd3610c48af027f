"""Encoders inside other models: below a prefix, or without a configuration of their own."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import (
    CONFIG_MAPPING,
    AutoConfig,
    AutoFeatureExtractor,
    AutoModel,
    PreTrainedConfig,
    PreTrainedModel,
    SequenceFeatureExtractor,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    WavLMConfig,
    WhisperConfig,
    WhisperFeatureExtractor,
)

from dimser.core.errors import InputError
from dimser.features import checkpoint
from dimser.features.checkpoint import Tensors
from dimser.features.heads import Head
from dimser.features.layouts import layout_of

HERE = {"local_files_only": True, "trust_remote_code": False}
STRIDES = (5, 2, 2, 2, 2, 2, 2)  # of all published encoders of samples; shapes do not tell them
HEAD = 64  # dimensions of an attention head, likewise
WHISPER_RATE = 50  # frames a second
MOST, SPARE = 10, 10**8  # parameters that may be missing: of a decoder, beside its encoder's
EPSILON = 1e-6  # beside the standard deviation of a corpus


@dataclass(frozen=True)
class Model:
    """What a folder holds.

    Attributes:
        config: of the encoder.
        extractor: makes its inputs.
        prefix: what stands before the names of its tensors and transformers does not expect.
        scaling: mean and standard deviation of a corpus that samples are brought to 0 and 1 by.
        seconds: of audio that it takes at once.
        positions: of a Whisper, where the model has others than the encoder; else None.
    """

    config: PreTrainedConfig
    extractor: SequenceFeatureExtractor
    prefix: str
    scaling: tuple[float, float] | None
    seconds: float
    positions: torch.Tensor | None

    def shorten(self, model: PreTrainedModel) -> None:
        """Let a Whisper that was trained on shorter windows take those; changes the extractor."""
        frames, encoder = int(self.seconds * WHISPER_RATE), model.get_encoder()
        own = encoder.embed_positions.weight if self.positions is None else self.positions
        positions = own.detach()[:frames].float()
        encoder.embed_positions = torch.nn.Embedding.from_pretrained(positions)
        for config in (model.config, encoder.config):
            config.max_source_positions = frames
        self.extractor.chunk_length = int(self.seconds)
        self.extractor.n_samples = self.extractor.chunk_length * self.extractor.sampling_rate
        self.extractor.nb_max_frames = self.extractor.n_samples // self.extractor.hop_length


def look(folder: str, tensors: Tensors) -> Model:
    """Find what encoder a folder holds, and where among its tensors.

    Where config.json is of no type that transformers knows, but the head is of a known layout,
    the encoder's sizes follow from the shapes of its tensors.

    Args:
        folder: of the model.
        tensors: from `checkpoint.tensors`.

    Raises:
        InputError: if the encoder is of no known kind, or there is nothing that makes its inputs.
        Exception: whatever transformers stumbles over.
    """
    said = json.loads(Path(folder, "config.json").read_text(encoding="utf-8"))
    found = layout_of(tensors)
    layout = found[0] if found else Head
    if said.get("model_type") in CONFIG_MAPPING or not layout.bare:
        checkpoint.assert_extractor(folder)
        config = AutoConfig.from_pretrained(folder, **HERE)
        prefix = _prefix(folder, tensors, config, said)
    else:
        config, prefix = _configured(folder, layout.layout, tensors, said)
    if checkpoint.extractors(folder):
        extractor = AutoFeatureExtractor.from_pretrained(folder, **HERE)
    elif config.is_encoder_decoder:
        extractor = WhisperFeatureExtractor(feature_size=config.num_mel_bins)
    else:
        normalize = config.feat_extract_norm == "layer"
        extractor = Wav2Vec2FeatureExtractor(do_normalize=normalize, return_attention_mask=True)
    scaling = (float(said["mean"]), float(said["std"])) if layout.scaled else None
    positions = found[1].get("embed_positions") if found else None
    return Model(config, extractor, prefix, scaling, layout.seconds, positions)


def _prefix(folder: str, tensors: Tensors, config: PreTrainedConfig, said: dict) -> str:
    """Return what most of an encoder's tensors have before their names.

    Nothing is allocated before config.json is known to tell of what the weights hold.

    Raises:
        InputError: if it tells of other shapes, or of much more.
    """
    layers = max([0, *(said[key] for key in said if key.endswith("layers") and _whole(said[key]))])
    if layers > len(tensors):
        raise InputError(_too_much(folder, f"{layers} layers", f"{len(tensors)} tensors"))
    with torch.device("meta"):
        model = AutoModel.from_config(config)
    expected = model.state_dict()
    counts = _before(tensors, set(expected))
    prefix = counts.most_common(1)[0][0] if counts else ""
    pairs = {name: (own, tensors.get(f"{prefix}{name}")) for name, own in expected.items()}
    other = [
        n for n, (own, there) in pairs.items() if there is not None and own.shape != there.shape
    ]
    if other:
        raise InputError(
            f"The checkpoint {folder!r} has, in shapes that its config.json does not tell, the "
            f"weights {', '.join(sorted(other)[:5])}: they would be random. Choose a checkpoint of "
            "this architecture."
        )
    told, held = (sum(own.numel() for own in every.values()) for every in (expected, tensors))
    if told > MOST * held + SPARE:  # a decoder may be missing
        raise InputError(_too_much(folder, f"{told:,} parameters", f"{held:,}"))
    return "" if prefix == f"{model.base_model_prefix}." else prefix


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _too_much(folder: str, told: str, held: str) -> str:
    return (
        f"{folder}/config.json tells of {told}, and the weights hold {held}: they are not of one "
        "model. Get them anew."
    )


def _before(tensors: Tensors, names: set[str]) -> Counter:
    parts = [name.split(".") for name in tensors]
    splits = [(own[:place], own[place:]) for own in parts for place in range(len(own))]
    return Counter("".join(f"{p}." for p in first) for first, rest in splits
                   if ".".join(rest) in names)  # fmt: skip


def _configured(
    folder: str, layout: str, tensors: Tensors, said: dict
) -> tuple[PreTrainedConfig, str]:
    """Return what follows from the shapes of an encoder's tensors, and their prefix."""
    for first, make in (
        ("feature_extractor.conv_layers.0.conv.weight", _of_samples),
        ("encoder.conv1.weight", _whisper),
    ):
        found = [name for name in tensors if name == first or name.endswith(f".{first}")]
        if len(found) == 1:
            prefix = found[0].removesuffix(first)
            own = {n.removeprefix(prefix): t.shape for n, t in tensors.items()
                   if n.startswith(prefix)}  # fmt: skip
            try:
                config = make(own)
            except (KeyError, IndexError, ValueError) as error:
                raise InputError(
                    f"The model in {folder!r} has the head of {layout}, but its encoder lacks the "
                    f"weights {error}, or has them in other shapes. Get it anew."
                ) from error
            names = {int(number): name for number, name in (said.get("id2label") or {}).items()}
            config.id2label = names or config.id2label
            config.name_or_path = folder
            return config, prefix
    raise InputError(
        f"The model in {folder!r} has the head of {layout}, but not an encoder of the kinds "
        "wav2vec 2.0, HuBERT, WavLM and Whisper. Put its encoder's config.json and "
        "preprocessor_config.json in the place of its own."
    )


def _count(own: dict[str, torch.Size], start: str) -> int:
    return 1 + max(int(name.split(".")[2]) for name in own if name.startswith(start))


def _of_samples(own: dict[str, torch.Size]) -> PreTrainedConfig:
    """Configure wav2vec 2.0, HuBERT (the same network) or WavLM."""
    count = _count(own, "feature_extractor.conv_layers.")
    shapes = [own[f"feature_extractor.conv_layers.{n}.conv.weight"] for n in range(count)]
    normalized = "feature_extractor.conv_layers.1.layer_norm.weight" in own
    (width,) = own["encoder.layer_norm.weight"]
    positions = "encoder.pos_conv_embed.conv."
    new = f"{positions}parametrizations.weight.original1"
    _, grouped, kernel = own[new if new in own else f"{positions}weight_v"]
    sizes = {
        "hidden_size": width,
        "num_hidden_layers": _count(own, "encoder.layers."),
        "intermediate_size": own["encoder.layers.0.feed_forward.intermediate_dense.weight"][0],
        "conv_dim": tuple(shape[0] for shape in shapes),
        "conv_kernel": tuple(shape[2] for shape in shapes),
        "conv_stride": STRIDES[:count],
        "conv_bias": "feature_extractor.conv_layers.0.conv.bias" in own,
        "feat_extract_norm": "layer" if normalized else "group",
        "do_stable_layer_norm": normalized,  # so in all that are published
        "num_conv_pos_embeddings": kernel,
        "num_conv_pos_embedding_groups": width // grouped,
    }
    table = own.get("encoder.layers.0.attention.rel_attn_embed.weight")
    if table:
        return WavLMConfig(**sizes, num_buckets=table[0], num_attention_heads=table[1])
    return Wav2Vec2Config(**sizes, num_attention_heads=max(1, width // HEAD))


def _whisper(own: dict[str, torch.Size]) -> PreTrainedConfig:
    width, bins, _ = own["encoder.conv1.weight"]
    heads = max(1, width // HEAD)
    return WhisperConfig(
        d_model=width, num_mel_bins=bins, encoder_layers=_count(own, "encoder.layers."),
        encoder_attention_heads=heads, encoder_ffn_dim=own["encoder.layers.0.fc1.weight"][0],
        max_source_positions=own["encoder.embed_positions.weight"][0],
        # of the decoder, which is not computed, as little as there can be
        decoder_layers=1, decoder_attention_heads=heads, decoder_ffn_dim=1, vocab_size=2,
        max_target_positions=1, pad_token_id=0, bos_token_id=0, eos_token_id=0,
        decoder_start_token_id=0,
    )  # fmt: skip
