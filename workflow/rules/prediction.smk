# Predictors, fitted on a whole corpus, and what they predict; nothing asks for these but their names.
# in: stores, utterances, predictions, scores, unlabelled audio
# out: results/{corpus}/predictor/{method}/, results/{corpus}/predicted/{method}/{audio}.csv

from dimser.plan.digests import code
from dimser.plan.files import Files
from dimser.plan.prediction import Prediction
from dimser.plan.resources import BASE_OF_MODELS, memory, minutes
from dimser.plan.run import Run, one_of

RUN = Run.of(config)
FILES = Files(RUN, workflow.modifier.modify_path)
PREDICTION = Prediction(RUN, FILES)


rule predictor:
    input:
        features=PREDICTION.stores,
        utterances=ancient("results/{corpus}/utterances.csv"),
        audio=ancient("results/{corpus}/audio.csv"),
        predictions="results/{corpus}/predictions/{method}.csv",
        scores="results/{corpus}/scores.csv",
    output:
        predictor=directory("results/{corpus}/predictor/{method}"),
    log:
        "logs/predictor/{corpus}/{method}.log",
    benchmark:
        "logs/benchmark/predictor/{corpus}/{method}.jsonl"
    conda:
        "../../envs/prediction.yaml"
    threads: 2
    resources:
        mem_mb=memory(PREDICTION.sealing_mb),
        runtime=minutes(PREDICTION.sealing_seconds),
    params:
        arguments=PREDICTION.arguments,
        tables=FILES.content("utterances", "audio"),
        library=code(
            "predictor",
            PREDICTION.seal,
            PREDICTION.regressor,
            RUN.fusion_function,
            RUN.recalibration_function,
        ),
    message:
        "Fit {wildcards.method} on all of {wildcards.corpus}, to predict other audio"
    script:
        "../scripts/predictor.py"


rule predict:
    input:
        predictor="results/{corpus}/predictor/{method}",
        audio=PREDICTION.audio,
    output:
        predictions="results/{corpus}/predicted/{method}/{audio}.csv",
    log:
        "logs/predict/{corpus}/{method}/{audio}.log",
    benchmark:
        "logs/benchmark/predict/{corpus}/{method}/{audio}.jsonl"
    wildcard_constraints:
        audio=one_of(PREDICTION.unlabelled),
    conda:
        "../../envs/prediction.yaml"
    threads: min(workflow.resource_settings.cores or 2, 8)
    resources:
        gpu=1,
        mem_mb=memory(PREDICTION.predicting_mb, base=BASE_OF_MODELS),
        runtime=minutes(PREDICTION.predicting_seconds),
    params:
        arguments=PREDICTION.predicting,
        library=code("predict"),
    message:
        "Predict {wildcards.audio} by {wildcards.method}, fitted on {wildcards.corpus}"
    script:
        "../scripts/predict.py"
