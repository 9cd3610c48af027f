"""Draw the CCC of every method in every analysis of a multiverse, and the choices of each."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.multiverse import SPEC, lead, varied
from dimser.report import figures
from dimser.report.palette import appearances

GREY = "#BBBBBB"


def specification_curve(
    *,
    analyses: str,
    own: dict[str, object],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    **files: str,
) -> None:
    """Draw two panels per dimension: CCC by analysis, and below it which choices each one made.

    Args:
        analyses: csv with a column for each choice, then `method,dimension,ccc,rank`.
        own: the run's own value of each choice.
        labels: display names of the methods.
        stand_ins: ids of those that rest on a model in place of a published one, and
            what it is called.
        files: of the figure, by the names that `figures.save` has for them.
    """
    table = read_csv(analyses)
    table = table.assign(lead=lead(table), analysis=table.groupby(SPEC, dropna=False).ngroup())
    choices = table.drop_duplicates("analysis").set_index("analysis")
    rows = [(name, value) for name in varied(table) for value in table[name].unique()]
    dimensions = table["dimension"].unique()
    leaders = list(dict.fromkeys(table.loc[table["rank"] == 1, "method"]))
    looks = dict(zip(leaders, appearances(len(leaders)), strict=True))

    height = 0.15 * max(1, len(rows))

    def draw(width: float) -> Figure:
        wide, count = width > figures.ONE_COLUMN, len(dimensions)
        figure = figures.new(width, 2.9 + height if wide else (2.9 + height) * count)
        if wide:
            ratios = {"height_ratios": [2.2, height]}
            shape = {"sharex": True, "sharey": "row", "squeeze": False}
            panels = figure.subplots(2, count, **shape, gridspec_kw=ratios)
        else:
            ratios = {"height_ratios": [2.2, height] * count}
            panels = figure.subplots(2 * count, 1, sharex=True, gridspec_kw=ratios)
            panels = panels.reshape(count, 2).T
        for (upper, lower), dimension in zip(panels.T, dimensions, strict=True):
            mine = table[table["dimension"] == dimension]
            leader = _leader(mine)
            order = _order(mine, leader)
            places = pd.Series(range(len(order)), order)
            for method, of in mine.groupby("method", sort=False):
                look = looks.get(method, {"color": GREY, "marker": "."})
                (name,) = figures.names([method], labels, stand_ins)
                name = name if method in looks else "never first"
                upper.plot(places[of["analysis"]], of["ccc"], **look, ls="", ms=2.5, label=name)
            _dots(lower, choices.loc[order], rows)
            for at in (at for at, one in enumerate(order) if _is(choices.loc[one], own)):
                for panel in (upper, lower):
                    panel.axvline(at, color="#000000", linewidth=0.6, linestyle="--", zorder=0)
            upper.set_title(dimension.capitalize())
            upper.grid(axis="y", linewidth=0.3, color="#CCCCCC")
            upper.set_axisbelow(True)
            lower.set_xlabel(
                f"Analyses, by the lead of\n{figures.names([leader], labels, stand_ins)[0]}"
            )
        for upper, lower in panels.T[:1] if wide else panels.T:
            upper.set_ylabel("CCC")
            lower.set_yticks(range(len(rows)), [f"{name}: {_text(value)}" for name, value in rows])
            lower.set_ylim(len(rows) - 0.5, -0.5)
        panels[1, 0].set_xticks([])
        handles = {h.get_label(): h for p in panels[0] for h in p.get_legend_handles_labels()[0]}
        place = {"title": figures.explained(leaders, stand_ins, figure), "title_fontsize": 6}
        figure.legend(
            handles=list(handles.values()),
            loc="outside lower center",
            ncols=5 if wide else 2,
            **place,
        )
        return figure

    figures.save(draw, **files)


def _leader(table: pd.DataFrame) -> str:
    """Return the method that is first most often; the first one where none ever is."""
    first = table.loc[table["rank"] == 1, "method"].mode()
    return first.iloc[0] if len(first) else table["method"].iloc[0]


def _order(table: pd.DataFrame, leader: str) -> list[int]:
    """Sort analyses by the lead of a method; undefined ones come first."""
    leads = table[table["method"] == leader].set_index("analysis")[["lead", "ccc"]]
    return leads.sort_values(["lead", "ccc"], kind="stable", na_position="first").index.tolist()


def _dots(panel: Axes, choices: pd.DataFrame, rows: list[tuple[str, object]]) -> None:
    """Mark the choices of each analysis, in the order of the analyses."""
    for place, (name, value) in enumerate(rows):
        own = choices[name].isna() if pd.isna(value) else choices[name] == value
        panel.plot(np.flatnonzero(own), np.full(own.sum(), place), "s", ms=1.8, color="#333333")
        if place and rows[place - 1][0] != name:
            panel.axhline(place - 0.5, color="#CCCCCC", linewidth=0.4)


def _is(analysis: pd.Series, own: dict[str, object]) -> bool:
    """Return whether an analysis is the run's own; of groupings the first is."""
    alike = all(_text(analysis[name]) == _text(value) for name, value in own.items())
    return alike and (pd.isna(analysis["grouping"]) or analysis["grouping"] == 0)


def _text(value: object) -> str:
    """Write a choice as the configuration does: 1 and 1.0 are the same."""
    if pd.isna(value):
        return "none"
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        specification_curve(
            analyses=snakemake.input.analyses,
            own=snakemake.params.own,
            labels=snakemake.params.labels,
            stand_ins=snakemake.params.stand_ins,
            **snakemake.output,
        )
