# Figures: of corpora (labels, raters, single features, complementarity), and of methods (CCC, its
# decomposition, its profile by layer, comparisons, analyses).
# in: what the steps before have written of corpora and methods; out: results/figures/

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
MULTIVERSE = FILES.multiverse


rule ccc_figures:
    input:
        scores="results/{corpus}/scores.csv",
        annotation="results/{corpus}/annotation.csv",
        audit="results/tables/audit.csv",
    output:
        by_method=[
            report(
                "results/figures/ccc_by_method_{corpus}.png",
                caption="../report/ccc_by_method.rst",
                category="Figures",
                labels={"figure": "CCC by method, {corpus}"},
            ),
            "results/figures/ccc_by_method_{corpus}.pdf",
            "results/figures/ccc_by_method_{corpus}.svg",
            "results/figures/ccc_by_method_{corpus}_column.pdf",
        ],
        decomposition=[
            report(
                "results/figures/ccc_decomposition_{corpus}.png",
                caption="../report/ccc_decomposition.rst",
                category="Figures",
                labels={"figure": "CCC taken apart, {corpus}"},
            ),
            "results/figures/ccc_decomposition_{corpus}.pdf",
            "results/figures/ccc_decomposition_{corpus}.svg",
            "results/figures/ccc_decomposition_{corpus}_column.pdf",
        ],
    log:
        "logs/ccc_figures/{corpus}.log",
    benchmark:
        "logs/benchmark/ccc_figures/{corpus}.jsonl"
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
        library=code("ccc_figures"),
    message:
        "Draw the CCC of every method on {wildcards.corpus}, and what it is made of"
    script:
        "../scripts/ccc_figures.py"


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
        own=MULTIVERSE.own,
        labels=RUN.labels,
        stand_ins=RUN.stand_ins,
        library=code("specification_curve"),
    message:
        "Draw all analyses of {wildcards.corpus}"
    script:
        "../scripts/specification_curve.py"


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
