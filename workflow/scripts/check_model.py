"""Check a model before anything is extracted with it."""

import json

from dimser.core.errors import raise_if
from dimser.core.files import write_text
from dimser.core.job import logged
from dimser.features import encoders
from dimser.features.outputs import lacking


def check_model(*, folder: str, predicted: list[str], output: str) -> None:
    """Load a model, and write what it is.

    Args:
        folder: of the model.
        predicted: dimensions that are asked for of what it predicts itself.
        output: JSON to write.

    Raises:
        InputError: if it cannot be used.
    """
    encoder = encoders.load(folder, "all", "cpu")
    raise_if(lacking(f"{folder}/config.json", encoder.outputs, predicted, encoder.unread))
    found = {
        "model_type": encoder.config.model_type,
        "layers": encoder.layers[-1],
        "width": encoder.width,
        "outputs": encoder.outputs,
        "head": encoder.head.layout if encoder.head else "",
    }
    write_text(json.dumps(found), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        check_model(
            folder=str(snakemake.input.model),
            predicted=snakemake.params.predicted,
            output=snakemake.output.model,
        )
