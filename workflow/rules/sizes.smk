# How large the data are that jobs work on, from files that exist.

import csv
import functools

# What does not exist yet is planned as IEMOCAP's, with ComParE 2016 and a large model. Snakemake asks
# again before a job starts: then its inputs are there.
ROWS, SECONDS, LONGEST = 10_039, 45_000, 34
STORE, MODEL, TABLE = 256, 1_270, 1  # MB


@functools.cache
def read_once(reader, path, changed):
    """What a reader finds in a file; read anew where the file has changed."""
    return reader(path)


def known(reader, path, supposed):
    """What a reader finds in a file or folder, or what is supposed until it exists."""
    path = Path(path)
    return read_once(reader, path, path.stat().st_mtime_ns) if path.exists() else supposed


def megabytes(path):
    """Size of a file, or of the weights in a model's folder."""
    weights = [file for suffix in ("safetensors", "bin") for file in path.glob(f"*.{suffix}")]
    return sum(file.stat().st_size for file in weights or [path]) / 1e6


def lines(path):
    """Rows of a table."""
    with open(path, encoding="utf-8") as table:
        return sum(1 for _ in table) - 1


def lengths(path):
    """Number, sum and largest of the durations in an audio index."""
    with open(path, encoding="utf-8", newline="") as table:
        found = [float(row["duration"]) for row in csv.DictReader(table)]
    return len(found), sum(found), max(found, default=0)


def rows(wildcards):
    """Utterances of a corpus."""
    return known(lines, f"results/{wildcards.corpus}/utterances.csv", ROWS)


def shard(wildcards):
    """Number, seconds and longest of the utterances of a shard."""
    supposed = ROWS / len(SHARDS), SECONDS / len(SHARDS), LONGEST
    return known(lengths, f"results/{wildcards.corpus}/audio/{wildcards.shard}.csv", supposed)
