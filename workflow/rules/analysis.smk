# What single features carry, breakdown of scores, complementarity, the audit.
# in: results/{corpus}/predictions/{method}.csv, features/{features}.h5, utterances.csv, folds.csv
# out: results/{corpus}/{breakdown,complementarity,weights}.csv, closeup.json,
#      results/{corpus}/featurewise/, results/tables/{top_features,featurewise_across}.csv

from dimser.plan.digests import code, text_digest
from dimser.plan.files import Files
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
MULTIVERSE = FILES.multiverse


rule featurewise:
    input:
        features=FILES.store,
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=ancient("results/{corpus}/folds.csv"),
    output:
        featurewise="results/{corpus}/featurewise/{features}.csv",
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
        "logs/featurewise/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/featurewise/{corpus}/{features}.jsonl"
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
        library=code("featurewise"),
    message:
        "Compare each feature of {wildcards.features} with the labels of {wildcards.corpus}"
    script:
        "../scripts/featurewise.py"


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


rule breakdown:
    input:
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=FILES.groupings,
        ratings=ancient("results/{corpus}/ratings.csv"),
        texts=ancient("results/{corpus}/texts.csv"),
        predictions=FILES.predictions(RUN.methods),
    output:
        breakdown=report(
            "results/{corpus}/breakdown.csv",
            caption="../report/breakdown.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "scores taken apart"},
        ),
        closeup="results/{corpus}/closeup.json",
    log:
        "logs/breakdown/{corpus}.log",
    benchmark:
        "logs/benchmark/breakdown/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 6 * job.tables_mb + 8e-3 * job.utterances),
        runtime=minutes(lambda job: 2 * len(job.input.predictions) + 2e-3 * job.utterances),
    params:
        arguments=lambda wildcards: RUN.breaking_down(wildcards.corpus),
        tables=FILES.content("utterances", "groupings", "ratings", "texts"),
        library=code("breakdown", RUN.interval_function),
    message:
        "Take the scores on {wildcards.corpus} apart (fold, speaker, ..., single utterances)"
    script:
        "../scripts/breakdown.py"


rule complementarity:
    input:
        features=FILES.single_stores,
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=FILES.groupings,
        predictions=FILES.predictions(RUN.single_methods),
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
        mem_mb=memory(
            lambda job: 1.5 * max(job.stores, default=0)
            + 8e-6 * min(job.utterances, 2000) ** 2 * (len(job.stores) + 3)
        ),
        runtime=minutes(lambda job: 2 * len(job.input.predictions) + 0.05 * job.stores_mb),
    params:
        layers=lambda wildcards: [RUN.layer(f) for f in RUN.single_methods(wildcards.corpus)],
        methods=lambda wildcards: RUN.single_methods(wildcards.corpus),
        most=2000,
        seed=RUN.config["seed_of_draws"],
        tables=FILES.content("utterances", "groupings"),
        library=code("complementarity"),
    message:
        "Compare every two representations of {wildcards.corpus} (alignment, errors)"
    script:
        "../scripts/complementarity.py"


rule weights:
    input:
        models=FILES.weighted_models,
    output:
        weights=report(
            "results/{corpus}/weights.csv",
            caption="../report/weights.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "weights of fused parts"},
        ),
    log:
        "logs/weights/{corpus}.log",
    benchmark:
        "logs/benchmark/weights/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        methods=lambda wildcards: [method for method, _ in RUN.weighted_models(wildcards.corpus)],
        library=code("weights"),
    message:
        "Gather the weights of fused parts on {wildcards.corpus}"
    script:
        "../scripts/weights.py"


rule audit:
    input:
        published=[ancient(path) for path in FILES.published()],
        published_features=[ancient(path) for path in FILES.published_features()],
        planted=ancient(FILES.planted()),
        featurewise=FILES.every("results/{corpus}/featurewise/{features}.csv"),
        scores=FILES.every("results/{corpus}/scores.csv"),
        comparisons=FILES.every("results/{corpus}/comparisons.csv"),
        utterances=FILES.checked("utterances"),
        analyses=MULTIVERSE.tables().values(),
    output:
        cells=report(
            "results/tables/audit.csv",
            caption="../report/audit.rst",
            category="Audit",
            labels={"table": "published cells against ours"},
        ),
        checks=report(
            "results/tables/audit_checks.csv",
            caption="../report/audit_checks.rst",
            category="Audit",
            labels={"table": "what the paper found, checked here"},
        ),
    log:
        "logs/audit.log",
    benchmark:
        "logs/benchmark/audit.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        corpora=list(RUN.corpora),
        analysed=list(MULTIVERSE.tables()),
        feature_sets=RUN.corpus_features,
        tested={corpus: entry["folds"].get("test", []) for corpus, entry in RUN.corpora.items()},
        texts=text_digest([*FILES.published(), *FILES.published_features(), FILES.planted()]),
        tables=FILES.content("utterances"),
        library=code("audit"),
    message:
        "Compare published tables with our scores"
    script:
        "../scripts/audit.py"
