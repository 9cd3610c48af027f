"""Heads held against the classes of transformers that they are rebuilt from."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from miniature import voice
from safetensors.torch import load_file
from torch.nn.functional import linear

from dimser.core.errors import InputError
from dimser.demo import stand_ins
from dimser.features import embedding, encoders

SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
         "intermediate_size": 48, "classifier_proj_size": 24}  # fmt: skip
WAVEFORM = SIZES | {"conv_dim": (32,) * 7, "num_conv_pos_embeddings": 16,
                    "num_conv_pos_embedding_groups": 2, "feat_extract_norm": "layer",
                    "do_stable_layer_norm": True}  # fmt: skip
WHISPER = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 1, "encoder_attention_heads": 2,
           "decoder_attention_heads": 2, "encoder_ffn_dim": 48, "decoder_ffn_dim": 48,
           "classifier_proj_size": 24, "vocab_size": 60000, "pad_token_id": 0, "bos_token_id": 0,
           "eos_token_id": 0}  # fmt: skip
NAMES = {0: "Activation", 1: "dominance", 2: "valence"}
SIGNALS = [voice(n, seconds).astype(np.float32) for n, seconds in ((1, 1.2), (2, 0.5))]


def save(folder: Path, kind: str, sizes: dict, head: str = "ForSequenceClassification") -> Path:
    """Write a checkpoint with random weights and three outputs."""
    torch.manual_seed(0)
    config = getattr(transformers, f"{kind}Config")(**sizes, num_labels=3, id2label=NAMES)
    model = getattr(transformers, kind + head)(config).eval()
    if config.use_weighted_layer_sum:
        torch.nn.init.normal_(model.layer_weights)
    model.save_pretrained(folder)
    extractor = transformers.Wav2Vec2FeatureExtractor(return_attention_mask=True)
    if kind == "Whisper":
        extractor = transformers.WhisperFeatureExtractor()
    elif kind == "Wav2Vec2Bert":
        extractor = transformers.SeamlessM4TFeatureExtractor()
    extractor.save_pretrained(folder)
    return folder


def predicted(folder: Path, layer: object = "last") -> np.ndarray:
    encoder = encoders.load(str(folder), layer, "cpu")
    assert encoder.outputs == ["arousal", "dominance", "valence"]
    return np.array([own for _, own in embedding.embed(encoder, SIGNALS, "max", 60)])


def assert_as_the_class_says(folder: Path, network: transformers.PreTrainedModel) -> None:
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    with torch.inference_mode():
        expected = np.concatenate(
            [
                network.eval()(**extractor(own, sampling_rate=16000, return_tensors="pt")).logits
                for own in SIGNALS
            ]
        )
    for layer in ("last", [1]):
        np.testing.assert_allclose(predicted(folder, layer), expected, atol=1e-5)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("kind", "sizes"),
    [
        ("Wav2Vec2", WAVEFORM), ("Hubert", WAVEFORM), ("WavLM", WAVEFORM),
        ("WavLM", WAVEFORM | {"do_stable_layer_norm": False}), ("UniSpeechSat", WAVEFORM),
        ("Data2VecAudio", WAVEFORM | {"conv_pos_kernel_size": 5}), ("Wav2Vec2Bert", SIZES),
    ],
)  # fmt: skip
def test_a_sequence_classifier_predicts_what_its_class_does(
    tmp_path: Path, kind: str, sizes: dict, weighted: bool
) -> None:
    folder = save(tmp_path, kind, sizes | {"use_weighted_layer_sum": weighted})
    own = getattr(transformers, f"{kind}ForSequenceClassification").from_pretrained(folder)
    assert_as_the_class_says(folder, own)


@pytest.mark.parametrize(("weighted", "decodes"), [(False, True), (True, True), (False, False)])
def test_whisper_classifies_by_all_frames_of_its_window(
    tmp_path: Path, weighted: bool, decodes: bool
) -> None:
    sizes = WHISPER | {"use_weighted_layer_sum": weighted, "is_encoder_decoder": decodes}
    folder = save(tmp_path, "Whisper", sizes, "ForAudioClassification")
    own = transformers.WhisperForAudioClassification.from_pretrained(folder)
    assert_as_the_class_says(folder, own)


def test_recognisers_of_speakers_and_frames_predict_nothing(tmp_path: Path) -> None:
    xvector = {"tdnn_dim": (24,) * 5, "xvector_output_dim": 24}
    for head, sizes in (
        ("ForXVector", WAVEFORM | xvector),
        ("ForAudioFrameClassification", WAVEFORM),
    ):
        folder = save(tmp_path / head, "Wav2Vec2", sizes, head)
        assert encoders.load(str(folder), "last", "cpu").outputs == []


def configured(folder: Path, **changes: object) -> Path:
    """Write audEERING's layout with other settings; None leaves one out."""
    stand_ins.write("wv2_em", 7, str(folder))
    config = json.loads((folder / "config.json").read_text()) | changes
    config = {key: value for key, value in config.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize("pooling", ["mean", "max", "sum"])
def test_a_head_pools_as_its_configuration_says(tmp_path: Path, pooling: str) -> None:
    folder = configured(tmp_path, pooling_mode=pooling)
    weights = load_file(folder / "model.safetensors")
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    network = transformers.AutoModel.from_pretrained(folder).eval()
    for signal, found in zip(SIGNALS, predicted(folder), strict=True):
        inputs = extractor(signal, sampling_rate=16000, return_tensors="pt").input_values
        with torch.inference_mode():
            states = network(inputs).last_hidden_state[0]
        pooled = {"mean": states.mean(0), "max": states.amax(0), "sum": states.sum(0)}[pooling]
        hidden = linear(pooled, *(weights[f"classifier.dense.{n}"] for n in ("weight", "bias")))
        expected = linear(
            hidden.tanh(), *(weights[f"classifier.out_proj.{n}"] for n in ("weight", "bias"))
        )
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_head_that_pools_in_an_unknown_way_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"config\.json: .*`pooling_mode: median`.* mean, max, sum"
    ):
        encoders.load(str(configured(tmp_path, pooling_mode="median")), "last", "cpu")


def test_outputs_without_names_are_numbered(tmp_path: Path) -> None:
    folder = configured(tmp_path, id2label=None, label2id=None)
    encoder = encoders.load(str(folder), "last", "cpu")
    assert encoder.outputs == ["label_0", "label_1", "label_2"]
