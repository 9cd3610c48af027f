import json
from pathlib import Path

import numpy as np
import pytest
import torch
from miniature import voice
from safetensors.torch import load_file, save_file
from transformers import AutoFeatureExtractor, AutoModel

from dimser.core.errors import InputError
from dimser.demo import stand_ins
from dimser.features import encoders
from dimser.features.embedding import embed

NAMES = ("wv2_lr", "wv2_em", "hrt", "wlm")
SIGNAL = voice(3, 1.2).astype(np.float32)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name in NAMES:
        stand_ins.write(name, 7, str(folder / name))
    return folder


def load(model: Path, layer: object = "last") -> encoders.Encoder:
    return encoders.load(str(model), layer, "cpu")


@torch.inference_mode()
def final_output(model: Path) -> torch.Tensor:
    """Use transformers as its documentation shows."""
    extractor = AutoFeatureExtractor.from_pretrained(model)
    inputs = extractor(SIGNAL, sampling_rate=16000, return_tensors="pt")
    return AutoModel.from_pretrained(model).eval()(inputs.input_values).last_hidden_state[0]


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
    ((_, predicted),) = embed(encoder, [torch.from_numpy(SIGNAL)], "mean", 60)
    return dict(zip(encoder.outputs, predicted.tolist(), strict=True))


def test_the_head_is_rebuilt_and_its_outputs_known_by_name(models: Path, tmp_path: Path) -> None:
    weights = load_file(models / "wv2_em" / "model.safetensors")
    mean = final_output(models / "wv2_em").mean(0)
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
    for name, its in safe.head.state_dict().items():
        assert torch.equal(pickled.head.state_dict()[name], its)


def test_a_model_without_head_predicts_nothing(models: Path) -> None:
    encoder = load(models / "hrt")
    assert encoder.head is None and encoder.outputs == []
    assert embed(encoder, [torch.from_numpy(SIGNAL)], "mean", 60)[0][1] is None


def test_a_file_is_no_model(models: Path) -> None:
    with pytest.raises(InputError, match=r"config\.json' cannot be loaded: it is no folder"):
        load(models / "hrt/config.json")


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
