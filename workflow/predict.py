"""Predict valence, arousal and dominance of audio: `python workflow/predict.py --help`."""

import argparse
import logging
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "scripts"))
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # it reports on heads that it leaves out

from dimser.core.errors import InputError
from dimser.core.files import write_csv
from dimser.regression.application import predict


def seconds(text: str) -> float:
    """Read a duration."""
    if not (value := float(text)) > 0:
        raise argparse.ArgumentTypeError(f"{text} s is no duration; give a positive number")
    return value


def moved(text: str) -> tuple[str, str]:
    """Read where a model lies."""
    name, found, folder = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} names no feature set; write ID=FOLDER")
    return name, folder


def arguments() -> argparse.ArgumentParser:
    """Return what the command takes."""
    parser = argparse.ArgumentParser(
        prog="python workflow/predict.py",
        description="Predict valence, arousal and dominance of audio. The predictor is a folder "
        "that `snakemake results/CORPUS/predictor/METHOD` has written.",
    )
    parser.add_argument("predictor", help="its folder")
    parser.add_argument(
        "audio", nargs="+", help="files, folders, or tables .csv with columns file,start,end"
    )
    parser.add_argument("--output", help="CSV to write; otherwise it is printed")
    parser.add_argument(
        "--window", type=seconds, default=0.0, metavar="SECONDS",
        help="cut recordings into windows of this length",
    )  # fmt: skip
    parser.add_argument(
        "--hop", type=seconds, default=0.0, metavar="SECONDS",
        help="from the beginning of a window to that of the next; by default as long as a window",
    )  # fmt: skip
    parser.add_argument(
        "--on-bad-audio", choices=["error", "drop"], default="error",
        help="what to do with audio that cannot be used: stop and name all, or leave it out",
    )  # fmt: skip
    parser.add_argument(
        "--model", type=moved, action="append", default=[], metavar="ID=FOLDER",
        help="where the model of a feature set lies, if it has moved",
    )  # fmt: skip
    parser.add_argument(
        "--small", action="store_true", help="use the smaller form of a large predictor"
    )
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="by default, as many as cores"
    )
    return parser


def main(words: list[str] | None = None) -> int:
    """Predict what a command line asks for.

    Args:
        words: of the command line; those of this process if left out.

    Returns:
        The exit status.
    """
    given = arguments().parse_args(words)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        table = predict(
            given.predictor, given.audio, window=given.window, hop=given.hop,
            on_bad_audio=given.on_bad_audio, threads=given.threads,
            small=given.small, models=dict(given.model),
        )  # fmt: skip
        write_csv(table, given.output) if given.output else table.to_csv(sys.stdout, index=False)
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
