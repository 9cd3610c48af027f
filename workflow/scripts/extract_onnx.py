"""Extract what an ONNX model gives from one shard of a corpus."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dimser.core import audio
from dimser.core.errors import InputError
from dimser.core.files import read_csv
from dimser.core.job import logged, progress
from dimser.features import onnx_models, store


def extract_onnx(*, index: str, settings: dict, threads: int, output: str) -> None:
    """Write the feature store of one shard, with direct predictions if the model has any.

    Args:
        index: audio index, columns `id,file,start,end` and more.
        settings: `onnx`, `pooling`, `rate`, `max_seconds` and, if given, `output` and `logits`; see
            config/README.md.
        threads: number of utterances at the same time.
        output: HDF5 file.

    Raises:
        InputError: if the model cannot be used, or an utterance is too short for it.
    """
    table = read_csv(index)
    named = {key: settings[key] for key in ("output", "logits") if key in settings}
    model = onnx_models.load(settings["onnx"], pooling=settings["pooling"], **named)
    rate, longest = settings["rate"], int(settings["max_seconds"] * settings["rate"])

    def embed(row: tuple) -> tuple[np.ndarray, np.ndarray]:
        signal, _ = audio.load(*row, rate=rate)
        try:
            return model.embed(signal, longest)
        except Exception as error:  # onnxruntime has many of its own
            raise InputError(
                f"{row[0]}, from {row[1]:g} s: {len(signal)} samples cannot be embedded "
                f"({str(error)[:200]}). Raise `min_duration`, or leave the utterance out."
            ) from error

    rows = list(table[["file", "start", "end"]].itertuples(index=False, name=None))
    with ThreadPoolExecutor(threads) as pool:
        shown = progress(pool.map(embed, rows), "Embed by ONNX", "utterance", total=len(rows))
        vectors, predicted = (np.stack(own) for own in zip(*shown, strict=True))
    attributes = {
        "extractor": "onnx",
        "settings": {**settings, "model": settings["onnx"]},
        "versions": {"onnxruntime": model.version},
    }
    stored = store.Store(
        ids=table["id"].tolist(),
        names=model.names(vectors.shape[1]),
        features=vectors,
        attributes=attributes,
        predictions=predicted if model.outputs else None,
        prediction_names=model.outputs,
    )
    store.write(stored, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        extract_onnx(
            index=snakemake.input.index,
            settings=snakemake.params.arguments,
            threads=snakemake.threads,
            output=snakemake.output.shard,
        )
