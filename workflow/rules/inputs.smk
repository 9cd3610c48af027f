# What rules are given: the files that they need, and what their functions are told.


def every(pattern):
    """Files of all corpora (and of all feature sets that a corpus needs)."""
    return [
        path
        for corpus in CORPORA
        for path in collect(pattern, corpus=corpus, features=feature_sets(corpus))
    ]


def label_files(wildcards):
    """The files that a corpus's labels stand in; its reader says what is missing there."""
    corpus = CORPORA[wildcards.corpus]
    root = Path(corpus["root"])
    if root in DEMO_FOLDERS:
        return str(root / corpus["manifest"])
    if root == Path(QUECHUA):
        return QUECHUA
    return [str(path) for path in readers.label_files(corpus["reader"], root, corpus["manifest"])]


def reader_module(wildcards):
    """The module that reads a corpus; it is imported by name, so `prepare` does not show it."""
    return f"dimser/readers/{CORPORA[wildcards.corpus]['reader']}.py"


def options(corpus):
    """The keys of a corpus that its reader takes; a language only where one is given."""
    keys = {"manifest": ["manifest"], "audb": ["version"]}.get(corpus["reader"], [])
    return [key for key in [*keys, "language"] if corpus.get(key)]


def prepare_arguments(wildcards):
    """What `prepare` is told about a corpus."""
    corpus = CORPORA[wildcards.corpus]
    return {
        "kind": corpus["reader"],
        "root": corpus["root"],
        "options": {key: corpus[key] for key in options(corpus)},
        "scale": corpus["scale"],
        "consensus": corpus["consensus"],
        "min_duration": config["min_duration"],
        "on_bad_audio": config["on_bad_audio"],
        "on_findings": config["on_findings"],
    }


def extraction_arguments(wildcards):
    """What an extraction is told about its feature set."""
    entry = {
        k: v for k, v in FEATURES[wildcards.features].items() if k not in ("label", "extractor")
    }
    if "set" in entry:  # `set` is a word of Python's
        entry["feature_set"] = entry.pop("set")
    return entry


def hub_folder(entry):
    """Where a model of the hub lies on this machine once it is fetched."""
    return f"data/models/{'--'.join(Path(entry['model']).parts)}@{entry['revision']}"


def model_folder(features):
    """The folder of a feature set's model: a stand-in's, the user's own, or one that is fetched."""
    entry = FEATURES[features]
    own = entry["model"].startswith(STAND_INS) or Path(entry["model"]).is_dir()
    return entry["model"] if own else hub_folder(entry)


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


def regression_settings():
    """What a regression is fitted with, and no more: another setting reruns nothing."""
    given = config | config["svr"]
    return {key: given[key] for key in ("regressor", *REGRESSORS[config["regressor"]])}


def in_order(wildcards):
    """Priority by fold, the first before the others."""
    return -int(wildcards.fold)


def earlier_fold(wildcards):
    """Predictions that must be there before further distances, where few folds may have any.

    No `ancient` input: jobs behind one are not asked whether their own parameters have changed.
    """
    fold = int(wildcards.fold) - config.get("folds_at_once", number_of_folds(wildcards.corpus))
    return collect(
        "results/{corpus}/predictions/{method}/{fold}.csv",
        corpus=wildcards.corpus,
        method=[method for method in methods(wildcards.corpus) if method in regressed()],
        fold=[fold] if fold >= 0 else [],
    )


def fused(pattern):
    """A function that gives a file of each feature set that a method fuses."""
    return lambda wildcards: collect(pattern, features=sources(wildcards.method), **wildcards)


def number_of_folds(corpus):
    """How many folds of a corpus are predicted."""
    folds = CORPORA[corpus]["folds"]
    return len(folds.get("test", [])) or folds["k"]


def fold_predictions(wildcards):
    """The predictions of each fold of a method."""
    return collect(
        "results/{corpus}/predictions/{method}/{fold}.csv",
        corpus=wildcards.corpus,
        method=wildcards.method,
        fold=range(number_of_folds(wildcards.corpus)),
    )


def all_predictions(wildcards):
    """The pooled predictions of each method of a corpus."""
    return collect(
        "results/{corpus}/predictions/{method}.csv",
        corpus=wildcards.corpus,
        method=methods(wildcards.corpus),
    )


def direct_store(wildcards):
    """The feature store that holds what a fine-tuned model's own head predicts."""
    return f"results/{wildcards.corpus}/features/{DIRECT[wildcards.method]['features']}.h5"


def all_featurewise(wildcards):
    """The feature-wise CCC of each feature set of a corpus."""
    return collect(
        "results/{corpus}/featurewise/{features}.csv",
        corpus=wildcards.corpus,
        features=feature_sets(wildcards.corpus),
    )


def handcrafted_featurewise():
    """The feature-wise CCC of the openSMILE feature sets, in all corpora."""
    return [
        path
        for corpus in CORPORA
        for path in collect(
            "results/{corpus}/featurewise/{features}.csv",
            corpus=corpus,
            features=[f for f in feature_sets(corpus) if f in extracted_by("opensmile")],
        )
    ]


def published_table():
    """The table that results are held against; by default the paper's, which ships with the code."""
    ours = Path(workflow.basedir) / "data" / "published" / "icassp24_table1.csv"
    return config.get("published") or os.path.relpath(ours)


def published_features():
    """The feature-wise CCCs that ours are held against: those of the paper, or none."""
    ours = Path(workflow.basedir) / "data" / "published" / "icassp24_table2.csv"
    return [] if "published" in config else [os.path.relpath(ours)]


def report_files():
    """What the report is rendered from: its template and style, captions and credits."""
    folder = Path(workflow.basedir) / "workflow" / "report"
    kinds = (".rst", ".jinja", ".css", ".js", ".yaml")
    files = [path for path in folder.iterdir() if path.suffix in kinds]
    return sorted(str(path.relative_to(workflow.basedir)) for path in files)
