"""Draw all paired comparisons, and write each as a sentence."""

import numpy as np
import pandas as pd

from dimser.core.files import read_csv, write_text
from dimser.core.job import logged
from dimser.evaluation.comparison import ALPHA
from dimser.evaluation.scores import of_all
from dimser.report import figures, sentences
from dimser.report.tables import markdown


def comparison_matrix(
    *,
    comparisons: str,
    scores: str,
    methods: list[str],
    labels: dict[str, str],
    png: str,
    pdf: str,
    md: str,
) -> None:
    """Draw one panel per dimension: the CCC of the row's method minus that of the column's.

    Args:
        comparisons: csv, as `compare` writes it.
        scores: csv with columns `dimension,clusters,cluster_by`, of the same methods.
        methods: ids of the methods, in the order of rows and columns.
        labels: their display names.
        png: output; a dot where the corrected p is at most 0.05.
        pdf: output.
        md: output, one sentence per comparison.
    """
    table, scored = (of_all(read_csv(path)) for path in (comparisons, scores))
    dimensions = scored["dimension"].unique()
    size = len(methods)
    names = [figures.literal(labels[method]) for method in methods]
    figure, panels = figures.square_panels(names, len(dimensions))
    largest = table["ccc_difference"].abs().max()
    largest = largest if largest > 0 else 1.0
    for panel, dimension in zip(panels, dimensions, strict=True):
        shown, significant = np.full((size, size), np.nan), []
        for row in table[table["dimension"] == dimension].itertuples():
            a, b = methods.index(row.method_a), methods.index(row.method_b)
            shown[a, b], shown[b, a] = row.ccc_difference, -row.ccc_difference
            significant += [(a, b), (b, a)] * bool(row.p_adjusted <= ALPHA)
        image = panel.imshow(shown, cmap="PuOr", vmin=-largest, vmax=largest)
        if significant:
            rows, columns = zip(*significant, strict=True)
            panel.plot(columns, rows, "o", color="#000000", markersize=1.8)
        panel.set_title(dimension.capitalize())
        panel.set_xticks(range(size), names, rotation=90, fontsize=6)
        panel.set_yticks(range(size), names, fontsize=6)
        panel.spines[:].set_visible(False)
        panel.tick_params(length=0)
    bar = figure.colorbar(image, ax=panels, shrink=0.7, pad=0.01)
    bar.set_label("CCC of the row minus the column's\n(dot: corrected p ≤ 0.05)", fontsize=6)
    figures.save(figure, png, pdf)
    warning = [line for text in sentences.limits(table, scored) for line in (markdown(text), "")]
    write_text("\n".join([*warning, *as_markdown(table, labels)]) + "\n", md)


def as_markdown(table: pd.DataFrame, labels: dict[str, str]) -> list[str]:
    """Return each comparison as a sentence for a paper, in Markdown."""
    parts = []
    for dimension, rows in table.groupby("dimension", sort=False):
        parts += [f"### {dimension.capitalize()}", ""]
        compared = (sentences.comparison(row, labels) for row in rows.itertuples())
        parts += [*(f"- {markdown(sentence)}" for sentence in compared), ""]
    return parts or ["There is only one method, so there is nothing to compare."]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        comparison_matrix(
            comparisons=snakemake.input.comparisons,
            scores=snakemake.input.scores,
            methods=list(snakemake.params.methods),
            labels=snakemake.params.labels,
            **snakemake.output,
        )
