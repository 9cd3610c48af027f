# Figures of methods: CCC, its decomposition, its profile by layer, comparisons and analyses.
# in: scores, comparisons, annotation, layers and multiverse of a corpus, audit; out: results/figures/

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)


rule ccc_by_method:
    input:
        scores="results/{corpus}/scores.csv",
        annotation="results/{corpus}/annotation.csv",
        audit="results/tables/audit.csv",
    output:
        png=report(
            "results/figures/ccc_by_method_{corpus}.png",
            caption="../report/ccc_by_method.rst",
            category="Figures",
            labels={"figure": "CCC by method, {corpus}"},
        ),
        pdf="results/figures/ccc_by_method_{corpus}.pdf",
        svg="results/figures/ccc_by_method_{corpus}.svg",
        column="results/figures/ccc_by_method_{corpus}_column.pdf",
    log:
        "logs/ccc_by_method/{corpus}.log",
    benchmark:
        "logs/benchmark/ccc_by_method/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        methods=lambda wildcards: RUN.methods(wildcards.corpus),
        labels=RUN.labels,
        stand_ins=RUN.stand_ins,
        kinds=lambda wildcards: RUN.kinds(wildcards.corpus),
        intervals=RUN.interval_text,
        library=code("ccc_by_method"),
    message:
        "Draw the CCC of every method on {wildcards.corpus}"
    script:
        "../scripts/ccc_by_method.py"


rule ccc_decomposition:
    input:
        scores="results/{corpus}/scores.csv",
    output:
        png=report(
            "results/figures/ccc_decomposition_{corpus}.png",
            caption="../report/ccc_decomposition.rst",
            category="Figures",
            labels={"figure": "CCC taken apart, {corpus}"},
        ),
        pdf="results/figures/ccc_decomposition_{corpus}.pdf",
        svg="results/figures/ccc_decomposition_{corpus}.svg",
        column="results/figures/ccc_decomposition_{corpus}_column.pdf",
    log:
        "logs/ccc_decomposition/{corpus}.log",
    benchmark:
        "logs/benchmark/ccc_decomposition/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        methods=lambda wildcards: RUN.methods(wildcards.corpus),
        labels=RUN.labels,
        stand_ins=RUN.stand_ins,
        kinds=lambda wildcards: RUN.kinds(wildcards.corpus),
        library=code("ccc_decomposition"),
    message:
        "Draw the decomposition of every CCC on {wildcards.corpus}"
    script:
        "../scripts/ccc_decomposition.py"


rule layer_profile:
    input:
        scores="results/{corpus}/scores.csv",
        annotation="results/{corpus}/annotation.csv",
        maps=FILES.layer_maps,
    output:
        png=report(
            "results/figures/layer_profile_{corpus}.png",
            caption="../report/layer_profile.rst",
            category="Figures",
            labels={"figure": "CCC by layer, {corpus}"},
        ),
        pdf="results/figures/layer_profile_{corpus}.pdf",
        svg="results/figures/layer_profile_{corpus}.svg",
        column="results/figures/layer_profile_{corpus}_column.pdf",
    log:
        "logs/layer_profile/{corpus}.log",
    benchmark:
        "logs/benchmark/layer_profile/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        arguments=lambda wildcards: RUN.profiling(wildcards.corpus),
        intervals=RUN.interval_text,
        library=code("layer_profile"),
    message:
        "Draw the CCC by layer on {wildcards.corpus}"
    script:
        "../scripts/layer_profile.py"


rule comparison_matrix:
    input:
        comparisons="results/{corpus}/comparisons.csv",
        scores="results/{corpus}/scores.csv",
    output:
        png=report(
            "results/figures/comparison_matrix_{corpus}.png",
            caption="../report/comparison_matrix.rst",
            category="Figures",
            labels={"figure": "Comparisons of methods, {corpus}"},
        ),
        pdf="results/figures/comparison_matrix_{corpus}.pdf",
        svg="results/figures/comparison_matrix_{corpus}.svg",
        column="results/figures/comparison_matrix_{corpus}_column.pdf",
        md="results/{corpus}/comparisons.md",
    log:
        "logs/comparison_matrix/{corpus}.log",
    benchmark:
        "logs/benchmark/comparison_matrix/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        methods=lambda wildcards: RUN.methods(wildcards.corpus),
        labels=RUN.labels,
        stand_ins=RUN.stand_ins,
        intervals=RUN.interval_text,
        library=code("comparison_matrix"),
    message:
        "Draw all comparisons of methods on {wildcards.corpus}"
    script:
        "../scripts/comparison_matrix.py"


rule specification_curve:
    input:
        analyses="results/{corpus}/multiverse.csv",
    output:
        png=report(
            "results/figures/specification_curve_{corpus}.png",
            caption="../report/specification_curve.rst",
            category="Figures",
            labels={"figure": "Specification curve, {corpus}"},
        ),
        pdf="results/figures/specification_curve_{corpus}.pdf",
        svg="results/figures/specification_curve_{corpus}.svg",
        column="results/figures/specification_curve_{corpus}_column.pdf",
    log:
        "logs/specification_curve/{corpus}.log",
    benchmark:
        "logs/benchmark/specification_curve/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 10 * job.tables_mb),
        runtime=minutes(),
    params:
        own=RUN.own_choices,
        labels=RUN.labels,
        stand_ins=RUN.stand_ins,
        library=code("specification_curve"),
    message:
        "Draw all analyses of {wildcards.corpus}"
    script:
        "../scripts/specification_curve.py"
