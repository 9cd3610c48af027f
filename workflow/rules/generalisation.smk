# What a method does outside of what it was compared on.
# Transfer, trained on one corpus, or on all but one, and tested on others:
#   in: stores, utterances and folds of all corpora; out: results/transfer.csv, and its figure
# Stress tests, predictions of altered audio by the folds' models, and fairness:
#   in: audio, stores, folds, predictions; out: results/{corpus}/stress.csv, and its figure
# Predictors, fitted on a whole corpus; nothing asks for these but their names:
#   in: stores, utterances, predictions, scores, unlabelled audio
#   out: results/{corpus}/predictor/{method}/, results/{corpus}/predicted/{method}/{audio}.csv

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.prediction import Prediction
from dimser.plan.resources import BASE_OF_MODELS, memory, minutes
from dimser.plan.run import Run, one_of
from dimser.plan.sizes import Sizes
from dimser.plan.transfer import FROM, TO, Transfer
from dimser.plan.transfer_sizes import TransferSizes
from dimser.regression.protocols import FITTED

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
TRANSFER = Transfer(RUN, FILES)
TRANSFER_SIZES = TransferSizes(TRANSFER)
STRESS = FILES.stress
SIZES = Sizes(RUN)
PREDICTION = Prediction(RUN, FILES)


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


rule stress_features:
    input:
        audio=ancient("results/{corpus}/audio.csv"),
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=ancient("results/{corpus}/folds.csv"),
        model=FILES.any_model,
    output:
        store="results/{corpus}/stress/features/{features}.h5",
    log:
        "logs/stress_features/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/stress_features/{corpus}/{features}.jsonl"
    wildcard_constraints:
        features=one_of(STRESS.sets),
    conda:
        STRESS.environment
    threads: min(workflow.resource_settings.cores or 2, 8)
    resources:
        gpu=STRESS.gpus,
        mem_mb=memory(STRESS.extraction_mb),
        runtime=minutes(STRESS.extraction_seconds),
    params:
        arguments=STRESS.extraction,
        recordings=STRESS.recordings,
        encoder=FILES.encoder,
        tables=FILES.content("audio", "index", "utterances", "folds"),
        library=code("stress_features", STRESS.extractor),
    message:
        "Extract {wildcards.features} from altered audio of {wildcards.corpus}"
    script:
        "../scripts/stress_features.py"


rule stress_regress:
    input:
        features=FILES.stores,
        altered=STRESS.altered_stores,
        models=STRESS.models,
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=ancient("results/{corpus}/folds.csv"),
    output:
        predictions="results/{corpus}/stress/predictions/{method}.csv",
    log:
        "logs/stress_regress/{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/stress_regress/{corpus}/{method}.jsonl"
    wildcard_constraints:
        method=one_of(STRESS.fitted),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(SIZES.stressed_mb),
        runtime=minutes(SIZES.stressed_seconds),
    params:
        arguments=STRESS.refitting,
        tables=FILES.content("utterances", "folds"),
        library=code(
            "stress_regress",
            STRESS.refit,
            RUN.regressor_function,
            RUN.fusion_function,
            RUN.recalibration_function,
        ),
    message:
        "Predict altered audio of {wildcards.corpus} by {wildcards.method}, in all folds"
    script:
        "../scripts/stress_regress.py"


rule stress_direct:
    input:
        features=FILES.direct_store,
        altered=STRESS.altered_stores,
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=ancient("results/{corpus}/folds.csv"),
    output:
        predictions="results/{corpus}/stress/predictions/{method}.csv",
    log:
        "logs/stress_direct/{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/stress_direct/{corpus}/{method}.jsonl"
    wildcard_constraints:
        method=one_of(STRESS.direct),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 1.5 * job.stores_mb),
        runtime=minutes(lambda job: 0.1 * job.stores_mb),
    params:
        arguments=lambda wildcards: RUN.predicting(wildcards.method),
        tables=FILES.content("utterances", "folds"),
        library=code("stress_direct"),
    message:
        "Predict altered audio of {wildcards.corpus} by {wildcards.method}"
    script:
        "../scripts/stress_direct.py"


