# What single features carry.
# in: results/{corpus}/features/{features}.h5, utterances.csv
# out: results/{corpus}/featurewise/{features}.csv


rule featurewise:
    input:
        features=store_path,
        utterances="results/{corpus}/utterances.csv",
    output:
        featurewise="results/{corpus}/featurewise/{features}.csv",
    log:
        "logs/featurewise/{corpus}/{features}.log",
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        layer=kept_layer,
        library=library("featurewise.py"),
    message:
        "Compute the CCC of each feature of {wildcards.features} on {wildcards.corpus}"
    script:
        "../scripts/featurewise.py"
