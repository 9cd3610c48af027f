# What corpora are read from, and what their readers are told.
# in: the configuration, files below the roots of corpora; out: functions for corpora.smk


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
    return f"dimser/corpora/readers/{CORPORA[wildcards.corpus]['reader']}.py"


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
