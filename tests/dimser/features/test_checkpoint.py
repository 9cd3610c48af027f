"""Models whose files are not what their names say, or that are no encoders of speech."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from dimser.core.errors import InputError
from dimser.demo import stand_ins
from dimser.features import encoders

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1262\n"
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
         "intermediate_size": 48}  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same encoder with its weights in safetensors, pickled in two ways, and in shards."""
    root = tmp_path_factory.mktemp("models")
    stand_ins.write("hrt", 7, str(root / "safe"))
    for name, zipped in (("pickled", True), ("early", False)):
        shutil.copytree(root / "safe", root / name)
        weights = load_file(root / "safe/model.safetensors")
        torch.save(
            weights, root / name / "pytorch_model.bin", _use_new_zipfile_serialization=zipped
        )
        (root / name / "model.safetensors").unlink()
    shutil.copytree(root / "safe", root / "shards")
    (root / "shards/model.safetensors").unlink()
    transformers.AutoModel.from_pretrained(root / "safe").save_pretrained(
        root / "shards", max_shard_size="500KB"
    )
    assert len(list(root.glob("shards/model-*.safetensors"))) > 1
    return root


def load(folder: Path) -> encoders.Encoder:
    return encoders.load(str(folder), "last", "cpu")


def test_weights_are_read_in_whatever_form_they_come(models: Path) -> None:
    assert {load(models / name).width for name in ("safe", "pickled", "early", "shards")} == {64}


def test_an_extractor_that_only_its_processor_tells_is_found(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "safe", tmp_path / "m")
    extractor = json.loads((tmp_path / "m/preprocessor_config.json").read_text())
    processor = {"feature_extractor": extractor, "processor_class": "Wav2Vec2Processor"}
    (tmp_path / "m/processor_config.json").write_text(json.dumps(processor))
    (tmp_path / "m/preprocessor_config.json").unlink()
    assert load(tmp_path / "m").normalize


