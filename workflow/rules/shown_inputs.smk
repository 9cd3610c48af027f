# What is gathered from all corpora, and what it is held against and shown with.
# in: the configuration, files that ship with the code; out: functions for all rules that follow


def every(pattern):
    """Files of all corpora (and of all feature sets that a corpus needs)."""
    return [
        path
        for corpus in CORPORA
        for path in collect(pattern, corpus=corpus, features=feature_sets(corpus))
    ]


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
    return config.get("published") or shipped("data/published/icassp24_table1.csv")


def published_features():
    """The feature-wise CCCs that ours are held against: those of the paper, or none."""
    return [] if "published" in config else [shipped("data/published/icassp24_table2.csv")]


def report_files():
    """What the report is rendered from: its template and style, captions and credits."""
    kinds = (".rst", ".jinja", ".css", ".js", ".yaml")
    files = Path(shipped("workflow/report")).iterdir()
    return sorted(str(path) for path in files if path.suffix in kinds)
