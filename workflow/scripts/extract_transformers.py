"""Extract self-supervised embeddings from one shard of a corpus."""

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
        threads: threads of the computation on a CPU.
        gpu: how many GPUs the job was given; 0 computes on the CPU.
        output: HDF5 file.
    """
    torch.set_num_threads(threads)
    table = read_csv(index)
    device = "cuda" if gpu and torch.cuda.is_available() else "cpu"
    encoder = encoders.load(model, revision, layer, device)
    vectors, predictions = [], []
    rows = table[["file", "start", "end"]].itertuples(index=False, name=None)
    for row in progress(rows, f"Embed with {model}", "utterance", total=len(table)):
        signal, _ = audio.load(*row, rate=encoder.rate)
        vector, prediction = encoders.embed(encoder, signal, pooling, max_seconds)
        vectors.append(vector)
        predictions.append(prediction)
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
