# Figures beyond the paper's and beside those of methods.
# in: complementarity, annotation and scores of corpora; out: results/figures/


rule rater_agreement:
    input:
        annotation=every("results/{corpus}/annotation.csv"),
        scores=every("results/{corpus}/scores.csv"),
    output:
        png=report(
            "results/figures/rater_agreement.png",
            caption="../report/rater_agreement.rst",
            category="Figures",
            labels={"figure": "Agreement of raters"},
        ),
        pdf="results/figures/rater_agreement.pdf",
    log:
        "logs/rater_agreement.log",
    benchmark:
        "logs/benchmark/rater_agreement.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        # a function, because braces in a label are no wildcards
        labels=lambda wildcards: list(corpus_labels().values()),
        library=library("rater_agreement.py"),
    message:
        "Draw how well raters agree"
    script:
        "../scripts/rater_agreement.py"


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
