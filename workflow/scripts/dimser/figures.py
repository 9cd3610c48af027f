"""One style for all figures: readable in greyscale, at a paper's column widths, in PNG and PDF.

Figures are made without pyplot: there is no global state, no display, and the Agg and PDF backends
are chosen by the file that is written.
"""

from itertools import cycle, islice
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from dimser.files import replacing

ONE_COLUMN, TWO_COLUMNS = 3.5, 7.16  # widths in inches, of IEEE's two-column pages
DPI = 300

STYLE = {
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same on every machine
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

# M. Okabe, K. Ito, "Color universal design", 2008: told apart by colour-blind readers as well.
# Neighbours differ in lightness; yellow is left out, it vanishes on white.
COLOURS = ("#56B4E9", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#0072B2", "#000000")
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")

# The only place where figures touch matplotlib's global settings.
matplotlib.rcParams.update(STYLE)


def new(width: float, height: float) -> Figure:
    """Make an empty figure that keeps titles, labels and legends inside.

    Args:
        width: in inches, `ONE_COLUMN` or `TWO_COLUMNS`.
        height: in inches.
    """
    return Figure(figsize=(width, height), layout="constrained")


def appearances(count: int) -> list[dict[str, str]]:
    """Give `count` pairs of colour and marker; both change from one to the next.

    Seven colours and eight markers: the first 56 pairs are distinct.
    """
    pairs = islice(zip(cycle(COLOURS), cycle(MARKERS), strict=False), count)
    return [{"color": colour, "marker": marker} for colour, marker in pairs]


def literal(text: str) -> str:
    """Keep matplotlib from reading a corpus's or a feature set's name as mathematics."""
    return " ".join(text.split()).replace("$", r"\$")


def save(figure: Figure, png: str | Path, pdf: str | Path) -> None:
    """Write a figure as PNG and as PDF: both, or neither where one of them fails.

    The files depend on the figure and on matplotlib's version, not on the time of writing.

    Args:
        figure: what to write.
        png: 300 dots per inch.
        pdf: vectors with embedded fonts; rasterised parts at 300 dots per inch.
    """
    with replacing(png) as image, replacing(pdf) as vector:
        figure.savefig(image, format="png", dpi=DPI, metadata={"Software": None})
        figure.savefig(vector, format="pdf", dpi=DPI, metadata={"CreationDate": None})
