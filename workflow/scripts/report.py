"""Write the report: one HTML file, with everything in it, that opens without a network."""

import base64
import json
from html import escape
from pathlib import Path

import jinja2
import pandas as pd
import plotly.offline
import yaml

from dimser import captions, circumstances, credits, standings, store, summary
from dimser.descriptors import describe
from dimser.figures import COLOURS
from dimser.files import read_csv, write_text
from dimser.grids import grid, readable, records
from dimser.job import logged
from dimser.labels import DIMENSIONS
from dimser.tables import UNTRAINED, number

DECISIONS = ("dropped", "findings")
DETAILS = ("annotation", "guard", "comparisons", "breakdown", "complementarity",
           "featurewise_null", "featurewise_groups")  # fmt: skip
COMMON = ("table2", "featurewise_across", "audit", "audit_checks")
BY_FEATURES = ("null", "groups")  # a table a feature set


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
    common = {name: read_csv(folder / f"tables/{name}.csv") for name in COMMON}
    frames = {corpus: _frames(folder / corpus, sets) for corpus, sets in feature_sets.items()}
    scores = {corpus: _standings(frames[corpus], common["audit"], corpus) for corpus in corpora}
    clouds = [
        _cloud(folder / corpus / "featurewise", features) | {"corpus": corpora[corpus]}
        for corpus in corpora
        for features in feature_sets[corpus]
    ]
    rows = records(readable(pd.concat(scores.values()), names, corpora, keep=("method",)))
    known = yaml.safe_load((texts / "credits.yaml").read_text())
    made = {path: store.attributes(path) for path in stores}
    params = {"resamples": config["bootstrap"]["resamples"], "top": config["top_features"]}

    def caption(name: str, corpus: str = "") -> str:
        label = corpora.get(corpus, "the corpora")
        filled = captions.fill(texts / f"{name}.rst", label, params | {"corpus_label": label})
        text = captions.to_html(filled)
        if corpus:
            return f"{text} {captions.numbers(name, frames[corpus])}"
        return f"{text} {escape(captions.sizes(name, {corpora[c]: frames[c] for c in corpora}))}"

    def tables(section: dict[str, pd.DataFrame], chosen: tuple[str, ...]) -> dict[str, dict]:
        return {name: grid(readable(section[name], names, corpora)) for name in chosen}

    content = {
        "corpora": [
            {
                "id": corpus,
                "label": label,
                "size": _size(frames[corpus]),
                "winners": standings.winners(scores[corpus], names, config["baselines"]),
                "answers": _answers(frames[corpus], feature_sets[corpus], names),
                "details": tables(frames[corpus], DETAILS),
                "decisions": tables(frames[corpus], DECISIONS),
            }
            for corpus, label in corpora.items()
        ],
        "dimensions": DIMENSIONS,
        "untrained": UNTRAINED if stand_ins else "",
        "audit": summary.audit_state(common["audit"]),
        "common": tables(common, COMMON),
        "pictures": _by_corpus(pictures, corpora, texts),
        "scores": rows,
        "range": _range(rows),
        "plotly": plotly.offline.get_plotlyjs(),
        "data": _json({"scores": rows, "clouds": _named(clouds, names), "colours": COLOURS}),
        "versions": circumstances.versions(),
        "machine": circumstances.machine(),
        "stores": grid(readable(_stores(made), names, corpora)),
        "times": grid(circumstances.times(benchmarks)),
        "credits": credits.used(config, known, _makers(made)),
        "config": yaml.safe_dump(config, sort_keys=False, allow_unicode=True),
    }
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(texts), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"number": number, "title": captions.title, "picture": _picture}
    page = environment.get_template(Path(template).name)
    write_text(page.render(content, caption=caption), output)


def _frames(own: Path, sets: list[str]) -> dict[str, pd.DataFrame]:
    """Read the tables of a corpus; those of its feature sets become one."""
    whole = ("utterances", "scores", *DECISIONS, *DETAILS[:-2])
    frames = {name: read_csv(own / f"{name}.csv") for name in whole}
    for name in BY_FEATURES:
        parts = [
            read_csv(own / "featurewise" / features / f"{name}.csv").assign(features=features)
            for features in sets
        ]
        table = pd.concat([part for part in parts if len(part)] or parts)
        frames[f"featurewise_{name}"] = table[["features", *table.columns.drop("features")]]
    return frames


