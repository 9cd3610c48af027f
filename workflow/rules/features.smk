# From audio to feature stores.
# in: results/{corpus}/audio/{shard}.csv and the audio that it lists
# out: results/{corpus}/features/{features}.h5, joined from one file per shard

from dimser.features.registry import STAND_INS
from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.resources import BASE_OF_MODELS, memory, minutes
from dimser.plan.run import Run, one_of
from dimser.plan.sizes import Sizes

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
SIZES = Sizes(RUN)


rule fetch_model:
    output:
        model=local(directory("data/models/{model}")),
    log:
        "logs/fetch_model/{model}.log",
    wildcard_constraints:
        model=one_of(RUN.hub_models),
    localrule: True
    conda:
        "../../envs/transformers.yaml"
    params:
        model=lambda wildcards: RUN.hub_models[wildcards.model]["model"],
        revision=lambda wildcards: RUN.hub_models[wildcards.model]["revision"],
    message:
        "Fetch the model {params.model} (revision {params.revision})"
    script:
        "../scripts/fetch_model.py"


rule stand_in:
    output:
        model=local(directory(f"{STAND_INS}{{features}}")),
    log:
        "logs/stand_in/{features}.log",
    benchmark:
        "logs/benchmark/stand_in/{features}.jsonl"
    conda:
        "../../envs/transformers.yaml"
    resources:
        mem_mb=memory(base=BASE_OF_MODELS),
        runtime=minutes(),
    params:
        seed=RUN.config["seed"],
        library=code("stand_in"),
    message:
        "Write an untrained stand-in of the model of {wildcards.features}"
    script:
        "../scripts/stand_in.py"


# What a direct prediction asks of a model is told before hours of extraction, not after them. Each
# extraction checks by itself that its model loads.
rule check_model:
    input:
        model=lambda wildcards: FILES.model(wildcards.features),
    output:
        model="results/models/{features}.json",
    log:
        "logs/check_model/{features}.log",
    benchmark:
        "logs/benchmark/check_model/{features}.jsonl"
    wildcard_constraints:
        features=one_of(RUN.extracted_by("transformers")),
    priority: 50
    conda:
        "../../envs/transformers.yaml"
    resources:
        mem_mb=memory(lambda job: 1.3 * job.model_mb, base=BASE_OF_MODELS),
        runtime=minutes(),
    params:
        predicted=lambda wildcards: RUN.predicted(wildcards.features),
        encoder=FILES.encoder,
        library=code("check_model"),
    message:
        "Check the model of {wildcards.features}"
    script:
        "../scripts/check_model.py"


rule check_onnx:
    input:
        model=lambda wildcards: FILES.onnx(wildcards.features),
    output:
        model="results/models/{features}.json",
    log:
        "logs/check_onnx/{features}.log",
    benchmark:
        "logs/benchmark/check_onnx/{features}.jsonl"
    wildcard_constraints:
        features=one_of(RUN.extracted_by("onnx")),
    priority: 50
    conda:
        "../../envs/onnx.yaml"
    resources:
        mem_mb=memory(lambda job: 2 * job.model_mb),
        runtime=minutes(),
    params:
        arguments=lambda wildcards: RUN.extraction(wildcards.features),
        predicted=lambda wildcards: RUN.predicted(wildcards.features),
        library=code("check_onnx"),
    message:
        "Check the ONNX model of {wildcards.features}"
    script:
        "../scripts/check_onnx.py"


rule extract_opensmile:
    input:
        index=ancient("results/{corpus}/audio/{shard}.csv"),
    output:
        shard="results/{corpus}/features/{features}/{shard}.h5",
    log:
        "logs/extract_opensmile/{corpus}/{features}/{shard}.log",
    benchmark:
        "logs/benchmark/extract_opensmile/{corpus}/{features}/{shard}.jsonl"
    wildcard_constraints:
        features=one_of(RUN.extracted_by("opensmile")),
    conda:
        "../../envs/opensmile.yaml"
    # Beyond eight, Python's own tenth of the work would wait for itself; `shards` go further.
    threads: min(workflow.resource_settings.cores or 2, 8)
    resources:
        mem_mb=memory(SIZES.extraction_mb),
        runtime=minutes(SIZES.extraction_seconds),
    params:
        arguments=lambda wildcards: RUN.extraction(wildcards.features),
        tables=FILES.content("audio/{shard}"),
        library=code("extract_opensmile"),
    message:
        "Extract {wildcards.features} (openSMILE) from {wildcards.corpus}, shard {wildcards.shard}"
    script:
        "../scripts/extract_opensmile.py"


