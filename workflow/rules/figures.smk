# Figures beyond the paper's.
# in: scores, comparisons, complementarity, annotation of a corpus; out: results/figures/


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
    log:
        "logs/ccc_by_method/{corpus}.log",
    benchmark:
        "logs/benchmark/ccc_by_method/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        arguments=lambda wildcards: {
            "methods": methods(wildcards.corpus),
            "labels": labels(),
            "stand_ins": stand_ins(),
        },
        library=library("ccc_by_method.py"),
    message:
        "Draw the CCC of every method on {wildcards.corpus}"
    script:
        "../scripts/ccc_by_method.py"


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
        md="results/{corpus}/comparisons.md",
    log:
        "logs/comparison_matrix/{corpus}.log",
    benchmark:
        "logs/benchmark/comparison_matrix/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        methods=lambda wildcards: methods(wildcards.corpus),
        labels=labels(),
        library=library("comparison_matrix.py"),
    message:
        "Draw all comparisons of methods on {wildcards.corpus}"
    script:
        "../scripts/comparison_matrix.py"


rule complementarity_figure:
    input:
        complementarity="results/{corpus}/complementarity.csv",
    output:
        png=report(
            "results/figures/complementarity_figure_{corpus}.png",
            caption="../report/complementarity_figure.rst",
            category="Figures",
            labels={"figure": "Complementarity, {corpus}"},
        ),
        pdf="results/figures/complementarity_figure_{corpus}.pdf",
    log:
        "logs/complementarity_figure/{corpus}.log",
    benchmark:
        "logs/benchmark/complementarity_figure/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        methods=lambda wildcards: single_methods(wildcards.corpus),
        labels=labels(),
        library=library("complementarity_figure.py"),
    message:
        "Draw what representations of {wildcards.corpus} share"
    script:
        "../scripts/complementarity_figure.py"
