"""Extract self-supervised embeddings from one shard of a corpus."""

from pathlib import Path

import numpy as np
import torch
import transformers

from dimser.core.files import read_csv
from dimser.core.job import logged, progress
from dimser.features import embedding, encoders, store


def extract_transformers(
    *,
    index: str,
    folder: str,
    settings: dict,
    threads: int,
    gpu: int,
    output: str,
) -> None:
    """Write the feature store of one shard, with direct predictions if the model has a head.

    Args:
        index: audio index, columns `id,file,start,end,duration,digest` and more.
        folder: of the model.
        settings: `model` and `revision` (the source of the folder), `layer`, `pooling`,
            `max_seconds`, `precision` and, unless left to the GPU's memory, `batch_seconds`; see
            config/README.md.
        threads: number of utterances to embed at the same time on a CPU, or to decode for a GPU.
        gpu: number of GPUs of the job; 0 computes on the CPU.
        output: HDF5 file.
    """
    # One thread per utterance: the same to the last bit with any number of threads.
    torch.set_num_threads(1)
    device = "cuda" if gpu and torch.cuda.is_available() else "cpu"
    table = read_csv(index)
    encoder = encoders.load(folder, settings["layer"], device, settings["precision"])
    names = embedding.names(encoder, settings["pooling"])
    layers, outputs = len(encoder.layers), len(encoder.outputs)
    features = np.empty((len(table), layers, len(names)), dtype=np.float32)
    predictions = np.empty((len(table), outputs), dtype=np.float32)
    embeddings = embedding.embed_all(
        encoder,
        list(table[["file", "start", "end"]].itertuples(index=False, name=None)),
        durations=table["duration"].to_numpy(),
        threads=threads,
        batch_seconds=settings.get("batch_seconds") if device == "cuda" else 0,
        **{key: settings[key] for key in ("pooling", "max_seconds")},
    )
    shown = progress(embeddings, f"Embed with {settings['model']}", "utterance", total=len(table))
    for row, (vectors, predicted) in shown:
        features[row] = vectors
        predictions[row] = predicted if outputs else []
    config = encoder.config
    commit = Path(folder, "commit")
    attributes = {
        "extractor": "transformers",
        "settings": settings,
        "commit": commit.read_text().strip() if commit.exists() else "",
        "layers": encoder.layers,
        "model_type": config.model_type,
        "normalize": encoder.normalize,
        "stand_in": bool(getattr(config, "dimser_stand_in", False)),
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
    }
    store.write(
        store.Store(
            ids=table["id"].tolist(),
            names=names,
            features=features[:, 0] if layers == 1 else features,
            attributes=attributes,
            predictions=predictions if outputs else None,
            prediction_names=encoder.outputs,
        ),
        output,
    )


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        extract_transformers(
            index=snakemake.input.index,
            folder=str(snakemake.input.model),
            settings=snakemake.params.arguments,
            threads=snakemake.threads,
            gpu=snakemake.resources.get("gpu", 0),
            output=snakemake.output.shard,
        )
