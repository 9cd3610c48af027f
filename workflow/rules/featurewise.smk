# What single features carry.
# in: results/{corpus}/features/{features}.h5, utterances.csv, folds.csv
# out: results/{corpus}/featurewise/, results/tables/{top_features,featurewise_across}.csv


rule featurewise:
    input:
        features=store_path,
        utterances="results/{corpus}/utterances.csv",
    output:
        featurewise="results/{corpus}/featurewise/{features}.csv",
    log:
        "logs/featurewise/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/featurewise/{corpus}/{features}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_store_mb(1.5), per_row(8e-3)),
        runtime=minutes(per_store_mb(0.1)),
    params:
        layer=kept_layer,
        library=library("featurewise.py"),
    message:
        "Compute the CCC of each feature of {wildcards.features} on {wildcards.corpus}"
    script:
        "../scripts/featurewise.py"


rule featurewise_null:
    input:
        features=store_path,
        utterances="results/{corpus}/utterances.csv",
        folds="results/{corpus}/folds.csv",
    output:
        detail="results/{corpus}/featurewise/{features}/detail.csv",
        null=report(
            "results/{corpus}/featurewise/{features}/null.csv",
            caption="../report/featurewise_null.rst",
            category="Features",
            labels={"corpus": "{corpus}", "features": "{features}", "table": "beyond chance"},
        ),
        groups=report(
            "results/{corpus}/featurewise/{features}/groups.csv",
            caption="../report/featurewise_groups.rst",
            category="Features",
            labels={"corpus": "{corpus}", "features": "{features}", "table": "by group"},
        ),
    log:
        "logs/featurewise_null/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/featurewise_null/{corpus}/{features}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    threads: 2
    resources:
        mem_mb=memory(per_store_mb(3), per_row(12e-3)),
        runtime=minutes(per_store_mb(0.1)),
    params:
        layer=kept_layer,
        permutations=config["permutations"],
        seed=config["bootstrap"]["seed"],
        library=library("featurewise_null.py"),
    message:
        "Tell features of {wildcards.features} on {wildcards.corpus} from chance"
    script:
        "../scripts/featurewise_null.py"


rule featurewise_across:
    input:
        details=every("results/{corpus}/featurewise/{features}/detail.csv"),
    output:
        best="results/tables/top_features.csv",
        across="results/tables/featurewise_across.csv",
    log:
        "logs/featurewise_across.log",
    benchmark:
        "logs/benchmark/featurewise_across.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        sets=[(corpus, f) for corpus in CORPORA for f in feature_sets(corpus)],
        top=10,
        library=library("featurewise_across.py"),
    message:
        "Compare what single features carry across corpora"
    script:
        "../scripts/featurewise_across.py"
