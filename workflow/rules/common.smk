# Checks the configuration, and says which corpora, feature sets, methods and files it asks for.

import re
import sys

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

SCRIPTS = Path(shipped("workflow/scripts")).resolve()
SCHEMA = Path(shipped("workflow/schemas/config.schema.yaml")).resolve()
sys.path.append(str(SCRIPTS))

from dimser.corpora import corpus as readers
from dimser.plan.config import REGRESSORS, problems
from dimser.plan.digests import code_digest

if found := problems(config, yaml.safe_load(SCHEMA.read_text())):
    raise WorkflowError("\n".join(["The configuration cannot be used:", *found]))
validate(config, str(SCHEMA))  # fills in the defaults

for section, key in (("corpora", "root"), ("features", "model"), ("features", "path")):
    for entry in config[section].values():
        if key in entry:
            entry[key] = os.path.expanduser(entry[key])

CORPORA = config["corpora"]
FEATURES = config["features"]
DIRECT = config["direct"]
BASELINES = config["baselines"]
EXACT = config["regressor"] in ("svr", "krr")
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
    every_one = [*FEATURES, *DIRECT, *BASELINES]
    return CORPORA[corpus].get("methods") or config.get("methods") or every_one


def sources(method):
    """The feature sets that a method rests on."""
    if method in BASELINES:
        return []
    return [DIRECT[method]["features"]] if method in DIRECT else method.split("+")


def feature_sets(corpus):
    """The feature sets that the methods of a corpus need."""
    used = {name for method in methods(corpus) for name in sources(method)}
    return [name for name in FEATURES if name in used]


def regressed():
    """All methods that are a regression on features, in any corpus."""
    named = {method for corpus in CORPORA for method in methods(corpus)}
    return sorted(named - {*DIRECT, *BASELINES})


def single_methods(corpus):
    """The methods of a corpus that are a regression on one feature set."""
    return [method for method in methods(corpus) if method in FEATURES]


def labels():
    """What people call each feature set, fusion and direct prediction."""
    names = {name: entry["label"] for name, entry in {**FEATURES, **DIRECT, **BASELINES}.items()}
    for method in regressed():
        if "+" in method:
            names[method] = f"EF({'+'.join(names[part] for part in method.split('+'))})"
    return names


def stored_in(features):
    """The feature set in whose store a feature set lies: its own, or that of all layers."""
    return FEATURES[features].get("of", features)


def layer_of(features):
    """The layer to read of a store that keeps several; none where it is taken as a whole."""
    entry = FEATURES[features]
    return entry["layer"] if entry["extractor"] == "layer" else None


def layers(corpus):
    """The methods that are a layer each, by feature set that keeps several, and by layer."""
    found = {}
    for method in single_methods(corpus):
        if layer_of(method) is not None:
            found.setdefault(stored_in(method), {})[layer_of(method)] = method
    return {features: own for features, own in found.items() if len(own) > 1}


def stand_ins():
    """Feature sets and methods that rest on an untrained stand-in for a published model."""
    untrained = {
        n for n in FEATURES if FEATURES[stored_in(n)].get("model", "").startswith(STAND_INS)
    }
    return [name for name in labels() if untrained & set(sources(name))]


def corpus_labels():
    """What people call each corpus."""
    return {name: corpus["label"] for name, corpus in CORPORA.items()}


wildcard_constraints:
    corpus=one_of(CORPORA),
    features=one_of(FEATURES),
    method=r"[a-z0-9_+]+",
    fold=r"\d+",
    shard=r"\d+",