rule stress:
    input:
        altered=STRESS.altered,
        predictions=STRESS.predictions,
        utterances=ancient("results/{corpus}/utterances.csv"),
        folds=ancient("results/{corpus}/folds.csv"),
        pitch=STRESS.pitch,
    output:
        stress=report(
            "results/{corpus}/stress.csv",
            caption="../report/stress.rst",
            category="Scores",
            labels={"corpus": "{corpus}", "table": "stress tests"},
        ),
    log:
        "logs/stress/{corpus}.log",
    benchmark:
        "logs/benchmark/stress/{corpus}.jsonl"
    wildcard_constraints:
        corpus=one_of(STRESS.corpora),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(STRESS.judging_mb),
        runtime=minutes(STRESS.judging_seconds),
    params:
        arguments=STRESS.judging,
        tables=FILES.content("utterances", "folds"),
        library=code("stress"),
    message:
        "Judge the stress tests of {wildcards.corpus}"
    script:
        "../scripts/stress.py"


rule stress_matrix:
    input:
        stress="results/{corpus}/stress.csv",
    output:
        png=report(
            "results/figures/stress_matrix_{corpus}.png",
            caption="../report/stress_matrix.rst",
            category="Figures",
            labels={"figure": "Stress tests, {corpus}"},
        ),
        pdf="results/figures/stress_matrix_{corpus}.pdf",
        svg="results/figures/stress_matrix_{corpus}.svg",
        column="results/figures/stress_matrix_{corpus}_column.pdf",
    log:
        "logs/stress_matrix/{corpus}.log",
    benchmark:
        "logs/benchmark/stress_matrix/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 10 * job.tables_mb),
        runtime=minutes(),
    params:
        methods=lambda wildcards: STRESS.methods(wildcards.corpus),
        labels=RUN.labels,
        stand_ins=RUN.stand_ins,
        library=code("stress_matrix"),
    message:
        "Draw the verdicts of the stress tests of {wildcards.corpus}"
    script:
        "../scripts/stress_matrix.py"


rule predictor:
    input:
        features=PREDICTION.stores,
        utterances=ancient("results/{corpus}/utterances.csv"),
        audio=ancient("results/{corpus}/audio.csv"),
        predictions="results/{corpus}/predictions/{method}.csv",
        scores="results/{corpus}/scores.csv",
    output:
        predictor=directory("results/{corpus}/predictor/{method}"),
    log:
        "logs/predictor/{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/predictor/{corpus}/{method}.jsonl"
    conda:
        "../../envs/prediction.yaml"
    threads: 2
    resources:
        mem_mb=memory(PREDICTION.sealing_mb),
        runtime=minutes(PREDICTION.sealing_seconds),
    params:
        arguments=PREDICTION.arguments,
        tables=FILES.content("utterances", "audio"),
        library=code(
            "predictor",
            PREDICTION.seal,
            PREDICTION.regressor,
            RUN.fusion_function,
            RUN.recalibration_function,
        ),
    message:
        "Fit {wildcards.method} on all of {wildcards.corpus}, to predict other audio"
    script:
        "../scripts/predictor.py"


rule predict:
    input:
        predictor="results/{corpus}/predictor/{method}",
        audio=PREDICTION.audio,
    output:
        predictions="results/{corpus}/predicted/{method}/{audio}.csv",
    log:
        "logs/predict/{corpus}/{method}/{audio}.log",
    benchmark:
        "logs/benchmark/predict/{corpus}/{method}/{audio}.jsonl"
    wildcard_constraints:
        audio=one_of(PREDICTION.unlabelled),
    conda:
        "../../envs/prediction.yaml"
    threads: min(workflow.resource_settings.cores or 2, 8)
    resources:
        gpu=1,
        mem_mb=memory(PREDICTION.predicting_mb, base=BASE_OF_MODELS),
        runtime=minutes(PREDICTION.predicting_seconds),
    params:
        arguments=PREDICTION.predicting,
        library=code("predict"),
    message:
        "Predict {wildcards.audio} by {wildcards.method}, fitted on {wildcards.corpus}"
    script:
        "../scripts/predict.py"
