"""Draw all paired comparisons, and write each as a sentence."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dimser.core.files import read_csv, write_text
from dimser.core.job import logged
from dimser.evaluation.comparison import ALPHA
from dimser.evaluation.scores import of_all
from dimser.report import comparing, figures
from dimser.report.tables import markdown

ENDS = 0.5  # of the colours: the same in all figures, so that small differences look small
LEAST = 0.005  # a smaller difference is 0 as printed, and has no dot, however certain it is
LEGIBLE = 2.5  # points of a number; smaller ones are left out
FEW = 8  # methods whose numbers fit where all dimensions stand in a row


def comparison_matrix(
    *,
    comparisons: str,
    scores: str,
    methods: list[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    md: str,
    **files: str,
) -> None:
    """Draw one panel per dimension: the CCC of the row's method minus that of the column's.

    It is told in hundredths below the diagonal; above it a dot stands where the corrected p is at
    most 0.05 and the difference is not 0 as printed.

    Args:
        comparisons: csv, as `compare` writes it.
        scores: csv with columns `dimension,clusters,cluster_by`, of the same methods.
        methods: ids of the methods, in the order of rows and columns.
        labels: their display names.
        stand_ins: ids of those that rest on a model in place of a published one, and
            what it is called.
        md: output, one sentence per comparison.
        files: of the figure, by the names that `figures.save` has for them.
    """
    table, scored = (of_all(read_csv(path)) for path in (comparisons, scores))
    dimensions = scored["dimension"].unique()
    size, names = len(methods), figures.names(methods, labels, stand_ins)
    columns = len(dimensions) if size <= FEW else 2

    def draw(width: float) -> Figure:
        figure, panels = figures.square_panels(names, len(dimensions), columns, width)
        wide = width > figures.ONE_COLUMN
        letters, small = min(6.0, 85 / size) * (1 if wide else 0.6), 6 if wide else 100 / size
        for panel, dimension in zip(panels, dimensions, strict=True):
            shown, significant = np.full((size, size), np.nan), []
            for row in table[table["dimension"] == dimension].itertuples():
                a, b = methods.index(row.method_a), methods.index(row.method_b)
                shown[a, b], shown[b, a] = row.ccc_difference, -row.ccc_difference
                tells = row.p_adjusted <= ALPHA and abs(row.ccc_difference) >= LEAST
                significant += [(min(a, b), max(a, b))] * bool(tells)
            image = panel.imshow(shown, cmap="PuOr", vmin=-ENDS, vmax=ENDS)
            for row, column in zip(*np.tril_indices(size, -1), strict=True):
                if letters >= LEGIBLE and not np.isnan(value := shown[row, column]):
                    text = f"{100 * value:z.0f}".replace("-", "\N{MINUS SIGN}")
                    colour = "#FFFFFF" if abs(value) > 0.7 * ENDS else "#000000"
                    place = {"ha": "center", "va": "center", "fontsize": letters, "color": colour}
                    panel.text(column, row, text, **place)
            if significant:
                rows, places = zip(*significant, strict=True)
                dot = {"color": "#FFFFFF", "markeredgecolor": "#000000", "markeredgewidth": 0.5}
                panel.plot(places, rows, "o", markersize=letters / 2.5, **dot)
            panel.set_title(dimension.capitalize())
            panel.set_xticks(range(size), names, rotation=90, fontsize=min(6, small))
            panel.set_yticks(range(size), names, fontsize=min(6, small))
            panel.spines[:].set_visible(False)
            panel.tick_params(length=0)
        bar = figures.colour_bar(figure, image, panels, extend="both")
        what = "CCC of the row minus the column's\n(numbers: hundredths; dot: corrected p ≤ 0.05)"
        bar.set_label(what, fontsize=6)
        figures.note(figure, methods, stand_ins)
        return figure

    figures.save(draw, **files)
    warning = [line for text in comparing.limits(table, scored) for line in (markdown(text), "")]
    write_text("\n".join([*warning, *as_markdown(table, labels)]) + "\n", md)


def as_markdown(table: pd.DataFrame, labels: dict[str, str]) -> list[str]:
    """Return each comparison as a sentence for a paper, in Markdown."""
    parts = []
    for dimension, rows in table.groupby("dimension", sort=False):
        parts += [f"### {dimension.capitalize()}", ""]
        compared = (comparing.comparison(row, labels) for row in rows.itertuples())
        parts += [*(f"- {markdown(sentence)}" for sentence in compared), ""]
    return parts or ["There is only one method, so there is nothing to compare."]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        comparison_matrix(
            comparisons=snakemake.input.comparisons,
            scores=snakemake.input.scores,
            methods=list(snakemake.params.methods),
            labels=snakemake.params.labels,
            stand_ins=snakemake.params.stand_ins,
            **snakemake.output,
        )
