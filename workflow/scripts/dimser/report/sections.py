"""What the report is made of: a run's tables, put together for those who read them."""

from pathlib import Path

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.evaluation.descriptors import describe
from dimser.report import ranking, sentences


def read(files: dict[tuple[str, str, str], str]) -> dict[str, dict[str, pd.DataFrame]]:
    """Read the tables of a run; those of a corpus's feature sets become one.

    Args:
        files: csv of each, by name, corpus and feature set (or "").

    Returns:
        Tables by corpus and name; those of all corpora stand under "".
    """
    parts: dict[str, dict[str, list[pd.DataFrame]]] = {}
    for (name, corpus, features), path in files.items():
        table = read_csv(path)
        if features:
            table.insert(0, "features", features)
        parts.setdefault(corpus, {}).setdefault(name, []).append(table)
    return {
        corpus: {
            name: pd.concat([part for part in found if len(part)] or found)
            for name, found in tables.items()
        }
        for corpus, tables in parts.items()
    }


def with_references(
    tables: dict[str, pd.DataFrame], audit: pd.DataFrame, corpus: str, draws: int
) -> pd.DataFrame:
    """Give the scores of a corpus with what they are held against.

    Args:
        tables: of the corpus, by name.
        audit: columns `corpus,method,dimension,metric,published`.
        corpus: its id.
        draws: how many random swaps comparisons rest on.

    Returns:
        A row a score, as `standings.against_best` has it, with `corpus`, `label` (the method's id),
        `human_ccc` and `published_ccc`, NaN where there is none.
    """
    cells = audit[(audit["corpus"] == corpus) & (audit["metric"] == "ccc")]
    published = cells.set_index(["method", "dimension"])["published"].to_dict()
    human = tables["annotation"].set_index("dimension")["human_ccc"].to_dict()
    table = ranking.against_best(tables["scores"], tables["comparisons"], draws)
    keys = table[["method", "dimension"]].itertuples(index=False, name=None)
    return table.assign(
        corpus=corpus,
        label=table["method"],
        human_ccc=table["dimension"].map(human).astype(float),
        published_ccc=pd.Series([published.get(key) for key in keys], table.index, dtype=float),
    )


def answers(
    tables: dict[str, pd.DataFrame], feature_sets: list[str], names: dict[str, str], draws: int
) -> list[str]:
    """Say in sentences what a corpus has shown.

    Args:
        tables: of the corpus, by name.
        feature_sets: their ids.
        names: what people call feature sets and methods.
        draws: how many random swaps comparisons rest on.
    """
    scores, groups = tables["scores"], tables["featurewise_groups"]
    found = [
        sentences.helping_fusions(tables["comparisons"], names),
        sentences.beside_humans(scores, tables["annotation"]),
        *sentences.few_speakers(scores, tables["breakdown"]),
        *sentences.limits(tables["comparisons"], scores["speakers"].max(), draws),
    ]
    for features in feature_sets:
        own = groups[groups["features"] == features]
        found += sentences.carrying_features(names[features], own)
    return found


def size(tables: dict[str, pd.DataFrame]) -> str:
    """Say how much of a corpus there is.

    Args:
        tables: of the corpus, by name.
    """
    utterances = tables["utterances"]
    return (
        f"{len(utterances):,} utterances of {utterances['speaker'].nunique()} speakers, "
        f"{utterances['duration'].sum() / 3600:.1f} hours; {len(tables['dropped'])} left out"
    )


def axis(rows: list[dict]) -> tuple[float, float]:
    """Give the ends of the axis that bars of intervals are drawn on; it holds 0.

    Args:
        rows: scores with references; None for what is missing.
    """
    keys = ("ccc_low", "ccc_high", "human_ccc", "published_ccc")
    values = [row[key] for row in rows for key in keys if row[key] is not None]
    return min([0, *values]) - 0.02, max([0, *values]) + 0.02


def by_corpus(figures: dict[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    """Sort figures by corpus, and those of all corpora under "".

    Args:
        figures: file of each by name and corpus (or "").

    Example:
        >>> by_corpus({("ccc_by_method", "vam"): "a.png", ("label_distribution", ""): "b.png"})
        {'vam': {'ccc_by_method': 'a.png'}, '': {'label_distribution': 'b.png'}}
    """
    found: dict[str, dict[str, str]] = {}
    for (name, corpus), path in figures.items():
        found.setdefault(corpus, {})[name] = path
    return found


def cloud(tables: dict[str, pd.DataFrame], features: str) -> dict:
    """Return a cloud of the explorer: each feature's name, group and three CCCs.

    Args:
        tables: of the corpus, by name.
        features: id of the feature set.
    """
    table, null = (
        tables[name][tables[name]["features"] == features]
        for name in ("featurewise", "featurewise_null")
    )
    threshold = null.set_index("dimension")["threshold"]
    return {
        "features": features,
        "names": table["feature"].tolist(),
        "groups": [describe(name).group for name in table["feature"]],
        "threshold": {d: round(threshold[d], 4) for d in DIMENSIONS},
        **{d: table[d].round(4).tolist() for d in DIMENSIONS},
    }


def origins(made: dict[str, dict]) -> pd.DataFrame:
    """Say how each feature store was made.

    Args:
        made: attributes of each store by its path.
    """
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


def makers(made: dict[str, dict]) -> set[str]:
    """Give the kinds of models and the packages that feature stores were made by.

    Args:
        made: attributes of each store by its path.
    """
    return {
        word
        for attributes in made.values()
        for word in (attributes.get("model_type", ""), *attributes.get("versions", {}))
    }
