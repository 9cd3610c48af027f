"""Figures in the page."""

import base64
import gzip
from pathlib import Path

import pandas as pd
import pytest

from dimser.report import pictures

FIGURES = {
    ("label_distribution", ""): "",
    ("rater_agreement", ""): "",
    ("ccc_by_method", "vam"): "",
}


@pytest.fixture
def read() -> dict[str, dict[str, pd.DataFrame]]:
    own = {
        "annotation": pd.DataFrame({"dimension": ["valence"]}),
        "utterances": pd.DataFrame({"id": ["u1"], "file": ["/home/ann/u1.wav"]}),
        "scores": pd.DataFrame({"method": ["cmp"], "ccc": [0.5]}),
    }
    return {"": {}, "vam": own}


def embedded(folder: Path, read: dict) -> list[dict]:
    """Embed three figures."""
    (folder / "a.svg").write_text("<svg/>")
    (folder / "a.pdf").write_bytes(b"%PDF" + b"x" * 3_000)
    pdfs = [str(folder / "a.pdf")] * 3
    svg = {key: str(folder / "a.svg") for key in FIGURES}
    return pictures.embedded(svg, pdfs, pdfs, read, {"vam": "VAM"})


def test_a_figure_comes_with_its_files_and_what_it_draws(tmp_path: Path, read: dict) -> None:
    shown = embedded(tmp_path, read)
    assert [(one["name"], one["label"]) for one in shown] == [
        ("label_distribution", ""), ("rater_agreement", ""), ("ccc_by_method", "VAM"),
    ]  # fmt: skip
    assert all(one["pdf"].startswith("data:application/pdf") and one["narrow"] for one in shown)
    found = pictures.data_of(shown, read)
    assert [*found] == ["all/utterances.csv", "all/annotation.csv", "vam/scores.csv"]
    text = gzip.decompress(base64.b64decode(found["all/utterances.csv"])).decode()
    assert text == "corpus,id\nvam,u1\n"  # where files lie is nobody's business


def test_agreement_is_left_out_where_nobody_rated(tmp_path: Path, read: dict) -> None:
    read["vam"]["annotation"] = read["vam"]["annotation"][:0]
    assert "rater_agreement" not in [one["name"] for one in embedded(tmp_path, read)]


def test_what_is_too_large_for_a_page_is_not_offered_there(
    tmp_path: Path, read: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_OF_PDFS", 4 * 4_100)
    monkeypatch.setattr(pictures, "LARGEST", 10)
    shown = embedded(tmp_path, read)
    assert [bool(one["pdf"]) for one in shown] == [True] * 3  # wide ones go first
    assert [bool(one["narrow"]) for one in shown] == [True, False, False]
    assert pictures.data_of(shown, read) == {} and {one["data"] for one in shown} == {""}
