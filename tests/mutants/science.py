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
    "dimser/regression/tuning.py": "dimser/regression/test_tuning.py",
    "dimser/evaluation/annotation.py": "dimser/evaluation/test_annotation.py",
    "dimser/evaluation/audit.py": "scripts/test_audit.py",
    "dimser/evaluation/bootstrap.py": "dimser/evaluation/test_bootstrap.py",
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
    "regress_large.py": _SCRIPTS,
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
    Fault("block by block, nobody checks speakers", "regress_large.py",
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
    Fault("each of several stores is read in its own order", "regress_large.py",
          "store.blocks(p, order, layer)", "store.blocks(p, stored[p], layer)"),
    Fault("blocks stand in the order of one store, labels in that of the table",
          "regress_large.py", "table.index.get_indexer(order)", "np.arange(len(order))"),
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

# Mutants that no test can tell from the code: module, a pattern of "old -> new", and why.
EQUIVALENT = [
    ("evaluation/", r"^BLOCK = ", "bounds the memory, changes no number"),
]
