# The demo's ground: two synthesised corpora and untrained encoders, made on the spot.
# in: one seed; out: data/{corpus}/manifest.csv with its audio, data/stand_ins/{features}/


rule demo_corpus:
    output:
        manifest="data/{demo}/manifest.csv",
        truth="data/{demo}/truth.csv",
        audio=directory("data/{demo}/wav"),
    log:
        "logs/demo_corpus/{demo}.log",
    benchmark:
        "logs/benchmark/demo_corpus/{demo}.jsonl"
    wildcard_constraints:
        demo=one_of(DEMOS),
    priority: 100
    conda:
        "../../envs/demo.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        seed=config["seed"],
        library=library("demo_corpus.py"),
    message:
        "Synthesise the demo corpus {wildcards.demo}"
    script:
        "../scripts/demo_corpus.py"


rule stand_in:
    output:
        model=directory(f"{STAND_INS}{{features}}"),
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
        seed=config["seed"],
        library=library("stand_in.py"),
    message:
        "Write an untrained stand-in for the model of {wildcards.features}"
    script:
        "../scripts/stand_in.py"