def pointer(path: Path) -> None:
    path.write_text(POINTER)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGED = {
    "pointer": (pointer, "pointer of Git LFS, .* `git lfs pull`"),
    "cut short": (cut, "damaged or cut short"),
    "empty": (lambda path: path.write_bytes(b""), "damaged or cut short"),
    "missing": (Path.unlink, "missing. Get"),
}
INDEX = "model.safetensors.index.json"
FILES = [
    ("safe", "model.safetensors"), ("pickled", "pytorch_model.bin"), ("early", "pytorch_model.bin"),
    ("shards", "model-00002-of-*"), ("shards", INDEX),
    ("safe", "config.json"), ("safe", "preprocessor_config.json"),
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize(("kind", "file"), FILES)
def test_a_file_that_is_not_whole_is_named(
    models: Path, tmp_path: Path, kind: str, file: str, damage: str
) -> None:
    shutil.copytree(models / kind, tmp_path / "m")
    (path,) = tmp_path.glob(f"m/{file}")
    DAMAGED[damage][0](path)
    with pytest.raises(InputError) as told:
        load(tmp_path / "m")
    (problem,) = told.value.problems
    if damage == "missing" and file.startswith("preprocessor"):
        assert "neither preprocessor_config.json nor processor_config.json" in problem
    elif damage == "missing" and file in ("model.safetensors", "pytorch_model.bin", INDEX):
        assert "neither model.safetensors nor pytorch_model.bin" in problem
    else:
        assert problem.startswith(f"{path}: ")
        assert re.search(DAMAGED[damage][1], problem) and len(problem) < 400


def test_all_damaged_files_are_told_at_once(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "shards", tmp_path / "m")
    shards = sorted(tmp_path.glob("m/model-*.safetensors"))
    for path in (*shards, tmp_path / "m/config.json"):
        pointer(path)
    with pytest.raises(InputError) as told:
        load(tmp_path / "m")
    assert len(told.value.problems) == len(shards) + 1


def test_weights_in_other_shapes_are_told(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "safe", tmp_path / "m")
    weights = load_file(tmp_path / "m/model.safetensors")
    name = "encoder.layers.0.attention.k_proj.weight"
    weights[name] = weights[name][:, :32].clone()
    save_file(weights, tmp_path / "m/model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=rf"in shapes that .* the weights {name}"):
        load(tmp_path / "m")


def link(folder: Path, file: str, target: Path) -> Path:
    """Put a link to what lies elsewhere in the place of a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder / file, target)
    (folder / file).symlink_to(target)
    return folder


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
def test_a_link_out_of_the_folder_is_told(models: Path, tmp_path: Path, file: str) -> None:
    folder = link(shutil.copytree(models / "safe", tmp_path / "m"), file, tmp_path / "other" / file)
    with pytest.raises(InputError, match=rf"m/{file}: this leads out of the model's folder"):
        load(folder)


def test_a_link_within_the_hub_s_cache_is_followed(models: Path, tmp_path: Path) -> None:
    snapshot = shutil.copytree(models / "safe", tmp_path / "models--a--b/snapshots/c0ffee")
    link(snapshot, "model.safetensors", tmp_path / "models--a--b/blobs/4d7a")
    (tmp_path / "own").symlink_to(snapshot)  # a link to a whole folder is the user's
    assert load(snapshot).width == load(tmp_path / "own").width == 64


def test_an_index_that_names_a_file_elsewhere_is_told(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "shards", tmp_path / "m")
    index = json.loads((folder / INDEX).read_text())
    index["weight_map"] = dict.fromkeys(index["weight_map"], "../other.safetensors")
    (folder / INDEX).write_text(json.dumps(index))
    shutil.copy(models / "safe/model.safetensors", tmp_path / "other.safetensors")
    with pytest.raises(InputError, match="leads out of the model's folder"):
        load(folder)


def test_a_pipe_is_no_file(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "safe", tmp_path / "m")
    (folder / "config.json").unlink()
    os.mkfifo(folder / "config.json")
    with pytest.raises(InputError, match=r"config\.json: this is no file"):
        load(folder)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"num_hidden_layers": 10**12}, r"tells of 10+ layers, and the weights hold \d+ tensors"),
        ({"hidden_size": 10**9 * 64}, r"cannot be loaded: .* allocate"),
        ({"intermediate_size": 2**40}, "in shapes that its config.json does not tell"),
        (
            {"add_adapter": True, "output_hidden_size": 10**5},
            r"tells of [\d,]+ parameters, and the",
        ),
    ],
)
def test_absurd_sizes_are_told_before_anything_is_allocated(
    models: Path, tmp_path: Path, said: dict, message: str
) -> None:
    stand_ins.write("wv2_lr", 7, str(tmp_path))
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | said))
    with pytest.raises(InputError, match=message):
        load(tmp_path)


def test_code_in_a_pickled_checkpoint_does_not_run(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "pickled", tmp_path / "m")

    class Code:
        def __reduce__(self) -> tuple:
            return os.mkdir, (str(tmp_path / "ran"),)

    torch.save({"encoder.layer_norm.weight": Code()}, folder / "pytorch_model.bin")
    with pytest.raises(InputError, match=r"pytorch_model\.bin: this file of the model is damaged"):
        load(folder)
    assert not (tmp_path / "ran").exists()


def no_preprocessor(folder: Path) -> None:
    transformers.BertModel(transformers.BertConfig(**SIZES, vocab_size=50)).save_pretrained(folder)


def of_text(folder: Path) -> None:
    no_preprocessor(folder)
    transformers.Wav2Vec2FeatureExtractor().save_pretrained(folder)


def of_images(folder: Path) -> None:
    transformers.ViTModel(transformers.ViTConfig(**SIZES)).save_pretrained(folder)
    transformers.ViTImageProcessor().save_pretrained(folder)


def of_patches(folder: Path) -> None:
    transformers.ASTModel(transformers.ASTConfig(**SIZES)).save_pretrained(folder)
    transformers.ASTFeatureExtractor().save_pretrained(folder)


def of_sounds_and_texts(folder: Path) -> None:
    audio = {"hidden_size": 32, "patch_embeds_hidden_size": 16, "depths": [1, 1],
             "num_attention_heads": [2, 2], "num_hidden_layers": 2}  # fmt: skip
    text = SIZES | {"vocab_size": 30}
    config = transformers.ClapConfig(audio_config=audio, text_config=text, projection_dim=16)
    transformers.ClapModel(config).save_pretrained(folder)
    transformers.ClapFeatureExtractor().save_pretrained(folder)


def a_codec(folder: Path) -> None:
    config = transformers.EncodecConfig(hidden_size=32, num_filters=4)
    transformers.EncodecModel(config).save_pretrained(folder)
    transformers.EncodecFeatureExtractor(sampling_rate=24000).save_pretrained(folder)


def of_own_code(folder: Path) -> None:
    stand_ins.write("hrt", 7, str(folder))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "ser"}))


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (no_preprocessor, "has neither preprocessor_config.json nor processor_config.json"),
        (of_text, "is of the type bert, which cannot be embedded"),
        (of_images, "cannot be loaded: Unrecognized feature extractor"),
        (of_patches, "is of the type audio-spectrogram-transformer, which cannot be embedded"),
        (of_sounds_and_texts, "is of the type clap, which cannot be embedded"),
        (a_codec, "is of the type encodec, which cannot be embedded"),
        (of_own_code, "cannot be loaded: .*`ser`"),
    ],
)
def test_what_is_no_encoder_of_speech_is_refused_by_name(
    tmp_path: Path, write: Callable[[Path], None], said: str
) -> None:
    write(tmp_path)
    with pytest.raises(InputError, match=said) as told:
        load(tmp_path)
    assert str(tmp_path) in str(told.value) and len(str(told.value)) < 600
