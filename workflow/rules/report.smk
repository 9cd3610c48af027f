# The paper's tables, and one report with all tables and figures.
# in: scores and feature-wise CCC of all corpora, figures
# out: results/tables/, results/report.html

from dimser.plan.digests import code
from dimser.plan.files import Files, configured, report_texts
from dimser.plan.resources import memory, minutes
from dimser.plan.run import Run
from dimser.plan.shown import Shown

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
SHOWN = Shown(FILES)


rule table1:
    input:
        scores=FILES.every("results/{corpus}/scores.csv"),
        annotation=FILES.every("results/{corpus}/annotation.csv"),
    output:
        csv=report(
            "results/tables/table1.csv",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "Table 1: CCC and RMSE by method"},
        ),
        md="results/tables/table1.md",
        tex="results/tables/table1.tex",
        two_digits="results/tables/table1_two_digits.tex",
        intervals="results/tables/table1_intervals.tex",
    log:
        "logs/table1.log",
    benchmark:
        "logs/benchmark/table1.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        corpora=RUN.corpus_labels,
        methods={corpus: RUN.methods(corpus) for corpus in RUN.corpora},
        labels=RUN.labels,
        stand_ins=RUN.stand_ins,
        beyond_paper=RUN.beyond_paper,
        library=code("table1"),
    message:
        "Write Table 1: CCC and RMSE of every method"
    script:
        "../scripts/table1.py"


rule table2:
    input:
        featurewise=FILES.handcrafted_featurewise(),
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
        mem_mb=memory(),
        runtime=minutes(),
    params:
        corpora=RUN.corpus_labels,
        labels=RUN.feature_labels,
        handcrafted=RUN.extracted_by("opensmile"),
        top=RUN.config["top_features"],
        library=code("table2"),
    message:
        "Write Table 2: the handcrafted features with the highest CCC"
    script:
        "../scripts/table2.py"


rule report:
    input:
        closeups=FILES.every("results/{corpus}/closeup.json"),
        tables=SHOWN.reported().values(),
        figures=SHOWN.figures("svg").values(),
        pdfs=SHOWN.figures("pdf").values(),
        columns=SHOWN.figures("column").values(),
        stores=FILES.all_stores(),
    output:
        html="results/report.html",
    log:
        "logs/report.log",
    benchmark:
        "logs/benchmark/report.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        arguments={
            "tables": list(SHOWN.reported()),
            "figures": list(SHOWN.figures()),
            "benchmarks": FILES.place("logs/benchmark"),
            "corpora": RUN.corpus_labels,
            "methods": {corpus: RUN.methods(corpus) for corpus in RUN.corpora},
            "feature_sets": {corpus: RUN.feature_sets(corpus) for corpus in RUN.corpora},
            "best_layers": {corpus: RUN.best_of(corpus) for corpus in RUN.corpora},
            "labels": RUN.labels,
            "stand_ins": RUN.stand_ins,
            "intervals": RUN.interval_text,
            "config": RUN.config,
            "configured": configured(workflow.overwrite_configfiles),
        },
        checked=FILES.content("utterances", "dropped", "findings", "guard"),
        texts=report_texts(),
        library=code("report"),
    message:
        "Write the report, results/report.html"
    script:
        "../scripts/report.py"
