"""Feed what a fuzzer makes up to a reader: `python tests/faults/fuzz.py manifest -runs=1000`.

atheris mutates inputs towards branches that no input has reached yet. A reader may answer with a
corpus or table, or with InputError; anything else that it raises, and a hang, ends the process.
HDF5 is not among them: it asks for as much memory as a damaged length says, before anybody looks.
"""

import contextlib
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dimser"]):
    from dimser.core.errors import InputError
    from dimser.core.lookup import function
    from dimser.corpora.corpus import Corpus
    from dimser.corpora.inspection import inspect
    from dimser.corpora.registry import READERS, function_of, options
    from dimser.features.feature_tables import read_table
    from dimser.plan.config import problems
    from dimser.plan.settings import schema
    from dimser.regression.application import described

    READ = {name: function(function_of(name)) for name in READERS}  # imported here, to be seen into

import miniature_quechua
import pandas as pd
import yaml

ROOT = Path(tempfile.mkdtemp())
UTTERANCES = pd.DataFrame(
    {"id": ["a", "b"], "file": "a.wav", "start": [0.0, 1.0], "end": [1.0, None], "duration": 1.0}
)
HEADER = b"file,speaker,valence,arousal,dominance,start,end,rater\n"


def placed(name: str, data: bytes) -> Path:
    path = ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def read(name: str, root: Path) -> Corpus:
    corpus = {"reader": name, "root": str(root), "manifest": "manifest.csv"}
    return READ[name](str(root), **options(corpus))


def configuration(data: bytes) -> None:
    with contextlib.suppress(yaml.YAMLError, UnicodeDecodeError, ValueError):
        config = yaml.safe_load(data)
        assert all(text.startswith("Configuration, ") for text in problems(config, schema()))


def table(suffix: str, data: bytes) -> None:
    path = placed(f"t.{suffix}", data)
    (ROOT / "t.txt").write_text("a\nb")
    names, features = read_table(path, UTTERANCES)
    assert features.shape == (2, len(names))


def sound(data: bytes) -> None:
    heard = inspect(placed("a.wav", data), 0.0, None, 0.1)
    assert heard.reason or heard.duration >= 0.1


def read_manifest(data: bytes) -> None:
    placed("manifest.csv", HEADER + data)
    corpus = read("manifest", ROOT)
    rated = corpus.ratings["id"]
    assert corpus.problems or set(rated) == set(corpus.utterances["id"])


def quechua(data: bytes) -> None:
    root = ROOT / "quechua"
    if not root.exists():
        miniature_quechua.write(root)
    placed("quechua/Labels/Labels/Labels.csv", b"Audio,Valence,Arousal,Dominance\n10000," + data)
    placed("quechua/Labels/Labels/Arousal.csv", b"Audio,N1,N2,N3,N4\n10000," + data)
    read("quechua_collao", root)


def predictor(data: bytes) -> None:
    assert described(placed("predictor/predictor.yaml", data).parent)["features"]


TARGETS = {
    "configuration": configuration,
    "manifest": read_manifest,
    "csv": lambda data: table("csv", b"id,f0,f1\n" + data),
    "segments": lambda data: table("csv", b"file,start,end,f0\n" + data),
    "npy": lambda data: table("npy", data),
    "audio": sound,
    "predictor": predictor,
    "iemocap": lambda data: (
        placed("Session1/dialog/EmoEvaluation/Ses01F_impro01.txt", data),
        read("iemocap", ROOT),
    ),
    "vam": lambda data: (placed("vam/Satz01001.eva", data), read("vam", ROOT / "vam")),
    "msp_podcast": lambda data: (
        placed("podcast/Labels/labels_consensus.csv", data),
        read("msp_podcast", ROOT / "podcast"),
    ),
    "msp_improv": lambda data: (
        placed("improv/Evaluation.txt", data),
        read("msp_improv", ROOT / "improv"),
    ),
    "quechua_collao": quechua,
}


def main() -> None:
    target = TARGETS[sys.argv.pop(1)]

    def answered(data: bytes) -> None:
        with contextlib.suppress(InputError):
            target(data)

    atheris.Setup(sys.argv, answered)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
