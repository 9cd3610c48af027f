# From features to out-of-fold predictions.
# in: results/{corpus}/features/{features}.h5, folds.csv, utterances.csv
# out: results/{corpus}/predictions/{method}/{fold}.csv, for single feature sets and early fusions;
#      results/{corpus}/models/{method}/{fold}.csv, the settings of each model;
#      results/{corpus}/multiverse/{fold}.csv, sums of predictions in all analyses of a multiverse;
#      results/{corpus}/layers/, each layer of an encoder by itself, of which `layer: best` and
#      `mixed` are found inside the training folds
#
# Results of further groupings of the speakers lie in a folder each: {grouping} is empty for the
# first, and `groupings/1/` and so on for others.

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import LEAST_OF_FOLDS, memory, minutes
from dimser.plan.run import Run, one_of
from dimser.plan.sizes import Sizes

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
MULTIVERSE = FILES.multiverse
SIZES = Sizes(RUN)


rule distances:
    input:
        features=FILES.store,
        folds=ancient("results/{corpus}/{grouping}folds.csv"),
        # only to wait until their distances are deleted
        earlier=FILES.earlier_fold,
    output:
        distances=temp("results/{corpus}/{grouping}distances/{features}/{fold}{again}.h5"),
    log:
        "logs/distances/{grouping}{corpus}/{features}/{fold}{again}.log",
    benchmark:
        "logs/benchmark/distances/{grouping}{corpus}/{features}/{fold}{again}.jsonl"
    wildcard_constraints:
        again="|_again",  # if finished regressions have consumed the first
    # One fold after the other, to keep few distances on the disk.
    priority: lambda wildcards: -FILES.turn(wildcards)
    conda:
        "../../envs/transformers.yaml"  # with torch, for jobs that have a GPU
    resources:
        mem_mb=memory(lambda job: 3 * job.stores_mb + job.distances_mb),
        runtime=minutes(lambda job: 6e-6 * job.stores_mb * job.utterances, least=LEAST_OF_FOLDS),
    params:
        layer=FILES.layer,
        tables=FILES.content("{grouping}folds"),
        library=code("distances"),
    message:
        "Compute distances of {wildcards.features} on {wildcards.corpus}, fold {wildcards.fold}"
    script:
        "../scripts/distances.py"


rule regress:
    input:
        distances=FILES.distances,
        utterances=ancient("results/{corpus}/utterances.csv"),
    output:
        predictions="results/{corpus}/{grouping}predictions/{method}/{fold}.csv",
        models="results/{corpus}/{grouping}models/{method}/{fold}.csv",
    log:
        "logs/regress/{grouping}{corpus}/{method}/{fold}.log",
    benchmark:
        "logs/benchmark/regress/{grouping}{corpus}/{method}/{fold}.jsonl"
    wildcard_constraints:
        method=one_of(RUN.on_distances if RUN.regressor.exact else []),
    # Before further distances, so that existing ones can be deleted.
    priority: 10
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(SIZES.kernel_mb),
        runtime=minutes(
            lambda job: 0.1 * job.pairs * SIZES.fits(job.wildcards.method), least=LEAST_OF_FOLDS
        ),
    params:
        arguments=RUN.fitting,
        tables=FILES.content("utterances", "{grouping}folds"),
        library=code(
            "regress",
            RUN.regressor_function,
            RUN.fusion_function,
            RUN.recalibration_function,
        ),
    message:
        "Regress {wildcards.method} on {wildcards.corpus}, fold {wildcards.fold}"
    script:
        "../scripts/regress.py"


rule regress_blockwise:
    input:
        features=FILES.stores,
        folds=ancient("results/{corpus}/{grouping}folds.csv"),
        utterances=ancient("results/{corpus}/utterances.csv"),
    output:
        predictions="results/{corpus}/{grouping}predictions/{method}/{fold}.csv",
    log:
        "logs/regress_blockwise/{grouping}{corpus}/{method}/{fold}.log",
    benchmark:
        "logs/benchmark/regress_blockwise/{grouping}{corpus}/{method}/{fold}.jsonl"
    wildcard_constraints:
        method=one_of([] if RUN.regressor.exact else RUN.regressed),
    conda:
        "../../envs/analysis.yaml"
    threads: 2  # of BLAS
    resources:
        mem_mb=memory(lambda job: SIZES.blocks_mb(job.fold)),
        runtime=minutes(lambda job: RUN.regressor.seconds(job.fold)),
    params:
        layers=FILES.layers,
        arguments=RUN.fitting,
        tables=FILES.content("utterances", "{grouping}folds"),
        library=code("regress_blockwise", RUN.regressor_function),
    message:
        "Regress {wildcards.method} on {wildcards.corpus}, fold {wildcards.fold}, block by block"
    script:
        "../scripts/regress_blockwise.py"


