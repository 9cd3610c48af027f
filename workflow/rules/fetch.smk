# What comes from the network, once and before anything else: everything after runs without it.
# out: data/models/{model}/, data/quechua_collao/

QUECHUA = "data/quechua_collao"


MODELS = {Path(hub_folder(entry)).name: entry for entry in FEATURES.values() if "model" in entry}


localrules:
    fetch_model,
    fetch_quechua_collao,


rule fetch_model:
    output:
        model=directory("data/models/{model}"),
    log:
        "logs/fetch_model/{model}.log",
    wildcard_constraints:
        model=one_of(MODELS),
    conda:
        "../../envs/transformers.yaml"
    params:
        model=lambda wildcards: MODELS[wildcards.model]["model"],
        revision=lambda wildcards: MODELS[wildcards.model]["revision"],
    message:
        "Fetch the model {params.model} (revision {params.revision})"
    script:
        "../scripts/fetch_model.py"


rule fetch_quechua_collao:
    output:
        root=directory(QUECHUA),
    log:
        "logs/fetch_quechua_collao.log",
    conda:
        "../../envs/analysis.yaml"
    params:
        record="https://api.figshare.com/v2/articles/20292516",
        page="https://doi.org/10.6084/m9.figshare.20292516",
        archives="data/archives/quechua_collao",
    message:
        "Fetch Quechua-Collao from {params.page}"
    script:
        "../scripts/fetch_quechua_collao.py"
