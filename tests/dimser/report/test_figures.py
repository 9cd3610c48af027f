import os
from functools import partial
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure

from dimser.report import figures


def drawn(width: float = figures.ONE_COLUMN, title: str = "A") -> Figure:
    figure = figures.new(width, 2)
    figure.subplots().plot([0, 1], rasterized=True)
    figure.axes[0].set_title(title)
    return figure


def files(folder: Path) -> list[Path]:
    return [folder / name for name in ("a.png", "a.pdf", "a.svg", "a_column.pdf")]


def test_a_figure_has_the_widths_of_one_column_and_of_two(tmp_path: Path) -> None:
    figures.save(drawn, *files(tmp_path))
    height, across, _ = matplotlib.image.imread(tmp_path / "a.png").shape
    assert (across, height) == (int(figures.TWO_COLUMNS * 300), 600)
    for name, width in {"a": figures.TWO_COLUMNS, "a_column": figures.ONE_COLUMN}.items():
        points = b" ".join(f"{inches * 72:g}".encode() for inches in (width, 2))
        assert b"/MediaBox [ 0 0 " + points + b" ]" in (tmp_path / f"{name}.pdf").read_bytes()


def test_the_same_figure_is_the_same_bytes(tmp_path: Path, monkeypatch) -> None:
    written = []
    for epoch in ("0", "1000000000"):  # what matplotlib takes for the time of writing
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        figures.save(drawn, *files(tmp_path))
        written.append([path.read_bytes() for path in files(tmp_path)])
    assert written[0] == written[1]
    assert b"CreationDate" not in written[0][1]


def test_a_pdf_embeds_fonts_that_publishers_take(tmp_path: Path) -> None:
    figures.save(drawn, *files(tmp_path))
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert b"/TrueType" in pdf or b"/CIDFontType2" in pdf
    assert b"/Type3" not in pdf


def test_all_files_appear_or_none(tmp_path: Path) -> None:
    broken = partial(drawn, title="$\\nonsense$")  # matplotlib fails while it draws
    with pytest.raises(ValueError, match="nonsense"):
        figures.save(broken, *files(tmp_path))
    assert os.listdir(tmp_path) == []


def test_names_are_no_mathematics(tmp_path: Path) -> None:
    figure = partial(drawn, title=figures.literal("5 $ and $\\nonsense$\n"))
    figures.save(figure, *files(tmp_path))
    assert figures.literal(" a\n b ") == "a b"


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("name", ["CMP", "EF(ComParE 2016+WavLM large)"])
def test_square_panels_leave_room_for_the_names_below(name: str, count: int) -> None:
    figure, panels = figures.square_panels([name] * 12, count)
    for panel in panels:
        panel.imshow(np.eye(12))
        panel.set_title("Valence")
        panel.set_xticks(range(12), [name] * 12, rotation=90)
        panel.set_yticks(range(12), [name] * 12)
    figure.draw_without_rendering()
    height = figure.bbox.height
    for panel in panels:
        below = [label.get_window_extent().y0 for label in panel.get_xticklabels()]
        assert min(below) >= 0 and panel.title.get_window_extent().y1 <= height
