# The layers of an encoder: each by itself, and found inside the training folds.
# in: a feature store of several layers, folds.csv, utterances.csv
# out: results/{corpus}/layers/{features}/{fold}.csv, and their scores, layers/{features}.csv;
#      predictions/{method}/{fold}.csv and models/{method}/{fold}.csv of `layer: best` and `mixed`

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import LEAST_OF_FOLDS, memory, minutes
from dimser.plan.run import Run, one_of
from dimser.plan.sizes import Sizes

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
SIZES = Sizes(RUN)


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
