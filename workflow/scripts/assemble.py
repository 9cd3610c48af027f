"""Put the shards of a feature set together."""

import hashlib

import pandas as pd

from dimser import store
from dimser.files import read_csv
from dimser.job import logged


def assemble(*, shards: list[str], index: list[str], output: str) -> None:
    """Write a corpus's feature store from its shards.

    Args:
        shards: HDF5 files.
        index: audio index of each shard.
        output: HDF5 file; rows sorted by utterance id.
    """
    table = pd.concat([read_csv(path) for path in index]).sort_values("id")
    whole = store.concatenate([store.read(path) for path in shards], table["id"].tolist())
    whole.attributes["audio_digest"] = audio_digest(table)
    store.write(whole, output)


def audio_digest(index: pd.DataFrame) -> str:
    """Name the audio of a corpus by content: BLAKE2b over its utterances' ids and digests."""
    lines = (index["id"] + " " + index["digest"]).str.cat(sep="\n")
    return hashlib.blake2b(lines.encode(), digest_size=16).hexdigest()


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        assemble(
            shards=list(snakemake.input.shards),
            index=list(snakemake.input.index),
            output=snakemake.output.store,
        )
