"""One style for all figures: readable in greyscale, at a paper's column widths.

Figures are made without pyplot, so there is no global state and no display, and the file's suffix
selects the backend.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from textwrap import wrap

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure

from dimser.core.dimensions import labelled
from dimser.core.files import replacing
from dimser.core.methods import KINDS
from dimser.report import tables
from dimser.report.tables import DAGGER

ONE_COLUMN, TWO_COLUMNS = 3.5, 7.16  # widths in inches, of IEEE's two-column pages
ROW = 0.19  # inches of height per method
LETTER, BAR, TITLE = 0.08, 0.9, 0.8  # inches: of a name's letter; beside square panels; above them
DPI, SCREEN_DPI = 300, 150

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
    "svg.hashsalt": "dimser",  # the same names of parts in every run
}

# The only place where figures touch matplotlib's global settings.
matplotlib.rcParams.update(STYLE)


def new(width: float, height: float) -> Figure:
    """Return an empty figure with constrained layout.

    Args:
        width: in inches, `ONE_COLUMN` or `TWO_COLUMNS`.
        height: in inches.
    """
    return Figure(figsize=(width, height), layout="constrained")


def worst_first(
    scores: pd.DataFrame, methods: list[str], kinds: Mapping[str, str] | None = None
) -> list[str]:
    """Sort methods by their mean CCC over the dimensions; undefined ones come first.

    Args:
        scores: columns `method,ccc`.
        methods: ids of the methods.
        kinds: of each method; methods of a kind stay together, baselines come before the others,
            and representations last.
    """
    mean = scores.groupby("method")["ccc"].mean().reindex(methods)
    order = mean.sort_values(kind="stable", na_position="first").index.tolist()
    return sorted(order, key=lambda method: -KINDS.index(kinds[method])) if kinds else order


def names(methods: Sequence[str], labels: dict[str, str], stand_ins: Collection[str]) -> list[str]:
    """Return how methods are called in a figure; what rests on a stand-in has a dagger."""
    return [literal(labels[m]) + (f" {DAGGER}" if m in stand_ins else "") for m in methods]


def plane(table: pd.DataFrame) -> list[str]:
    """Return the dimensions that span a plane: arousal and valence where a corpus has both.

    Args:
        table: one column per dimension, empty where the corpus is not labelled in it.

    Returns:
        Across and up; only one if the corpus has no other.
    """
    return [name for name in ("arousal", "valence", "dominance") if name in labelled(table)][:2]


def method_panels(
    methods: list[str],
    labels: dict[str, str],
    stand_ins: Mapping[str, str],
    dimensions: Sequence[str],
    kinds: Mapping[str, str] | None = None,
    width: float = TWO_COLUMNS,
) -> tuple[Figure, np.ndarray]:
    """Return a figure with one panel per dimension and one row per method, from the bottom up.

    Args:
        methods: ids of the methods, in the order of the rows.
        labels: their display names.
        stand_ins: ids of the methods that use no published model; marked by a dagger.
        dimensions: what the corpus is labelled in.
        kinds: of each method; a line sets them apart, and their names stand beside them where
            there is space.
        width: of the figure; in one column of a page, panels stand below each other.
    """
    wide, count = width > ONE_COLUMN, len(dimensions)
    rows, columns = (1, count) if wide else (count, 1)
    figure = new(width, 0.9 + (0.25 + ROW * len(methods)) * rows)
    panels = figure.subplots(rows, columns, sharey=True, sharex=True, squeeze=False).ravel()
    for panel, dimension in zip(panels, dimensions, strict=True):
        panel.axvline(0, color="#999999", linewidth=0.6)
        panel.set_title(dimension.capitalize())
        panel.grid(axis="x", linewidth=0.3, color="#CCCCCC")
        panel.set_axisbelow(True)
    panels[0].set_yticks(range(len(methods)), names(methods, labels, stand_ins))
    panels[0].set_ylim(-0.6, len(methods) - 0.4)
    places = pd.Series(range(len(methods)), [kinds[m] for m in methods] if kinds else methods)
    for kind, own in places.groupby(level=0, sort=False) if kinds else ():
        for panel in panels if own.iloc[0] else ():
            panel.axhline(own.iloc[0] - 0.5, color="#000000", linewidth=0.5)
        text = kind.replace(" ", "\n") if len(own) > 1 else kind
        for panel in panels[-1:] if wide else ():
            place = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": 6}
            panel.annotate(text, (1.02, own.mean()), **place)
    return figure, panels


def square_panels(
    names: Sequence[str], count: int, columns: int | None = None, width: float = TWO_COLUMNS
) -> tuple[Figure, np.ndarray]:
    """Return a figure with square panels, high enough for the names below them.

    Args:
        names: beside the panels' rows and below their columns.
        count: of panels.
        columns: panels in a row; all, if left out.
        width: of the figure; in one column of a page, each panel has a row.

    Returns:
        The figure, and its panels in a row.
    """
    columns = (columns or count) if width > ONE_COLUMN else 1
    rows = -(-count // columns)
    longest = LETTER * max(map(len, names), default=0)
    beside, below = (BAR, 0.0) if width > ONE_COLUMN else (0.3, BAR)  # of the colours
    side = max(1.0, (width - longest - beside) / columns)
    figure = new(width, below + TITLE + rows * side + 0.25 * (rows - 1) + longest)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for panel in panels[count:]:
        panel.remove()
    return figure, panels[:count]


def explained(methods: Iterable[str], stand_ins: Mapping[str, str], figure: Figure) -> str:
    """Return what the daggers of methods mean, or nothing where there are none."""
    said = tables.note(stand_ins[method] for method in methods if method in stand_ins)
    return _folded(said, figure)


def note(figure: Figure, methods: Iterable[str], stand_ins: Mapping[str, str]) -> None:
    """Explain the dagger below a figure, if there is one."""
    if text := explained(methods, stand_ins, figure):
        figure.supxlabel(text, fontsize=6)


def colour_bar(figure: Figure, image: object, panels: np.ndarray, **how: object) -> Colorbar:
    """Draw the colours of square panels beside them, or in one column of a page below them."""
    place = "right" if figure.get_figwidth() > ONE_COLUMN else "bottom"
    return figure.colorbar(image, ax=panels, location=place, shrink=0.7, pad=0.01, **how)


def _folded(text: str, figure: Figure) -> str:
    """Break a line of small letters that one column of a page does not hold."""
    return text if figure.get_figwidth() > ONE_COLUMN else "\n".join(wrap(text, 55))


def method_legend(
    figure: Figure, panels: np.ndarray, methods: list[str], stand_ins: dict[str, str]
) -> None:
    """Draw one legend for all panels below them, and explain the dagger if there is one."""
    handles = {h.get_label(): h for p in panels for h in p.get_legend_handles_labels()[0]}
    title = explained(methods, stand_ins, figure)
    place = {"loc": "outside lower center", "title": title, "title_fontsize": 6}
    columns = len(handles) if figure.get_figwidth() > ONE_COLUMN else 2
    figure.legend(handles=list(handles.values()), ncols=columns, **place)


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


def files(paths: Sequence[str]) -> dict[str, str]:
    """Name the files of a figure, in the order of a rule's output, as `save` does."""
    return dict(zip(("png", "pdf", "svg", "column"), paths, strict=True))


