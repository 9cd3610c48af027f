"""Write the report: one HTML file, with everything in it, that opens without a network."""

from functools import partial
from pathlib import Path

import pandas as pd
import plotly.offline
import yaml

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import write_text
from dimser.core.job import logged
from dimser.features import store
from dimser.report import captions, credits, html, provenance, ranking, sections, sentences
from dimser.report.figures import COLOURS
from dimser.report.sheets import grid, readable, records
from dimser.report.tables import UNTRAINED


def report(
    *,
    results: str,
    pictures: list[str],
    stores: list[str],
    template: str,
    benchmarks: str,
    corpora: dict[str, str],
    feature_sets: dict[str, list[str]],
    labels: dict[str, str],
    stand_ins: list[str],
    config: dict,
    output: str,
) -> None:
    """Render the report from the tables and figures of a run.

    Args:
        results: folder of the results.
        pictures: figures as PNG, named by figure, or by figure and corpus.
        stores: feature stores; they tell models, revisions and versions.
        template: Jinja2 template; beside it lie the captions and what it includes.
        benchmarks: folder of Snakemake's records of what jobs took; may be missing.
        corpora: label of each corpus by its id.
        feature_sets: ids of the feature sets of each corpus.
        labels: what people call feature sets and methods.
        stand_ins: ids of those that rest on an untrained stand-in.
        config: as it is in force.
        output: HTML file.
    """
    folder, texts = Path(results), Path(template).parent
    names = {name: f"{label} †" if name in stand_ins else label for name, label in labels.items()}

    common = sections.read_common(folder / "tables")
    tables = {c: sections.read_corpus(folder / c, sets) for c, sets in feature_sets.items()}
    clouds = [
        sections.cloud(folder / corpus / "featurewise", features)
        | {"features": names[features], "corpus": corpora[corpus]}
        for corpus in corpora
        for features in feature_sets[corpus]
    ]
    made = {path: store.attributes(path) for path in stores}
    known = yaml.safe_load((texts / "credits.yaml").read_text())

    def grids(section: dict[str, pd.DataFrame], chosen: tuple[str, ...]) -> dict[str, dict]:
        return {name: grid(readable(section[name], names, corpora)) for name in chosen}

    draws = config["bootstrap"]["resamples"]
    scores = {c: sections.with_references(tables[c], common["audit"], c, draws) for c in corpora}
    rows = records(readable(pd.concat(scores.values()), names, corpora, keep=("method",)))
    content = {
        "corpora": [
            {
                "id": corpus,
                "label": label,
                "size": sections.size(tables[corpus]),
                "winners": ranking.winners(
                    scores[corpus], tables[corpus]["comparisons"], names, config["baselines"]
                ),
                "answers": sections.answers(tables[corpus], feature_sets[corpus], names, draws),
                "details": grids(tables[corpus], sections.DETAILS),
                "decisions": grids(tables[corpus], sections.DECISIONS),
            }
            for corpus, label in corpora.items()
        ],
        "dimensions": DIMENSIONS,
        "untrained": UNTRAINED if stand_ins else "",
        "audit": sentences.audit_state(common["audit"]),
        "common": grids(common, sections.COMMON),
        "pictures": sections.by_corpus(pictures, corpora, texts),
        "scores": rows,
        "range": sections.axis(rows),
        "plotly": plotly.offline.get_plotlyjs(),
        "data": html.data({"scores": rows, "clouds": clouds, "colours": COLOURS}),
        "versions": provenance.versions(),
        "machine": provenance.machine(),
        "stores": grid(readable(sections.origins(made), names, corpora)),
        "times": grid(provenance.times(benchmarks)),
        "credits": credits.used(config, known, sections.makers(made)),
        "config": yaml.safe_dump(config, sort_keys=False, allow_unicode=True),
    }

    params = {"resamples": config["bootstrap"]["resamples"], "top": config["top_features"]}
    caption = partial(captions.complete, texts=texts, params=params, corpora=corpora, tables=tables)
    write_text(html.render(Path(template), content, caption), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        report(
            pictures=list(snakemake.input.pictures),
            stores=list(snakemake.input.stores),
            **snakemake.params.arguments,
            config=snakemake.params.config,
            output=snakemake.output.html,
        )
