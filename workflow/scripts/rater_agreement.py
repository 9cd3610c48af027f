"""Draw how well raters agree, and the best method beside them, one panel per corpus."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.scores import of_all
from dimser.report import figures
from dimser.report.palette import appearances

MEASURES = {
    "alpha": "Krippendorff's alpha",
    "icc_single": "ICC, one rating",
    "icc_average": "ICC, mean of ratings",
    "one_rater_ccc": "CCC that one more rater would reach",
    "ceiling_ccc": "CCC that the labels allow",
}
BEST = "CCC of the best method"


def rater_agreement(
    *,
    annotation: list[str],
    scores: list[str],
    labels: list[str],
    **files: str,
) -> None:
    """Draw one row per dimension, with one mark per measure of agreement.

    A corpus without ratings by several people has no panel.

    Args:
        annotation: csv of each corpus, columns `dimension` and `MEASURES`; may be empty.
        scores: csv of each corpus, columns `method,dimension,ccc,ccc_low,ccc_high`.
        labels: display name of each corpus, in the same order.
        files: of the figure, by the names that `figures.save` has for them.
    """
    every = [read_csv(path).set_index("dimension") for path in annotation]
    rated = [number for number, human in enumerate(every) if len(human)]
    humans, named = [every[n] for n in rated], [labels[n] for n in rated]

    def draw(width: float) -> Figure:
        if not humans:
            figure = figures.new(figures.ONE_COLUMN, 0.6)
            figure.supxlabel("No corpus has ratings by several people.", fontsize=8)
            return figure
        machines = [
            table[table["dimension"].isin(DIMENSIONS)]
            for table in (of_all(read_csv(scores[number])) for number in rated)
        ]
        alike = len({tuple(machine["dimension"].unique()) for machine in machines}) == 1
        columns = min(len(named), 3) if width > figures.ONE_COLUMN else 1
        rows = -(-len(named) // columns)
        width, entries = (figures.ONE_COLUMN, 1) if columns == 1 else (width, 3)
        figure = figures.new(width, 1.5 * rows + 0.2 + 1 / entries)
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=alike)
        name = figures.with_interval(pd.concat(machines), BEST)
        filled = [
            _panel(axes, human, machine, label, name)
            for axes, human, machine, label in zip(
                panels.ravel(), humans, machines, named, strict=False
            )
        ]
        lowest, _ = panels[0, 0].get_xlim()  # of all panels
        panels[0, 0].set_xlim(min(0, lowest), 1.02)
        for axes in panels.ravel()[len(named) :]:
            axes.remove()
        handles = {h.get_label(): h for own in filled for h in own}
        figure.legend(handles=list(handles.values()), loc="outside lower center", ncols=entries)
        return figure

    figures.save(draw, **files)


def _panel(
    axes: Axes, human: pd.DataFrame, machine: pd.DataFrame, label: str, best_label: str
) -> list:
    dimensions = machine["dimension"].unique()
    looks = appearances(len(MEASURES))
    for look, (measure, name) in zip(looks, MEASURES.items(), strict=True):
        values = human[measure].reindex(dimensions)
        if values.notna().any():
            axes.plot(
                values, range(len(dimensions)), linestyle="", markersize=4.5, **look, label=name
            )
    defined = machine[machine["ccc"].notna()]
    best = defined.loc[defined.groupby("dimension")["ccc"].idxmax()].set_index("dimension")
    best, places = best.reindex(dimensions), [place + 0.25 for place in range(len(dimensions))]
    axes.hlines(places, best["ccc_low"], best["ccc_high"], color="#000000", linewidth=1.2)
    axes.plot(best["ccc"], places, "s", color="#000000", markersize=3, label=best_label)
    axes.set_yticks(range(len(dimensions)), [name.capitalize() for name in dimensions])
    axes.set_ylim(len(dimensions) - 0.4, -0.4)
    axes.grid(axis="x", linewidth=0.3, color="#CCCCCC")
    axes.set_axisbelow(True)
    axes.set_title(figures.literal(label))
    axes.set_xlabel("Agreement")
    return axes.get_legend_handles_labels()[0]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        rater_agreement(
            annotation=list(snakemake.input.annotation),
            scores=list(snakemake.input.scores),
            labels=list(snakemake.params.labels),
            **snakemake.output,
        )
