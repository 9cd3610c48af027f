"""Draw how similar representations are, and how their errors correlate."""

import numpy as np
from matplotlib.figure import Figure

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.report import figures


def complementarity_figure(
    *,
    complementarity: str,
    methods: list[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    **files: str,
) -> None:
    """Draw heat maps: kernel alignment, and the correlation of errors in each dimension.

    Args:
        complementarity: csv with columns `dimension,method_a,method_b,alignment,error_correlation`.
        methods: ids of the feature sets.
        labels: their display names.
        stand_ins: ids of those that rest on a model in place of a published one, and
            what it is called.
        files: of the figure, by the names that `figures.save` has for them.
    """
    table = read_csv(complementarity)
    names = figures.names(methods, labels, stand_ins)
    alike = table.drop_duplicates(["method_a", "method_b"])  # the same in all dimensions
    panels = {"Kernel alignment": (alike, "alignment")}
    for dimension in table["dimension"].unique():
        own = table[table["dimension"] == dimension]
        panels[f"Errors, {dimension}"] = (own, "error_correlation")

    def draw(width: float) -> Figure:
        figure, axes = figures.square_panels(names, len(panels), width=width)
        for axis, (title, (rows, column)) in zip(axes, panels.items(), strict=True):
            shown = np.eye(max(1, len(methods)))  # one empty cell if there is no feature set
            for a, b, value in rows[["method_a", "method_b", column]].itertuples(index=False):
                place = methods.index(a), methods.index(b)
                shown[place] = shown[place[::-1]] = value
            image = axis.imshow(shown, cmap="cividis", vmin=0, vmax=1)
            for (row, place), value in np.ndenumerate(shown):
                if row != place and not np.isnan(value):
                    colour = "#000000" if value > 0.5 else "#FFFFFF"
                    text = f"{value:.2f}".replace("0.", ".")
                    axis.text(place, row, text, ha="center", va="center", fontsize=6, color=colour)
            axis.set_title(title)
            axis.set_xticks(range(len(methods)), names, rotation=90)
            axis.set_yticks(range(len(methods)), names)
            axis.spines[:].set_visible(False)
            axis.tick_params(length=0)
        figures.colour_bar(figure, image, axes)
        figures.note(figure, methods, stand_ins)
        return figure

    figures.save(draw, **files)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        complementarity_figure(
            complementarity=snakemake.input.complementarity,
            methods=list(snakemake.params.methods),
            labels=snakemake.params.labels,
            stand_ins=snakemake.params.stand_ins,
            **snakemake.output,
        )
