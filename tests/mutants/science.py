"""What is mutated, and which tests must tell: the one place that has to know of a renamed file."""

from typing import NamedTuple

_REGRESSION, _SCRIPTS = "dimser/regression/test_regression.py", "scripts/test_regression_scripts.py"
# Each module of the science, below workflow/scripts, and its mirrored tests, below tests.
TESTS = {
    "dimser/core/metrics.py": "dimser/core/test_metrics.py",
    "dimser/corpora/labels.py": "dimser/corpora/test_labels.py",
    "dimser/corpora/folds.py": "dimser/corpora/test_folds.py",
    "dimser/corpora/guards.py": "dimser/corpora/test_guards.py",
    "dimser/features/scaling.py": _REGRESSION,
    "dimser/features/store.py": "dimser/features/test_store.py",
    "dimser/features/functionals.py": "dimser/features/test_functionals.py",
    "dimser/regression/distances.py": _REGRESSION,
    "dimser/regression/kernels.py": _REGRESSION,
    "dimser/regression/exact.py": _REGRESSION,
    "dimser/regression/blockwise.py": "dimser/regression/test_blockwise.py",
    "dimser/regression/baselines.py": "scripts/test_baseline.py",
    "dimser/regression/tuning.py": "dimser/regression/test_tuning.py",
    "dimser/evaluation/annotation.py": "dimser/evaluation/test_annotation.py",
    "dimser/evaluation/audit.py": "scripts/test_audit.py",
    "dimser/evaluation/intervals.py": "dimser/evaluation/test_intervals.py",
    "dimser/evaluation/comparison.py": "dimser/evaluation/test_comparison.py",
    "dimser/evaluation/complementarity.py": "dimser/evaluation/test_complementarity.py",
    "dimser/evaluation/descriptors.py": "dimser/evaluation/test_descriptors.py",
    "dimser/evaluation/featurewise.py": "dimser/evaluation/test_featurewise.py",
    "dimser/evaluation/predictions.py": "scripts/test_score.py",
    "score.py": "scripts/test_score.py",
    "compare.py": "scripts/test_compare.py",
    "breakdown.py": "scripts/test_breakdown.py",
    "fold.py": _SCRIPTS,
    "regress.py": _SCRIPTS,
    "regress_blockwise.py": _SCRIPTS,
    "baseline.py": "scripts/test_baseline.py",
    "direct.py": "scripts/test_direct.py",
    "featurewise_null.py": "scripts/test_featurewise_null.py",
    "complementarity.py": "scripts/test_complementarity_script.py",
}
# Of these, the faults below alone.
FAULTS_ALONE = {
    "dimser/core/files.py": "dimser/core/test_files.py",
    "dimser/features/embedding.py": "dimser/features/test_embedding.py",
}


class Fault(NamedTuple):
    """A fault that somebody might make, as text of a module and what stands there instead."""

    sentence: str
    module: str
    old: str
    new: str


FAULTS = [
    Fault("Nystroem's landmarks are drawn from test rows, too", "dimser/regression/blockwise.py",
          "np.flatnonzero(trains)", "np.arange(len(trains))"),
    Fault("block by block, nobody checks speakers", "regress_blockwise.py",
          "    assert_speaker_independent(assigned, table)\n", ""),
    Fault("the check of speakers looks at the first fold alone", "dimser/corpora/folds.py",
          '(folds["fold"].dropna().unique()):\n        train, test = (set(',
          '(folds["fold"].dropna().unique())[:1]:\n        train, test = (set('),
    Fault("half of all chance findings pass the threshold", "featurewise_null.py",
          "np.quantile(maxima, 0.95, axis=0)", "np.quantile(maxima, 0.5, axis=0)"),
    Fault("what is off by one in the last digit is reproduced", "dimser/evaluation/audit.py",
          "round(ours, digits) == float(printed)", "abs(ours - float(printed)) <= 10**-digits"),
    Fault("p may be 0", "dimser/evaluation/comparison.py",
          "(1 + count) / (1 + draws)", "count / draws"),
    Fault("predictions of another fold are accepted", "dimser/evaluation/predictions.py",
          '(predicted["fold"] != predicted["id"].map(folds))', "False"),
    Fault("valence's errors stand for all dimensions", "complementarity.py",
          "values[:, a, number], values[:, b, number], labels[:, number]",
          "values[:, a, 0], values[:, b, 0], labels[:, 0]"),
    Fault("k0 of the ICC is a plain mean", "dimser/evaluation/annotation.py",
          "(count - np.sum(size**2) / count) / (number - 1)", "count / number"),
    Fault("a block's rows stand as stored, not as asked for", "dimser/features/store.py",
          "block[order] = ", "block[:] = "),
    Fault("each of several stores is read in its own order", "regress_blockwise.py",
          "store.blocks(p, order, layer)", "store.blocks(p, stored[p], layer)"),
    Fault("blocks stand in the order of one store, labels in that of the table",
          "regress_blockwise.py", "table.index.get_indexer(order)", "np.arange(len(order))"),
    Fault("a batch is held against its longest utterance, which has no padding",
          "dimser/features/embedding.py",
          "embed(encoder, signals[-1:], pooling, max_seconds, precision)[0][0]\n"
          "            _assert_same(found[-1][0]",
          "embed(encoder, signals[:1], pooling, max_seconds, precision)[0][0]\n"
          "            _assert_same(found[0][0]"),
    Fault("labels may leave [0, 1] by rounding", "dimser/corpora/labels.py",
          "np.clip(unit, 0.0, 1.0)", "unit"),
    Fault("a file is moved before it is on the disk", "dimser/core/files.py",
          "os.fsync(file.fileno())", "pass"),
    Fault("distances with another test set are fused", "dimser/regression/distances.py",
          "(part.train, part.test) != (first.train, first.test)", "part.train != first.train"),
]  # fmt: skip

