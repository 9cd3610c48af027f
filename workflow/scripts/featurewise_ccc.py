"""Draw Figures 3 and 4: the CCC of each single feature with arousal and valence."""

import pandas as pd
from matplotlib.figure import Figure

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.report import figures
from dimser.report.palette import appearances
from dimser.report.tables import DAGGER


def featurewise_ccc(
    *,
    featurewise: list[str],
    features: list[str],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    corpus_label: str,
    **files: str,
) -> None:
    """Draw one point per feature, with one colour per feature set, for one corpus.

    A corpus that lacks arousal or valence is shown in the dimensions that it has.

    Args:
        featurewise: csv of each feature set, columns `feature`, `{dimension}_ccc` and
            `{dimension}_above`. A feature that is significant in a dimension shown is filled.
        features: ids of the feature sets, in the same order.
        labels: display names of all feature sets of the configuration by their ids, so that a set
            has the same colour in the figures of all corpora.
        stand_ins: ids of the feature sets that come from a model in place of a published one, and
            what it is called.
        corpus_label: display name of the corpus.
        files: of the figure, by the names that `figures.save` has for them.
    """
    looks = dict(zip(labels, appearances(len(labels)), strict=True))
    clouds = [
        (
            read_csv(path),
            figures.literal(labels[name]) + (f" {DAGGER}" if name in stand_ins else ""),
            looks[name],
        )
        for path, name in zip(featurewise, features, strict=True)
    ]
    title = figures.literal(corpus_label)
    named = {name: stand_ins[name] for name in features if name in stand_ins}
    figures.save(lambda width: _draw(clouds, title, named, width), **files)


def _draw(
    clouds: list[tuple[pd.DataFrame, str, dict]], title: str, named: dict[str, str], width: float
) -> Figure:
    wide = width > figures.ONE_COLUMN
    height = 4.6 + 0.1 * len(clouds) if wide else 3.4 + 0.2 * len(clouds)
    figure = figures.new(width, height)
    across, *up = figures.plane(_ccc(clouds[0][0])) if clouds else DIMENSIONS[:2]
    axes = figure.subplots()
    shown = [across, *up]
    largest = max((len(table) for table, _, _ in clouds), default=0)
    for table, label, look in clouds:
        ccc, above = _ccc(table), table[[f"{name}_above" for name in shown]].eq(True).any(axis=1)
        x, y = ccc[across], ccc[up[0]] if up else ccc[across].rank(pct=True)
        colour, marker = look["color"], look["marker"]
        size = 5 + 10 * (1 - len(table) / largest)
        # larger sets further back, so that many points do not hide a few
        common = {"s": size, "marker": marker, "zorder": 2 + (1 - len(table) / largest) / 2}
        common["rasterized"] = True  # thousands of vector points would make the PDF slow
        axes.scatter(x[~above], y[~above], facecolors="none", edgecolors=colour, alpha=0.35,
                     linewidths=0.5, **common)  # fmt: skip
        axes.scatter(x[above], y[above], color=colour, alpha=0.6, linewidths=0, **common,
                     label=f"{label}: {above.sum():,} of {len(table):,} features")  # fmt: skip
    for line in (axes.axhline, axes.axvline):
        line(0, color="0.4", linewidth=0.6, zorder=1)
    ylabel = f"CCC with {up[0]}" if up else "share of the set's features up to there"
    axes.set(xlabel=f"CCC with {across}", ylabel=ylabel, title=title)
    if clouds:  # a corpus may have baselines alone
        said = ["Filled: significant in a dimension shown", figures.explained(named, named, figure)]
        place = {"title": "\n".join(filter(None, said)), "title_fontsize": 6}
        legend = figure.legend(
            loc="outside lower center", ncols=2 if wide else 1, markerscale=2.5, **place
        )
        for handle in legend.legend_handles:
            handle.set_alpha(1)
    return figure


def _ccc(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of CCCs, called by their dimensions."""
    return pd.DataFrame({name: table[f"{name}_ccc"] for name in DIMENSIONS})


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        featurewise_ccc(
            featurewise=list(snakemake.input.featurewise),
            features=list(snakemake.params.features),
            labels=snakemake.params.labels,
            stand_ins=snakemake.params.stand_ins,
            corpus_label=snakemake.params.corpus_label,
            **snakemake.output,
        )
