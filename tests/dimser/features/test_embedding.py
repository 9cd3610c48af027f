"""Embeddings held against transformers used as its documentation shows, on many architectures."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
import transformers
from miniature import voice

from dimser.core.errors import InputError
from dimser.features import embedding, encoders
from dimser.features.batching import Batch
from dimser.features.convolution import BlockConvolution
from dimser.features.plain import Plain

WAVEFORM = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
            "intermediate_size": 48, "conv_dim": (32,) * 7, "num_conv_pos_embeddings": 16,
            "num_conv_pos_embedding_groups": 2, "num_feat_extract_layers": 7}  # fmt: skip
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
         "intermediate_size": 48}  # fmt: skip
LAYER_NORM = WAVEFORM | {"feat_extract_norm": "layer", "do_stable_layer_norm": True}
KINDS = {
    "wav2vec2": ("Wav2Vec2", LAYER_NORM),
    "wav2vec2_base": ("Wav2Vec2", WAVEFORM | {"feat_extract_norm": "group"}),
    "hubert": ("Hubert", LAYER_NORM),
    "wavlm": ("WavLM", LAYER_NORM),
    "hubert_base": ("Hubert", WAVEFORM | {"feat_extract_norm": "group", "conv_bias": True}),
    "wavlm_base": ("WavLM", WAVEFORM | {"feat_extract_norm": "group"}),
    "data2vec": ("Data2VecAudio", WAVEFORM | {"conv_pos_kernel_size": 5}),
    "unispeech": ("UniSpeech", WAVEFORM | {"feat_extract_norm": "group"}),
    "unispeech_sat": ("UniSpeechSat", LAYER_NORM),
    "whisper": ("Whisper", {"d_model": 32, "encoder_layers": 2, "decoder_layers": 1,
                            "encoder_attention_heads": 2, "decoder_attention_heads": 2,
                            "encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "vocab_size": 60000,
                            "pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0}),
    "w2v_bert": ("Wav2Vec2Bert", SMALL),
    "w2v_bert_adapter": ("Wav2Vec2Bert", SMALL | {"add_adapter": True, "num_adapter_layers": 1}),
    "wav2vec2_adapter": ("Wav2Vec2", LAYER_NORM | {"add_adapter": True}),
    "wavlm_adapter": ("WavLM", LAYER_NORM | {"add_adapter": True, "output_hidden_size": 32}),
    "conformer": ("Wav2Vec2Conformer", LAYER_NORM),
    "sew": ("SEW", WAVEFORM | {"conv_kernel": (10, *(3,) * 6), "conv_stride": (5, *(2,) * 6)}),
    "sew_d": ("SEWD", WAVEFORM | {"conv_kernel": (10, *(3,) * 6), "conv_stride": (5, *(2,) * 6),
                                  "position_buckets": 16, "max_position_embeddings": 64}),
    "moonshine": ("Moonshine", {"hidden_size": 32, "intermediate_size": 48,
                                "encoder_num_hidden_layers": 2, "encoder_num_attention_heads": 2,
                                "decoder_num_hidden_layers": 1, "decoder_num_attention_heads": 2}),
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
        elif name.startswith("w2v_bert"):
            extractor = transformers.SeamlessM4TFeatureExtractor()
        else:
            masked = sizes.get("feat_extract_norm") != "group"
            extractor = transformers.Wav2Vec2FeatureExtractor(return_attention_mask=masked)
        extractor.save_pretrained(root / name)
    return root


@torch.inference_mode()
def straight(model: Path, signal: torch.Tensor) -> list[torch.Tensor]:
    """Compute all hidden states and the final output of one utterance, frames x width each."""
    extractor = transformers.AutoFeatureExtractor.from_pretrained(model)
    network = transformers.AutoModel.from_pretrained(model).eval()
    inputs = extractor(
        signal.numpy(), sampling_rate=16000, return_tensors="pt", return_attention_mask=True
    )
    frames = None
    if network.config.is_encoder_decoder:
        network = network.get_encoder()
    if "Whisper" in type(network).__name__:
        frames = -(-len(signal) // 320)
        del inputs["attention_mask"]
    elif len(inputs.get("input_values", [])):
        del inputs["attention_mask"]
    else:
        frames = int(inputs["attention_mask"].sum())  # it may have padded the last one
    output = network(**inputs, output_hidden_states=True)
    last = frames
    if frames and getattr(network.config, "add_adapter", False):
        last = -(-frames // 2)  # its stride
    return [
        *(state[0, :frames] for state in output.hidden_states), output.last_hidden_state[0, :last]
    ]  # fmt: skip


def load(model: Path, layer: object = "last", precision: str = "float32") -> encoders.Encoder:
    return encoders.load(str(model), layer, "cpu", precision)


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


def test_what_padding_would_change_is_masked_or_never_padded(models: Path) -> None:
    loaded = {name: load(models / name) for name in KINDS}
    plain = {name for name, encoder in loaded.items() if isinstance(encoder.network, Plain)}
    assert plain == {
        "unispeech", "unispeech_sat", "whisper", "w2v_bert", "w2v_bert_adapter", "conformer", "sew",
        "sew_d", "wav2vec2_adapter", "wavlm_adapter", "moonshine",
    }  # fmt: skip
    assert {name for name in plain if not loaded[name].batched} == {
        "unispeech", "conformer", "sew", "sew_d", "wav2vec2_adapter", "wavlm_adapter", "moonshine",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["wav2vec2", "w2v_bert"])
def test_layers_of_any_choice_and_order_agree(models: Path, name: str) -> None:
    every = one(load(models / name, "all"), SIGNALS[0])
    for layers in ([1], [0], [1, 1, 0]):
        np.testing.assert_array_equal(one(load(models / name, layers), SIGNALS[0]), every[layers])


def test_layers_that_nothing_needs_are_not_computed(models: Path, monkeypatch) -> None:
    encoder, computed = load(models / "wavlm", 1), []
    for number, layer in enumerate(encoder.network.layers, start=1):
        layer.register_forward_hook(lambda *_, number=number: computed.append(number))
    one(encoder, SIGNALS[0])
    assert computed == [1]


def test_poolings_over_time(models: Path) -> None:
    encoder, frames = load(models / "wavlm"), straight(models / "wavlm", SIGNALS[0])[-1]
    expected = torch.cat([frames.mean(0), frames.std(0, correction=0)])
    np.testing.assert_allclose(one(encoder, SIGNALS[0], "mean_std", 60)[0], expected, atol=1e-5)
    assert len(embedding.names(encoder, "mean_std")) == 64
    highest = one(encoder, SIGNALS[0], "max", 60)
    np.testing.assert_allclose(highest[0], frames.amax(0), atol=1e-5)


def test_several_poolings_share_one_pass_and_what_they_have_in_common(models: Path) -> None:
    encoder, several = load(models / "wavlm", "all"), ["mean", "mean_std", "max"]
    spread, highest = (one(encoder, SIGNALS[0], pooling, 60) for pooling in several[1:])
    passes = []
    encoder.network.register_forward_pre_hook(lambda *of: passes.append(1))
    together = one(encoder, SIGNALS[0], several, 60)
    assert len(passes) == 1
    np.testing.assert_array_equal(together, np.concatenate([spread, highest], axis=1))
    names = embedding.names(encoder, several)
    assert [name.rpartition("_")[0] for name in names[::32]] == ["mean", "std", "max"]


@pytest.mark.parametrize("name", ["wavlm", "wav2vec2_base"])
def test_long_audio_is_cut_into_windows_of_their_true_weight(models: Path, name: str) -> None:
    encoder = load(models / name)
    signal = torch.cat(SIGNALS)[:40001]
    normal = (signal - signal.mean()) / torch.sqrt(signal.var(correction=0) + 1e-7)
    with torch.inference_mode():
        network = transformers.AutoModel.from_pretrained(models / name).eval()
        parts = [network(part[None]).last_hidden_state[0] for part in normal.tensor_split(3)]
    expected = torch.cat(parts).mean(0)
    np.testing.assert_allclose(one(encoder, signal, "mean", 1.0)[0], expected, atol=1e-5)


def test_whisper_hears_thirty_seconds_at_once(models: Path) -> None:
    encoder = load(models / "whisper")
    signal = torch.cat([torch.cat(SIGNALS)] * 13)  # 33 s
    halves = [straight(models / "whisper", half)[-1] for half in signal.tensor_split(2)]
    expected = torch.cat(halves).mean(0)
    np.testing.assert_allclose(one(encoder, signal)[0], expected, atol=1e-5)


@pytest.mark.parametrize("name", ["hubert", "wavlm", "wav2vec2_base", "data2vec", "whisper"])
@pytest.mark.parametrize(("precision", "within"), [("bfloat16", 0.05), ("float16", 0.02)])
def test_reduced_precision_is_near(models: Path, name: str, precision: str, within: float) -> None:
    exact = embedding.embed(load(models / name, "all"), SIGNALS, "mean_std", 60)
    near = embedding.embed(load(models / name, "all", precision), SIGNALS, "mean_std", 60)
    for (expected, _), (found, _) in zip(exact, near, strict=True):
        assert found.dtype == np.float32 and 0 < np.abs(found - expected).max() < within


def test_weights_are_held_in_the_reduced_precision(models: Path) -> None:
    network = load(models / "wavlm", precision="bfloat16").network
    assert {weight.dtype for weight in network.parameters()} == {torch.bfloat16}


def test_on_a_cpu_tf32_is_float32(models: Path) -> None:
    found = [one(load(models / "hubert", "all", p), SIGNALS[0]) for p in ("tf32", "float32")]
    np.testing.assert_array_equal(*found)


@pytest.fixture
def switches() -> Iterator[tuple]:
    """Let the process round the factors of float32 products, as a caller may have done."""
    switches = (torch.backends.cuda.matmul, torch.backends.cudnn.conv)
    before = [switch.fp32_precision for switch in switches]
    for switch in switches:
        switch.fp32_precision = "tf32"
    yield switches
    for switch, value in zip(switches, before, strict=True):
        switch.fp32_precision = value


@pytest.mark.parametrize(
    ("precision", "expected"), [("float32", "ieee"), ("bfloat16", "ieee"), ("tf32", "tf32")]
)
def test_products_are_what_was_asked_for_whatever_the_process_has_set(
    models: Path, switches: tuple, precision: str, expected: str
) -> None:
    encoder, seen = load(models / "hubert", precision=precision), []
    encoder.network.register_forward_hook(
        lambda *_: seen.extend(switch.fp32_precision for switch in switches)
    )
    one(encoder, SIGNALS[0])
    assert seen == [expected, expected]
    assert [switch.fp32_precision for switch in switches] == ["tf32", "tf32"]


@pytest.mark.parametrize(
    ("name", "samples"), [("wavlm", 400), ("sew", 960), ("w2v_bert", 560), ("moonshine", 895)]
)
def test_what_is_too_short_for_a_frame_is_told(models: Path, name: str, samples: int) -> None:
    encoder = load(models / name, "all")
    with pytest.raises(InputError, match=f"{samples - 1} samples are too short"):
        one(encoder, SIGNALS[0][: samples - 1])
    assert np.isfinite(one(encoder, SIGNALS[0][:samples])).all()


@pytest.mark.parametrize("name", ["wavlm", "sew", "w2v_bert", "moonshine"])
def test_all_that_are_too_short_are_told_before_any_is_embedded(
    models: Path, files: list, monkeypatch, name: str
) -> None:
    monkeypatch.setattr(embedding, "_start", None)
    encoder = load(models / name)
    shortest = next(n for n in range(2000) if not encoder.too_short(n))
    rows = [
        (files[0][0], start, start + n / 16000) for start, n in ((0, shortest), (0.1, 9), (0, 7))
    ]
    with pytest.raises(InputError) as told:
        list(
            embedding.embed_all(
                encoder, rows, durations=np.array([end - start for _, start, end in rows]),
                pooling="mean", max_seconds=60, batch_seconds=0, threads=1,
            )
        )  # fmt: skip
    assert [problem.split(f"{files[0][0]}, ")[1] for problem in told.value.problems] == [
        f"from {start} s: {n} samples are fewer than the first window of this encoder. Raise "
        "`min_duration`, or leave the utterance out." for start, n in ((0, 7), (0.1, 9))
    ]  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> list[tuple]:
    for number, signal in enumerate([*SIGNALS, *SIGNALS]):
        soundfile.write(tmp_path / f"{number}.wav", signal.numpy(), 16000, subtype="FLOAT")
    return [(str(tmp_path / f"{number}.wav"), 0.0, None) for number in range(6)]


def embed_all(
    encoder: encoders.Encoder,
    files: Sequence,
    batch_seconds: float | None,
    threads: int = 1,
    max_seconds: float = 60,
) -> dict[int, np.ndarray]:
    found = embedding.embed_all(
        encoder, files, durations=np.array([1.2, 0.5, 0.83] * 2), pooling="mean",
        max_seconds=max_seconds, batch_seconds=batch_seconds, threads=threads,
    )  # fmt: skip
    return {row: vector for row, (vector, _) in found}


def test_batches_of_the_loader_are_the_single_utterances(models: Path, files: list) -> None:
    encoder = load(models / "wav2vec2")
    alone, batched = embed_all(encoder, files, 0, 2), embed_all(encoder, files, 5)
    assert sorted(alone) == sorted(batched) == list(range(6))
    for row in alone:
        np.testing.assert_allclose(batched[row], alone[row], atol=1e-5)
        np.testing.assert_allclose(alone[row], one(encoder, SIGNALS[row % 3]), atol=1e-6)


def test_a_batch_counts_what_an_encoder_fills_up(models: Path, files: list, monkeypatch) -> None:
    encoder, sizes, compute = load(models / "whisper"), [], embedding._compute

    def counting(encoder: encoders.Encoder, batch: Batch, pooling: str) -> torch.Tensor:
        sizes.append(len(batch.windows))
        return compute(encoder, batch, pooling)

    monkeypatch.setattr(embedding, "_compute", counting)
    found = embed_all(encoder, files, 60)
    assert sorted(sizes) == [1, 2, 2, 2]  # 30 s each, however short; one is checked alone
    for row, vectors in embed_all(encoder, files, 0).items():
        np.testing.assert_allclose(found[row], vectors, atol=1e-5)


def test_what_depends_on_its_batch_is_refused(models: Path, files: list, monkeypatch) -> None:
    by_own_frames = BlockConvolution._normalize_over_time
    monkeypatch.setattr(
        BlockConvolution,
        "_normalize_over_time",
        # padding counts, which the longest does not have: only the shortest tells
        lambda self, outputs, lengths: by_own_frames(self, outputs, [max(lengths)] * len(lengths)),
    )
    encoder = load(models / "wav2vec2_base")
    durations = np.array([1.12, 1.07])  # a batch has a multiple of 0.16 s
    rows = [(files[0][0], 0.0, end) for end in durations]
    with pytest.raises(InputError, match="depend on what else is in their batch"):
        list(
            embedding.embed_all(
                encoder, rows, durations=durations, pooling="mean", max_seconds=60,
                batch_seconds=5, threads=1,
            )
        )  # fmt: skip


def test_out_of_memory_halves_the_batch(models: Path, files: list, monkeypatch) -> None:
    encoder, sizes, compute = load(models / "hubert"), [], embedding._compute
    expected = embed_all(encoder, files, 5)

    def small(encoder: encoders.Encoder, batch: Batch, pooling: str) -> torch.Tensor:
        sizes.append(len(batch.windows))
        if sizes[-1] > 1:
            raise torch.OutOfMemoryError
        return compute(encoder, batch, pooling)

    monkeypatch.setattr(embedding, "_compute", small)
    found = embed_all(encoder, files, 5, max_seconds=0.7)
    assert sorted(found) == list(range(6)) and sizes[:3] == [2, 1, 1]
    expected = embed_all(encoder, files, 0, max_seconds=0.7)
    for row in found:
        np.testing.assert_allclose(found[row], expected[row], atol=1e-5)


@pytest.mark.gpu
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
@pytest.mark.parametrize("batch_seconds", [0, 5, None])
def test_a_gpu_computes_what_transformers_does(
    models: Path, files: list, name: str, batch_seconds: float | None, switches: tuple
) -> None:
    encoder = encoders.load(str(models / name), "all", "cuda")
    found = embed_all(encoder, files, batch_seconds, 2)
    assert sorted(found) == list(range(6))
    for number, signal in enumerate(SIGNALS):
        expected = torch.stack([state.mean(0) for state in straight(models / name, signal)[:-1]])
        np.testing.assert_allclose(found[number], expected, atol=1e-5)
        np.testing.assert_allclose(found[number + 3], expected, atol=1e-5)


@pytest.mark.gpu
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
@pytest.mark.parametrize(
    ("precision", "within"), [("tf32", 0.005), ("bfloat16", 0.05), ("float16", 0.01)]
)
def test_a_gpu_in_reduced_precision_is_near(
    models: Path, files: list, name: str, precision: str, within: float
) -> None:
    encoder = encoders.load(str(models / name), "all", "cuda", precision)
    expected = embed_all(load(models / name, "all"), files, 0, 1)
    for row, vectors in embed_all(encoder, files, 5, 2).items():
        assert 0 < np.abs(vectors - expected[row]).max() < within
