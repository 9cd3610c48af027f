"""Write the report: one HTML file, with everything in it, that opens without a network."""

import base64
import json
from importlib.metadata import distributions
from pathlib import Path
from platform import machine, python_version

import jinja2
import pandas as pd
import plotly.offline
import yaml

from dimser import summary
from dimser.descriptors import describe
from dimser.files import read_csv, write_text
from dimser.job import logged
from dimser.labels import DIMENSIONS
from dimser.tables import UNTRAINED

PACKAGES = ("snakemake", "numpy", "scipy", "pandas", "scikit-learn", "opensmile", "torch",
            "transformers", "matplotlib", "plotly", "soundfile", "soxr")  # fmt: skip
FIGURES = ("ccc_by_method", "ccc_decomposition", "comparison_matrix", "complementarity_figure",
           "featurewise_ccc")  # fmt: skip
TABLES = (
    "annotation",
    "guard",
    "findings",
    "dropped",
    "comparisons",
    "breakdown",
    "complementarity",
)
LONG = 200  # rows of a table that are shown; the rest stands in its file


def report(
    *,
    results: str,
    template: str,
    captions: str,
    corpora: dict[str, str],
    feature_sets: dict[str, list[str]],
    layered: list[str],
    labels: dict[str, str],
    stand_ins: list[str],
    config: dict,
    output: str,
) -> None:
    """Render the report from the tables and figures of a run.

    Args:
        results: folder of the results.
        template: Jinja2 template.
        captions: folder with a text (`{name}.rst`) for figures and tables.
        corpora: label of each corpus by its id.
        feature_sets: ids of the feature sets of each corpus.
        layered: ids of the corpora with a figure of layers.
        labels: what people call feature sets and methods.
        stand_ins: ids of those that rest on an untrained stand-in.
        config: as it is in force.
        output: HTML file.
    """
    folder = Path(results)
    labels = {name: f"{label} †" if name in stand_ins else label for name, label in labels.items()}
    audit = read_csv(folder / "tables/audit.csv")
    content = {
        "corpora": [
            _corpus(folder, corpus, label, feature_sets[corpus], corpus in layered, audit, labels)
            for corpus, label in corpora.items()
        ],
        "dimensions": DIMENSIONS,
        "untrained": UNTRAINED if stand_ins else "",
        "audit": summary.audit_state(audit),
        "checks": read_csv(folder / "tables/audit_checks.csv").to_dict("records"),
        "distribution": _picture(folder / "figures/label_distribution.png"),
        "agreement": _picture(folder / "figures/rater_agreement.png"),
        "captions": {path.stem: path.read_text() for path in Path(captions).glob("*.rst")},
        "plotly": plotly.offline.get_plotlyjs(),
        "points": _json(_points(folder, corpora, feature_sets, labels)),
        "config": yaml.safe_dump(config, sort_keys=False, allow_unicode=True),
        "versions": _versions(),
    }
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["number"] = lambda value, digits=3: summary.number(value, digits)
    write_text(environment.from_string(Path(template).read_text()).render(content), output)


def _corpus(
    folder: Path,
    corpus: str,
    label: str,
    sets: list[str],
    layered: bool,
    audit: pd.DataFrame,
    labels: dict,
) -> dict:
    own = folder / corpus
    figures = [*FIGURES, *(["layer_profile"] if layered else [])]
    utterances, scores = read_csv(own / "utterances.csv"), read_csv(own / "scores.csv")
    tables = {name: read_csv(own / f"{name}.csv") for name in TABLES}
    cells = audit[(audit["corpus"] == corpus) & (audit["metric"] == "ccc")]
    published = cells.set_index(["method", "dimension"])["published"].to_dict()
    keys = scores[["method", "dimension"]].itertuples(index=False, name=None)
    scores["published"] = [published.get(key) for key in keys]
    scores["label"] = scores["method"].map(labels)
    answers = [
        *summary.best_methods(scores, tables["comparisons"], labels),
        summary.helping_fusions(tables["comparisons"], labels),
        summary.beside_humans(scores, tables["annotation"]),
        *summary.few_speakers(scores, tables["breakdown"]),
        *summary.limits(tables["comparisons"], scores["speakers"].max()),
    ]
    for features in sets:
        groups = read_csv(own / "featurewise" / features / "groups.csv")
        answers += summary.carrying_features(labels[features], groups)
    return {
        "id": corpus,
        "label": label,
        "size": f"{len(utterances):,} utterances of {utterances['speaker'].nunique()} speakers, "
        f"{utterances['duration'].sum() / 3600:.1f} hours; {len(tables['dropped'])} left out",
        "answers": answers,
        "scores": scores.astype(object).where(scores.notna(), None).to_dict("records"),
        "figures": {name: _picture(folder / f"figures/{name}_{corpus}.png") for name in figures},
        "tables": {
            name: table.head(LONG).to_html(index=False, border=0, na_rep="", float_format="%.3f")
            + (f"<p>The first {LONG} of {len(table)} rows.</p>" if len(table) > LONG else "")
            for name, table in tables.items()
            if len(table)
        },
    }


def _picture(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def _points(folder: Path, corpora: dict, feature_sets: dict, labels: dict) -> list[dict]:
    """Give the clouds of the explorer: each feature's name, group and three CCCs."""
    clouds = []
    for corpus in corpora:
        for features in feature_sets[corpus]:
            own = folder / corpus / "featurewise"
            table = read_csv(own / f"{features}.csv")
            null = read_csv(own / features / "null.csv").set_index("dimension")["threshold"]
            clouds.append(
                {
                    "corpus": corpora[corpus],
                    "features": labels[features],
                    "names": table["feature"].tolist(),
                    "groups": [describe(name).group for name in table["feature"]],
                    "threshold": {d: round(null[d], 4) for d in DIMENSIONS},
                    **{d: table[d].round(4).tolist() for d in DIMENSIONS},
                }
            )
    return clouds


def _json(value: object) -> str:
    # inside a script element, only "<" could end it
    return json.dumps(value).replace("<", "\\u003c")


def _versions() -> dict[str, str]:
    found = {d.metadata["Name"].lower(): d.version for d in distributions()}
    known = {name: found[name] for name in PACKAGES if name in found}
    return {"Python": python_version(), "machine": machine(), **known}


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        report(
            **snakemake.params.arguments,
            config=snakemake.params.config,
            output=snakemake.output.html,
        )
