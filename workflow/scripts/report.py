"""Write the report: one self-contained HTML file that works offline."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import plotly.offline
import yaml

from dimser.core.dimensions import DIMENSIONS, MEAN
from dimser.core.files import write_text
from dimser.core.job import logged
from dimser.core.methods import kind
from dimser.evaluation.descriptors import WORDS
from dimser.features import store
from dimser.report import (
    captions,
    credits,
    front,
    heard,
    html,
    matrix,
    pictures,
    provenance,
    ranking,
    sections,
    sentences,
    stress,
    transfer,
)
from dimser.report.closeup import QUADRANTS
from dimser.report.palette import COLOURS
from dimser.report.registry import placed
from dimser.report.sheets import grid, readable, records
from dimser.report.tables import note


def report(
    *,
    tables: dict[tuple[str, str, str], str],
    figures: dict[tuple[str, str], str],
    pdfs: Sequence[str],
    columns: Sequence[str],
    closeups: Sequence[str],
    stores: list[str],
    benchmarks: str,
    corpora: dict[str, str],
    methods: dict[str, list[str]],
    feature_sets: dict[str, list[str]],
    best_layers: dict[str, dict[str, tuple[str, str]]],
    labels: dict[str, str],
    stand_ins: dict[str, str],
    intervals: str,
    config: dict,
    configured: str,
    output: str,
) -> None:
    """Render the report from the tables and figures of a run.

    Args:
        tables: csv of each, by name, corpus and feature set (or "").
        figures: SVG of each, by name and corpus (or "").
        pdfs: of the figures, in the same order.
        columns: PDF of each figure for one column of a page, likewise.
        closeups: JSON of each corpus with single utterances, in the order of `corpora`.
        stores: feature stores, for their models, revisions and versions.
        benchmarks: folder of Snakemake's benchmark records; may be missing.
        corpora: label of each corpus by its id.
        methods: ids of the methods of each corpus.
        feature_sets: ids of the feature sets of each corpus.
        best_layers: of each corpus, methods as for `dimser.report.layers.optimism`.
        labels: display names of feature sets and methods.
        stand_ins: ids of those that rest on a model in place of a published one, and what it is
            called.
        intervals: their source, to follow "95 % intervals".
        config: the configuration, with defaults.
        configured: name of the file that it came from.
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
    shown["kind"] = [
        kind(method, config["direct"], config["baselines"]) for method in shown["method"]
    ]
    shown = heard.marked(readable(shown, names, {}, keep=("method",)))
    shown = shown.assign(place=range(len(shown)))
    rows = records(shown)

    def winners(corpus: str, part: str = "") -> list[dict]:
        compared = parts[corpus][part]["comparisons"]
        return ranking.winners(scores[corpus, part], compared, names, config["baselines"])

    untrained = {*config["direct"], *config["baselines"]}
    trained = [name for name in labels if name not in untrained]
    told = []
    if "transfer" in common:
        apart = config["transfer"]["shared_speakers"] == "keep"
        told = transfer.told(common["transfer"], trained, names, corpora, apart)
    answers = {corpus: winners(corpus) for corpus in corpora}
    of_parts = {c: {part: winners(c, part) for part in list(parts[c])[1:]} for c in corpora}
    bars = [row for c in corpora for own in (answers[c], *of_parts[c].values()) for row in own]
    drawn = pictures.embedded(figures, pdfs, columns, read, corpora)
    views = {
        corpora[corpus]: sections.view(path, names)
        for corpus, path in zip(corpora, closeups, strict=True)
    }
    content = {
        "corpora": [
            {
                "id": corpus,
                "label": label,
                "size": sections.size(read[corpus]),
                "winners": answers[corpus],
                "parts": of_parts[corpus],
                "answers": sections.answers(
                    parts[corpus][""],
                    feature_sets[corpus],
                    names,
                    config,
                    best_layers[corpus],
                ),
                "distrust": front.distrust(
                    parts[corpus][""],
                    names,
                    feature_sets[corpus],
                    config["baselines"],
                    stand_ins,
                ),
                "stress": stress.told(read[corpus].get("stress"), names),
                "details": grids(read[corpus], "details"),
                "decisions": grids(read[corpus], "decisions"),
            }
            for corpus, label in corpora.items()
        ],
        "headline": front.headline({corpora[c]: rows for c, rows in answers.items()}),
        "protocol": front.protocol(entry["folds"] for entry in config["corpora"].values()),
        "written": provenance.now(),
        "configured": provenance.configuration(configured, config),
        "blocks": [
            matrix.block(
                shown[shown["corpus"] == title], title, corpora[corpus], read[corpus]["annotation"]
            )
            for (corpus, _), title in blocks.items()
        ],
        "metrics": matrix.METRICS,
        "floors": any(row.get("floor_ccc") is not None for row in bars),
        "views": views,
        "quadrants": QUADRANTS,
        "dimensions": dimensions,
        "scored": dimensions + [MEAN] * (MEAN in had),
        "asked": sentences.listed(dimensions),
        "stand_ins": note(stand_ins.values()),
        "heard": heard.trained(shown).any(),
        "audit": sentences.audit_state(common["audit"], common["audit_checks"]),
        "transfers": told,
        "audited": sections.audited(common["audit_checks"], corpora),
        "common": grids(common, "common"),
        "pictures": drawn,
        "scores": rows,
        "range": sections.axis(bars),
        "intervals": intervals,
        "plotly": plotly.offline.get_plotlyjs(),
        "data": html.data(
            {
                "scores": rows,
                "metrics": matrix.METRICS,
                "clouds": clouds,
                "colours": COLOURS,
                "dimensions": dimensions,
                "words": WORDS,
                "views": views,
                "quadrants": QUADRANTS,
                "files": pictures.data_of(drawn, read),
            }
        ),
        "versions": provenance.versions(),
        "machine": provenance.machine(),
        "stores": grid(readable(sections.origins(made), names, corpora)),
        "times": grid(provenance.times(benchmarks, methods, timed)),
        "credits": credits.used(config, sections.makers(made) | ({"stress"} & config.keys())),
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
            pdfs=list(snakemake.input.pdfs),
            columns=list(snakemake.input.columns),
            closeups=list(snakemake.input.closeups),
            stores=list(snakemake.input.stores),
            output=snakemake.output.html,
        )
