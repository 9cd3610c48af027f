# What methods are fitted with, in which order, and where their predictions lie.
# in: the configuration; out: functions for regression.smk, evaluation.smk and analysis.smk


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