def _standings(frames: dict[str, pd.DataFrame], audit: pd.DataFrame, corpus: str) -> pd.DataFrame:
    """Give the scores of a corpus with what they are held against."""
    cells = audit[(audit["corpus"] == corpus) & (audit["metric"] == "ccc")]
    published = cells.set_index(["method", "dimension"])["published"].to_dict()
    human = frames["annotation"].set_index("dimension")["human_ccc"].to_dict()
    table = standings.against_best(frames["scores"], frames["comparisons"])
    keys = table[["method", "dimension"]].itertuples(index=False, name=None)
    return table.assign(
        corpus=corpus,
        label=table["method"],
        human_ccc=table["dimension"].map(human).astype(float),
        published_ccc=pd.Series([published.get(key) for key in keys], table.index, dtype=float),
    )


def _answers(frames: dict[str, pd.DataFrame], sets: list[str], names: dict) -> list[str]:
    scores, groups = frames["scores"], frames["featurewise_groups"]
    answers = [
        *summary.best_methods(scores, frames["comparisons"], names),
        summary.helping_fusions(frames["comparisons"], names),
        summary.beside_humans(scores, frames["annotation"]),
        *summary.few_speakers(scores, frames["breakdown"]),
        *summary.limits(frames["comparisons"], scores["speakers"].max()),
    ]
    for features in sets:
        own = groups[groups["features"] == features]
        answers += summary.carrying_features(names[features], own)
    return answers


def _size(frames: dict[str, pd.DataFrame]) -> str:
    utterances = frames["utterances"]
    return (
        f"{len(utterances):,} utterances of {utterances['speaker'].nunique()} speakers, "
        f"{utterances['duration'].sum() / 3600:.1f} hours; {len(frames['dropped'])} left out"
    )


def _range(rows: list[dict]) -> tuple[float, float]:
    """Give the ends of the axis that bars of intervals are drawn on; it holds 0."""
    keys = ("ccc_low", "ccc_high", "human_ccc", "published_ccc")
    values = [row[key] for row in rows for key in keys if row[key] is not None]
    return min([0, *values]) - 0.02, max([0, *values]) + 0.02


def _by_corpus(paths: list[str], corpora: dict, texts: Path) -> dict[str, dict[str, str]]:
    """Sort figures by corpus, and those of all corpora under ""."""
    found = {corpus: {} for corpus in ["", *corpora]}
    for path in paths:
        name, corpus = Path(path).stem, ""
        if not (texts / f"{name}.rst").exists():
            corpus = max((c for c in corpora if name.endswith(f"_{c}")), key=len)
        found[corpus][name.removesuffix(f"_{corpus}")] = path
    return found


def _picture(path: str) -> str:
    return "data:image/png;base64," + base64.b64encode(Path(path).read_bytes()).decode()


def _cloud(own: Path, features: str) -> dict:
    """Give a cloud of the explorer: each feature's name, group and three CCCs."""
    table = read_csv(own / f"{features}.csv")
    null = read_csv(own / features / "null.csv").set_index("dimension")["threshold"]
    return {
        "features": features,
        "names": table["feature"].tolist(),
        "groups": [describe(name).group for name in table["feature"]],
        "threshold": {d: round(null[d], 4) for d in DIMENSIONS},
        **{d: table[d].round(4).tolist() for d in DIMENSIONS},
    }


def _named(clouds: list[dict], names: dict) -> list[dict]:
    return [cloud | {"features": names[cloud["features"]]} for cloud in clouds]


def _stores(made: dict[str, dict]) -> pd.DataFrame:
    """Say how each feature store was made."""
    rows = []
    for path, attributes in made.items():
        settings = attributes.get("settings", {})
        versions = attributes.get("versions", {})
        rows.append(
            {
                "corpus": Path(path).parts[-3],
                "features": Path(path).stem,
                "made by": attributes["extractor"],
                "from": settings.get("model") or settings.get("feature_set") or attributes["path"],
                "revision": attributes.get("commit", ""),
                "with": ", ".join(f"{name} {version}" for name, version in versions.items()),
            }
        )
    return pd.DataFrame(rows)


def _makers(made: dict[str, dict]) -> set[str]:
    """Give the kinds of models and the packages that feature stores were made by."""
    return {
        word
        for attributes in made.values()
        for word in (attributes.get("model_type", ""), *attributes.get("versions", {}))
    }


def _json(value: object) -> str:
    # inside a script element, only "<" could end it
    return json.dumps(value).replace("<", "\\u003c")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        report(
            pictures=list(snakemake.input.pictures),
            stores=list(snakemake.input.stores),
            **snakemake.params.arguments,
            config=snakemake.params.config,
            output=snakemake.output.html,
        )
