"""Predict audio that is in no corpus, by a predictor."""

from dimser.core.files import write_csv
from dimser.core.job import logged
from dimser.regression.application import predict as predicted


def predict(
    *,
    predictor: str,
    audio: str,
    window: float = 0.0,
    hop: float = 0.0,
    on_bad_audio: str,
    threads: int,
    output: str,
) -> None:
    """Write predictions; see `dimser.regression.application.predict`.

    Args:
        predictor: its folder.
        audio: a file, a folder, or a table of segments.
        window: seconds of a window; 0: files and segments as a whole.
        hop: seconds from the beginning of a window to that of the next.
        on_bad_audio: `error` or `drop`.
        threads: number of files at the same time.
        output: csv to write.
    """
    settings = {"window": window, "hop": hop, "on_bad_audio": on_bad_audio, "threads": threads}
    write_csv(predicted(predictor, [audio], **settings), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        predict(
            predictor=snakemake.input.predictor,
            audio=str(snakemake.input.audio),
            **snakemake.params.arguments,
            threads=snakemake.threads,
            output=snakemake.output.predictions,
        )
