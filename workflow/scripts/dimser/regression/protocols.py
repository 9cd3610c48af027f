"""Protocols of transfer from corpora to another: what may be known of the corpus that is tested."""

from typing import NamedTuple

from dimser.core.settings import ID, Setting, many, one_of


class Protocol(NamedTuple):
    """A way to train on one corpus and to test on another.

    Attributes:
        text: what it does, for config/README.md.
        label: for readers; says so where it knows more than a system in use would.
        own_range: what is scaled by its own range: a column of the utterances; empty where all is
            scaled by the range of what is trained on.
    """

    text: str
    label: str
    own_range: str = ""


REFITS = 5  # at most: one for each group of training speakers that is left out
STRICT, CEILING = "strict", "ceiling"
DIAGONAL = "folds"  # a corpus's own models, each tested on speakers that it never heard
OTHERS = "all others"  # the training corpus of a row, where one corpus is left out
FITTED = {
    STRICT: Protocol("features scaled by the training corpus, as within a corpus", "strict"),
    "corpus_range": Protocol(
        "each corpus scaled by its own range, so by all utterances that are tested, unlabelled: "
        "transductive",
        "own range of each corpus (transductive)",
        "corpus",
    ),
    "speaker_range": Protocol(
        "each speaker scaled by the own range of all utterances: transductive, too, and "
        "speakers have to be known",
        "own range of each speaker (transductive)",
        "voice",
    ),
}
LABELS = {name: own.label for name, own in FITTED.items()} | {
    CEILING: "recalibrated on the target's labels (ceiling)",
    DIAGONAL: "its own folds",
}


def _told() -> str:
    return "; ".join(f"`{name}` ({own.text})" for name, own in FITTED.items())


SETTINGS = (
    Setting(
        "transfer.protocols", many(one_of(*FITTED), uniqueItems=True),
        f"what may be known of the tested corpus: {_told()}. See "
        "[below](#does-it-transfer)",
        example=[STRICT, "corpus_range"], default=[STRICT],
    ),
    Setting(
        "transfer.corpora", many(ID, uniqueItems=True),
        "between which", example=["iemocap", "vam"], otherwise="all",
    ),
    Setting(
        "transfer.leave_one_corpus_out", {"type": "boolean"},
        "whether each corpus is also tested by what is trained on all others together",
        example=True, default=False,
    ),
    Setting(
        "transfer.shared_speakers", one_of("hold_out", "keep"),
        "where a speaker of the tested corpus is in training, too, by name: `hold_out`: who is "
        "tested is not trained on, fold by fold of the tested corpus; `keep`: names are alike by "
        "chance, and these are different people",
        example="keep", default="hold_out",
    ),
)  # fmt: skip
SECTIONS = {"transfer": {}}
