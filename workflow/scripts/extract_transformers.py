"""Extract self-supervised embeddings from one shard of a corpus."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import transformers

from dimser import audio, encoders, store
from dimser.files import read_csv
from dimser.job import logged, progress


def extract_transformers(
    *,
    index: str,
    model: str,
    revision: str,
    layer: str | int | list[int],
    pooling: str,
    max_seconds: float,
    threads: int,
    gpu: int,
    output: str,
) -> None:
    """Write the feature store of one shard, with the direct predictions where the model has a head.

    Args:
        index: audio index `id,file,start,end,duration,digest`.
        model: hub id or folder of the encoder.
        revision: of a hub id.
        layer: `last`, `all`, or indices into `hidden_states`.
        pooling: `mean`, `mean_std` or `max` over time.
        max_seconds: longer audio is embedded in windows.
        threads: utterances that are embedded at the same time on a CPU.
        gpu: how many GPUs the job was given; 0 computes on the CPU.
        output: HDF5 file.
    """
    # Each utterance by one thread: the same to the last bit however many threads there are.
    torch.set_num_threads(1)
    table = read_csv(index)
    device = "cuda" if gpu and torch.cuda.is_available() else "cpu"
    encoder = encoders.load(model, revision, layer, device)

    def one(row: tuple) -> tuple[np.ndarray, np.ndarray | None]:
        signal, _ = audio.load(*row, rate=encoder.rate)
        return encoders.embed(encoder, signal, pooling, max_seconds)

    rows = list(table[["file", "start", "end"]].itertuples(index=False, name=None))
    with ThreadPoolExecutor(threads if device == "cpu" else 1) as pool:
        jobs = pool.map(one, rows)
        found = list(progress(jobs, f"Embed with {model}", "utterance", total=len(rows)))
    vectors, predictions = zip(*found, strict=True) if found else ((), ())
    names = encoders.names(encoder, pooling)
    config = encoder.model.config
    outputs = len(encoder.outputs)
    store.write(
        store.Store(
            ids=table["id"].tolist(),
            names=names,
            features=encoders.layer_axis(vectors, len(encoder.layers), len(names)),
            attributes={
                "extractor": "transformers",
                "model": model,
                "revision": revision,
                "layer": layer,
                "layers": encoder.layers,
                "pooling": pooling,
                "max_seconds": max_seconds,
                "model_type": config.model_type,
                "stand_in": bool(getattr(config, "dimser_stand_in", False)),
                "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
            },
            predictions=np.reshape(predictions, (len(table), outputs)) if outputs else None,
            prediction_names=encoder.outputs,
        ),
        output,
    )


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        extract_transformers(
            index=snakemake.input.index,
            **snakemake.params.arguments,
            threads=snakemake.threads,
            gpu=snakemake.resources.get("gpu", 0),
            output=snakemake.output.shard,
        )
