"""What transfers, in sentences."""

import numpy as np
import pandas as pd

from dimser.report.transfer import told

NAMES = {"wlm": "WLM", "cmp": "CMP", "mean": "Mean", "e2e": "E2E"}
CORPORA = {"a": "Corpus A", "b": "Corpus B"}


def row(protocol: str, method: str, dimension: str, ccc: float, **more: object) -> dict:
    plain = {
        "train": "a", "test": "b", "protocol": protocol, "method": method, "dimension": dimension,
        "ccc": ccc, "ccc_low": ccc - 0.1, "ccc_high": ccc + 0.1,
        "difference": -0.1, "difference_low": -0.2, "difference_high": 0.0,
        "of_correlation": -0.1, "of_scale": 0.0, "of_location": 0.0,
        "shared_speakers": 0, "shared_raters": 0, "shared_texts": 0,
        "train_languages": "eng", "test_languages": "eng", "heard": "no",
    }  # fmt: skip
    return plain | more


def sentences(*rows: dict, apart: bool = False) -> list[str]:
    (found,) = told(pd.DataFrame(rows), ["wlm", "cmp"], NAMES, CORPORA, apart)
    assert found["title"] == "From Corpus A to Corpus B"
    return found["sentences"]


def test_the_method_with_the_highest_ccc_is_told_and_what_does_not_transfer() -> None:
    found = sentences(
        row("strict", "wlm", "arousal", 0.6), row("strict", "cmp", "arousal", 0.5),
        row("strict", "mean", "arousal", 0.9), row("strict", "cmp", "valence", 0.05),
    )  # fmt: skip
    assert found == [
        "What transfers: arousal by WLM (CCC 0.60 [0.50, 0.70]).",
        "There is no evidence that valence does.",
        "None of these differs beyond chance from models of the tested corpus itself.",
    ]


def test_where_another_method_transfers_the_highest_ccc_is_no_lack_of_evidence() -> None:
    wide = row("strict", "wlm", "valence", 0.7, ccc_low=-0.1)
    assert "The highest CCC of valence cannot be distinguished from 0." in sentences(
        wide, row("strict", "cmp", "valence", 0.5)
    )
    assert "There is no evidence that valence does." in sentences(
        wide, row("strict", "cmp", "valence", 0.05)
    )


def test_a_loss_is_taken_apart() -> None:
    lost = {"difference": -0.3, "difference_low": -0.4, "difference_high": -0.2}
    shifted = {"of_correlation": 0.0, "of_scale": -0.1, "of_location": -0.2}
    found = sentences(row("strict", "wlm", "arousal", 0.5, **lost, **shifted))
    assert found[1] == (
        "Compared with models of the tested corpus itself: -0.30 [-0.40, -0.20] in arousal "
        "(0.00 correlation, -0.10 scale, -0.20 location; the order is known, the level is not)."
    )
    assert found[2].startswith(
        "WLM loses most, in arousal: 0.80 trained on the tested corpus itself, 0.50 from here"
    )
    unknown = {"of_correlation": -0.25, "of_scale": -0.05, "of_location": 0.0}
    found = sentences(row("strict", "wlm", "arousal", 0.5, **lost, **unknown))
    assert "the order is known" not in " ".join(found)


def test_protocols_stand_side_by_side() -> None:
    found = sentences(
        row("strict", "wlm", "arousal", 0.5), row("ceiling", "wlm", "arousal", 0.7),
        row("corpus_range", "wlm", "arousal", 0.6),
    )  # fmt: skip
    assert found[-1] == (
        "CCC of these methods by protocol. strict: arousal 0.50; recalibrated on the target's "
        "labels (ceiling): arousal 0.70; own range of each corpus (transductive): arousal 0.60."
    )


def test_what_corpora_share_is_told() -> None:
    shared = {"shared_speakers": 3, "shared_texts": 1, "train_languages": "dan"}
    rows = row("strict", "wlm", "arousal", 0.5, **shared)
    assert sentences(rows)[-2:] == [
        "Both have 3 speakers and 1 text in common, by name; who is tested was not trained on.",
        "Languages: dan in training, eng in test.",
    ]
    assert "speakers are taken for different people" in sentences(rows, apart=True)[-2]


def test_what_was_trained_on_the_corpus_does_not_transfer() -> None:
    found = sentences(
        row("strict", "wlm", "arousal", 0.9, heard="pre-training"),
        row("strict", "cmp", "arousal", 0.5),
    )
    assert found[0] == "What transfers: arousal by CMP (CCC 0.50 [0.40, 0.60])."
    assert found[-1] == "Not considered, as their models were trained on Corpus B: WLM."


def test_without_intervals_none_is_claimed() -> None:
    missing = dict.fromkeys(("ccc_low", "ccc_high", "difference_low", "difference_high"), np.nan)
    found = sentences(row("strict", "wlm", "arousal", 0.5, **missing))
    assert found == ["What transfers: arousal by WLM (CCC 0.50, no interval)."]
