"""Models in ONNX that take samples: folders as audonnx writes them, or a file alone."""

import importlib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import yaml

from dimser.core import audio
from dimser.core.audio import Load
from dimser.core.errors import InputError, raise_if
from dimser.core.job import progress
from dimser.features.outputs import output_name
from dimser.features.statistics import statistics_of
from dimser.features.store import Store

LOGITS = "logits"  # what audonnx calls predictions
STATISTICS = {"mean": np.mean, "std": np.std, "max": np.max}
ALLOWED = ("float32", "float16", "float64")


@dataclass
class Model:
    """A loaded model.

    Attributes:
        session: of onnxruntime, with one thread.
        signal: name of its input.
        rank: dimensions of the input; the last is time.
        dtype: of the input.
        output: which of its outputs is the embedding: of the utterance, or of each frame.
        logits: which is what it predicts; None where there is none.
        labels: names of the embedding's columns, empty where it has none.
        outputs: names of what it predicts.
        pooling: of frames over time.
        version: of onnxruntime.
    """

    session: object
    signal: str
    rank: int
    dtype: str
    output: str
    logits: str | None
    labels: list[str]
    outputs: list[str]
    pooling: str
    version: str

    def run(self, signal: np.ndarray) -> list[np.ndarray]:
        """Compute an embedding and predictions of samples, without the axis of a batch."""
        shaped = signal.astype(self.dtype).reshape((1,) * (self.rank - 1) + (-1,))
        wanted = [self.output, *([self.logits] if self.logits else [])]
        return [own[0] for own in self.session.run(wanted, {self.signal: shaped})]

    def embed(self, signal: np.ndarray, longest: int) -> tuple[np.ndarray, np.ndarray]:
        """Embed an utterance.

        Args:
            signal: shape (samples,).
            longest: samples; more are cut into equal windows, whose frames are pooled together, and
                whose embeddings and predictions are averaged where there are no frames.

        Returns:
            The embedding of shape (dimensions,) and predictions of shape (outputs,), float32.
        """
        windows = np.array_split(signal, max(1, -(-len(signal) // longest)))
        found = [self.run(window) for window in windows]
        weights = [len(window) for window in windows]
        predicted = np.zeros(0)
        if self.logits:
            predicted = np.average([own[1].ravel() for own in found], axis=0, weights=weights)
        if found[0][0].ndim == 1:
            vector = np.average([own[0] for own in found], axis=0, weights=weights)
        else:
            frames = np.concatenate([own[0] for own in found]).astype(np.float64)
            parts = [STATISTICS[name](frames, axis=0) for name in statistics_of(self.pooling)]
            vector = np.concatenate(parts)
        return vector.astype(np.float32), predicted.astype(np.float32)

    def names(self, width: int) -> list[str]:
        """Name the columns of an embedding of this width."""
        return self.labels if len(self.labels) == width else [f"{self.output}_{n}"
                                                              for n in range(width)]  # fmt: skip


def extracted(
    table: pd.DataFrame, settings: dict, *, model: str = "", threads: int = 1, gpu: int = 0,
    load: Load = audio.load,
) -> Store:  # fmt: skip
    """Extract what an ONNX model gives, and what it predicts; see `dimser.features.store`.

    Args:
        table: columns `id,file,start,end`, one row per utterance.
        settings: `onnx`, `pooling`, `rate`, `max_seconds` and, if given, `output` and `logits`.
        model: `onnx` of the settings, if that lies elsewhere now.
        threads: number of utterances at the same time.
        gpu: none is used.
        load: reads a segment as `dimser.core.audio.load` does.

    Raises:
        InputError: if the model cannot be used, or an utterance is too short for it.
    """
    named = {key: settings[key] for key in ("output", "logits") if key in settings}
    session = load_model(model or settings["onnx"], pooling=settings["pooling"], **named)
    rate, longest = settings["rate"], int(settings["max_seconds"] * settings["rate"])

    def embed(row: tuple) -> tuple[np.ndarray, np.ndarray]:
        signal, _ = load(*row, rate=rate)
        try:
            return session.embed(signal, longest)
        except Exception as error:  # onnxruntime has many of its own
            raise InputError(
                f"{row[0]}, from {row[1]:g} s: {len(signal)} samples cannot be embedded "
                f"({str(error)[:200]}). Raise `min_duration`, or leave the utterance out."
            ) from error

    rows = list(table[["file", "start", "end"]].itertuples(index=False, name=None))
    with ThreadPoolExecutor(threads) as pool:
        shown = progress(pool.map(embed, rows), "Embed by ONNX", "utterance", total=len(rows))
        vectors, predicted = (np.stack(own) for own in zip(*shown, strict=True))
    return Store(
        ids=table["id"].tolist(),
        names=session.names(vectors.shape[1]),
        features=vectors,
        attributes={
            "extractor": "onnx",
            "settings": {**settings, "model": settings["onnx"]},
            "versions": {"onnxruntime": session.version},
        },
        predictions=predicted if session.outputs else None,
        prediction_names=session.outputs,
    )


def load_model(path: str, *, pooling: str, output: str = "", logits: str = "") -> Model:
    """Load a model; no code that lies beside it runs.

    Args:
        path: a folder with one `.onnx` and, as audonnx writes it, perhaps one `.yaml`; or a file.
        pooling: of frames over time, if its embedding has any.
        output: which output is the embedding; if left out, the first that is not `logits`.
        logits: which output is what it predicts; if left out, `logits`, if there is one.

    Raises:
        InputError: if it cannot be loaded, takes no samples, or has no such outputs.
    """
    runtime = _runtime()
    folder = Path(path).parent if path.endswith(".onnx") else Path(path)
    file = Path(path) if path.endswith(".onnx") else _only(folder, "*.onnx")
    said = _described(folder)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # the same with any number
    try:
        session = runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has many of its own
        shortened = str(error)[:200]
        raise InputError(
            f"{file}: this model cannot be loaded, or is damaged ({shortened}). Get it anew."
        ) from error
    given = [own.name for own in session.get_outputs()]
    logits = logits or (LOGITS if LOGITS in given else "")
    rest = [name for name in given if name != logits] or given
    output = output or rest[0]
    (signal, *others), problems = session.get_inputs(), []
    kind = re.sub(r"tensor\((.*)\)", r"\1", signal.type).replace("float", "float32", 1)
    kind = {"float3216": "float16", "double": "float64"}.get(kind, kind)
    if others or kind not in ALLOWED or not 1 <= len(signal.shape) <= 3 or isinstance(
        signal.shape[-1], int
    ):  # fmt: skip
        takes = ", ".join(f"{own.name} {own.shape}" for own in (signal, *others))
        problems.append(f"it takes {takes}, and not samples of any length alone")
    problems += [
        f"it has no output {name!r}, but {', '.join(given)}"
        for name in (output, logits)
        if name and name not in given
    ]
    raise_if(f"{file}: {problem}. Choose another model or output." for problem in problems)
    labels = said.get("labels") or {}
    names = [str(name) for name in labels.get(logits) or []] if logits else []
    model = Model(
        session, signal.name, len(signal.shape), kind, output, logits or None,
        [str(name) for name in labels.get(output) or []], [], pooling, runtime.__version__,
    )  # fmt: skip
    count = _tried(file, model)
    named = dict(enumerate(names)) if len(names) == count else {}
    model.outputs = [output_name(named, number) for number in range(count)]
    return model


def _runtime() -> ModuleType:
    try:
        return importlib.import_module("onnxruntime")
    except ImportError as error:
        raise InputError(
            "`extractor: onnx` needs the package onnxruntime, which is not installed: `pip install "
            "onnxruntime`, in the version of envs/onnx.yaml."
        ) from error


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise InputError(f"{folder}: there are {len(found)} files {pattern}; name the one to use.")
    return found[0]


def _described(folder: Path) -> dict:
    """Read what audonnx says of a model beside it."""
    found = sorted(folder.glob("*.yaml"))
    if len(found) != 1:
        return {}
    try:
        (said,) = yaml.safe_load(found[0].read_text(encoding="utf-8")).values()
        transform, labels = said.get("transform"), said.get("labels") or {}
    except (AttributeError, ValueError, TypeError, yaml.YAMLError) as error:
        raise InputError(f"{found[0]}: this is no model of audonnx's ({error}).") from error
    if any(transform.values() if isinstance(transform, dict) else [transform]):
        raise InputError(
            f"{found[0]}: it asks for a transform of the signal, which is code of its own, and is "
            "not run. Choose a model that takes samples."
        )
    if not isinstance(labels, dict):
        raise InputError(f"{found[0]}: `labels` has to name columns for each output. Correct it.")
    return {"labels": labels}


def _tried(file: Path, model: Model) -> int:
    """Embed a second of noise; return how many values it predicts."""
    noise = np.random.default_rng(0).standard_normal(16_000)
    try:
        vector, *predicted = model.run(noise)
        if vector.ndim not in (1, 2) or (predicted and predicted[0].size == 0):
            raise ValueError(f"{model.output} has the shape {vector.shape}")
    except Exception as error:  # likewise
        raise InputError(
            f"{file}: a second of noise cannot be embedded ({str(error)[:200]}). It has to give "
            "one vector, or one per frame."
        ) from error
    return predicted[0].size if predicted else 0
