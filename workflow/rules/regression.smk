# From features to out-of-fold predictions.
# in: results/{corpus}/features/{features}.h5, folds.csv, utterances.csv
# out: results/{corpus}/predictions/{method}/{fold}.csv, for single feature sets and early fusions;
#      results/{corpus}/models/{method}/{fold}.csv, what they were fitted with


rule distances:
    input:
        features=store_path,
        folds="results/{corpus}/folds.csv",
        # only to wait for: their distances are gone then
        earlier=earlier_fold,
    output:
        distances=temp("results/{corpus}/distances/{features}/{fold}.h5"),
    log:
        "logs/distances/{corpus}/{features}/{fold}.log",
    benchmark:
        "logs/benchmark/distances/{corpus}/{features}/{fold}.jsonl"
    # One fold after the other, so that few distances lie on the disk.
    priority: in_order
    conda:
        "../../envs/transformers.yaml"  # with torch, which multiplies where the job has a GPU
    resources:
        mem_mb=memory(distance_mb),
        runtime=minutes(distance_seconds, least=LEAST_OF_FOLDS),
    params:
        layer=kept_layer,
        library=library("distances.py"),
    message:
        "Compute distances of {wildcards.features} on {wildcards.corpus}, fold {wildcards.fold}"
    script:
        "../scripts/distances.py"


rule regress:
    input:
        distances=fused("results/{corpus}/distances/{features}/{fold}.h5"),
        utterances="results/{corpus}/utterances.csv",
    output:
        predictions="results/{corpus}/predictions/{method}/{fold}.csv",
        models="results/{corpus}/models/{method}/{fold}.csv",
    log:
        "logs/regress/{corpus}/{method}/{fold}.log",
    benchmark:
        "logs/benchmark/regress/{corpus}/{method}/{fold}.jsonl"
    wildcard_constraints:
        method=one_of(regressed() if EXACT else []),
    # Before further distances, so that those at hand can go.
    priority: 10
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(kernel_mb),
        runtime=minutes(kernel_seconds, least=LEAST_OF_FOLDS),
    params:
        settings=regression_settings(),
        tune=config["svr"].get("tune"),
        library=library("regress.py"),
    message:
        "Regress {wildcards.method} on {wildcards.corpus}, fold {wildcards.fold}"
    script:
        "../scripts/regress.py"


rule regress_large:
    input:
        features=stores,
        folds="results/{corpus}/folds.csv",
        utterances="results/{corpus}/utterances.csv",
    output:
        predictions="results/{corpus}/predictions/{method}/{fold}.csv",
    log:
        "logs/regress_large/{corpus}/{method}/{fold}.log",
    benchmark:
        "logs/benchmark/regress_large/{corpus}/{method}/{fold}.jsonl"
    wildcard_constraints:
        method=one_of([] if EXACT else regressed()),
    conda:
        "../../envs/analysis.yaml"
    threads: 2  # of BLAS
    resources:
        mem_mb=memory(blocks_mb, per_row(2e-3)),
        runtime=minutes(blocks_seconds),
    params:
        layers=lambda wildcards: [layer_of(features) for features in sources(wildcards.method)],
        settings=regression_settings(),
        library=library("regress_large.py"),
    message:
        "Regress {wildcards.method} on {wildcards.corpus}, fold {wildcards.fold}, block by block"
    script:
        "../scripts/regress_large.py"


rule baseline:
    input:
        utterances="results/{corpus}/utterances.csv",
        folds="results/{corpus}/folds.csv",
        index=collect("results/{{corpus}}/audio/{shard}.csv", shard=SHARDS),
    output:
        predictions="results/{corpus}/predictions/{method}.csv",
    log:
        "logs/baseline/{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/baseline/{corpus}/{method}.jsonl"
    wildcard_constraints:
        method=one_of(BASELINES),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(per_table_mb(1)),
    params:
        predictor=lambda wildcards: BASELINES[wildcards.method]["predictor"],
        library=library("baseline.py"),
    message:
        "Predict {wildcards.corpus} from {params.predictor} alone"
    script:
        "../scripts/baseline.py"
