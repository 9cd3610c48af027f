import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from check_model import check_model
from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.demo import stand_ins


def checked(folder: Path, predicted: tuple = DIMENSIONS) -> dict:
    output = str(folder / "checked.json")
    check_model(folder=str(folder), predicted=[*predicted], output=output)
    return json.loads((folder / "checked.json").read_text())


def test_what_a_model_is_gets_written(tmp_path: Path) -> None:
    stand_ins.write("wv2_em", 7, str(tmp_path))
    assert checked(tmp_path) == {
        "model_type": "wav2vec2", "layers": 4, "width": 64,
        "outputs": ["arousal", "dominance", "valence"], "head": "audEERING's regression head",
    }  # fmt: skip


def test_a_head_that_lacks_what_is_asked_for_is_told_before_extraction(tmp_path: Path) -> None:
    stand_ins.write("hrt", 7, str(tmp_path / "hrt"))
    assert checked(tmp_path / "hrt", predicted=())["outputs"] == []
    with pytest.raises(InputError, match=r"hrt/config.json: .* nothing .it has none.; valence, ar"):
        checked(tmp_path / "hrt")
    stand_ins.write("wv2_em", 7, str(tmp_path / "em"))
    config = json.loads((tmp_path / "em/config.json").read_text())
    del config["id2label"], config["label2id"]
    (tmp_path / "em/config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"predicts label_0, label_1, label_2; .*`id2label`"):
        checked(tmp_path / "em")


def test_a_head_in_no_known_layout_is_named_by_its_tensors(tmp_path: Path) -> None:
    stand_ins.write("wv2_em", 7, str(tmp_path))
    weights = load_file(tmp_path / "model.safetensors")
    other = {name.replace("classifier.dense", "head.0"): own for name, own in weights.items()}
    save_file(other, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"nothing .its tensors classifier\.out_proj.*head\.0\.w"):
        checked(tmp_path)
    assert checked(tmp_path, predicted=())["head"] == ""
