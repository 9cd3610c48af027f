"""Check an ONNX model before anything is extracted with it."""

import json

from dimser.core.errors import raise_if
from dimser.core.files import write_text
from dimser.core.job import logged
from dimser.features import onnx_models
from dimser.features.outputs import lacking


def check_onnx(*, settings: dict, predicted: list[str], output: str) -> None:
    """Load a model, and write what it is.

    Args:
        settings: `onnx`, `pooling` and, if given, `output` and `logits`.
        predicted: dimensions that are asked for of what it predicts itself.
        output: JSON to write.

    Raises:
        InputError: if it cannot be used.
    """
    named = {key: settings[key] for key in ("output", "logits") if key in settings}
    model = onnx_models.load_model(settings["onnx"], pooling=settings["pooling"], **named)
    raise_if(lacking(settings["onnx"], model.outputs, predicted))
    found = {"model_type": "onnx", "outputs": model.outputs, "head": model.logits or ""}
    write_text(json.dumps(found), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        check_onnx(
            settings=snakemake.params.arguments,
            predicted=snakemake.params.predicted,
            output=snakemake.output.model,
        )