rule multiverse_fold:
    input:
        features=MULTIVERSE.stores,
        folds=ancient("results/{corpus}/{grouping}folds.csv"),
        utterances=ancient("results/{corpus}/utterances.csv"),
    output:
        sums="results/{corpus}/{grouping}multiverse/{fold}.csv",
    log:
        "logs/multiverse_fold/{grouping}{corpus}/{fold}.log",
    benchmark:
        "logs/benchmark/multiverse_fold/{grouping}{corpus}/{fold}.jsonl"
    wildcard_constraints:
        corpus=one_of(MULTIVERSE.tables()),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(MULTIVERSE.fold_mb),
        runtime=minutes(MULTIVERSE.fold_seconds),
    params:
        arguments=MULTIVERSE.arguments,
        tables=FILES.content("utterances", "{grouping}folds"),
        library=code("multiverse_fold", RUN.regressor_function, *MULTIVERSE.functions),
    message:
        "Analyse fold {wildcards.fold} of {wildcards.corpus} in every combination of choices"
    script:
        "../scripts/multiverse_fold.py"


rule baseline:
    input:
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=ancient("results/{corpus}/{grouping}folds.csv"),
        index=FILES.index,
    output:
        predictions="results/{corpus}/{grouping}predictions/{method}.csv",
    log:
        "logs/baseline/{grouping}{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/baseline/{grouping}{corpus}/{method}.jsonl"
    wildcard_constraints:
        method=one_of(RUN.baselines),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(lambda job: job.tables_mb),
    params:
        predictor=lambda wildcards: RUN.predictor(wildcards.method),
        tables=FILES.content("utterances", "{grouping}folds", "index"),
        library=code("baseline", lambda wildcards: RUN.predictor(wildcards.method)),
    message:
        "Predict {wildcards.corpus} by the baseline {wildcards.method}"
    script:
        "../scripts/baseline.py"


rule layer_map:
    input:
        features=FILES.store,
        folds=ancient("results/{corpus}/{grouping}folds.csv"),
        utterances=ancient("results/{corpus}/utterances.csv"),
    output:
        predictions="results/{corpus}/{grouping}layers/{features}/{fold}.csv",
        models="results/{corpus}/{grouping}layers/{features}/{fold}_models.csv",
    log:
        "logs/layer_map/{grouping}{corpus}/{features}/{fold}.log",
    benchmark:
        "logs/benchmark/layer_map/{grouping}{corpus}/{features}/{fold}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(SIZES.layers_mb),
        runtime=minutes(SIZES.layers_seconds, least=LEAST_OF_FOLDS),
    params:
        arguments=lambda wildcards: RUN.mapping(wildcards.corpus, wildcards.features),
        tables=FILES.content("utterances", "{grouping}folds"),
        library=code("layer_map", RUN.regressor_function),
    message:
        "Regress every layer of {wildcards.features} on {wildcards.corpus}, fold {wildcards.fold}"
    script:
        "../scripts/layer_map.py"


rule layer_scores:
    input:
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=FILES.groupings,
        predictions=FILES.layers_of_folds,
    output:
        scores=report(
            "results/{corpus}/layers/{features}.csv",
            caption="../report/layers.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "features": "{features}", "table": "layers"},
        ),
    log:
        "logs/layer_scores/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/layer_scores/{corpus}/{features}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 12 * job.tables_mb),
        runtime=minutes(lambda job: job.tables_mb),
    params:
        arguments={"clusters": RUN.config["clusters"], **RUN.interval},
        intervals=RUN.interval_text,
        tables=FILES.content("utterances", "groupings"),
        library=code("layer_scores", RUN.interval_function),
    message:
        "Score every layer of {wildcards.features} on {wildcards.corpus}"
    script:
        "../scripts/layer_scores.py"


rule layer_best:
    input:
        fold=FILES.layers_of_fold,
    output:
        predictions="results/{corpus}/{grouping}predictions/{method}/{fold}.csv",
        models="results/{corpus}/{grouping}models/{method}/{fold}.csv",
    log:
        "logs/layer_best/{grouping}{corpus}/{method}/{fold}.log",
    benchmark:
        "logs/benchmark/layer_best/{grouping}{corpus}/{method}/{fold}.jsonl"
    wildcard_constraints:
        method=one_of(RUN.searched("best")),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(least=LEAST_OF_FOLDS),
    params:
        pooling=lambda wildcards: RUN.poolings(wildcards.method)[0],
        library=code("layer_best"),
    message:
        "Take the layers of {wildcards.method} on {wildcards.corpus}, fold {wildcards.fold}"
    script:
        "../scripts/layer_best.py"


rule layer_mixed:
    input:
        features=FILES.method_store,
        folds=ancient("results/{corpus}/{grouping}folds.csv"),
        utterances=ancient("results/{corpus}/utterances.csv"),
    output:
        predictions="results/{corpus}/{grouping}predictions/{method}/{fold}.csv",
        models="results/{corpus}/{grouping}models/{method}/{fold}.csv",
    log:
        "logs/layer_mixed/{grouping}{corpus}/{method}/{fold}.log",
    benchmark:
        "logs/benchmark/layer_mixed/{grouping}{corpus}/{method}/{fold}.jsonl"
    wildcard_constraints:
        method=one_of(RUN.searched("mixed")),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(SIZES.mixed_mb),
        runtime=minutes(SIZES.mixed_seconds, least=LEAST_OF_FOLDS),
    params:
        pooling=lambda wildcards: RUN.poolings(wildcards.method)[0],
        arguments=RUN.regression,
        tables=FILES.content("utterances", "{grouping}folds"),
        library=code("layer_mixed", RUN.regressor_function),
    message:
        "Mix the layers of {wildcards.method} on {wildcards.corpus}, fold {wildcards.fold}"
    script:
        "../scripts/layer_mixed.py"
