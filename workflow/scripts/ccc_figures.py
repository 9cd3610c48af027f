"""Draw the CCC of every method, as Table 1 should have done, and what it is made of."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.scores import of_all
from dimser.evaluation.shrinkage import without_location_shift
from dimser.report import figures
from dimser.report.palette import COLOURS

VISIBLE = 0.005  # of CCC: what a location shift has to take to be in the legend
OURS, SCALE, LOCATION = COLOURS[5], COLOURS[0], COLOURS[2]


def ccc_by_method(
    *,
    scores: str,
    annotation: str,
    audit: str,
    corpus: str,
    methods: list[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    kinds: dict[str, str],
    **files: str,
) -> None:
    """Draw each CCC with its interval: one panel per dimension, and one row per method.

    Rows are apart by kind, the best of each on top.

    Args:
        scores: csv with columns `method,dimension,ccc,ccc_low,ccc_high,may_be_best`.
        annotation: csv with columns `dimension,one_rater_ccc`, drawn as a line.
        audit: csv with columns `corpus,method,dimension,metric,published`, drawn as diamonds.
        corpus: its id in `audit`.
        methods: ids of the methods.
        labels: their display names.
        stand_ins: ids of the methods that rest on a model in place of a published one, and
            what it is called.
        kinds: of each method, as `dimser.core.methods.kind` has them.
        files: of the figure, by the names that `figures.save` has for them.
    """
    table = of_all(read_csv(scores))
    order = figures.worst_first(table, methods, kinds)
    human = read_csv(annotation).set_index("dimension")["one_rater_ccc"]
    published = read_csv(audit)
    published = published[(published["corpus"] == corpus) & (published["metric"] == "ccc")]
    published = of_all(published)
    dimensions = table["dimension"].unique()

    def draw(width: float) -> Figure:
        figure, panels = figures.method_panels(order, labels, stand_ins, dimensions, kinds, width)
        places = np.arange(len(order))
        told = table["may_be_best"].eq(False).any()  # all panels have one legend
        for panel, dimension in zip(panels, dimensions, strict=True):
            own = table[table["dimension"] == dimension].set_index("method").reindex(order)
            panel.hlines(places, own["ccc_low"], own["ccc_high"], color=OURS, linewidth=1.4)
            out = own["may_be_best"].eq(False)
            dot = {"color": OURS, "markersize": 3.5, "markeredgewidth": 0.8}
            label = figures.with_interval(table)
            label += "; may be best" if told else ""
            panel.plot(own["ccc"].mask(out), places, "o", **dot, label=label)
            if told:
                panel.plot(own["ccc"].where(out), places, "o", **dot, markerfacecolor="#FFFFFF",
                           label="CCC; ruled out as best")  # fmt: skip
            if pd.notna(human.get(dimension)):
                line = {"color": COLOURS[2], "linestyle": "--", "linewidth": 1}
                panel.axvline(human[dimension], **line, label="one more rater")
            theirs = published[published["dimension"] == dimension].set_index("method")["published"]
            if len(theirs):
                look = {"color": "#000000", "markersize": 4.5, "markeredgewidth": 0.8}
                look["markerfacecolor"] = "none"
                panel.plot(theirs.reindex(order), places, "D", **look, label="published")
            panel.set_xlabel("CCC")
        figures.method_legend(figure, panels, order, stand_ins)
        return figure

    figures.save(draw, **files)


def ccc_decomposition(
    *,
    scores: str,
    methods: list[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    kinds: dict[str, str],
    **files: str,
) -> None:
    """Draw the correlation, and what losses by scale and location shift leave of it.

    Rows and panels are as above.

    Args:
        scores: csv with columns `method,dimension,ccc,pearson,scale_shift,location_shift`.
        methods: ids of the methods.
        labels: their display names.
        stand_ins: ids of the methods that rest on a model in place of a published one, and
            what it is called.
        kinds: of each method, as `dimser.core.methods.kind` has them.
        files: of the figure, by the names that `figures.save` has for them.
    """
    table = of_all(read_csv(scores))
    table = table[table["dimension"].isin(DIMENSIONS)]  # a mean over them has no parts
    order = figures.worst_first(table, methods, kinds)
    dimensions = table["dimension"].unique()
    moved = (without_location_shift(table) - table["ccc"] >= VISIBLE).any()

    def draw(width: float) -> Figure:
        figure, panels = figures.method_panels(order, labels, stand_ins, dimensions, kinds, width)
        places = np.arange(len(order))
        for panel, dimension in zip(panels, dimensions, strict=True):
            own = table[table["dimension"] == dimension].set_index("method").reindex(order)
            ccc, unmoved = own["ccc"], without_location_shift(own)
            bar = {"linewidth": 2.4, "capstyle": "butt"}
            lost = "lost by location shift" if moved else "_"
            panel.hlines(places, ccc, unmoved, color=LOCATION, label=lost, **bar)
            panel.hlines(
                places, unmoved, own["pearson"], color=SCALE, label="lost by scale shift", **bar
            )
            panel.plot(own["pearson"], places, "|", color="#000000", label="correlation")
            panel.plot(ccc, places, "o", color=OURS, markersize=3.5, label="CCC")
            panel.set_xlabel("CCC and correlation")
        figures.method_legend(figure, panels, order, stand_ins)
        return figure

    figures.save(draw, **files)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        shown = {
            "methods": list(snakemake.params.methods),
            "labels": snakemake.params.labels,
            "stand_ins": snakemake.params.stand_ins,
            "kinds": snakemake.params.kinds,
        }
        ccc_by_method(
            **snakemake.input,
            corpus=snakemake.wildcards.corpus,
            **shown,
            **figures.files(snakemake.output.by_method),
        )
        ccc_decomposition(
            scores=snakemake.input.scores,
            **shown,
            **figures.files(snakemake.output.decomposition),
        )
