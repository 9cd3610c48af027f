# What is shown: the paper's tables and figures, and one report with all of them.
# in: scores, feature-wise CCC and utterances of all corpora
# out: results/tables/, results/figures/, results/report.html


rule table1:
    input:
        scores=every("results/{corpus}/scores.csv"),
        annotation=every("results/{corpus}/annotation.csv"),
    output:
        csv=report(
            "results/tables/table1.csv",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "Table 1: CCC and RMSE by method"},
        ),
        md="results/tables/table1.md",
        tex="results/tables/table1.tex",
    log:
        "logs/table1.log",
    benchmark:
        "logs/benchmark/table1.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        corpora=corpus_labels(),
        methods={corpus: methods(corpus) for corpus in CORPORA},
        labels=labels(),
        stand_ins=stand_ins(),
        library=library("table1.py"),
    message:
        "Write Table 1: CCC and RMSE of every method"
    script:
        "../scripts/table1.py"


rule table2:
    input:
        featurewise=handcrafted_featurewise(),
    output:
        csv=report(
            "results/tables/table2.csv",
            caption="../report/table2.rst",
            category="Tables",
            labels={"table": "Table 2: top handcrafted features"},
        ),
        md="results/tables/table2.md",
        tex="results/tables/table2.tex",
    log:
        "logs/table2.log",
    benchmark:
        "logs/benchmark/table2.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        corpora=corpus_labels(),
        labels=labels(),
        top=config["top_features"],
        library=library("table2.py"),
    message:
        "Write Table 2: the handcrafted features with the highest CCC"
    script:
        "../scripts/table2.py"


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


rule report:
    input:
        rules.scores.input,
        rules.tables.input,
        rules.figures.input,
        template="workflow/report/report.html.jinja",
        captions=captions(),
    output:
        html="results/report.html",
    log:
        "logs/report.log",
    benchmark:
        "logs/benchmark/report.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        arguments={
            "results": "results",
            "template": "workflow/report/report.html.jinja",
            "captions": "workflow/report",
            "corpora": corpus_labels(),
            "feature_sets": {corpus: feature_sets(corpus) for corpus in CORPORA},
            "layered": [corpus for corpus in CORPORA if layers(corpus)],
            "labels": labels(),
            "stand_ins": stand_ins(),
        },
        config=config,
        library=library("report.py"),
    message:
        "Gather everything in results/report.html"
    script:
        "../scripts/report.py"
