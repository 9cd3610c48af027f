"""Write the report: one self-contained HTML file that works offline."""

from functools import partial

import pandas as pd
import plotly.offline
import yaml

from dimser.core.dimensions import DIMENSIONS, MEAN
from dimser.core.files import write_text
from dimser.core.job import logged
from dimser.features import store
from dimser.report import captions, credits, html, provenance, ranking, sections, sentences
from dimser.report.figures import COLOURS
from dimser.report.registry import placed
from dimser.report.sheets import grid, readable, records
from dimser.report.tables import UNTRAINED


def report(
    *,
    tables: dict[tuple[str, str, str], str],
    figures: dict[tuple[str, str], str],
    stores: list[str],
    benchmarks: str,
    corpora: dict[str, str],
    methods: dict[str, list[str]],
    feature_sets: dict[str, list[str]],
    best_layers: dict[str, dict[str, tuple[str, str]]],
    labels: dict[str, str],
    stand_ins: list[str],
    intervals: str,
    config: dict,
    output: str,
) -> None:
    """Render the report from the tables and figures of a run.

    Args:
        tables: csv of each, by name, corpus and feature set (or "").
        figures: PNG of each, by name and corpus (or "").
        stores: feature stores, for their models, revisions and versions.
        benchmarks: folder of Snakemake's benchmark records; may be missing.
        corpora: label of each corpus by its id.
        methods: ids of the methods of each corpus.
        feature_sets: ids of the feature sets of each corpus.
        best_layers: of each corpus, methods as for `dimser.report.layers.optimism`.
        labels: display names of feature sets and methods.
        stand_ins: ids of those that use an untrained stand-in.
        intervals: their source, to follow "95 % intervals".
        config: the configuration, with defaults.
        output: HTML file.
    """
    names = {name: f"{label} †" if name in stand_ins else label for name, label in labels.items()}
    read = sections.read(tables)
    common = read[""]
    parts = {corpus: sections.by_part(read[corpus]) for corpus in corpora}
    clouds = [
        sections.cloud(read[corpus], features)
        | {"features": names[features], "corpus": corpora[corpus]}
        for corpus in corpora
        for features in feature_sets[corpus]
    ]
    made = {path: store.attributes(path) for path in stores}
    timed = {
        corpus: [*feature_sets[corpus], *sections.stored(stores, corpus)] for corpus in corpora
    }

    def grids(section: dict[str, pd.DataFrame], place: str) -> dict[str, dict]:
        there = [name for name in placed(place) if name in section]
        return {name: grid(readable(section[name], names, corpora)) for name in there}

    scores = {
        (corpus, part): sections.with_references(own, common["audit"], corpus if not part else "")
        for corpus, of in parts.items()
        for part, own in of.items()
    }
    blocks = {key: f"{corpora[key[0]]}: {key[1]}" if key[1] else corpora[key[0]] for key in scores}
    had = {name for table in scores.values() for name in table["dimension"]}
    dimensions = [name for name in DIMENSIONS if name in had]
    shown = pd.concat([own.assign(corpus=blocks[key]) for key, own in scores.items()])
    rows = records(readable(shown, names, {}, keep=("method",)))

    def winners(corpus: str, part: str = "") -> list[dict]:
        compared = parts[corpus][part]["comparisons"]
        return ranking.winners(scores[corpus, part], compared, names, config["baselines"])

    content = {
        "corpora": [
            {
                "id": corpus,
                "label": label,
                "size": sections.size(read[corpus]),
                "winners": winners(corpus),
                "parts": {part: winners(corpus, part) for part in list(parts[corpus])[1:]},
                "answers": sections.answers(
                    parts[corpus][""],
                    feature_sets[corpus],
                    names,
                    config,
                    best_layers[corpus],
                ),
                "details": grids(read[corpus], "details"),
                "decisions": grids(read[corpus], "decisions"),
            }
            for corpus, label in corpora.items()
        ],
        "blocks": list(blocks.values()),
        "dimensions": dimensions,
        "scored": dimensions + [MEAN] * (MEAN in had),
        "asked": sentences.listed(dimensions),
        "untrained": UNTRAINED if stand_ins else "",
        "audit": sentences.audit_state(common["audit"]),
        "common": grids(common, "common"),
        "pictures": {corpus: {} for corpus in ("", *corpora)} | sections.by_corpus(figures),
        "scores": rows,
        "range": sections.axis(rows),
        "intervals": intervals,
        "plotly": plotly.offline.get_plotlyjs(),
        "data": html.data(
            {"scores": rows, "clouds": clouds, "colours": COLOURS, "dimensions": dimensions}
        ),
        "versions": provenance.versions(),
        "machine": provenance.machine(),
        "stores": grid(readable(sections.origins(made), names, corpora)),
        "times": grid(provenance.times(benchmarks, methods, timed)),
        "credits": credits.used(config, sections.makers(made)),
        "config": yaml.safe_dump(config, sort_keys=False, allow_unicode=True),
    }
    params = {"intervals": intervals, "top": config["top_features"]}
    caption = partial(
        captions.complete,
        params=params,
        corpora=corpora,
        tables={"": common} | {c: of[""] for c, of in parts.items()},
    )
    write_text(html.render(content, caption), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        report(
            **snakemake.params.arguments
            | {
                name: dict(zip(map(tuple, keys), snakemake.input[name], strict=True))
                for name in ("tables", "figures")
                for keys in [snakemake.params.arguments[name]]
            },
            stores=list(snakemake.input.stores),
            output=snakemake.output.html,
        )
