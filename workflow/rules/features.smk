# From audio to feature stores.
# in: results/{corpus}/audio/{shard}.csv and the audio that it lists
# out: results/{corpus}/features/{features}.h5, put together from one file a shard


rule extract_opensmile:
    input:
        index="results/{corpus}/audio/{shard}.csv",
    output:
        shard="results/{corpus}/features/{features}/{shard}.h5",
    log:
        "logs/extract_opensmile/{corpus}/{features}/{shard}.log",
    benchmark:
        "logs/benchmark/extract_opensmile/{corpus}/{features}/{shard}.jsonl"
    wildcard_constraints:
        features=one_of(extracted_by("opensmile")),
    conda:
        "../../envs/opensmile.yaml"
    threads: 2
    resources:
        mem_mb=memory(extraction_mb),
        runtime=minutes(extraction_seconds),
    params:
        arguments=extraction_arguments,
        library=library("extract_opensmile.py"),
    message:
        "Extract {wildcards.features} (openSMILE) from {wildcards.corpus}, shard {wildcards.shard}"
    script:
        "../scripts/extract_opensmile.py"


rule extract_transformers:
    input:
        index="results/{corpus}/audio/{shard}.csv",
        model=lambda wildcards: model_folder(wildcards.features),
    output:
        shard="results/{corpus}/features/{features}/{shard}.h5",
    log:
        "logs/extract_transformers/{corpus}/{features}/{shard}.log",
    benchmark:
        "logs/benchmark/extract_transformers/{corpus}/{features}/{shard}.jsonl"
    wildcard_constraints:
        features=one_of(extracted_by("transformers")),
    conda:
        "../../envs/transformers.yaml"
    threads: 2
    resources:
        gpu=1,
        mem_mb=memory(extraction_mb, base=BASE_OF_MODELS),
        runtime=minutes(extraction_seconds),
    params:
        arguments=extraction_arguments,
        library=library("extract_transformers.py"),
    message:
        "Extract embeddings {wildcards.features} from {wildcards.corpus}, shard {wildcards.shard}"
    script:
        "../scripts/extract_transformers.py"


rule assemble:
    input:
        shards=collect("results/{{corpus}}/features/{{features}}/{shard}.h5", shard=SHARDS),
        index=collect("results/{{corpus}}/audio/{shard}.csv", shard=SHARDS),
    output:
        store="results/{corpus}/features/{features}.h5",
    log:
        "logs/assemble/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/assemble/{corpus}/{features}.jsonl"
    wildcard_constraints:
        features=one_of(extracted_by("opensmile", "transformers")),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_store_mb(1.2, of=max), per_row(2e-3)),
        runtime=minutes(per_store_mb(0.05)),
    params:
        arguments=extraction_arguments,
        library=library("assemble.py"),
    message:
        "Put the feature store {wildcards.features} of {wildcards.corpus} together"
    script:
        "../scripts/assemble.py"


rule import_table:
    input:
        table=table_path,
        index=collect("results/{{corpus}}/audio/{shard}.csv", shard=SHARDS),
    output:
        store="results/{corpus}/features/{features}.h5",
    log:
        "logs/import_table/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/import_table/{corpus}/{features}.jsonl"
    wildcard_constraints:
        features=one_of(extracted_by("table")),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(per_table_mb(3), per_row(2e-3)),
        runtime=minutes(per_table_mb(0.1)),
    params:
        library=library("import_table.py"),
    message:
        "Import the features {wildcards.features} of {wildcards.corpus} from a table"
    script:
        "../scripts/import_table.py"
