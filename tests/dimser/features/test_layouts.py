"""Heads of models with code of their own, held against the published definitions written out."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from miniature import voice
from miniature_models import MEAN, STD, WIDTH, Tensors, model_of, odyssey, vox_head, write
from safetensors.torch import load_file, save_file
from torch.nn.functional import conv1d, layer_norm, linear

from dimser.core.errors import InputError
from dimser.features import embedding, encoders
from dimser.features.layouts import LAYOUTS
from dimser.features.pooling import Spans

SIGNALS = [voice(n, seconds).astype(np.float32) for n, seconds in ((1, 1.2), (2, 0.5), (3, 0.8))]


def odyssey_says(model: transformers.PreTrainedModel, own: Tensors, *signals: np.ndarray) -> list:
    """Compute it as published; several signals are windows of one utterance."""
    inputs = [(torch.from_numpy(one)[None] - MEAN) / (STD + 1e-6) for one in signals]
    x = torch.cat([model(one).last_hidden_state[0] for one in inputs])
    scores = linear(x, own["sap_linear.weight"], own["sap_linear.bias"]).tanh() @ own["attention"]
    w = torch.softmax(scores, 0)
    mu = (x * w).sum(0)
    sigma = ((x**2 * w).sum(0) - mu**2).clamp(min=1e-5).sqrt()
    hidden = linear(torch.cat([mu, sigma]), own["fc.0.0.weight"], own["fc.0.0.bias"])
    hidden = layer_norm(hidden, (12,), own["fc.0.1.weight"], own["fc.0.1.bias"]).relu()
    return linear(hidden, own["out.0.weight"], own["out.0.bias"]).tolist()


def vox_says(own: Tensors, states: torch.Tensor) -> list:
    """Compute it as published, from states of shape (frames, width)."""
    x = states.T[None]
    for number in (0, 3, 6):
        x = conv1d(x, own[f"model_seq.{number}.weight"], own[f"model_seq.{number}.bias"])
        x = x.relu() if number < 6 else x
    pooled, found = x[0].mean(1), []
    for name in ("arousal", "valence", "dominance"):
        hidden = linear(pooled, own[f"{name}_layer.0.weight"], own[f"{name}_layer.0.bias"]).relu()
        out = linear(hidden, own[f"{name}_layer.2.weight"], own[f"{name}_layer.2.bias"])
        found.append(out.sigmoid().item())
    return found


def predicted(folder: Path, signals: list, max_seconds: float = 60) -> np.ndarray:
    encoder = encoders.load(str(folder), "last", "cpu")
    return np.array([own for _, own in embedding.embed(encoder, signals, "mean", max_seconds)])


@pytest.mark.parametrize(
    "prefixes", [("ssl_model.", "pool_model.", "ser_model."), ("a.b.", "", "")]
)
def test_odyssey_s_baseline_predicts_as_published(tmp_path: Path, prefixes: tuple) -> None:
    model, own = odyssey(tmp_path, prefixes)
    with torch.inference_mode():
        expected = [odyssey_says(model, own, signal) for signal in SIGNALS]
    np.testing.assert_allclose(predicted(tmp_path, SIGNALS), expected, atol=1e-5)
    encoder = encoders.load(str(tmp_path), "all", "cpu")
    assert encoder.outputs == ["arousal", "dominance", "valence"] and encoder.longest == 12
    ((states, _),) = embedding.embed(encoder, SIGNALS[:1], "mean", 60)
    with torch.inference_mode():
        inputs = (torch.from_numpy(SIGNALS[0])[None] - MEAN) / (STD + 1e-6)
        hidden = model(inputs, output_hidden_states=True).hidden_states
    np.testing.assert_allclose(states, torch.cat([s.mean(1) for s in hidden]), atol=1e-5)


def test_attention_goes_over_all_windows_of_an_utterance(tmp_path: Path) -> None:
    model, own = odyssey(tmp_path)
    with torch.inference_mode():
        expected = odyssey_says(model, own, SIGNALS[0][:9600], SIGNALS[0][9600:])
    found = predicted(tmp_path, [SIGNALS[1], SIGNALS[0]], 0.7)
    np.testing.assert_allclose(found[1], expected, atol=1e-5)


def test_frames_that_are_all_alike_have_the_least_deviation() -> None:
    spans = Spans([3, 2], [2], 3, torch.device("cpu"))
    pooled = spans.attend(torch.full((2, 3, 4), 0.3), torch.randn(2, 3, 1))
    torch.testing.assert_close(pooled, torch.tensor([[0.3] * 4 + [1e-5**0.5] * 4]))


def test_outputs_have_the_names_of_the_checkpoint_before_those_of_the_layout(
    tmp_path: Path,
) -> None:
    odyssey(tmp_path, outputs=1, id2label={"0": "Valence"})
    assert encoders.load(str(tmp_path), "last", "cpu").outputs == ["valence"]
    odyssey(tmp_path, id2label={"0": "V", "1": "activation", "2": "dominance"})
    assert encoders.load(str(tmp_path), "last", "cpu").outputs == ["v", "arousal", "dominance"]


@pytest.mark.parametrize("kind", ["WavLM", "Wav2Vec2", "Hubert"])
@pytest.mark.parametrize("weighed", [3, 2])
def test_vox_profile_weighs_all_states_of_samples_as_published(
    tmp_path: Path, kind: str, weighed: int
) -> None:
    model, head = model_of(kind), vox_head(weighed)
    for attention in model.encoder.layers if kind != "WavLM" else ():
        # shapes do not tell how many heads there are: published encoders have 64 columns in one
        attention.attention.num_heads, attention.attention.head_dim = 1, WIDTH
        attention.attention.scaling = WIDTH**-0.5
    write(tmp_path, model, "backbone_model.", head, {"hidden_dim": 12})
    expected, weights = [], head["weights"].softmax(0)
    for signal in SIGNALS:
        normal = (signal - signal.mean()) / np.sqrt(signal.var() + 1e-7)
        with torch.inference_mode():
            output = model(torch.from_numpy(normal)[None], output_hidden_states=True)
            # before version 5 of transformers the last hidden state was the final output
            states = [*output.hidden_states[:-1], output.last_hidden_state][-weighed:]
            mixed = sum(w * state for w, state in zip(weights, states, strict=True))
            expected.append(vox_says(head, mixed[0]))
    np.testing.assert_allclose(predicted(tmp_path, SIGNALS), expected, atol=1e-5)


@pytest.mark.parametrize("configured", [False, True])
def test_vox_profile_takes_whisper_s_final_output_of_fifteen_seconds(
    tmp_path: Path, configured: bool
) -> None:
    model, head = model_of("Whisper"), vox_head(0)
    head["embed_positions"] = torch.randn(1500, WIDTH)  # the ones that it takes
    said = json.loads(model.config.to_json_string()) if configured else {"hidden_dim": 12}
    write(tmp_path, model, "backbone_model.", head, said)
    extractor = transformers.WhisperFeatureExtractor(feature_size=24, chunk_length=15)
    if configured:  # that of its encoder, which hears 30 seconds
        transformers.WhisperFeatureExtractor(feature_size=24).save_pretrained(tmp_path)
    encoder = model.get_encoder()
    encoder.embed_positions = torch.nn.Embedding.from_pretrained(head["embed_positions"][:750])
    model.config.max_source_positions = 750
    with torch.inference_mode():
        inputs = [extractor(s, sampling_rate=16000, return_tensors="pt").input_features
                  for s in SIGNALS]  # fmt: skip
        expected = [vox_says(head, encoder(one).last_hidden_state[0]) for one in inputs]
    np.testing.assert_allclose(predicted(tmp_path, SIGNALS), expected, atol=1e-5)
    loaded = encoders.load(str(tmp_path), "last", "cpu")
    assert loaded.longest == 15 and loaded.outputs == ["arousal", "valence", "dominance"]


def test_a_head_in_other_shapes_is_none_and_its_tensors_are_named(tmp_path: Path) -> None:
    odyssey(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["ser_model.fc.0.1.weight"] = torch.ones(5)
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    encoder = encoders.load(str(tmp_path), "last", "cpu")
    assert encoder.outputs == [] and "ser_model.fc.0.1.weight" in encoder.unread


def test_the_manual_names_every_layout() -> None:
    manual = (Path(__file__).parents[3] / "config/README.md").read_text()
    assert all(f"| {layout.layout} |" in manual for layout in LAYOUTS)


def test_a_known_head_on_an_encoder_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    odyssey(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    kept = {name: own for name, own in weights.items() if "feature_extractor" not in name}
    save_file(kept, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"head of the Odyssey 2024 .* no.* encoder of the"):
        encoders.load(str(tmp_path), "last", "cpu")
    kept = {name: own for name, own in weights.items() if "encoder.layer_norm" not in name}
    save_file(kept, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"lacks the weights 'encoder\.layer_norm\.weight'"):
        encoders.load(str(tmp_path), "last", "cpu")
