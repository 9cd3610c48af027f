"""What models have heard, and what that means for a corpus and its parts."""

import re
from pathlib import Path

import pytest

from dimser.features.exposure import MARKS, MODELS, Exposure, known, mark, worst

MANUAL = Path(__file__).parents[3] / "config/README.md"
EMOTIONAL = "audeering/wav2vec2-large-robust-12-ft-emotion-msp-dim"


def test_every_model_has_a_source_and_all_that_it_started_from() -> None:
    assert all(entry.source and known(model) for model, entry in MODELS.items())
    heard = known(EMOTIONAL)
    assert heard.finetuned == ("MSP-Podcast/Train",) and "Fisher" in heard.pretrained
    assert not known("tiantiaf/whisper-large-v3-msp-podcast-emotion-dim").complete


@pytest.mark.parametrize(
    ("model", "corpus", "parts", "expected"),
    [
        (EMOTIONAL, "MSP-Podcast", [], "fine-tuning (this part)"),
        (EMOTIONAL, "msp_podcast", ["Test1", "Train"], "fine-tuning (this part)"),
        (EMOTIONAL, "MSP Podcast", ["Test1", "Test2"], "fine-tuning (other parts)"),
        (EMOTIONAL, "switchboard", [], "pre-training"),
        (EMOTIONAL, "IEMOCAP", ["Train"], "no"),
        ("openai/whisper-large-v3", "IEMOCAP", [], "unknown"),
        ("emotion2vec/emotion2vec_base", "IEMOCAP", [], "pre-training"),
        ("emotion2vec/emotion2vec_plus_seed", "IEMOCAP", [], "fine-tuning (this part)"),
        ("emotion2vec/emotion2vec_plus_seed", "VAM", [], "unknown"),
        ("somebody/else", "VAM", [], "unknown"),
    ],
)
def test_a_model_is_compared_with_a_corpus_and_its_tested_parts(
    model: str, corpus: str, parts: list[str], expected: str
) -> None:
    assert mark(known(model), ["an_id", corpus], parts) == expected


def test_a_user_s_own_model_says_it_itself() -> None:
    mine = known("/models/mine", ["Mine/Train", EMOTIONAL])
    assert mark(mine, ["mine"], ["Test"]) == "fine-tuning (other parts)"
    assert mark(mine, ["mine"]) == mark(mine, ["msp_podcast"]) == "fine-tuning (this part)"
    assert mark(mine, ["fisher"]) == "pre-training"
    assert mark(known("/models/mine", []), ["mine"]) == "no"
    assert known(EMOTIONAL, []) == Exposure("the configuration")  # it has the last word


def test_the_worst_of_several_counts() -> None:
    assert [worst(MARKS[n:]) for n in range(len(MARKS))] == [*MARKS] and worst([]) == "no"


def test_the_manual_names_every_model() -> None:
    manual = MANUAL.read_text()
    named = {re.sub("(?<=openai/whisper-).*|(?<=WavLM-)(V|A|D).*", "*", name) for name in MODELS}
    assert [name for name in sorted(named) if f"`{name}`" not in manual] == []
