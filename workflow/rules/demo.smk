# Data for the demo: two synthesised corpora and untrained encoders, generated locally.
# in: one seed; out: data/{corpus}/manifest.csv with its audio, data/stand_ins/{features}/

from dimser.plan.digests import code
from dimser.plan.files import DEMOS
from dimser.plan.resources import BASE_OF_MODELS, memory, minutes
from dimser.plan.run import STAND_INS, Run, one_of

RUN = Run.of(config)


rule demo_corpus:
    output:
        manifest=local("data/{demo}/manifest.csv"),
        truth=local("data/{demo}/truth.csv"),
        audio=local(directory("data/{demo}/wav")),
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
        seed=RUN.config["seed"],
        library=code("demo_corpus"),
    message:
        "Synthesise the demo corpus {wildcards.demo}"
    script:
        "../scripts/demo_corpus.py"


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
