# What jobs ask for: memory and minutes, from the size of what they work on. Each retry asks for more.
# tests/test_resources.py holds this and Snakemake's benchmark files together.

import math

# MB of a process that has read nothing yet (110 to 190; with torch 620, and 940 with CUDA's libraries,
# used or not), and of the two processes of Snakemake's around it in a cluster's job.
BASE, BASE_OF_MODELS = 450, 1250
# Minutes beside the work itself: to start, and for slow file systems. Folds are many and short.
LEAST, LEAST_OF_FOLDS = 5, 1


def memory(*parts, base=BASE):
    """MB to ask for: the process and its data."""
    return lambda wildcards, input, attempt: (
        attempt * math.ceil(base + sum(part(wildcards, input) for part in parts))
    )


def minutes(*parts, least=LEAST):
    """Minutes to ask for: twice the seconds of the parts, for machines that are slower than ours."""
    return lambda wildcards, input, attempt: (
        attempt * math.ceil(least + 2 * sum(part(wildcards, input) for part in parts) / 60)
    )


def per_row(amount):
    """So much for each utterance of the corpus."""
    return lambda wildcards, input: amount * rows(wildcards)


def per_table_mb(amount):
    """So much for each MB of tables that a job reads."""
    return lambda wildcards, input: amount * sum(
        known(megabytes, path, TABLE) for path in input if not path.endswith(".h5")
    )


def per_store_mb(amount, of=sum):
    """So much for each MB of the feature stores that a job reads (or of the largest)."""
    return lambda wildcards, input: amount * of(
        [known(megabytes, path, STORE) for path in input if path.endswith(".h5")]
    )


def per_method(amount):
    """So much for each method of the corpus."""
    return lambda wildcards, input: amount * len(methods(wildcards.corpus))


def extraction_mb(wildcards, input):
    """MB of a shard's features (and their check), of the model, and of what it makes of the audio."""
    settings, (count, _, longest) = extraction_arguments(wildcards), shard(wildcards)
    if "model" not in settings:
        return count * (88 if "GeMAPS" in settings["feature_set"] else 6_373) * 4e-6 * 2.3
    layer = settings["layer"]
    layers = len(layer) if isinstance(layer, list) else 25 if layer == "all" else 1
    windows = 2 * 10 * min(longest, settings["max_seconds"])
    return (
        count * layers * 1_024 * 4e-6 * 2.3 + 1.3 * known(megabytes, input.model, MODEL) + windows
    )


def extraction_seconds(wildcards, input):
    """Seconds of two cores: a GB of weights goes through 5 seconds of audio a second."""
    _, seconds, _ = shard(wildcards)
    if "model" not in input.keys():
        return seconds / 150
    return seconds / 5 * known(megabytes, input.model, MODEL) / 1e3


def distance_mb(wildcards, input):
    """MB of scaled features and of squared distances."""
    return per_store_mb(3)(wildcards, input) + 4e-6 * rows(wildcards) ** 2


def distance_seconds(wildcards, input):
    """Seconds of the product that gives the distances."""
    return per_store_mb(6e-6)(wildcards, input) * rows(wildcards)


def kernel_mb(wildcards, input):
    """MB of the distances of each part, of their kernel, and of libsvm's cache."""
    parts = len(input.distances) + (2 if config["svr"].get("tune") else 0)
    return min(500, 5e-6 * rows(wildcards) ** 2) + (8 + 4 * parts) * 1e-6 * rows(wildcards) ** 2


def kernel_seconds(wildcards, input):
    """Seconds of three regressions, and of those that settings are chosen by."""
    tune = config["svr"].get("tune") or {}
    tried = math.prod(len(values) for values in tune.values() if isinstance(values, list))
    inner = tried * tune.get("folds", 3) if tune else 0
    return (1 + inner) * 1e-7 * rows(wildcards) ** 2


def kernels_mb(wildcards, input):
    """MB of the kernels that are compared, of at most 2000 utterances, and of making one."""
    count = len(single_methods(wildcards.corpus)) + 3
    return 8e-6 * min(rows(wildcards), 2000) ** 2 * count


def blocks_mb(wildcards, input):
    """MB of blocks of features and of what a regression without a kernel sums up of them."""
    mb, count = per_store_mb(1)(wildcards, input), rows(wildcards)
    width = mb * 1e6 / 4 / count
    held = {"ridge": 3 * width**2, "nystroem": 4 * config["landmarks"] * width}
    return 0.13 * width + 8e-6 * held.get(config["regressor"], 4 * width * count)


def blocks_seconds(wildcards, input):
    """Seconds of a few passes over the features, or of a solver that goes on for long."""
    return per_store_mb({"linear_svr": 2}.get(config["regressor"], 0.1))(wildcards, input)
