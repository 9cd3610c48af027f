"""Extract an openSMILE feature set from one shard of a corpus."""

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.features import functionals, store


def extract_opensmile(*, index: str, settings: dict, threads: int, output: str) -> None:
    """Write the feature store of one shard.

    Args:
        index: audio index, columns `id,file,start,end,duration,digest` and more.
        settings: `feature_set`, `level` and `pooling`; see config/README.md.
        threads: number of utterances to process at the same time.
        output: HDF5 file.
    """
    store.write(functionals.extracted(read_csv(index), settings, threads=threads), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        extract_opensmile(
            index=snakemake.input.index,
            settings=snakemake.params.arguments,
            threads=snakemake.threads,
            output=snakemake.output.shard,
        )
