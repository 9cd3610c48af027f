# Feature-wise CCC: what single features carry.
# in: results/{corpus}/features/{features}.h5, utterances.csv, folds.csv
# out: results/{corpus}/featurewise/, results/tables/{top_features,featurewise_across}.csv

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)


rule featurewise:
    input:
        features=FILES.store,
        utterances=ancient("results/{corpus}/utterances.csv"),
    output:
        featurewise="results/{corpus}/featurewise/{features}.csv",
    log:
        "logs/featurewise/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/featurewise/{corpus}/{features}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 1.5 * job.stores_mb + 8e-3 * job.utterances),
        runtime=minutes(lambda job: 0.1 * job.stores_mb),
    params:
        layer=FILES.layer,
        tables=FILES.content("utterances"),
        library=code("featurewise"),
    message:
        "Compute the CCC of each feature of {wildcards.features} on {wildcards.corpus}"
    script:
        "../scripts/featurewise.py"


rule featurewise_null:
    input:
        features=FILES.store,
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=ancient("results/{corpus}/folds.csv"),
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
        mem_mb=memory(lambda job: 3 * job.stores_mb + 12e-3 * job.utterances),
        runtime=minutes(lambda job: 0.1 * job.stores_mb),
    params:
        layer=FILES.layer,
        draws=RUN.config["draws"],
        seed=RUN.config["seed_of_draws"],
        tables=FILES.content("utterances", "folds"),
        library=code("featurewise_null"),
    message:
        "Test the single features of {wildcards.features} on {wildcards.corpus} against chance"
    script:
        "../scripts/featurewise_null.py"


rule featurewise_across:
    input:
        details=FILES.every("results/{corpus}/featurewise/{features}/detail.csv"),
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
        mem_mb=memory(),
        runtime=minutes(),
    params:
        sets=RUN.corpus_features,
        top=10,
        library=code("featurewise_across"),
    message:
        "Compare single features across corpora"
    script:
        "../scripts/featurewise_across.py"
