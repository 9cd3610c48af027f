"""Draw what transfers: each method's CCC on each corpus, by what it was trained on."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.features.exposure import TRAINED
from dimser.regression.protocols import DIAGONAL, OTHERS, STRICT
from dimser.report import figures
from dimser.report.tables import SECTION

CELL, ROW, HEAD = 0.4, 0.27, 1.0  # inches: of a cell, of a row, and above and below all rows
COLOURS = matplotlib.colormaps["cividis"].with_extremes(under="#111111")
SMALL = 0.62  # letters of an interval, to those of a CCC
LEGIBLE = 3.5  # points of an interval; smaller ones are left out


def transfer_matrix(
    *,
    transfer: str,
    corpora: Mapping[str, str],
    methods: Sequence[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    **files: str,
) -> None:
    """Draw a panel per dimension: a row per method, a block per tested corpus, its own model first.

    CCCs with intervals stand on colours from 0 to 1, white below 0. A dot where the interval of the
    difference from the diagonal holds no 0.

    Args:
        transfer: csv, as `transfer_scores` writes it; shown are the diagonal and `strict`, or the
            first protocol where that is not computed.
        corpora: display names by id.
        methods: ids of the methods, in the order of the rows.
        labels: their display names.
        stand_ins: ids of those that rest on a model in place of a published one, and
            what it is called.
        files: of the figure, by the names that `figures.save` has for them.
    """
    table = read_csv(transfer)
    corpora = {name: figures.literal(label) for name, label in corpora.items()}
    others = [name for name in table["protocol"].unique() if name != DIAGONAL]
    protocol = STRICT if STRICT in others else next(iter(others), "")
    table = table[table["protocol"].isin([DIAGONAL, protocol])]
    dimensions = table["dimension"].unique()
    blocks = [
        (test, train)
        for test in corpora
        for train in (test, *(name for name in (*corpora, OTHERS) if name != test))
        if ((table["train"] == train) & (table["test"] == test)).any()
    ]
    rows = [method for method in methods if method in set(table["method"])]
    names = figures.names(rows, labels, stand_ins)
    cells = table.set_index(["dimension", "test", "train", "method"])

    def draw(width: float) -> Figure:
        beside = figures.LETTER * max(map(len, names), default=0)
        across = max(1, min(len(dimensions), int((width - beside) / (CELL * len(blocks)))))
        down = -(-len(dimensions) // across)
        figure = figures.new(width, down * (HEAD + ROW * len(rows)) + 0.6)
        panels = figure.subplots(down, across, squeeze=False, sharey=True).ravel()
        letters = min(6.5, 72 * (width - beside) / across / len(blocks) / 4.9)
        for panel in panels[len(dimensions) :]:
            panel.remove()
        for panel, dimension in zip(panels, dimensions, strict=False):
            own = cells.loc[dimension]
            image = _panel(panel, own, blocks, rows, letters)
            panel.set_title(dimension.capitalize(), pad=14)
            panel.set_yticks(range(len(rows)), names)
            _heads(panel, blocks, corpora)
        shown = panels[: len(dimensions)]
        below = "95 % interval below; " if SMALL * letters >= LEGIBLE else ""
        break_ = "\n" if width == figures.ONE_COLUMN else " "
        how = {"location": "bottom", "extend": "min", "pad": 0.01, "aspect": 30, "shrink": 0.8}
        bar = figure.colorbar(image, ax=shown, **how)
        what = f"CCC ({below}dot:{break_}differs from the corpus's own folds)"
        bar.set_label(what, fontsize=6)
        figures.note(figure, rows, stand_ins)
        return figure

    figures.save(draw, **files)


def _panel(
    panel: Axes,
    own: pd.DataFrame,
    blocks: Sequence[tuple[str, str]],
    rows: Sequence[str],
    letters: float,
) -> object:
    """Draw the cells of one dimension, and return the image."""
    shown = np.full((len(rows), len(blocks)), np.nan)
    for row, method in enumerate(rows):
        for place, block in enumerate(blocks):
            if (key := (*block, method)) not in own.index:
                continue
            cell = own.loc[key]
            shown[row, place] = value = cell["ccc"]
            colour = "#000000" if value > 0.48 else "#FFFFFF"
            style = {"ha": "center", "color": colour}
            low, high = _short(cell["ccc_low"]), _short(cell["ccc_high"])
            small = SMALL * letters
            told = bool(low) and small >= LEGIBLE
            mark = f" {SECTION}" if cell["heard"] in TRAINED else ""
            beyond = cell["difference_low"] > 0 or cell["difference_high"] < 0
            text = f"{_short(value)}{mark}{' •' if beyond else ''}"
            panel.text(
                place, row, text, va="bottom" if told else "center", fontsize=letters, **style
            )
            if told:
                panel.text(place, row, f"[{low}, {high}]", va="top", fontsize=small, **style)
    image = panel.imshow(shown, cmap=COLOURS, vmin=0, vmax=1, aspect="auto")
    for edge in range(1, len(blocks)):
        if blocks[edge][0] != blocks[edge - 1][0]:
            panel.axvline(edge - 0.5, color="#FFFFFF", linewidth=3)
    panel.spines[:].set_visible(False)
    panel.tick_params(length=0)
    return image


def _heads(panel: Axes, blocks: Sequence[tuple[str, str]], corpora: Mapping[str, str]) -> None:
    """Say below each column what was trained on, and below each block what was tested."""
    trained = [
        "own folds" if test == train else f"from {corpora.get(train, train)}"
        for test, train in blocks
    ]
    panel.set_xticks(range(len(blocks)), trained, rotation=90, fontsize=6)
    for test in dict.fromkeys(test for test, _ in blocks):
        places = [place for place, (own, _) in enumerate(blocks) if own == test]
        text = f"on {corpora[test]}"
        middle = np.mean(places)
        panel.annotate(text, (middle, 1.01), xycoords=("data", "axes fraction"), ha="center",
                       va="bottom", fontsize=6)  # fmt: skip


def _short(value: float) -> str:
    """Return a number of two decimals without its 0; nothing where it is missing."""
    if np.isnan(value):
        return ""
    return f"{value:z.2f}".replace("0.", ".").replace("-", "\N{MINUS SIGN}")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        transfer_matrix(
            transfer=snakemake.input.transfer,
            **snakemake.params.arguments,
            **snakemake.output,
        )