# Mutants as right as the code: part of a module's path, a pattern of "old -> new", and why.
EQUIVALENT = [
    ("", r"strict=True.* -> .*strict=False", "it guards against calls that never happen"),
    ("", r"^(BLOCK|DRAWS|SCALED_AT_A_TIME) = |rows: int=4096| -> .*threads: int=2",
     "how much is worked on at a time changes no number"),
    ("", r"threadpool_limits", "nor does the number of threads, on most machines"),
    ("", r"reshape\(.*-1.* -> .*reshape\(.*-2", "NumPy takes any negative length alike"),
    ("", r" 64 \* len.* -> .* 6[35] \* len", "the space that a file takes is an estimate"),
    ("core/metrics", r"4 \* EPSILON.* -> .*([35] \* EPSILON|>= 4)|variance >= rounding",
     "a tolerance: what rounding leaves is smaller, what data hold is larger"),
    ("", r"spread < 10 \* np.* -> .*(9|11|<= 10) \* np", "likewise"),
    ("labels", r"round\(13\)|>= 1e-12", "likewise"),
    ("labels", r"level=1\)", "the last of two levels is that of number 1"),
    ("labels", r"'weight'\]\]\.mean\(\)", "both are divided by the same number"),
    ("folds", r"load = \[-?1\]", "all folds begin with the same load"),
    ("folds", r"fillna\(-2\)", "no fold has a negative number"),
    ("store", r"features\[-1, \*place\]", "every row has the same shape"),
    ("store", r">= ABSURD|ABSURD = 1000000000001", "no feature is of just this size"),
    ("functionals", r"frames\[-1\] if", "functionals are one row"),
    ("exact", r"cache_size", "libsvm's memory, which changes no result"),
    ("blockwise", r"STEPS = .* -> .*(999|1001)", "a solver that ends at all ends long before"),
    ("blockwise", r"dual=True", "another way to the same optimum"),
    ("blockwise", r"spread, -?1\.0\)", "a placeholder until the variance is known"),
    ("blockwise", r"total - own\.sum\(\)", "it is squared"),
    ("blockwise", r"variance or (2|-1)\.0", "where nothing varies, all predictions are the mean"),
    ("blockwise", r"int=2000.* -> .*int=(1999|2001)", "more landmarks than any test has rows"),
    ("tuning", r"for fold in folds:", "a fold that is predicted again is predicted alike"),
    ("complementarity", r"kernel -= kernel\.mean\(axis=-?1\)", "a kernel is symmetric"),
    ("complementarity", r"norms (>= 0|> -1) else", "0 / 0 is NaN, too"),
    ("complementarity", r"len\(methods\) < 1:", "one method makes no pair, and a header alone"),
    ("complementarity", r"drawn = np\.random", "sorted only to be read faster"),
    ("comparison", r"< observed.* -> .*<= observed", "no value lies just there"),
    ("comparison", r"3 \*\* speakers, BLOCK", "what is beyond the last way to swap is empty"),
    ("featurewise", r"^CENTRE = ", "a constant taken from both changes no agreement"),
    ("featurewise", r"labels\)\[-1\]\)", "the last of one part is the first"),
    ("featurewise", r"block\[:-?1\]", "test rows, whose scaled values are not used"),
    ("featurewise", r"\(x \+ x\.mean|x - x\.sum|\(rows\)\] \+ means",
     "the other factor of the product sums to 0, and takes a constant away"),
    ("compare", r"sums\.mean\(", "six sums, all divided by one number, have the same metrics"),
    ("breakdown", r"\]\]\.mean\(\)$", "likewise"),
    ("breakdown", r"\.var\(\)\.reindex", "a variance ranks as its root does"),
    ("breakdown", r"ignore_index=False", "rows are found by their columns, not by their index"),
    ("breakdown", r"cut\(rank, \[(-1|0, 1 / 3, 2 / 3, 2)", "all ranks lie in (0, 1]"),
    ("fold", r"'text'\]\.astype", "what is missing stays so, and is not compared"),
    ("fold", r"numbers = (folds\[|.*int\)\)$)", "the largest of numbers in any order"),
    ("regress.py", r"\[:, -1\]", "the last of one column is the first"),
    ("regress_blockwise", r"features\[-?1\]", "the order in which rows are read"),
    ("baseline", r"'one': (2|-1)\.0", "its coefficient changes with it"),
    ("direct", r"in tested\['fold'\]:", "what is done again comes out the same"),
    ("featurewise_null", r"sums\.mean\(", "as in compare.py"),
    ("featurewise_null", r"\(ccc\) >= threshold", "no value lies just there"),
    ("featurewise_null", r"fillna\(-1\)\.idxmax", "it is below every other, as 0 is"),
    ("featurewise_null", r"fillna\(-2\)", "no fold has a negative number"),
    ("audit", r"own\.iloc\[-1\]", "a feature has one row"),
]  # fmt: skip
