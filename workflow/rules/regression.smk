# From features to out-of-fold predictions.
# in: results/{corpus}/features/{features}.h5, folds.csv, utterances.csv
# out: results/{corpus}/predictions/{method}/{fold}.csv, for single feature sets and early fusions


rule distances:
    input:
        features=store_path,
        folds="results/{corpus}/folds.csv",
    output:
        distances=temp("results/{corpus}/distances/{features}/{fold}.h5"),
    log:
        "logs/distances/{corpus}/{features}/{fold}.log",
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=3000,
        runtime=30,
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
    log:
        "logs/regress/{corpus}/{method}/{fold}.log",
    wildcard_constraints:
        method=one_of(regressed()),
    # Before further distances, so that those at hand can go.
    priority: 10
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        svr=config["svr"],
        library=library("regress.py"),
    message:
        "Regress {wildcards.method} on {wildcards.corpus}, fold {wildcards.fold} (SVR)"
    script:
        "../scripts/regress.py"
