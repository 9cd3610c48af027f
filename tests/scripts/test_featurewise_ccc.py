"""Figures 3 and 4: who is in the legend, and that a set looks alike in all corpora."""

from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from dimser.core.files import write_csv
from dimser.report import figures
from dimser.report.palette import COLOURS
from featurewise_ccc import featurewise_ccc

LABELS = {"cmp": "CMP", "hrt": "HRT", "wlm": "W $ LM"}


def draw(folder: Path, *features: str, stand_ins: dict[str, str] | None = None) -> None:
    for number, name in enumerate(features, start=1):
        rows = [[f"f{n}", 0.1 * n, -0.1 * n, 0, n == 1, False, True] for n in range(number)]
        names = ["feature", "valence_ccc", "arousal_ccc", "dominance_ccc", "valence_above",
                 "arousal_above", "dominance_above"]  # fmt: skip
        table = pd.DataFrame(rows, columns=names)
        write_csv(table, folder / f"{name}.csv")
    featurewise_ccc(
        featurewise=[str(folder / f"{name}.csv") for name in features],
        features=list(features),
        labels=LABELS,
        stand_ins=stand_ins or {},
        corpus_label="Mini",
        png=str(folder / "f.png"),
        pdf=str(folder / "f.pdf"),
        svg=str(folder / "f.svg"),
        column=str(folder / "f_column.pdf"),
    )


@pytest.fixture
def saved(monkeypatch) -> list[Figure]:
    """The figures that would have been written."""
    found: list[Figure] = []
    monkeypatch.setattr(
        figures, "save", lambda draw, **files: found.append(draw(figures.TWO_COLUMNS))
    )
    return found


def test_the_legend_names_sets_sizes_and_stand_ins(tmp_path: Path, saved: list[Figure]) -> None:
    draw(tmp_path, "cmp", "hrt", "wlm", stand_ins={"wlm": "untrained stand-in"})
    assert [text.get_text() for text in saved[0].legends[0].get_texts()] == [
        "CMP: 0 of 1 features",
        "HRT: 1 of 2 features",
        r"W \$ LM †: 1 of 3 features",
    ]
    assert "\n† untrained stand-in" in saved[0].legends[0].get_title().get_text()


def test_arousal_is_across_and_valence_up(tmp_path: Path, saved: list[Figure]) -> None:
    draw(tmp_path, "cmp", "hrt")
    (axes,) = saved[0].axes
    assert axes.get_xlabel() == "CCC with arousal" and axes.get_title() == "Mini"
    _, _, hollow, filled = (points.get_offsets().tolist() for points in axes.collections)
    assert hollow == [[0, 0]] and filled == [pytest.approx([-0.1, 0.1])]


def test_a_set_looks_alike_whichever_sets_a_corpus_has(tmp_path: Path, saved: list[Figure]) -> None:
    draw(tmp_path, "cmp", "hrt")
    draw(tmp_path, "hrt")
    colours = [to_hex(figure.axes[0].collections[-1].get_facecolor()[0]) for figure in saved]
    assert colours[0] == colours[1] == COLOURS[1].lower()


def test_a_corpus_without_feature_sets_has_an_empty_figure(tmp_path: Path) -> None:
    draw(tmp_path)
    assert (tmp_path / "f.png").stat().st_size


def test_a_second_run_writes_the_same_bytes(tmp_path: Path) -> None:
    draw(tmp_path, "cmp", "hrt")
    before = [(tmp_path / name).read_bytes() for name in ("f.png", "f.pdf")]
    draw(tmp_path, "cmp", "hrt")
    assert [(tmp_path / name).read_bytes() for name in ("f.png", "f.pdf")] == before
