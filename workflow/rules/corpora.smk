# From a corpus as received to tables and folds.
# in: a manifest, or a licensee's untouched download
# out: results/{corpus}/{utterances,ratings,audio,dropped,findings,folds,annotation,description,raters}.csv,
#      results/{corpus}/audio/{shard}.csv
#
# The first two steps are checkpoints, for one reason: if they run again and yield the same tables,
# Snakemake re-evaluates the plan, and does not rerun what depends on them. So an edited label or
# group never causes an extraction.

from dimser.plan.digests import code
from dimser.plan.files import DEMOS, QUECHUA, Files
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run, one_of
from dimser.plan.shown import Shown

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
SHOWN = Shown(FILES)


checkpoint prepare:
    input:
        labels=FILES.labels,
    output:
        utterances=report(
            "results/{corpus}/utterances.csv",
            caption="../report/utterances.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "utterances"},
        ),
        ratings="results/{corpus}/ratings.csv",
        audio="results/{corpus}/audio.csv",
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
        shards=collect("results/{{corpus}}/audio/{shard}.csv", shard=RUN.shards),
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
        mem_mb=memory(),
        runtime=minutes(lambda job: 20 * job.tables_mb),
    params:
        arguments=FILES.reading,
        library=code("prepare", FILES.reader),
    message:
        "Read {wildcards.corpus} and check its labels and audio"
    script:
        "../scripts/prepare.py"


checkpoint fold:
    input:
        utterances=ancient("results/{corpus}/utterances.csv"),
        index=FILES.index,
        texts=ancient("results/{corpus}/texts.csv"),
    output:
        folds="results/{corpus}/{grouping}folds.csv",
        guard=report(
            "results/{corpus}/{grouping}guard.csv",
            caption="../report/guard.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "on both sides"},
        ),
    log:
        "logs/fold/{grouping}{corpus}.log",
    benchmark:
        "logs/benchmark/fold/{grouping}{corpus}.jsonl"
    priority: 90
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(lambda job: job.tables_mb),
    params:
        folds=lambda wildcards: RUN.grouping(wildcards.corpus, wildcards.grouping),
        limit=RUN.config["exact_limit"] if RUN.regressor.exact else None,
        needing_audio=FILES.needing_audio,
        tables=FILES.content("utterances", "texts", "index"),
        library=code("fold"),
    message:
        "Assign the utterances of {wildcards.corpus} to folds"
    script:
        "../scripts/fold.py"


# A target by name: what a run would read and compute. The terminal tells its log last.
rule check:
    input:
        utterances=FILES.checked("utterances"),
        folds=FILES.checked("folds"),
        dropped=FILES.checked("dropped"),
        findings=FILES.checked("findings"),
    log:
        "logs/check.log",
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        corpora=list(RUN.corpus_labels.values()),
        planned=SHOWN.planned,
        library=code("check"),
    message:
        "Check the configuration, labels and audio"
    script:
        "../scripts/check.py"


rule describe:
    input:
        utterances=ancient("results/{corpus}/utterances.csv"),
        ratings=ancient("results/{corpus}/ratings.csv"),
        audio=ancient("results/{corpus}/audio.csv"),
    output:
        description=report(
            "results/{corpus}/description.csv",
            caption="../report/description.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "labels and audio"},
        ),
        annotation=report(
            "results/{corpus}/annotation.csv",
            caption="../report/annotation.rst",
            category="Corpora",
            labels={"corpus": "{corpus}", "table": "annotation"},
        ),
        raters="results/{corpus}/raters.csv",
    log:
        "logs/describe/{corpus}.log",
    benchmark:
        "logs/benchmark/describe/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(lambda job: 5 * job.tables_mb),
    params:
        scale=lambda wildcards: RUN.corpora[wildcards.corpus]["scale"],
        tables=FILES.content("utterances", "ratings", "audio"),
        library=code("describe"),
    message:
        "Describe the labels, the raters and the audio of {wildcards.corpus}"
    script:
        "../scripts/describe.py"


rule fetch_quechua_collao:
    output:
        root=local(directory(QUECHUA)),
    log:
        "logs/fetch_quechua_collao.log",
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        record="https://api.figshare.com/v2/articles/20292516",
        page="https://doi.org/10.6084/m9.figshare.20292516",
        archives="data/archives/quechua_collao",
    message:
        "Fetch Quechua-Collao from {params.page}"
    script:
        "../scripts/fetch_quechua_collao.py"


# The demo's corpora are synthesised from one seed.
rule demo_corpus:
    output:
        manifest=local("data/{demo}/manifest.csv"),
        truth=local("data/{demo}/truth.csv"),
        audio=local(directory("data/{demo}/wav")),
    log:
        "logs/demo_corpus/{demo}.log",
    benchmark:
        "logs/benchmark/demo_corpus/{demo}.jsonl"
    wildcard_constraints:
        demo=one_of(DEMOS),
    priority: 100
    conda:
        "../../envs/demo.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        seed=RUN.config["seed"],
        library=code("demo_corpus"),
    message:
        "Synthesise the demo corpus {wildcards.demo}"
    script:
        "../scripts/demo_corpus.py"
