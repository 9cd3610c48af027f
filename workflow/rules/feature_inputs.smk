# What features are extracted with, and where they lie.
# in: the configuration; out: functions for fetch.smk and all rules that read or write feature stores


def extraction_arguments(wildcards):
    """What an extraction is told about its feature set."""
    entry = {
        k: v for k, v in FEATURES[wildcards.features].items() if k not in ("label", "extractor")
    }
    if "set" in entry:  # `set` is a word of Python's
        entry["feature_set"] = entry.pop("set")
    return entry


def table_path(wildcards):
    """The table that a feature set is imported from."""
    path = extraction_arguments(wildcards)["path"].format(**wildcards)
    if not Path(path).exists():
        raise WorkflowError(
            f"Configuration, features.{wildcards.features}.path: there is no file {path}. Put the "
            "table there, or correct the path."
        )
    return path


def hub_folder(entry):
    """Where a model of the hub lies on this machine once it is fetched."""
    return f"data/models/{'--'.join(Path(entry['model']).parts)}@{entry['revision']}"


def model_folder(features):
    """The folder of a feature set's model: a stand-in's, the user's own, or one that is fetched."""
    entry = FEATURES[features]
    if entry["model"].startswith(STAND_INS) or Path(entry["model"]).is_dir():
        return entry["model"]
    if not re.fullmatch(r"[\w-][\w.-]*(/[\w.-]+)?", entry["model"]):
        raise WorkflowError(
            f"Configuration, features.{features}.model: there is no folder {entry['model']}, and a "
            "model of the hub is called owner/name. Correct it."
        )
    return hub_folder(entry)


def store_path(wildcards):
    """The feature store that a feature set lies in."""
    return f"results/{wildcards.corpus}/features/{stored_in(wildcards.features)}.h5"


def kept_layer(wildcards):
    """The layer that a feature set is, in the store of several."""
    return layer_of(wildcards.features)


def stores(wildcards):
    """The feature stores that a method's feature sets lie in."""
    return collect(
        "results/{corpus}/features/{features}.h5",
        corpus=wildcards.corpus,
        features=[stored_in(features) for features in sources(wildcards.method)],
    )


def single_stores(wildcards):
    """The feature store of each method of a corpus that is one feature set."""
    return [
        f"results/{wildcards.corpus}/features/{stored_in(features)}.h5"
        for features in single_methods(wildcards.corpus)
    ]


def direct_store(wildcards):
    """The feature store that holds what a fine-tuned model's own head predicts."""
    return f"results/{wildcards.corpus}/features/{DIRECT[wildcards.method]['features']}.h5"
