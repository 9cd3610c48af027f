# What scores are made of, and what representations share.
# in: results/{corpus}/predictions/{method}.csv, features/{features}.h5, utterances.csv, folds.csv
# out: results/{corpus}/{breakdown,complementarity}.csv


rule breakdown:
    input:
        utterances="results/{corpus}/utterances.csv",
        folds="results/{corpus}/folds.csv",
        ratings="results/{corpus}/ratings.csv",
        predictions=all_predictions,
    output:
        breakdown=report(
            "results/{corpus}/breakdown.csv",
            caption="../report/breakdown.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "scores taken apart"},
        ),
    log:
        "logs/breakdown/{corpus}.log",
    benchmark:
        "logs/benchmark/breakdown/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(6), per_row(8e-3)),
        runtime=minutes(per_method(2), per_row(2e-3)),
    params:
        methods=lambda wildcards: methods(wildcards.corpus),
        resamples=min(1000, config["bootstrap"]["resamples"]),
        seed=config["bootstrap"]["seed"],
        library=library("breakdown.py"),
    message:
        "Take the scores on {wildcards.corpus} apart (fold, speaker, gender, duration, agreement)"
    script:
        "../scripts/breakdown.py"


rule complementarity:
    input:
        features=single_stores,
        utterances="results/{corpus}/utterances.csv",
        folds="results/{corpus}/folds.csv",
        predictions=lambda wildcards: collect(
            "results/{corpus}/predictions/{method}.csv",
            corpus=wildcards.corpus,
            method=single_methods(wildcards.corpus),
        ),
    output:
        complementarity=report(
            "results/{corpus}/complementarity.csv",
            caption="../report/complementarity.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "complementarity"},
        ),
    log:
        "logs/complementarity/{corpus}.log",
    benchmark:
        "logs/benchmark/complementarity/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_store_mb(1.5, of=max), kernels_mb),
        runtime=minutes(per_method(2), per_store_mb(0.05)),
    params:
        layers=lambda wildcards: [layer_of(f) for f in single_methods(wildcards.corpus)],
        methods=lambda wildcards: single_methods(wildcards.corpus),
        most=2000,
        seed=config["bootstrap"]["seed"],
        library=library("complementarity.py"),
    message:
        "Compare what every two representations of {wildcards.corpus} see"
    script:
        "../scripts/complementarity.py"
