"""Draw Figure 2: the joint distribution of arousal and valence labels, one panel per corpus."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.report import figures

NEUTRAL = 0.5  # the middle of the scale
CELLS = 100  # of the grid on which the density is computed, on each axis
SHARES = (0.0, 0.25, 0.5, 0.75, 0.95)
COLOURS = ("#08306b", "#2f79b5", "#8fc1de", "#d6e6f4")  # from the core outwards, dark to light
# Means of two to four raters on five grades are 1/8 or 1/12 apart. With a bandwidth below half of
# that, a corpus would show the lattice of its scale instead of its density.
MIN_BANDWIDTH = 0.04


def label_distribution(*, utterances: list[str], labels: list[str], **files: str) -> None:
    """Draw the density of each corpus's utterances in the plane of arousal and valence.

    A corpus that lacks one of them is shown in the dimensions that it has.

    Shaded are the smallest regions that contain 25, 50, 75 and 95 % of the utterances; those
    outside are dots. So corpora of 200 and of 260,000 utterances can be compared.

    Args:
        utterances: csv of each corpus with columns `valence,arousal,dominance` in [0, 1].
        labels: display name of each corpus, in the same order.
        files: of the figure, by the names that `figures.save` has for them.
    """
    tables = [read_csv(path) for path in utterances]
    figures.save(lambda width: _draw(tables, labels, width), **files)


def _draw(tables: list, labels: list[str], width: float) -> Figure:
    columns = {1: 1, 2: 2, 4: 2}.get(len(tables), 3) if width > figures.ONE_COLUMN else 1
    rows = -(-len(tables) // columns)
    width = figures.ONE_COLUMN if columns == 1 else figures.TWO_COLUMNS
    figure = figures.new(width, rows * (width / columns + 0.1) + 0.6)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, table, label in zip(panels, tables, labels, strict=False):
        shown = figures.plane(table)
        (_panel if len(shown) == 2 else _histogram)(axes, table[shown])
        axes.set_title(f"{figures.literal(label)} (n = {len(table):,})", wrap=True)
    for axes in panels[len(tables) :]:
        axes.remove()
    if all(len(figures.plane(table)) == 1 for table in tables):
        return figure
    handles = [Patch(facecolor=colour, edgecolor="black", linewidth=0.4) for colour in COLOURS]
    handles.append(Line2D([], [], color="0.3", marker=".", markersize=4, linestyle=""))
    handles.append(Line2D([], [], color="0.3", linewidth=0.6, linestyle="--"))
    names = [f"densest {share:.0%}" for share in SHARES[1:]]
    names += ["utterances outside", "middle of the scale"]
    ncols = 3 if columns > 1 else 2  # more would not fit the page
    figure.legend(handles, names, loc="outside lower center", ncols=ncols)
    return figure


def _histogram(axes: Axes, labels: pd.DataFrame) -> None:
    """Draw the labels of a corpus that has one dimension."""
    (dimension,) = labels
    axes.hist(labels[dimension], np.linspace(0, 1, 21), color=COLOURS[1])
    axes.set(xlabel=dimension.capitalize(), ylabel="Utterances", xlim=(-0.02, 1.02))


def _panel(axes: Axes, labels: pd.DataFrame) -> None:
    across, up = labels
    x, y = (labels[name].to_numpy() for name in labels)
    share, outside = _regions(x, y)
    grid = (np.arange(CELLS) + 0.5) / CELLS
    axes.contourf(grid, grid, share.T, SHARES, colors=COLOURS)
    axes.contour(grid, grid, share.T, SHARES[1:], colors="black", linewidths=0.4)
    axes.plot(x[outside], y[outside], ".", color="0.3", markersize=2, rasterized=True)
    for line in (axes.axhline, axes.axvline):
        line(NEUTRAL, color="0.3", linewidth=0.6, linestyle="--")
    axes.set(xlabel=across.capitalize(), ylabel=up.capitalize())
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_aspect("equal")


def _regions(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Estimate the density on a grid, and compute the share of utterances at least as dense.

    A Gaussian kernel in each direction, with the width of Scott's rule (D. W. Scott, "Multivariate
    density estimation", 1992: n^(-1/6) standard deviations in two dimensions) but at least
    `MIN_BANDWIDTH`; kernels are cut off at 0 and 1, and renormalised.

    Args:
        x: shape (utterances,), in [0, 1].
        y: the same.

    Returns:
        Share of shape (CELLS, CELLS), in (0, 1]: 0.5 on the border of the densest half; and, of
        shape (utterances,), whether an utterance lies outside the last region.
    """
    grid = (np.arange(CELLS) + 0.5) / CELLS
    counts = np.histogram2d(x, y, CELLS, [[0, 1], [0, 1]])[0]

    def kernel(values: np.ndarray) -> np.ndarray:
        width = max(values.std() * len(values) ** (-1 / 6), MIN_BANDWIDTH)
        weights = np.exp(-0.5 * ((grid[:, None] - grid) / width) ** 2)
        return weights / weights.sum(axis=0)

    density = kernel(x) @ counts @ kernel(y).T
    share = np.empty(density.size)
    densest_first = np.argsort(-density, axis=None, kind="stable")
    share[densest_first] = np.cumsum(density.ravel()[densest_first]) / density.sum()
    share = share.reshape(density.shape)
    i, j = (np.minimum((v * CELLS).astype(int), CELLS - 1) for v in (x, y))
    return share, share[i, j] > SHARES[-1]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        label_distribution(
            utterances=list(snakemake.input.utterances),
            labels=list(snakemake.params.labels),
            **snakemake.output,
        )
