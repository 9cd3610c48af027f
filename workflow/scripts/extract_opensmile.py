"""Extract an openSMILE feature set from one shard of a corpus."""

import opensmile

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.features import functionals, store


def extract_opensmile(
    *, index: str, feature_set: str, level: str, pooling: str, threads: int, output: str
) -> None:
    """Write the feature store of one shard.

    Args:
        index: audio index, columns `id,file,start,end,duration,digest` and more.
        feature_set: openSMILE's name of the set ("ComParE_2016").
        level: openSMILE's name of the level ("Functionals").
        pooling: `mean`, `mean_std` or `max` over time, for levels that yield frames.
        threads: number of utterances to process at the same time.
        output: HDF5 file.
    """
    table = read_csv(index)
    extractor = functionals.smile(feature_set, level)
    store.write(
        store.Store(
            ids=table["id"].tolist(),
            names=functionals.names(extractor, pooling),
            features=functionals.extract(extractor, table, pooling, threads),
            attributes={
                "extractor": "opensmile",
                "settings": {"feature_set": feature_set, "level": level, "pooling": pooling},
                "versions": {"opensmile": opensmile.__version__},
            },
        ),
        output,
    )


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        extract_opensmile(
            index=snakemake.input.index,
            **snakemake.params.arguments,
            threads=snakemake.threads,
            output=snakemake.output.shard,
        )
