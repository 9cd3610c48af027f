# From a corpus as it was received to tables and folds.
# in: a manifest, or a licensee's untouched download
# out: results/{corpus}/{utterances,ratings,dropped,findings,folds,annotation}.csv,
#      results/{corpus}/audio/{shard}.csv
#
# The first two steps are checkpoints, for one reason: where they run again and give the same tables as
# before, Snakemake looks again and leaves alone what rests on them. So an edited label or group
# never causes an extraction.


checkpoint prepare:
    input:
        labels=label_files,
    output:
        utterances=report(
            "results/{corpus}/utterances.csv",
            caption="../report/utterances.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "utterances"},
        ),
        ratings="results/{corpus}/ratings.csv",
        dropped=report(
            "results/{corpus}/dropped.csv",
            caption="../report/dropped.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "left out"},
        ),
        findings=report(
            "results/{corpus}/findings.csv",
            caption="../report/findings.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "findings"},
        ),
        texts="results/{corpus}/texts.csv",
        shards=collect("results/{{corpus}}/audio/{shard}.csv", shard=SHARDS),
    log:
        "logs/prepare/{corpus}.log",
    benchmark:
        "logs/benchmark/prepare/{corpus}.jsonl"
    # All corpora are checked before long work starts.
    priority: 100
    conda:
        "../../envs/analysis.yaml"
    threads: 2
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(per_table_mb(20)),
    params:
        arguments=prepare_arguments,
        library=lambda wildcards: library("prepare.py", reader_module(wildcards)),
    message:
        "Read {wildcards.corpus}, and check its labels and audio"
    script:
        "../scripts/prepare.py"


checkpoint fold:
    input:
        utterances="results/{corpus}/utterances.csv",
        index=collect("results/{{corpus}}/audio/{shard}.csv", shard=SHARDS),
        texts="results/{corpus}/texts.csv",
    output:
        folds="results/{corpus}/folds.csv",
        guard=report(
            "results/{corpus}/guard.csv",
            caption="../report/guard.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "on both sides"},
        ),
    log:
        "logs/fold/{corpus}.log",
    benchmark:
        "logs/benchmark/fold/{corpus}.jsonl"
    priority: 90
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(per_table_mb(1)),
    params:
        folds=lambda wildcards: CORPORA[wildcards.corpus]["folds"],
        limit=config["exact_limit"] if EXACT else None,
        library=library("fold.py"),
    message:
        "Assign the utterances of {wildcards.corpus} to folds"
    script:
        "../scripts/fold.py"


rule annotation:
    input:
        ratings="results/{corpus}/ratings.csv",
    output:
        annotation=report(
            "results/{corpus}/annotation.csv",
            caption="../report/annotation.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "annotation"},
        ),
    log:
        "logs/annotation/{corpus}.log",
    benchmark:
        "logs/benchmark/annotation/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(per_table_mb(30)),
    params:
        scale=lambda wildcards: CORPORA[wildcards.corpus]["scale"],
        library=library("annotation.py"),
    message:
        "Measure how well the raters of {wildcards.corpus} agree"
    script:
        "../scripts/annotation.py"
