"""What models have heard: the corpora that they were trained on, and whether a run tests on them.

A score on data that a model was trained on is no result. One entry per model says where it is known
from; a user's own model says it in the configuration (`trained_on`).
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple


class Exposure(NamedTuple):
    """What a model was trained on.

    Attributes:
        source: from where that is known.
        pretrained: corpora without labels; after a slash the part of it, if it was only one.
        finetuned: corpora with labels, likewise.
        base: the model that it started from: what that has heard counts, too.
        complete: whether that is all.
    """

    source: str
    pretrained: tuple[str, ...] = ()
    finetuned: tuple[str, ...] = ()
    base: str = ""
    complete: bool = True


# Marks, the worst first; what a method rests on has the worst of its parts.
THIS, PRETRAINED = "fine-tuning (this part)", "pre-training"
UNKNOWN, OTHERS, NO = "unknown", "fine-tuning (other parts)", "no"
MARKS = (THIS, PRETRAINED, UNKNOWN, OTHERS, NO)
TRAINED = (THIS, PRETRAINED)  # on what is tested: such a method is not called best

PODCAST = ("MSP-Podcast/Train",)
CARD = "its model card"
WHISPER = Exposure("Radford et al. 2023: audio of the web, not disclosed", complete=False)
LIBRISPEECH = ("LibriSpeech",)
MIX = ("Libri-Light", "GigaSpeech", "VoxPopuli")
MODELS = {
    "facebook/wav2vec2-base": Exposure("Baevski et al. 2020", LIBRISPEECH),
    "facebook/wav2vec2-large-robust": Exposure(
        "Hsu et al. 2021, and its model card",
        ("Libri-Light", "Common Voice", "Switchboard", "Fisher"),
    ),
    "facebook/hubert-base-ls960": Exposure("Hsu et al. 2021", LIBRISPEECH),
    "facebook/hubert-large-ll60k": Exposure("Hsu et al. 2021", ("Libri-Light",)),
    "microsoft/wavlm-base": Exposure("Chen et al. 2022", LIBRISPEECH),
    "microsoft/wavlm-base-plus": Exposure("Chen et al. 2022", MIX),
    "microsoft/wavlm-large": Exposure("Chen et al. 2022", MIX),
    **{
        f"openai/whisper-{size}": WHISPER
        for size in (
            *("tiny", "base", "small", "medium"),
            *("large", "large-v2", "large-v3", "large-v3-turbo"),
        )
    },
    "audeering/wav2vec2-large-robust-12-ft-emotion-msp-dim": Exposure(
        "Wagner et al. 2023, and its model card", (), PODCAST, "facebook/wav2vec2-large-robust"
    ),
    **{
        f"3loi/SER-Odyssey-Baseline-WavLM-{kind}": Exposure(
            f"the challenge's description, and {CARD}", (), PODCAST, "microsoft/wavlm-large"
        )
        for kind in ("Multi-Attributes", "Valence", "Arousal", "Dominance")
    },
    "tiantiaf/wavlm-large-msp-podcast-emotion-dim": Exposure(
        CARD, (), PODCAST, "microsoft/wavlm-large"
    ),
    "tiantiaf/whisper-large-v3-msp-podcast-emotion-dim": Exposure(
        CARD, (), PODCAST, "openai/whisper-large-v3"
    ),
    "emotion2vec/emotion2vec_base": Exposure(
        "Ma et al. 2024", ("IEMOCAP",), complete=False  # and others
    ),
    "emotion2vec/emotion2vec_plus_seed": Exposure(
        f"{CARD}: the data of EmoBox", ("IEMOCAP",), ("IEMOCAP", "MSP-Podcast"), complete=False
    ),
}  # fmt: skip


def normal(name: str) -> str:
    """Return a name as it is compared.

    Example:
        >>> normal("MSP-Podcast") == normal("msp_podcast")
        True
    """
    return re.sub(r"[\W_]+", "", name).casefold()


def known(model: str, trained_on: Sequence[str] | None = None) -> Exposure | None:
    """Return what a model was trained on, with all that it started from; None if not known.

    Args:
        model: id on the hub, or a folder.
        trained_on: what the configuration says: corpora, a part of them after a slash, and models
            of `MODELS` that it started from.

    Example:
        >>> known("", ["microsoft/wavlm-large", "IEMOCAP"]).pretrained
        ('Libri-Light', 'GigaSpeech', 'VoxPopuli')
    """
    if trained_on is None:
        own, bases = MODELS.get(model), []
    else:
        bases = [name for name in trained_on if name in MODELS]
        named = tuple(name for name in trained_on if name not in MODELS)
        own = Exposure("the configuration", (), named)
    if own is None:
        return None
    for base in (known(name) for name in [*bases, *filter(None, [own.base])]):
        own = own._replace(
            pretrained=own.pretrained + base.pretrained,
            finetuned=own.finetuned + base.finetuned,
            complete=own.complete and base.complete,
        )
    return own


def mark(exposure: Exposure | None, corpus: Collection[str], parts: Collection[str] = ()) -> str:
    """Say whether a model was trained on what it is tested on.

    Args:
        exposure: of the model, None where it is not known.
        corpus: all names of the tested corpus.
        parts: of it that are tested; none if it is tested as a whole.

    Returns:
        One of `MARKS`.

    Example:
        >>> model = known("audeering/wav2vec2-large-robust-12-ft-emotion-msp-dim")
        >>> mark(model, ["msp_podcast"]), mark(model, ["msp_podcast"], ["Test1"])
        ('fine-tuning (this part)', 'fine-tuning (other parts)')
        >>> mark(model, ["vam"]), mark(None, ["vam"])
        ('no', 'unknown')
    """
    if exposure is None:
        return UNKNOWN
    names, tested = set(map(normal, corpus)), set(map(normal, parts))
    found = [NO if exposure.complete else UNKNOWN]
    for stage, heard in ((PRETRAINED, exposure.pretrained), (THIS, exposure.finetuned)):
        for name, _, part in (one.partition("/") for one in heard):
            if normal(name) in names:
                apart = part and tested and normal(part) not in tested
                found.append(OTHERS if apart else stage)
    return worst(found)


def worst(marks: Iterable[str]) -> str:
    """Return the mark of what rests on several models; of none, `no`."""
    return min(marks, key=MARKS.index, default=NO)
