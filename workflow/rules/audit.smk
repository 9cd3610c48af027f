# Published results against ours.
# in: a published table, scores of all corpora; out: results/tables/audit.csv, audit_checks.csv


rule audit:
    input:
        published=published_table(),
        published_features=published_features(),
        featurewise=every("results/{corpus}/featurewise/{features}.csv"),
        scores=every("results/{corpus}/scores.csv"),
    output:
        cells=report(
            "results/tables/audit.csv",
            caption="../report/audit.rst",
            category="Audit",
            labels={"table": "published cells against ours"},
        ),
        checks=report(
            "results/tables/audit_checks.csv",
            caption="../report/audit_checks.rst",
            category="Audit",
            labels={"table": "what the paper found, checked here"},
        ),
    log:
        "logs/audit.log",
    benchmark:
        "logs/benchmark/audit.jsonl"
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(10)),
        runtime=minutes(),
    params:
        corpora=list(CORPORA),
        feature_sets=[(corpus, f) for corpus in CORPORA for f in feature_sets(corpus)],
        library=library("audit.py"),
    message:
        "Hold {input.published} against our scores"
    script:
        "../scripts/audit.py"
