# Corpora that anyone may have, from their public records.
# out: data/quechua_collao/

QUECHUA = "data/quechua_collao"


localrules:
    fetch_quechua_collao,


rule fetch_quechua_collao:
    output:
        root=directory(QUECHUA),
    log:
        "logs/fetch/quechua_collao.log",
    conda:
        "../../envs/analysis.yaml"
    params:
        record="https://api.figshare.com/v2/articles/20292516",
        page="https://doi.org/10.6084/m9.figshare.20292516",
        archives="data/archives/quechua_collao",
    message:
        "Fetch Quechua-Collao from {params.page}"
    script:
        "../scripts/fetch.py"
