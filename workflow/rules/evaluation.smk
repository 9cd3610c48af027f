# From predictions to scores.
# in: results/{corpus}/predictions/{method}/{fold}.csv, the models' own predictions, utterances.csv
# out: results/{corpus}/predictions/{method}.csv, results/{corpus}/{scores,shrinkage,comparisons}.csv,
#      results/{corpus}/multiverse.csv and what it comes to

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.heard import heard
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run, one_of

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
MULTIVERSE = FILES.multiverse


rule pool:
    input:
        folds=FILES.fold_predictions,
    output:
        predictions="results/{corpus}/{grouping}predictions/{method}.csv",
    log:
        "logs/pool/{grouping}{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/pool/{grouping}{corpus}/{method}.jsonl"
    wildcard_constraints:
        method=one_of(RUN.regressed),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 6 * job.tables_mb),
        runtime=minutes(lambda job: job.tables_mb),
    params:
        library=code("pool"),
    message:
        "Pool the folds' predictions of {wildcards.method} on {wildcards.corpus}"
    script:
        "../scripts/pool.py"


rule direct:
    input:
        features=FILES.direct_store,
        checked=FILES.direct_model,
        folds=ancient("results/{corpus}/{grouping}folds.csv"),
        utterances=ancient("results/{corpus}/utterances.csv"),
    output:
        predictions="results/{corpus}/{grouping}predictions/{method}.csv",
    log:
        "logs/direct/{grouping}{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/direct/{grouping}{corpus}/{method}.jsonl"
    wildcard_constraints:
        method=one_of(RUN.direct),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 2.2 * job.stores_mb + 10 * job.tables_mb),
        runtime=minutes(lambda job: 0.05 * job.stores_mb),
    params:
        arguments=lambda wildcards: RUN.predicting(wildcards.method),
        tables=FILES.content("utterances", "{grouping}folds"),
        library=code("direct"),
    message:
        "Use the model's own predictions {wildcards.method} on {wildcards.corpus}"
    script:
        "../scripts/direct.py"


rule score:
    input:
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=FILES.groupings,
        predictions=FILES.predictions(RUN.methods),
    output:
        scores=report(
            "results/{corpus}/scores.csv",
            caption="../report/scores.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "scores"},
        ),
        shrinkage=report(
            "results/{corpus}/shrinkage.csv",
            caption="../report/shrinkage.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "what shrinkage costs"},
        ),
    log:
        "logs/score/{corpus}.log",
    benchmark:
        "logs/benchmark/score/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 6 * job.tables_mb),
        runtime=minutes(lambda job: len(job.input.predictions) + 0.2 * job.tables_mb),
    params:
        arguments=lambda wildcards: RUN.scoring(wildcards.corpus),
        heard=lambda wildcards: heard(RUN, wildcards.corpus),
        tube=RUN.tube,
        intervals=RUN.interval_text,
        tables=FILES.content("utterances", "groupings"),
        library=code("score", RUN.interval_function),
    message:
        "Score all methods on {wildcards.corpus} (CCC, RMSE, intervals, what shrinkage costs)"
    script:
        "../scripts/score.py"


rule compare:
    input:
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=FILES.groupings,
        predictions=FILES.predictions(RUN.methods),
    output:
        comparisons=report(
            "results/{corpus}/comparisons.csv",
            caption="../report/comparisons.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "comparisons"},
        ),
    log:
        "logs/compare/{corpus}.log",
    benchmark:
        "logs/benchmark/compare/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 6 * job.tables_mb + 0.4 * len(job.input.predictions) ** 2),
        runtime=minutes(lambda job: 2 * len(job.input.predictions) + 0.2 * job.tables_mb),
    params:
        arguments=lambda wildcards: RUN.comparing(wildcards.corpus),
        intervals=RUN.interval_text,
        tables=FILES.content("utterances", "groupings"),
        library=code("compare", RUN.interval_function),
    message:
        "Compare every two methods on {wildcards.corpus} (sign flips of speakers)"
    script:
        "../scripts/compare.py"


rule multiverse:
    input:
        folds=MULTIVERSE.fold_tables,
    output:
        analyses="results/{corpus}/multiverse.csv",
        ranked="results/{corpus}/multiverse_ranks.csv",
        moved="results/{corpus}/multiverse_effects.csv",
    log:
        "logs/multiverse/{corpus}.log",
    benchmark:
        "logs/benchmark/multiverse/{corpus}.jsonl"
    wildcard_constraints:
        corpus=one_of(MULTIVERSE.tables()),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 10 * job.tables_mb),
        runtime=minutes(lambda job: 10 * job.tables_mb),
    params:
        arguments=MULTIVERSE.ranking,
        library=code("multiverse"),
    message:
        "Rank all methods on {wildcards.corpus} in every analysis"
    script:
        "../scripts/multiverse.py"
