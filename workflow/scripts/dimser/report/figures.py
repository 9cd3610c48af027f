"""One style for all figures: readable in greyscale, at a paper's column widths, in PNG and PDF.

Figures are made without pyplot, so there is no global state and no display, and the file's suffix
selects the backend (Agg or PDF).
"""

from collections.abc import Sequence
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dimser.core.dimensions import labelled
from dimser.core.files import replacing
from dimser.report.tables import DAGGER, NOTE

ONE_COLUMN, TWO_COLUMNS = 3.5, 7.16  # widths in inches, of IEEE's two-column pages
ROW = 0.19  # inches of height per method
LETTER, BAR, TITLE = 0.08, 0.9, 0.8  # inches: of a name's letter; beside square panels; above them
DPI = 300

STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "pdf.fonttype": 42,  # TrueType: publishers refuse matplotlib's default, Type 3
}

# M. Okabe, K. Ito, "Color universal design", 2008: colour-blind readers can tell them apart.
# Neighbours differ in lightness; yellow is left out, because it vanishes on white.
COLOURS = ("#56B4E9", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#0072B2", "#000000")
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")

# The only place where figures touch matplotlib's global settings.
matplotlib.rcParams.update(STYLE)


def new(width: float, height: float) -> Figure:
    """Return an empty figure with constrained layout.

    Args:
        width: in inches, `ONE_COLUMN` or `TWO_COLUMNS`.
        height: in inches.
    """
    return Figure(figsize=(width, height), layout="constrained")


def appearances(count: int) -> list[dict[str, str]]:
    """Return `count` pairs of colour and marker; both change from one to the next.

    With seven colours and eight markers, the first 56 pairs are distinct.

    Example:
        >>> appearances(2)
        [{'color': '#56B4E9', 'marker': 'o'}, {'color': '#E69F00', 'marker': '^'}]
    """
    pairs = islice(zip(cycle(COLOURS), cycle(MARKERS), strict=False), count)
    return [{"color": colour, "marker": marker} for colour, marker in pairs]


def worst_first(scores: pd.DataFrame, methods: list[str]) -> list[str]:
    """Sort methods by their mean CCC over the dimensions; undefined ones come first.

    Args:
        scores: columns `method,ccc`.
        methods: ids of the methods.
    """
    mean = scores.groupby("method")["ccc"].mean().reindex(methods)
    return mean.sort_values(kind="stable", na_position="first").index.tolist()


def plane(table: pd.DataFrame) -> list[str]:
    """Return the dimensions that span a plane: arousal and valence where a corpus has both.

    Args:
        table: one column per dimension, empty where the corpus is not labelled in it.

    Returns:
        Across and up; only one if the corpus has no other.
    """
    return [name for name in ("arousal", "valence", "dominance") if name in labelled(table)][:2]


def method_panels(
    methods: list[str], labels: dict[str, str], stand_ins: list[str], dimensions: Sequence[str]
) -> tuple[Figure, np.ndarray]:
    """Return a figure with one panel per dimension and one row per method, from the bottom up.

    Args:
        methods: ids of the methods, in the order of the rows.
        labels: their display names.
        stand_ins: ids of the methods that use an untrained stand-in; marked by a dagger.
        dimensions: what the corpus is labelled in.
    """
    figure = new(TWO_COLUMNS, 0.9 + ROW * len(methods))
    panels = figure.subplots(1, len(dimensions), sharey=True, sharex=True, squeeze=False)[0]
    for panel, dimension in zip(panels, dimensions, strict=True):
        panel.axvline(0, color="#999999", linewidth=0.6)
        panel.set_title(dimension.capitalize())
        panel.grid(axis="x", linewidth=0.3, color="#CCCCCC")
        panel.set_axisbelow(True)
    names = [literal(labels[m]) + (f" {DAGGER}" if m in stand_ins else "") for m in methods]
    panels[0].set_yticks(range(len(methods)), names)
    panels[0].set_ylim(-0.6, len(methods) - 0.4)
    return figure, panels


def square_panels(names: Sequence[str], count: int) -> tuple[Figure, np.ndarray]:
    """Return a figure with square panels in a row, high enough for the names below them.

    Args:
        names: beside the panels' rows and below their columns.
        count: of panels.
    """
    longest = LETTER * max(map(len, names), default=0)
    side = max(1.0, (TWO_COLUMNS - longest - BAR) / count)
    figure = new(TWO_COLUMNS, TITLE + side + longest)
    return figure, figure.subplots(1, count, sharey=True, squeeze=False)[0]


def method_legend(
    figure: Figure, panels: np.ndarray, methods: list[str], stand_ins: list[str]
) -> None:
    """Draw one legend for all panels below them, and explain the dagger if there is one."""
    handles = {h.get_label(): h for p in panels for h in p.get_legend_handles_labels()[0]}
    note = NOTE if set(methods) & set(stand_ins) else ""
    place = {"loc": "outside lower center", "title": note, "title_fontsize": 6}
    figure.legend(handles=list(handles.values()), ncols=len(handles), **place)


def with_interval(scores: pd.DataFrame, name: str = "CCC") -> str:
    """Return what marks of a CCC are called: without speakers there are no intervals.

    Args:
        scores: column `ccc_low`.
        name: of the marks.
    """
    return f"{name}, 95 %" if scores["ccc_low"].notna().any() else name


def literal(text: str) -> str:
    """Escape a display name that matplotlib would read as mathematics."""
    return " ".join(text.split()).replace("$", r"\$")


def save(figure: Figure, png: str | Path, pdf: str | Path) -> None:
    """Write a figure as PNG and as PDF: both, or neither if one of them fails.

    The files depend on the figure and on matplotlib's version, not on the time of writing.

    Args:
        figure: the figure to write.
        png: 300 dots per inch.
        pdf: vectors with embedded fonts; rasterised parts at 300 dots per inch.
    """
    # drawn in memory, because matplotlib hides the error of a full disk
    drawn_png, drawn_pdf = BytesIO(), BytesIO()
    figure.savefig(drawn_png, format="png", dpi=DPI, metadata={"Software": None})
    figure.savefig(drawn_pdf, format="pdf", dpi=DPI, metadata={"CreationDate": None})
    with replacing(png) as image, replacing(pdf) as vector:
        image.write_bytes(drawn_png.getvalue())
        vector.write_bytes(drawn_pdf.getvalue())
