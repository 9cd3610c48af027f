"""Extract what an ONNX model gives from one shard of a corpus."""

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.features import onnx_models, store


def extract_onnx(*, index: str, settings: dict, threads: int, output: str) -> None:
    """Write the feature store of one shard, with direct predictions if the model has any.

    Args:
        index: audio index, columns `id,file,start,end` and more.
        settings: as of `dimser.features.onnx_models.extracted`; see config/README.md.
        threads: number of utterances at the same time.
        output: HDF5 file.
    """
    store.write(onnx_models.extracted(read_csv(index), settings, threads=threads), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        extract_onnx(
            index=snakemake.input.index,
            settings=snakemake.params.arguments,
            threads=snakemake.threads,
            output=snakemake.output.shard,
        )
