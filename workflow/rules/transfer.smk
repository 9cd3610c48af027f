# Trained on one corpus, or on all but one, and tested on others.
# in: stores, utterances and folds of all corpora
# out: results/transfer.csv, results/transfer_features.csv, and a figure

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run, one_of
from dimser.plan.transfer import FROM, TO, Transfer
from dimser.plan.transfer_sizes import TransferSizes
from dimser.regression.protocols import FITTED

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
TRANSFER = Transfer(RUN, FILES)
TRANSFER_SIZES = TransferSizes(TRANSFER)


rule transfer:
    input:
        utterances=TRANSFER.tables("utterances"),
        folds=TRANSFER.tables("folds"),
        index=TRANSFER.index,
        stores=TRANSFER.stores,
    output:
        predictions="results/{corpus}/transfer/{way}/{protocol}.csv",
        refits="results/{corpus}/transfer/{way}/{protocol}_refits.csv",
    log:
        "logs/transfer/{corpus}/{way}/{protocol}.log",
    benchmark:
        "logs/benchmark/transfer/{corpus}/{way}/{protocol}.jsonl"
    wildcard_constraints:
        way=one_of([TO, FROM]),
        protocol=one_of(FITTED),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(TRANSFER_SIZES.megabytes),
        runtime=minutes(TRANSFER_SIZES.seconds),
    params:
        arguments=TRANSFER.arguments,
        tables=TRANSFER.content,
        library=code("transfer", *TRANSFER.functions),
    message:
        "Transfer {wildcards.way} of {wildcards.corpus}, {wildcards.protocol}"
    script:
        "../scripts/transfer.py"


rule transfer_scores:
    input:
        utterances=TRANSFER.every("utterances"),
        ratings=TRANSFER.every("ratings"),
        texts=TRANSFER.every("texts"),
        groupings=TRANSFER.groupings(),
        within=TRANSFER.within(),
        predictions=TRANSFER.predictions(),
        refits=TRANSFER.refits(),
    output:
        scores=report(
            "results/transfer.csv",
            caption="../report/transfer.rst",
            category="Scores",
            labels={"table": "transfer between corpora"},
        ),
    log:
        "logs/transfer_scores.log",
    benchmark:
        "logs/benchmark/transfer_scores.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(lambda job: job.tables_mb),
    params:
        arguments=TRANSFER.scoring,
        tables=TRANSFER.scored_content,
        library=code("transfer_scores", RUN.interval_function),
    message:
        "Score what models of one corpus predict of another"
    script:
        "../scripts/transfer_scores.py"


rule transfer_matrix:
    input:
        transfer="results/transfer.csv",
    output:
        png=report(
            "results/figures/transfer_matrix.png",
            caption="../report/transfer_matrix.rst",
            category="Figures",
            labels={"figure": "Transfer between corpora"},
        ),
        pdf="results/figures/transfer_matrix.pdf",
        svg="results/figures/transfer_matrix.svg",
        column="results/figures/transfer_matrix_column.pdf",
    log:
        "logs/transfer_matrix.log",
    benchmark:
        "logs/benchmark/transfer_matrix.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        arguments=TRANSFER.drawing,
        library=code("transfer_matrix"),
    message:
        "Draw what transfers between corpora"
    script:
        "../scripts/transfer_matrix.py"


rule transfer_features:
    input:
        utterances=TRANSFER.every("utterances"),
        stores=TRANSFER.set_stores(),
    output:
        features=report(
            "results/transfer_features.csv",
            caption="../report/transfer_features.rst",
            category="Features",
            labels={"table": "single features across corpora, with intervals"},
        ),
    log:
        "logs/transfer_features.log",
    benchmark:
        "logs/benchmark/transfer_features.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 3 * job.stores_mb + 10 * job.tables_mb),
        runtime=minutes(lambda job: 0.1 * job.stores_mb),
    params:
        arguments=TRANSFER.comparing,
        tables=TRANSFER.utterances_content,
        library=code("transfer_features"),
    message:
        "Compare single features across corpora, with intervals"
    script:
        "../scripts/transfer_features.py"
