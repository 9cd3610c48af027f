# Figures of corpora: labels, raters, single features, and complementarity of representations.
# in: utterances, annotation, scores, feature-wise CCC and complementarity of corpora
# out: results/figures/

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)


rule label_distribution:
    input:
        utterances=FILES.checked("utterances"),
    output:
        png=report(
            "results/figures/label_distribution.png",
            caption="../report/label_distribution.rst",
            category="Figures",
            labels={"figure": "Figure 2: labels"},
        ),
        pdf="results/figures/label_distribution.pdf",
        svg="results/figures/label_distribution.svg",
        column="results/figures/label_distribution_column.pdf",
    log:
        "logs/label_distribution.log",
    benchmark:
        "logs/benchmark/label_distribution.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        # a function, because braces in a label are no wildcards
        labels=lambda wildcards: list(RUN.corpus_labels.values()),
        tables=FILES.content("utterances"),
        library=code("label_distribution"),
    message:
        "Draw Figure 2: the distribution of arousal and valence labels"
    script:
        "../scripts/label_distribution.py"


rule rater_agreement:
    input:
        annotation=FILES.every("results/{corpus}/annotation.csv"),
        scores=FILES.every("results/{corpus}/scores.csv"),
    output:
        png=report(
            "results/figures/rater_agreement.png",
            caption="../report/rater_agreement.rst",
            category="Figures",
            labels={"figure": "Agreement of raters"},
        ),
        pdf="results/figures/rater_agreement.pdf",
        svg="results/figures/rater_agreement.svg",
        column="results/figures/rater_agreement_column.pdf",
    log:
        "logs/rater_agreement.log",
    benchmark:
        "logs/benchmark/rater_agreement.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        # a function, because braces in a label are no wildcards
        labels=lambda wildcards: list(RUN.corpus_labels.values()),
        library=code("rater_agreement"),
    message:
        "Draw how well raters agree"
    script:
        "../scripts/rater_agreement.py"


rule featurewise_ccc:
    input:
        featurewise=FILES.featurewise,
    output:
        png=report(
            "results/figures/featurewise_ccc_{corpus}.png",
            caption="../report/featurewise_ccc.rst",
            category="Figures",
            labels={"figure": "Figures 3 and 4: feature-wise CCC, {corpus}"},
        ),
        pdf="results/figures/featurewise_ccc_{corpus}.pdf",
        svg="results/figures/featurewise_ccc_{corpus}.svg",
        column="results/figures/featurewise_ccc_{corpus}_column.pdf",
    log:
        "logs/featurewise_ccc/{corpus}.log",
    benchmark:
        "logs/benchmark/featurewise_ccc/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        features=lambda wildcards: RUN.feature_sets(wildcards.corpus),
        labels=RUN.feature_labels,
        stand_ins={s: kind for s, kind in RUN.stand_ins.items() if s in RUN.features},
        corpus_label=lambda wildcards: RUN.corpora[wildcards.corpus]["label"],
        library=code("featurewise_ccc"),
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
        svg="results/figures/complementarity_figure_{corpus}.svg",
        column="results/figures/complementarity_figure_{corpus}_column.pdf",
    log:
        "logs/complementarity_figure/{corpus}.log",
    benchmark:
        "logs/benchmark/complementarity_figure/{corpus}.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        methods=lambda wildcards: RUN.single_methods(wildcards.corpus),
        labels=RUN.feature_labels,
        stand_ins=RUN.stand_ins,
        library=code("complementarity_figure"),
    message:
        "Draw the complementarity of representations on {wildcards.corpus}"
    script:
        "../scripts/complementarity_figure.py"
