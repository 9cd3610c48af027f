"""Extract self-supervised embeddings from one shard of a corpus."""

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.features import embedding, store


def extract_transformers(
    *, index: str, folder: str, settings: dict, threads: int, gpu: int, output: str
) -> None:
    """Write the feature store of one shard, with direct predictions if the model has a head.

    Args:
        index: audio index, columns `id,file,start,end,duration,digest` and more.
        folder: of the model.
        settings: as of `dimser.features.embedding.extracted`; see config/README.md.
        threads: number of utterances to embed at the same time on a CPU, or to decode for a GPU.
        gpu: number of GPUs of the job; 0 computes on the CPU.
        output: HDF5 file.
    """
    table, more = read_csv(index), {"threads": threads, "gpu": gpu}
    store.write(embedding.extracted(table, settings, model=folder, **more), output)


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
