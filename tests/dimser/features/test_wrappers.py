"""Encoders inside other models, held against transformers' own class, layer by layer."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from miniature import voice
from safetensors.torch import load_file, save_file

from dimser.core.errors import InputError
from dimser.features import embedding, encoders

WIDTH = 16
WAVEFORM = {"hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2,
            "intermediate_size": 24, "conv_dim": (8,) * 7, "num_conv_pos_embeddings": 16,
            "num_conv_pos_embedding_groups": 2, "feat_extract_norm": "layer",
            "do_stable_layer_norm": True, "vocab_size": 9, "tdnn_dim": (8,) * 5,
            "xvector_output_dim": 8, "classifier_proj_size": 8}  # fmt: skip
ADAPTER = WAVEFORM | {"add_adapter": True, "output_hidden_size": WIDTH}
OF_ATTENTION = WAVEFORM | {"adapter_attn_dim": 4}
WHISPER = {"d_model": WIDTH, "encoder_layers": 2, "decoder_layers": 1, "decoder_ffn_dim": 8,
           "encoder_attention_heads": 1, "decoder_attention_heads": 1, "encoder_ffn_dim": 24,
           "vocab_size": 8, "pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0,
           "num_mel_bins": 24}  # fmt: skip
SIGNALS = [voice(n, seconds).astype(np.float32) for n, seconds in ((1, 1.2), (2, 0.5))]
WHOLE = [
    (kind, head, sizes)
    for kind in ("Wav2Vec2", "Hubert", "WavLM")
    for head in ("ForCTC", "ForSequenceClassification", *(["ForXVector"] * (kind != "Hubert")))
    for sizes in (WAVEFORM, *([ADAPTER] * (head == "ForCTC" and kind != "Hubert")))
] + [
    ("Wav2Vec2", "ForCTC", OF_ATTENTION), ("Data2VecAudio", "ForCTC", WAVEFORM),
    ("Data2VecAudio", "ForXVector", WAVEFORM), ("UniSpeechSat", "ForXVector", WAVEFORM),
    ("Whisper", "ForConditionalGeneration", WHISPER),
    ("Whisper", "ForAudioClassification", WHISPER),
]  # fmt: skip


def made(kind: str, head: str, sizes: dict) -> tuple[transformers.PreTrainedModel, object]:
    """Make a model with random weights, norms included, and what makes its inputs."""
    torch.manual_seed(0)
    model = getattr(transformers, kind + head)(getattr(transformers, f"{kind}Config")(**sizes))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    extractor = transformers.Wav2Vec2FeatureExtractor(return_attention_mask=True)
    if kind == "Whisper":
        extractor = transformers.WhisperFeatureExtractor(feature_size=24)
    return model.eval(), extractor


@torch.inference_mode()
def states_of(model: transformers.PreTrainedModel, extractor: object) -> list[np.ndarray]:
    """Compute the mean of each hidden state and of the final output, by transformers."""
    encoder = model.base_model
    encoder = encoder.encoder if isinstance(model.config, transformers.WhisperConfig) else encoder
    found = []
    for signal in SIGNALS:
        inputs = extractor(signal, sampling_rate=16000, return_tensors="pt")
        name = extractor.model_input_names[0]
        output = encoder(inputs[name], output_hidden_states=True)
        own = slice(0, -(-len(signal) // 320) if name == "input_features" else None)
        states = (*output.hidden_states, output.last_hidden_state)
        found.append(np.stack([state[0, own].mean(0) for state in states]))
    return found


def assert_same(folder: Path, expected: list[np.ndarray]) -> None:
    for layer, own in (("all", slice(0, -1)), ("last", slice(-1, None))):
        encoder = encoders.load(str(folder), layer, "cpu")
        alone = [embedding.embed(encoder, [one], "mean", 60)[0][0] for one in SIGNALS]
        together = [states for states, _ in embedding.embed(encoder, SIGNALS, "mean", 60)]
        for found in (alone, together):
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_allclose(one, other[own], atol=1e-5)


@pytest.mark.parametrize(("kind", "head", "sizes"), WHOLE)
def test_a_model_for_a_task_is_the_encoder_that_it_holds(
    tmp_path: Path, kind: str, head: str, sizes: dict
) -> None:
    model, extractor = made(kind, head, sizes)
    model.save_pretrained(tmp_path)
    extractor.save_pretrained(tmp_path)
    assert_same(tmp_path, states_of(model, extractor))


def early(name: str) -> str:
    """Name a tensor as versions of torch before 2 did."""
    return name.replace("parametrizations.weight.original0", "weight_g").replace(
        "parametrizations.weight.original1", "weight_v"
    )


@pytest.mark.parametrize("rename", [str, early])
@pytest.mark.parametrize("prefix", ["model.", "ssl_model.", "backbone_model.", "net.wav2vec2."])
@pytest.mark.parametrize(
    ("kind", "sizes"), [("WavLM", WAVEFORM), ("Wav2Vec2", ADAPTER), ("Whisper", WHISPER)]
)
def test_a_prefix_before_all_names_is_found(
    tmp_path: Path, kind: str, sizes: dict, prefix: str, rename: Callable[[str], str]
) -> None:
    model, extractor = made(kind, "Model", sizes)
    model.save_pretrained(tmp_path)
    extractor.save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    kept = {rename(f"{prefix}{name}"): own for name, own in weights.items()}
    save_file(kept | {"head.weight": torch.ones(3, WIDTH)}, tmp_path / "model.safetensors")
    assert_same(tmp_path, states_of(model, extractor))
    assert encoders.load(str(tmp_path), "last", "cpu").unread == ["head.weight"]


def test_low_rank_updates_that_would_be_lost_are_told(tmp_path: Path) -> None:
    model, extractor = made("WavLM", "Model", WAVEFORM)
    model.save_pretrained(tmp_path)
    extractor.save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["encoder.layers.0.attention.q_proj.lora_A"] = torch.ones(2, WIDTH)
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(InputError, match=r"low-rank .* encoder\.layers\.0\..*lora_A.* Merge them"):
        encoders.load(str(tmp_path), "last", "cpu")


def test_a_wrapper_of_own_code_says_what_to_put_there(tmp_path: Path) -> None:
    model, extractor = made("Hubert", "Model", WAVEFORM)
    model.save_pretrained(tmp_path)
    extractor.save_pretrained(tmp_path)
    said = json.loads((tmp_path / "config.json").read_text()) | {"model_type": "mert_model"}
    (tmp_path / "config.json").write_text(json.dumps(said))
    with pytest.raises(InputError, match=r"`mert_model`.* put the config\.json .* of that encoder"):
        encoders.load(str(tmp_path), "last", "cpu")
