"""Embeddings held against transformers used as its documentation shows, on seven architectures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st
from miniature import voice

from dimser.core.errors import InputError
from dimser.features import embedding, encoders

WAVEFORM = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
            "intermediate_size": 48, "conv_dim": (32,) * 7, "num_conv_pos_embeddings": 16,
            "num_conv_pos_embedding_groups": 2, "num_feat_extract_layers": 7}  # fmt: skip
LAYER_NORM = WAVEFORM | {"feat_extract_norm": "layer", "do_stable_layer_norm": True}
KINDS = {
    "wav2vec2": ("Wav2Vec2", LAYER_NORM),
    "wav2vec2_base": ("Wav2Vec2", WAVEFORM | {"feat_extract_norm": "group"}),
    "hubert": ("Hubert", LAYER_NORM),
    "wavlm": ("WavLM", LAYER_NORM),
    "data2vec": ("Data2VecAudio", WAVEFORM | {"conv_pos_kernel_size": 5}),
    "whisper": ("Whisper", {"d_model": 32, "encoder_layers": 2, "decoder_layers": 1,
                            "encoder_attention_heads": 2, "decoder_attention_heads": 2,
                            "encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "vocab_size": 60000,
                            "pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0}),
    "w2v_bert": ("Wav2Vec2Bert", {"hidden_size": 32, "num_hidden_layers": 2,
                                  "num_attention_heads": 2, "intermediate_size": 48}),
}  # fmt: skip
SIGNALS = [torch.from_numpy(voice(n, s)).float() for n, s in ((1, 1.2), (2, 0.5), (3, 0.83))]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a tiny checkpoint of each kind, with random weights, as the hub would hold it."""
    root = tmp_path_factory.mktemp("models")
    for name, (kind, sizes) in KINDS.items():
        torch.manual_seed(0)
        config = getattr(transformers, f"{kind}Config")(**sizes)
        getattr(transformers, f"{kind}Model")(config).eval().save_pretrained(root / name)
        if name == "whisper":
            extractor = transformers.WhisperFeatureExtractor()
        elif name == "w2v_bert":
            extractor = transformers.SeamlessM4TFeatureExtractor()
        else:
            masked = name != "wav2vec2_base"
            extractor = transformers.Wav2Vec2FeatureExtractor(return_attention_mask=masked)
        extractor.save_pretrained(root / name)
    return root


