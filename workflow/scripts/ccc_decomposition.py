"""Draw what each CCC is made of: the correlation, minus the losses by scale and location shift."""

import numpy as np
from matplotlib.figure import Figure

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.scores import of_all
from dimser.evaluation.shrinkage import without_location_shift
from dimser.report import figures

VISIBLE = 0.005  # of CCC: what a location shift has to take to be in the legend
SCALE, LOCATION = figures.COLOURS[0], figures.COLOURS[2]


def ccc_decomposition(
    *,
    scores: str,
    methods: list[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    kinds: dict[str, str],
    **files: str,
) -> None:
    """Draw one panel per dimension and one row per method, apart by kind, the best of each on top.

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
            panel.plot(ccc, places, "o", color=figures.COLOURS[5], markersize=3.5, label="CCC")
            panel.set_xlabel("CCC and correlation")
        figures.method_legend(figure, panels, order, stand_ins)
        return figure

    figures.save(draw, **files)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        ccc_decomposition(
            scores=snakemake.input.scores,
            methods=list(snakemake.params.methods),
            labels=snakemake.params.labels,
            stand_ins=snakemake.params.stand_ins,
            kinds=snakemake.params.kinds,
            **snakemake.output,
        )