rule extract_transformers:
    input:
        index=ancient("results/{corpus}/audio/{shard}.csv"),
        model=lambda wildcards: FILES.model(wildcards.features),
    output:
        shard="results/{corpus}/features/{features}/{shard}.h5",
    log:
        "logs/extract_transformers/{corpus}/{features}/{shard}.log",
    benchmark:
        "logs/benchmark/extract_transformers/{corpus}/{features}/{shard}.jsonl"
    wildcard_constraints:
        features=one_of(RUN.extracted_by("transformers")),
    conda:
        "../../envs/transformers.yaml"
    threads: 2
    resources:
        gpu=1,
        mem_mb=memory(SIZES.extraction_mb, base=BASE_OF_MODELS),
        runtime=minutes(SIZES.extraction_seconds),
    params:
        arguments=lambda wildcards: RUN.extraction(wildcards.features),
        encoder=FILES.encoder,
        tables=FILES.content("audio/{shard}"),
        library=code("extract_transformers"),
    message:
        "Extract embeddings {wildcards.features} from {wildcards.corpus}, shard {wildcards.shard}"
    script:
        "../scripts/extract_transformers.py"


rule extract_onnx:
    input:
        index=ancient("results/{corpus}/audio/{shard}.csv"),
        model=lambda wildcards: FILES.onnx(wildcards.features),
    output:
        shard="results/{corpus}/features/{features}/{shard}.h5",
    log:
        "logs/extract_onnx/{corpus}/{features}/{shard}.log",
    benchmark:
        "logs/benchmark/extract_onnx/{corpus}/{features}/{shard}.jsonl"
    wildcard_constraints:
        features=one_of(RUN.extracted_by("onnx")),
    conda:
        "../../envs/onnx.yaml"
    threads: 2
    resources:
        mem_mb=memory(SIZES.extraction_mb),
        runtime=minutes(SIZES.extraction_seconds),
    params:
        arguments=lambda wildcards: RUN.extraction(wildcards.features),
        tables=FILES.content("audio/{shard}"),
        library=code("extract_onnx"),
    message:
        "Extract {wildcards.features} (ONNX) from {wildcards.corpus}, shard {wildcards.shard}"
    script:
        "../scripts/extract_onnx.py"


rule assemble:
    input:
        shards=FILES.shards,
        index=FILES.index,
    output:
        store="results/{corpus}/features/{features}.h5",
    log:
        "logs/assemble/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/assemble/{corpus}/{features}.jsonl"
    wildcard_constraints:
        features=one_of(RUN.extracted),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 1.2 * max(job.stores) + 2e-3 * job.utterances),
        runtime=minutes(lambda job: 0.05 * job.stores_mb),
    params:
        arguments=lambda wildcards: RUN.extraction(wildcards.features),
        tables=FILES.content("index"),
        library=code("assemble"),
    message:
        "Join the shards of {wildcards.features} of {wildcards.corpus}"
    script:
        "../scripts/assemble.py"


rule import_table:
    input:
        table=FILES.table,
        index=FILES.index,
    output:
        store="results/{corpus}/features/{features}.h5",
    log:
        "logs/import_table/{corpus}/{features}.log",
    benchmark:
        "logs/benchmark/import_table/{corpus}/{features}.jsonl"
    wildcard_constraints:
        features=one_of(RUN.extracted_by("table")),
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=memory(lambda job: 3 * job.tables_mb + 2e-3 * job.utterances),
        runtime=minutes(lambda job: 0.1 * job.tables_mb),
    params:
        beside=FILES.beside,
        tables=FILES.content("index"),
        library=code("import_table"),
    message:
        "Import the features {wildcards.features} of {wildcards.corpus} from a table"
    script:
        "../scripts/import_table.py"