@torch.inference_mode()
def straight(model: Path, signal: torch.Tensor) -> list[torch.Tensor]:
    """Give all hidden states and the final output of one utterance, frames x width each."""
    extractor = transformers.AutoFeatureExtractor.from_pretrained(model)
    network = transformers.AutoModel.from_pretrained(model).eval()
    inputs = extractor(
        signal.numpy(), sampling_rate=16000, return_tensors="pt", return_attention_mask=True
    )
    frames = None
    if "Whisper" in type(network).__name__:
        network, frames = network.get_encoder(), -(-len(signal) // 320)
        del inputs["attention_mask"]
    if len(inputs.get("input_values", [])):
        del inputs["attention_mask"]
    output = network(**inputs, output_hidden_states=True)
    return [state[0, :frames] for state in (*output.hidden_states, output.last_hidden_state)]


def load(model: Path, layer: object = "last") -> encoders.Encoder:
    return encoders.load(str(model), layer, "cpu")


def one(encoder: encoders.Encoder, signal: torch.Tensor, *how: object) -> np.ndarray:
    return embedding.embed(encoder, [signal], *(how or ("mean", 60)))[0][0]


@pytest.mark.parametrize("name", KINDS)
def test_last_is_the_time_mean_of_the_final_output(models: Path, name: str) -> None:
    ours = one(load(models / name), SIGNALS[0])
    assert ours.shape == (1, 32)
    np.testing.assert_allclose(ours[0], straight(models / name, SIGNALS[0])[-1].mean(0), atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_a_layer_is_transformers_hidden_state_of_that_index(models: Path, name: str) -> None:
    states = straight(models / name, SIGNALS[0])[:-1]
    every = one(load(models / name, "all"), SIGNALS[0])
    assert every.shape == (3, 32)
    np.testing.assert_allclose(every, torch.stack([s.mean(0) for s in states]), atol=1e-5)
    some = one(load(models / name, [2, 0]), SIGNALS[0])
    np.testing.assert_allclose(some, every[[2, 0]], atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_an_utterance_is_the_same_alone_and_in_a_batch(models: Path, name: str) -> None:
    encoder = load(models / name, "all")
    together = embedding.embed(encoder, SIGNALS, "mean_std", 60)
    for signal, (found, _) in zip(SIGNALS, together, strict=True):
        np.testing.assert_allclose(found, one(encoder, signal, "mean_std", 60), atol=1e-5)


def test_models_that_padding_would_change_are_never_padded(models: Path) -> None:
    assert [name for name in KINDS if not load(models / name).batched] == [
        "wav2vec2_base",
        "data2vec",
    ]


def test_poolings_over_time(models: Path) -> None:
    encoder, frames = load(models / "wavlm"), straight(models / "wavlm", SIGNALS[0])[-1]
    expected = torch.cat([frames.mean(0), frames.std(0, correction=0)])
    np.testing.assert_allclose(one(encoder, SIGNALS[0], "mean_std", 60)[0], expected, atol=1e-5)
    assert len(embedding.names(encoder, "mean_std")) == 64
    highest = one(encoder, SIGNALS[0], "max", 60)
    np.testing.assert_allclose(highest[0], frames.amax(0), atol=1e-5)


@pytest.mark.parametrize("name", ["wavlm", "wav2vec2_base"])
def test_long_audio_is_cut_into_windows_of_their_true_weight(models: Path, name: str) -> None:
    encoder = load(models / name)
    signal = torch.cat(SIGNALS)[:40001]
    normal = (signal - signal.mean()) / torch.sqrt(signal.var(correction=0) + 1e-7)
    with torch.inference_mode():
        parts = [encoder.model(part[None]).last_hidden_state[0] for part in normal.tensor_split(3)]
    expected = torch.cat(parts).mean(0)
    np.testing.assert_allclose(one(encoder, signal, "mean", 1.0)[0], expected, atol=1e-5)


def test_whisper_hears_thirty_seconds_at_once(models: Path) -> None:
    encoder = load(models / "whisper")
    signal = torch.cat([torch.cat(SIGNALS)] * 13)  # 33 s
    halves = [straight(models / "whisper", half)[-1] for half in signal.tensor_split(2)]
    expected = torch.cat(halves).mean(0)
    np.testing.assert_allclose(one(encoder, signal)[0], expected, atol=1e-5)


def test_bfloat16_is_near(models: Path) -> None:
    encoder = load(models / "hubert")
    exact = one(encoder, SIGNALS[0])
    near = one(encoder, SIGNALS[0], "mean", 60, "bfloat16")
    assert near.dtype == np.float32 and 0 < np.abs(near - exact).max() < 0.05


@given(st.lists(st.floats(0.1, 30), max_size=60), st.floats(1, 200))
def test_batches_hold_every_utterance_once_with_little_padding(
    durations: list[float], seconds: float
) -> None:
    durations = np.array(durations)
    grouped = embedding.batches(durations, seconds)
    assert sorted(row for batch in grouped for row in batch) == list(range(len(durations)))
    for batch in grouped:
        size = len(batch) * durations[batch].max()
        assert len(batch) == 1 or size <= seconds * (1 + 1e-9)
        assert durations[batch].sum() >= 0.9 * size * (1 - 1e-9)


@pytest.fixture
def files(tmp_path: Path) -> list[tuple]:
    for number, signal in enumerate([*SIGNALS, *SIGNALS]):
        soundfile.write(tmp_path / f"{number}.wav", signal.numpy(), 16000, subtype="FLOAT")
    return [(str(tmp_path / f"{number}.wav"), 0.0, None) for number in range(6)]


def embed_all(
    encoder: encoders.Encoder, files: Sequence, batch_seconds: float, threads: int = 0
) -> dict[int, np.ndarray]:
    found = embedding.embed_all(
        encoder, files, durations=np.array([1.2, 0.5, 0.83] * 2), pooling="mean", max_seconds=60,
        precision="float32", batch_seconds=batch_seconds, threads=threads,
    )  # fmt: skip
    return {row: vector for row, (vector, _) in found}


def test_batches_of_the_loader_are_the_single_utterances(models: Path, files: list) -> None:
    encoder = load(models / "wav2vec2")
    alone, batched = embed_all(encoder, files, 0, 2), embed_all(encoder, files, 5)
    assert sorted(alone) == sorted(batched) == list(range(6))
    for row in alone:
        np.testing.assert_allclose(batched[row], alone[row], atol=1e-5)
        np.testing.assert_allclose(alone[row], one(encoder, SIGNALS[row % 3]), atol=1e-6)


def test_what_depends_on_its_batch_is_refused(models: Path, files: list) -> None:
    encoder = load(models / "wav2vec2_base")
    encoder.batched = True  # padding changes what a group norm sees
    rows = [files[0], (files[0][0], 0.0, 1.15)]
    with pytest.raises(InputError, match="depend on what else is in their batch"):
        list(
            embedding.embed_all(
                encoder, rows, durations=np.array([1.2, 1.15]), pooling="mean", max_seconds=60,
                precision="float32", batch_seconds=5, threads=0,
            )
        )  # fmt: skip


def test_out_of_memory_halves_the_batch(models: Path, files: list, monkeypatch) -> None:
    encoder, sizes, embed = load(models / "hubert"), [], embedding.embed

    def small(encoder: encoders.Encoder, signals: list, *how: object) -> list:
        sizes.append(len(signals))
        if len(signals) > 1:
            raise torch.OutOfMemoryError
        return embed(encoder, signals, *how)

    monkeypatch.setattr(embedding, "embed", small)
    found = embed_all(encoder, files, 5)
    assert sorted(found) == list(range(6)) and sizes[:3] == [2, 1, 1]


@pytest.mark.gpu
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_gives_what_a_cpu_gives(models: Path, files: list, name: str) -> None:
    here, there = load(models / name), encoders.load(str(models / name), "last", "cuda")
    expected = embed_all(here, files, 0, 1)
    for row, vector in embed_all(there, files, 5, 2).items():
        np.testing.assert_allclose(vector, expected[row], atol=1e-4)
