"""Draw how much each layer of an encoder carries."""

import pandas as pd
from matplotlib.figure import Figure

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.scores import of_all
from dimser.report import figures
from dimser.report.layers import profiles, references
from dimser.report.palette import appearances

LINES = {
    "functionals": {"color": "#000000", "linestyle": (0, (5, 2))},
    "best baseline": {"color": "#888888", "linestyle": ":"},
    "one more rater": {"color": "#000000", "linestyle": "-."},
}

ONE_ROW = 70  # letters of a legend


def layer_profile(
    *,
    scores: str,
    annotation: str,
    maps: list[str],
    mapped: list[str],
    layers: dict[str, dict[int, str]],
    functionals: list[str],
    baselines: list[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    **files: str,
) -> None:
    """Draw the CCC by layer: one column of panels per dimension, lines with their intervals.

    Encoders of one pooling share a row, a line each. Where one has several poolings, each encoder
    has a row, and each pooling is a line.

    Args:
        scores: csv with columns `method,dimension,ccc,ccc_low,ccc_high`.
        annotation: csv with columns `dimension,one_rater_ccc`.
        maps: csv with columns `layer,pooling,dimension,ccc,ccc_low,ccc_high` of each of `mapped`.
        mapped: feature sets of which all layers were scored.
        layers: for each feature set of which several layers are methods, the method of each, by
            its index into transformers' `hidden_states`.
        functionals: methods that are handcrafted features; the best is drawn across.
        baselines: methods that are baselines; likewise.
        labels: display names of feature sets and methods.
        stand_ins: ids of those that rest on a model in place of a published one, and
            what it is called.
        files: of the figure, by the names that `figures.save` has for them.
    """
    scored, rated = of_all(read_csv(scores)), read_csv(annotation)
    tables = {name: read_csv(path) for name, path in zip(mapped, maps, strict=True)}
    table = profiles(scored, layers, tables)
    dimensions = [name for name in DIMENSIONS if name in set(table["dimension"])]
    sets = [name for name in labels if name in set(table["features"])]
    several = table.groupby("features")["pooling"].nunique().max() > 1
    rows = [[name] for name in sets] if several else [sets]
    lines = list(dict.fromkeys(table["pooling"])) if several else sets
    looks = dict(zip(lines, appearances(len(lines)), strict=True))

    def draw(width: float) -> Figure:
        wide, shape = width > figures.ONE_COLUMN, (len(rows), len(dimensions))
        figure = figures.new(width, 0.7 + 1.7 * shape[0 if wide else 1])
        alike = {"sharex": "row" if wide else "col", "sharey": True, "squeeze": False}
        grid = (
            figure.subplots(*shape, **alike) if wide else figure.subplots(*shape[::-1], **alike).T
        )
        for panels, names in zip(grid, rows, strict=True):
            for panel, dimension in zip(panels, dimensions, strict=True):
                own = table[(table["dimension"] == dimension) & table["features"].isin(names)]
                for line, part in own.groupby("pooling" if several else "features", sort=False):
                    named = figures.names([] if several else [line], labels, stand_ins)
                    label = named[0] if named else line.replace("_", ", ")
                    _draw(panel, part, looks[line], label)
                lead = {"functionals": functionals, "baselines": baselines}
                for label, ccc in references(scored, rated, dimension, **lead).items():
                    if pd.notna(ccc):
                        panel.axhline(ccc, **LINES[label], linewidth=0.8, label=label, zorder=1)
                panel.xaxis.get_major_locator().set_params(integer=True)
                panel.grid(linewidth=0.3, color="#CCCCCC")
                panel.set_axisbelow(True)
            title = f"{figures.names(names, labels, stand_ins)[0]}: " if several else ""
            panels[0].set_ylabel(title + figures.with_interval(table))
        for panel, dimension in zip(grid[0], dimensions, strict=True):
            panel.set_title(dimension.capitalize())
        for panel in grid[-1]:
            panel.set_xlabel("Layer")
        handles = {h.get_label(): h for p in grid.ravel() for h in p.get_legend_handles_labels()[0]}
        columns = len(handles) if sum(map(len, handles)) < ONE_ROW else 3
        columns = columns if wide else 2
        explained = figures.explained(sets, stand_ins, figure)
        place = {"loc": "outside lower center", "ncols": columns}
        place |= {"title": explained, "title_fontsize": 6}
        figure.legend(handles=list(handles.values()), **place)
        return figure

    figures.save(draw, **files)


def _draw(panel: object, part: pd.DataFrame, look: dict[str, str], label: str) -> None:
    """Draw one line with its band."""
    layers, ends = part["layer"].to_numpy(), (part["ccc_low"], part["ccc_high"])
    panel.fill_between(layers, *ends, color=look["color"], alpha=0.2, linewidth=0)
    panel.plot(layers, part["ccc"], **look, markersize=3, linewidth=1, label=label)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        layer_profile(
            scores=snakemake.input.scores,
            annotation=snakemake.input.annotation,
            maps=list(snakemake.input.maps),
            **snakemake.params.arguments,
            **snakemake.output,
        )
