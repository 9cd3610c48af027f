# From predictions to scores.
# in: results/{corpus}/predictions/{method}/{fold}.csv, the models' own predictions, utterances.csv
# out: results/{corpus}/predictions/{method}.csv, results/{corpus}/{scores,comparisons}.csv


rule pool:
    input:
        folds=fold_predictions,
    output:
        predictions="results/{corpus}/predictions/{method}.csv",
    log:
        "logs/pool/{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/pool/{corpus}/{method}.jsonl"
    wildcard_constraints:
        method=one_of(regressed()),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(6)),
        runtime=minutes(per_table_mb(1)),
    params:
        library=library("pool.py"),
    message:
        "Pool the folds' predictions of {wildcards.method} on {wildcards.corpus}"
    script:
        "../scripts/pool.py"


rule direct:
    input:
        features=direct_store,
        folds="results/{corpus}/folds.csv",
        utterances="results/{corpus}/utterances.csv",
    output:
        predictions="results/{corpus}/predictions/{method}.csv",
    log:
        "logs/direct/{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/direct/{corpus}/{method}.jsonl"
    wildcard_constraints:
        method=one_of(DIRECT),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_store_mb(2.2), per_table_mb(10)),
        runtime=minutes(per_store_mb(0.05)),
    params:
        recalibrate=lambda wildcards: DIRECT[wildcards.method].get("recalibrate", False),
        library=library("direct.py"),
    message:
        "Take the model's own predictions {wildcards.method} on {wildcards.corpus}"
    script:
        "../scripts/direct.py"


rule score:
    input:
        utterances="results/{corpus}/utterances.csv",
        folds="results/{corpus}/folds.csv",
        predictions=all_predictions,
    output:
        scores=report(
            "results/{corpus}/scores.csv",
            caption="../report/scores.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "scores"},
        ),
    log:
        "logs/score/{corpus}.log",
    benchmark:
        "logs/benchmark/score/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(6)),
        runtime=minutes(per_method(1), per_table_mb(0.2)),
    params:
        methods=lambda wildcards: methods(wildcards.corpus),
        resamples=config["bootstrap"]["resamples"],
        seed=config["bootstrap"]["seed"],
        library=library("score.py"),
    message:
        "Score all methods on {wildcards.corpus} (CCC, RMSE, intervals over speakers)"
    script:
        "../scripts/score.py"


rule compare:
    input:
        utterances="results/{corpus}/utterances.csv",
        folds="results/{corpus}/folds.csv",
        predictions=all_predictions,
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
        mem_mb=memory(per_table_mb(6), per_method(5)),
        runtime=minutes(per_method(2), per_table_mb(0.2)),
    params:
        methods=lambda wildcards: methods(wildcards.corpus),
        resamples=config["bootstrap"]["resamples"],
        seed=config["bootstrap"]["seed"],
        library=library("compare.py"),
    message:
        "Compare every two methods on {wildcards.corpus} (paired over speakers)"
    script:
        "../scripts/compare.py"
