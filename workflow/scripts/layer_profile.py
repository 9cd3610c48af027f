"""Draw how much each layer of an encoder carries."""

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.scores import of_all
from dimser.report import figures


def layer_profile(
    *, scores: str, layers: dict[str, dict[int, str]], labels: dict[str, str], png: str, pdf: str
) -> None:
    """Draw one panel per dimension: the CCC by layer, one line per encoder, with its interval.

    Args:
        scores: csv with columns `method,dimension,ccc,ccc_low,ccc_high`.
        layers: for each feature set with several layers, the method of each layer, by its index
            into transformers' `hidden_states`.
        labels: display names of the feature sets.
        png: output.
        pdf: output.
    """
    table = of_all(read_csv(scores))
    dimensions = table["dimension"].unique()
    figure = figures.new(figures.TWO_COLUMNS, 2.4)
    panels = figure.subplots(1, len(dimensions), sharex=True, sharey=True, squeeze=False)[0]
    for panel, dimension in zip(panels, dimensions, strict=True):
        own = table[table["dimension"] == dimension].set_index("method")
        looks = figures.appearances(len(layers))
        for look, (features, methods) in zip(looks, layers.items(), strict=True):
            indices = sorted(methods)
            rows = own.reindex([methods[index] for index in indices])
            panel.fill_between(
                indices,
                rows["ccc_low"],
                rows["ccc_high"],
                color=look["color"],
                alpha=0.2,
                linewidth=0,
            )
            label = figures.literal(labels[features])
            panel.plot(indices, rows["ccc"], **look, markersize=3, linewidth=1, label=label)
        panel.xaxis.get_major_locator().set_params(integer=True)
        panel.set_title(dimension.capitalize())
        panel.set_xlabel("Layer")
        panel.grid(linewidth=0.3, color="#CCCCCC")
        panel.set_axisbelow(True)
    panels[0].set_ylabel(figures.with_interval(table))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    figures.save(figure, png, pdf)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        layer_profile(
            scores=snakemake.input.scores,
            layers=snakemake.params.layers,
            labels=snakemake.params.labels,
            **snakemake.output,
        )
