# Checks the configuration, and says which corpora, feature sets, methods and files it asks for.

import os
import re
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
SCHEMA = Path(workflow.basedir) / "workflow" / "schemas" / "config.schema.yaml"
sys.path.append(str(SCRIPTS))

from dimser.config import problems
from dimser.provenance import code_digest
from dimser.readers import READERS

if found := problems(config, yaml.safe_load(SCHEMA.read_text())):
    raise WorkflowError("\n".join(["The configuration cannot be used:", *found]))
validate(config, str(SCHEMA))  # fills in the defaults

CORPORA = config["corpora"]
FEATURES = config["features"]
DIRECT = config["direct"]
DEMOS = ["demo_en", "demo_de"]
DEMO_FOLDERS = [Path("data", demo) for demo in DEMOS]
STAND_INS = "data/stand_ins/"
TYPES = ["csv", "md", "tex"]
SHARDS = range(config["shards"])


def library(*scripts):
    """Content digest of scripts and all modules that they rest on: an edit reruns the rule."""
    return "+".join(code_digest(SCRIPTS / script) for script in scripts)


def one_of(names):
    """A wildcard constraint that matches these names alone (or nothing where there are none)."""
    return "|".join(re.escape(name) for name in names) or "(?!)"


def extracted_by(*extractors):
    """The feature sets that these extractors make."""
    return [name for name, entry in FEATURES.items() if entry["extractor"] in extractors]


def methods(corpus):
    """The methods of a corpus, in the order of Table 1: its own, the common ones, or all single."""
    return CORPORA[corpus].get("methods") or config.get("methods") or [*FEATURES, *DIRECT]


def sources(method):
    """The feature sets that a method rests on."""
    return [DIRECT[method]["features"]] if method in DIRECT else method.split("+")


def feature_sets(corpus):
    """The feature sets that the methods of a corpus need."""
    used = {name for method in methods(corpus) for name in sources(method)}
    return [name for name in FEATURES if name in used]


def regressed():
    """All methods that are a regression on features, in any corpus."""
    return sorted({m for corpus in CORPORA for m in methods(corpus) if m not in DIRECT})


def labels():
    """What people call each feature set, fusion and direct prediction."""
    names = {name: entry["label"] for name, entry in {**FEATURES, **DIRECT}.items()}
    for method in regressed():
        if "+" in method:
            names[method] = f"EF({'+'.join(names[part] for part in method.split('+'))})"
    return names


def stand_ins():
    """Feature sets and methods that rest on an untrained stand-in for a published model."""
    untrained = {n for n in FEATURES if FEATURES[n].get("model", "").startswith(STAND_INS)}
    return [name for name in labels() if untrained & set(sources(name))]


def corpus_labels():
    """What people call each corpus."""
    return {name: corpus["label"] for name, corpus in CORPORA.items()}


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
    if corpus["reader"] == "audb":  # a name in a repository, not a folder
        return []
    if root == Path(QUECHUA):
        return QUECHUA
    found = root.glob(READERS[corpus["reader"]].format(**corpus))
    return sorted(str(path) for path in found if not path.name.startswith("._"))


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


def local_model(wildcards):
    """The folder of a model that a rule writes or that lies on this machine; nothing for a hub id."""
    model = FEATURES[wildcards.features]["model"]
    return [model] if model.startswith(STAND_INS) or Path(model).is_dir() else []


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


def captions():
    """The report's texts."""
    folder = Path(workflow.basedir) / "workflow" / "report"
    return sorted(str(path.relative_to(workflow.basedir)) for path in folder.glob("*.rst"))


wildcard_constraints:
    corpus=one_of(CORPORA),
    features=one_of(FEATURES),
    method=r"[a-z0-9_+]+",
    fold=r"\d+",
    shard=r"\d+",
