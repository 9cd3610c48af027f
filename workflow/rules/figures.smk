# Figures of corpora: labels, raters, single features, and what representations share.
# in: utterances, annotation, scores, feature-wise CCC and complementarity of corpora
# out: results/figures/


rule label_distribution:
    input:
        utterances=every("results/{corpus}/utterances.csv"),
    output:
        png=report(
            "results/figures/label_distribution.png",
            caption="../report/label_distribution.rst",
            category="Figures",
            labels={"figure": "Figure 2: labels"},
        ),
        pdf="results/figures/label_distribution.pdf",
    log:
        "logs/label_distribution.log",
    benchmark:
        "logs/benchmark/label_distribution.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        # a function, because braces in a label are no wildcards
        labels=lambda wildcards: list(corpus_labels().values()),
        library=library("label_distribution.py"),
    message:
        "Draw Figure 2: the distribution of arousal and valence labels"
    script:
        "../scripts/label_distribution.py"


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


rule featurewise_ccc:
    input:
        featurewise=all_featurewise,
    output:
        png=report(
            "results/figures/featurewise_ccc_{corpus}.png",
            caption="../report/featurewise_ccc.rst",
            category="Figures",
            labels={"figure": "Figures 3 and 4: feature-wise CCC, {corpus}"},
        ),
        pdf="results/figures/featurewise_ccc_{corpus}.pdf",
    log:
        "logs/featurewise_ccc/{corpus}.log",
    benchmark:
        "logs/benchmark/featurewise_ccc/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        features=lambda wildcards: feature_sets(wildcards.corpus),
        labels=labels(),
        stand_ins=stand_ins(),
        corpus_label=lambda wildcards: CORPORA[wildcards.corpus]["label"],
        library=library("featurewise_ccc.py"),
    message:
        "Draw Figures 3 and 4: feature-wise CCC on {wildcards.corpus}"
    script:
        "../scripts/featurewise_ccc.py"


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
