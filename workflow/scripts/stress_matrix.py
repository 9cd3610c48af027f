"""Draw the verdicts of all stress tests."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.registry import CORRECTNESS, FAIRNESS
from dimser.report import figures
from dimser.report.palette import COLOURS
from dimser.report.stress import NO, OPEN, YES, shown, verdicts

FEW = 12  # methods whose numbers fit
CODES = {"": 0, YES: 1, OPEN: 2, NO: 3}
SHADES = ListedColormap(["#FFFFFF", "#CFE8F7", "#E3E3E3", COLOURS[1]])
LEGEND = {"passed": 1, "the sample does not tell": 2, "failed": 3}


def stress_matrix(
    *,
    stress: str,
    methods: list[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    **files: str,
) -> None:
    """Draw one panel per dimension, one row per check and one column per method.

    Lines part what all predictions are judged by, altered audio, and groups.

    Args:
        stress: csv, as `stress` writes it.
        methods: ids of the methods, in the order of the columns.
        labels: their display names.
        stand_ins: ids of those that rest on a model in place of a published one, and what it is
            called.
        files: of the figure, by the names that `figures.save` has for them.
    """
    table = read_csv(stress)
    found = verdicts(table)
    dimensions, checks = table["dimension"].unique(), list(dict.fromkeys(table["check"]))
    names = figures.names(methods, labels, stand_ins)
    said = table.drop_duplicates("check").set_index("check")["condition"].to_dict()
    said |= {check: asked.text for check, asked in CORRECTNESS.items()}
    said |= {check: f"{check}: groups" for check in FAIRNESS}
    rows = [said[check] for check in checks]
    families = [(check in CORRECTNESS) - (check in FAIRNESS) for check in checks]
    borders = [row - 0.5 for row in range(1, len(rows)) if families[row] != families[row - 1]]

    def draw(width: float) -> Figure:
        wide, count = width > figures.ONE_COLUMN, len(dimensions)
        shape = (1, count) if wide else (count, 1)
        below = 0.06 * max(map(len, names)) + 0.7
        height = (0.16 if wide else 0.115) * len(checks)
        figure = figures.new(width, (height + 0.3) * shape[0] + below)
        panels = figure.subplots(*shape, sharex=True, sharey=True, squeeze=False).ravel()
        small = 6 if len(methods) <= FEW else 5
        for panel, dimension in zip(panels, dimensions, strict=True):
            own = found[found["dimension"] == dimension]
            codes = own.pivot(index="check", columns="method", values="verdict").map(CODES.get)
            codes = codes.reindex(index=checks, columns=methods).fillna(0)
            panel.imshow(codes, cmap=SHADES, vmin=0, vmax=3, aspect="auto")
            if len(methods) <= FEW:
                _write(panel, own, table, checks, methods)
            panel.set_title(dimension.capitalize())
            panel.set_xticks(range(len(methods)), names, rotation=90, fontsize=small)
            panel.set_yticks(range(len(checks)), rows, fontsize=5 if wide else 4.5)
            panel.set_xticks([n - 0.5 for n in range(1, len(methods))], minor=True)
            panel.set_yticks([n - 0.5 for n in range(1, len(checks))], minor=True)
            panel.grid(which="minor", color="#FFFFFF", linewidth=0.8)
            for border in borders:
                panel.axhline(border, color="#666666", linewidth=0.6)
            panel.tick_params(which="both", length=0)
            panel.spines[:].set_visible(False)
        patches = [
            Patch(facecolor=SHADES(code), edgecolor="#999999", linewidth=0.4, label=text)
            for text, code in LEGEND.items()
        ]
        title = figures.explained(methods, stand_ins, figure)
        place = {"loc": "outside lower center", "title": title, "title_fontsize": 6}
        figure.legend(handles=patches, ncols=3 if wide else 1, fontsize=6, **place)
        return figure

    figures.save(draw, **files)


def _write(
    panel: Axes, own: pd.DataFrame, table: pd.DataFrame, checks: list[str], methods: list[str]
) -> None:
    """Write the values of a panel, failed ones in bold."""
    for row in own.itertuples():
        bold = "bold" if row.verdict == NO else "normal"
        place = methods.index(row.method), checks.index(row.check)
        text = shown(table.iloc[row.row])
        panel.text(*place, text, ha="center", va="center", fontsize=5, fontweight=bold)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        stress_matrix(
            stress=snakemake.input.stress,
            methods=list(snakemake.params.methods),
            labels=snakemake.params.labels,
            stand_ins=snakemake.params.stand_ins,
            **snakemake.output,
        )
