import json
from pathlib import Path

import numpy as np
import pytest
import torch
from miniature import voice
from safetensors.torch import load_file, save_file
from transformers import AutoFeatureExtractor, AutoModel

from dimser import encoders, stand_ins
from dimser.errors import InputError

NAMES = ("wv2_lr", "wv2_em", "hrt", "wlm")
SIGNAL = voice(3, 1.2).astype(np.float32)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name in NAMES:
        stand_ins.write(name, 7, str(folder / name))
    return folder


def load(model: Path, layer: object = "last") -> encoders.Encoder:
    return encoders.load(str(model), "main", layer, "cpu")


@torch.inference_mode()
def straight(model: Path, signal: np.ndarray = SIGNAL) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Use transformers as its documentation shows: last hidden state, and all hidden states."""
    extractor = AutoFeatureExtractor.from_pretrained(model)
    inputs = extractor(signal, sampling_rate=16000, return_tensors="pt")
    output = AutoModel.from_pretrained(model).eval()(inputs.input_values, output_hidden_states=True)
    return output.last_hidden_state[0], [state[0] for state in output.hidden_states]


@pytest.mark.parametrize("name", NAMES)
def test_embedding_is_the_time_mean_of_the_final_output(models: Path, name: str) -> None:
    encoder = load(models / name)
    ours, _ = encoders.embed(encoder, SIGNAL, "mean", 60)
    expected = straight(models / name)[0].mean(0)
    assert ours.shape == (1, 64) and encoder.rate == 16000 and encoder.normalize
    np.testing.assert_allclose(ours[0], expected, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_is_transformers_hidden_state_of_that_index(models: Path, name: str) -> None:
    states = straight(models / name)[1]
    every, _ = encoders.embed(load(models / name, "all"), SIGNAL, "mean", 60)
    assert every.shape == (5, 64)
    np.testing.assert_allclose(every, torch.stack([s.mean(0) for s in states]), atol=1e-5)
    some, _ = encoders.embed(load(models / name, [3, 0]), SIGNAL, "mean", 60)
    np.testing.assert_allclose(some, every[[3, 0]], atol=1e-6)


def test_poolings_over_time(models: Path) -> None:
    encoder, frames = load(models / "wlm"), straight(models / "wlm")[0]
    both, _ = encoders.embed(encoder, SIGNAL, "mean_std", 60)
    expected = torch.cat([frames.mean(0), frames.std(0, correction=0)])
    np.testing.assert_allclose(both[0], expected, atol=1e-5)
    assert len(encoders.names(encoder, "mean_std")) == 128
    highest, _ = encoders.embed(encoder, SIGNAL, "max", 60)
    np.testing.assert_allclose(highest[0], frames.amax(0), atol=1e-5)


def test_long_audio_is_cut_into_windows_of_equal_weight(models: Path) -> None:
    encoder = load(models / "wlm")
    signal = np.concatenate([voice(5, 1.0), voice(6, 1.0)]).astype(np.float32)
    ours, _ = encoders.embed(encoder, signal, "mean", 1.0)
    normal = (signal - signal.mean()) / np.sqrt(signal.var() + 1e-7)
    with torch.inference_mode():
        halves = [
            encoder.model(torch.from_numpy(half)[None]).last_hidden_state[0]
            for half in np.split(normal, 2)
        ]
    np.testing.assert_allclose(ours[0], torch.cat(halves).mean(0), atol=1e-5)


def direct(model: Path, folder: Path, order: dict[str, str]) -> dict[str, float]:
    """Copy a model with another `id2label`, and give what its head predicts, by name."""
    folder.mkdir()
    for file in model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = order
    config["label2id"] = {name: int(number) for number, name in order.items()}
    (folder / "config.json").write_text(json.dumps(config))
    encoder = load(folder)
    _, predicted = encoders.embed(encoder, SIGNAL, "mean", 60)
    return dict(zip(encoder.outputs, predicted.tolist(), strict=True))


def test_the_head_is_rebuilt_and_its_outputs_known_by_name(models: Path, tmp_path: Path) -> None:
    weights = load_file(models / "wv2_em" / "model.safetensors")
    mean = straight(models / "wv2_em")[0].mean(0)
    hidden = torch.tanh(
        weights["classifier.dense.weight"] @ mean + weights["classifier.dense.bias"]
    )
    expected = weights["classifier.out_proj.weight"] @ hidden + weights["classifier.out_proj.bias"]
    published = direct(
        models / "wv2_em", tmp_path / "a", {"0": "arousal", "1": "dominance", "2": "valence"}
    )
    assert published == pytest.approx(
        dict(zip(("arousal", "dominance", "valence"), expected.tolist(), strict=True)), abs=1e-5
    )
    other = direct(
        models / "wv2_em", tmp_path / "b", {"0": "valence", "1": "arousal", "2": "dominance"}
    )
    assert other["valence"] == published["arousal"] and other["arousal"] == published["dominance"]


def test_a_pickled_checkpoint_has_its_head_too(models: Path, tmp_path: Path) -> None:
    source = models / "wv2_em"
    for name in ("config.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    torch.save(load_file(source / "model.safetensors"), tmp_path / "pytorch_model.bin")
    pickled, safe = load(tmp_path), load(source)
    assert pickled.head.keys() == safe.head.keys()
    for name in safe.head:
        assert torch.equal(pickled.head[name], safe.head[name])


def test_a_model_without_head_predicts_nothing(models: Path) -> None:
    encoder = load(models / "hrt")
    assert encoder.head is None and encoder.outputs == []
    assert encoders.embed(encoder, SIGNAL, "mean", 60)[1] is None


def test_what_cannot_be_loaded_is_told(models: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be loaded"):
        load(tmp_path / "nothing")
    with pytest.raises(InputError, match="no layer 9; give 0 to 4"):
        load(models / "hrt", 9)
    for file in (models / "hrt").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    del weights["encoder.layers.2.attention.k_proj.weight"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"lacks the weights .*layers\.2\.attention\.k_proj"):
        load(tmp_path)


def test_stand_ins_come_from_the_seed_and_the_name(models: Path, tmp_path: Path) -> None:
    stand_ins.write("hrt", 7, str(tmp_path))
    same = (tmp_path / "model.safetensors").read_bytes()
    assert same == (models / "hrt" / "model.safetensors").read_bytes()
    one, other = (load_file(models / name / "model.safetensors") for name in ("wv2_lr", "wv2_em"))
    name = "encoder.layers.0.attention.k_proj.weight"
    assert not torch.equal(one[name], other[f"wav2vec2.{name}"])


def test_stand_ins_have_the_published_flags(models: Path) -> None:
    for name in NAMES:
        config = AutoModel.from_pretrained(models / name).config
        assert config.feat_extract_norm == "layer" and config.do_stable_layer_norm
        assert config.dimser_stand_in
