# Stress tests: predictions of altered audio by the folds' models, agreement, and fairness.
# in: audio, stores, folds, predictions
# out: results/{corpus}/stress.csv, and its figure

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run, one_of
from dimser.plan.sizes import Sizes

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
STRESS = FILES.stress
SIZES = Sizes(RUN)


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
