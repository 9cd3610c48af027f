"""Join the shards of a feature set."""

import hashlib

import pandas as pd

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.features import store


def assemble(*, shards: list[str], index: list[str], settings: dict, output: str) -> None:
    """Write a corpus's feature store from its shards.

    Args:
        shards: HDF5 files.
        index: audio index of each shard.
        settings: extraction settings that all shards must have.
        output: HDF5 file.

    Raises:
        InputError: if a shard was made with other settings, or lacks an utterance.
    """
    table = pd.concat([read_csv(path) for path in index]).sort_values("id")
    store.join(shards, table["id"].tolist(), settings, output, audio_digest=audio_digest(table))


def audio_digest(index: pd.DataFrame) -> str:
    """Compute the digest of a corpus's audio: BLAKE2b over its utterances' ids and digests."""
    lines = (index["id"] + " " + index["digest"]).str.cat(sep="\n")
    return hashlib.blake2b(lines.encode(), digest_size=16).hexdigest()


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        assemble(
            shards=list(snakemake.input.shards),
            index=list(snakemake.input.index),
            settings=snakemake.params.arguments,
            output=snakemake.output.store,
        )