def save(
    draw: Callable[[float], Figure],
    png: str | Path,
    pdf: str | Path,
    svg: str | Path,
    column: str | Path,
) -> None:
    """Write a figure for two columns of a page and for one: all files, or none if drawing fails.

    The files depend on the figure and on matplotlib's version, not on the time of writing.

    Args:
        draw: from a width, `TWO_COLUMNS` or `ONE_COLUMN`, to the figure.
        png: 300 dots per inch.
        pdf: vectors with embedded fonts; rasterised parts at 300 dots per inch.
        svg: for the report; letters are shapes, so that it looks the same everywhere;
            rasterised parts at 150.
        column: PDF for one column of a page.
    """
    wide, narrow = draw(TWO_COLUMNS), draw(ONE_COLUMN)
    # drawn in memory, because matplotlib hides the error of a full disk
    files = [
        (png, wide, DPI, {"Software": None}),
        (pdf, wide, DPI, {"CreationDate": None}),
        (svg, wide, SCREEN_DPI, {"Date": None}),
        (column, narrow, DPI, {"CreationDate": None}),
    ]
    drawn = []
    for path, figure, dpi, metadata in files:
        drawn.append(BytesIO())
        kind = Path(path).suffix.removeprefix(".")
        figure.savefig(drawn[-1], format=kind, dpi=dpi, metadata=metadata)
        figure.set_layout_engine("none")  # it is laid out now, for its other files, too
    with ExitStack() as stack:
        for (path, *_), content in zip(files, drawn, strict=True):
            stack.enter_context(replacing(path)).write_bytes(content.getvalue())
