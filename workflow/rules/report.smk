# What is shown: the paper's tables, and one report with all tables and figures.
# in: scores and feature-wise CCC of all corpora, figures
# out: results/tables/, results/report.html


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


rule report:
    input:
        rules.scores.input,
        rules.tables.input,
        pictures=rules.figures.input,
        stores=rules.features.input,
        texts=report_files(),
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
            "template": shipped("workflow/report/report.html.jinja"),
            "benchmarks": "logs/benchmark",
            "corpora": corpus_labels(),
            "feature_sets": {corpus: feature_sets(corpus) for corpus in CORPORA},
            "labels": labels(),
            "stand_ins": stand_ins(),
        },
        config=config,
        library=library("report.py"),
    message:
        "Gather everything in results/report.html"
    script:
        "../scripts/report.py"
