"""Models in ONNX, held against NumPy; onnxruntime comes with envs/onnx.yaml."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from miniature import voice

from check_onnx import check_onnx
from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.features import onnx_models, store
from extract_onnx import extract_onnx

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
HOP, WIDTH = 160, 4
WEIGHTS = np.random.default_rng(0).normal(size=(WIDTH, 1, HOP)).astype(np.float32)
HEAD = np.random.default_rng(1).normal(size=(WIDTH, 3)).astype(np.float32)
SIGNALS = [voice(n, seconds).astype(np.float32) for n, seconds in ((1, 1.2), (2, 0.5), (3, 2.3))]
YAML = """$audonnx.core.model.Model==0.7.0:
  path: model.onnx
  labels:
    hidden_states: [h-0, h-1, h-2, h-3]
    logits: [activation, dominance, valence]
  transform: null
"""


def frames_of(signal: np.ndarray) -> np.ndarray:
    """Compute a convolution of stride 160, frames x width."""
    count = len(signal) // HOP
    return signal[: count * HOP].reshape(count, HOP) @ WEIGHTS[:, 0].T


def write(folder: Path, pooled: bool = True, shape: tuple = (None, None), yaml: str = YAML) -> Path:
    """Write a model in audonnx's layout: a convolution, its mean, and a head."""
    make, number = onnx.helper, onnx.TensorProto.FLOAT
    constants = {"w": WEIGHTS, "head": HEAD, "shape": np.array([1, 1, -1])}
    nodes = [
        make.make_node("Reshape", ["signal", "shape"], ["x"]),
        make.make_node("Conv", ["x", "w"], ["c"], strides=[HOP]),
        make.make_node("Transpose", ["c"], ["frames"], perm=[0, 2, 1]),
        make.make_node("ReduceMean", ["frames"], ["mean"], axes=[1], keepdims=0),
        make.make_node("MatMul", ["mean", "head"], ["logits"]),
        make.make_node("Identity", ["mean" if pooled else "frames"], ["hidden_states"]),
    ]
    sizes = [1, WIDTH] if pooled else [1, None, WIDTH]
    graph = make.make_graph(
        nodes, "g", [make.make_tensor_value_info("signal", number, shape)],
        [make.make_tensor_value_info("hidden_states", number, sizes),
         make.make_tensor_value_info("logits", number, [1, 3])],
        [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()],
    )  # fmt: skip
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 13)], ir_version=8)
    folder.mkdir(exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    if yaml:
        (folder / "model.yaml").write_text(yaml)
    return folder


@pytest.mark.parametrize("shape", [(None, None), (None,), (1, 1, None)])
def test_the_outputs_of_audonnx_are_known_by_name(tmp_path: Path, shape: tuple) -> None:
    model = onnx_models.load_model(str(write(tmp_path, shape=shape)), pooling="mean")
    assert model.outputs == ["arousal", "dominance", "valence"]
    assert model.names(WIDTH) == ["h-0", "h-1", "h-2", "h-3"]
    for signal in SIGNALS:
        vector, predicted = model.embed(signal, 10**9)
        mean = frames_of(signal).mean(0)
        np.testing.assert_allclose(vector, mean, atol=1e-5)
        np.testing.assert_allclose(predicted, mean @ HEAD, atol=1e-5)


def test_frames_are_pooled_over_all_windows(tmp_path: Path) -> None:
    model = onnx_models.load_model(str(write(tmp_path, pooled=False)), pooling="mean_std")
    vector, _ = model.embed(SIGNALS[2][: 36 * 1000], 16 * 1000)
    frames = np.concatenate([frames_of(part) for part in np.split(SIGNALS[2][: 36 * 1000], 3)])
    np.testing.assert_allclose(vector, [*frames.mean(0), *frames.std(0)], atol=1e-5)
    assert len(model.names(2 * WIDTH)) == 2 * WIDTH


def test_a_file_alone_has_numbered_outputs(tmp_path: Path) -> None:
    write(tmp_path, yaml="")
    model = onnx_models.load_model(str(tmp_path / "model.onnx"), pooling="mean", output="logits")
    assert model.output == model.logits == "logits"
    assert model.outputs == ["label_0", "label_1", "label_2"]


def test_a_shard_is_extracted_and_checked_before(tmp_path: Path) -> None:
    folder, rows = write(tmp_path / "model"), []
    for number, signal in enumerate(SIGNALS):
        soundfile.write(tmp_path / f"{number}.wav", signal, 16000, subtype="FLOAT")
        rows.append([f"u{number}", str(tmp_path / f"{number}.wav"), 0.0, None])
    index = tmp_path / "index.csv"
    pd.DataFrame(rows, columns=["id", "file", "start", "end"]).to_csv(index, index=False)
    settings = {"onnx": str(folder), "pooling": "mean", "rate": 16000, "max_seconds": 60}
    for threads in (1, 2):
        output = tmp_path / f"{threads}.h5"
        extract_onnx(index=str(index), settings=settings, threads=threads, output=str(output))
    one, two = (store.read(tmp_path / f"{threads}.h5") for threads in (1, 2))
    np.testing.assert_array_equal(one.features, two.features)
    np.testing.assert_allclose(one.features, [frames_of(s).mean(0) for s in SIGNALS], atol=1e-5)
    assert one.prediction_names == ["arousal", "dominance", "valence"]
    check_onnx(settings=settings, predicted=[*DIMENSIONS], output=str(tmp_path / "c.json"))
    assert json.loads((tmp_path / "c.json").read_text())["head"] == "logits"
    (folder / "model.yaml").unlink()
    with pytest.raises(InputError, match=r"predicts label_0, .* missing"):
        check_onnx(settings=settings, predicted=[*DIMENSIONS], output=str(tmp_path / "c.json"))


@pytest.mark.parametrize(
    ("shape", "yaml", "said"),
    [
        ((1, 400), YAML, r"takes signal \[1, 400\], and not samples of any length"),
        ((1, 1, 1, None), YAML, "and not samples of any length"),
        ((None, None), YAML.replace("null", "{$a.B: {x: 1}}"), "transform of the signal"),
        ((None, None), "- nothing\n", "no model of audonnx"),
        ((None, None), "!!python/object/apply:os.system [true]\n", "no model of audonnx"),
    ],
)
def test_what_takes_no_samples_or_asks_for_code_is_refused(
    tmp_path: Path, shape: tuple, yaml: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        onnx_models.load_model(str(write(tmp_path, shape=shape, yaml=yaml)), pooling="mean")


def test_what_is_damaged_missing_or_not_there_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "m")
    with pytest.raises(InputError, match="no output 'h', but hidden_states, logits"):
        onnx_models.load_model(str(folder), pooling="mean", output="h")
    whole = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="cannot be loaded, or is damaged"):
        onnx_models.load_model(str(folder), pooling="mean")
    (folder / "other.onnx").write_bytes(whole)
    with pytest.raises(InputError, match=r"there are 2 files \*\.onnx"):
        onnx_models.load_model(str(folder), pooling="mean")


def test_without_onnxruntime_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(InputError, match="needs the package onnxruntime"):
        onnx_models.load_model(str(tmp_path), pooling="mean")
