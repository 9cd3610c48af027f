"""Sections of the report: the tables of a run, prepared for readers."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dimser.core.dimensions import DIMENSIONS, labelled
from dimser.core.files import read_csv
from dimser.evaluation import scores
from dimser.evaluation.descriptors import describe
from dimser.report import comparing, multiverse, ranking, sentences
from dimser.report.layers import optimism


def read(files: dict[tuple[str, str, str], str]) -> dict[str, dict[str, pd.DataFrame]]:
    """Read the tables of a run; those of a corpus's feature sets are concatenated.

    Args:
        files: csv of each, by name, corpus and feature set (or "").

    Returns:
        Tables by corpus and name; those of all corpora under "".
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


def by_part(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the tables of a corpus as a whole, and those of each published test part.

    Args:
        tables: of the corpus, by name; `scores` and `comparisons` are taken apart.

    Returns:
        Tables by name, by part, the whole under "" and first.
    """
    apart = {name: scores.by_part(tables[name]) for name in ("scores", "comparisons")}
    whole = tables | {name: scores.of_all(tables[name]) for name in apart}
    none = tables["comparisons"].head(0)
    return {"": whole} | {
        part: whole | {"scores": own, "comparisons": apart["comparisons"].get(part, none)}
        for part, own in apart["scores"].items()
    }


def audited(checks: pd.DataFrame, corpora: dict[str, str]) -> dict[str, dict]:
    """Count the findings of each source (`published`, `planted`), and those that hold.

    Args:
        checks: columns `corpus,check,value,holds,source`.
        corpora: label of each corpus by its id.

    Returns:
        By source, `count`, `holds`, and `findings`: these columns of each, with the corpus's label.
    """
    named = checks.assign(corpus=checks["corpus"].map(corpora))
    return {
        source: {
            "count": len(found),
            "holds": int(found["holds"].sum()),
            "findings": found[["corpus", "check", "value", "holds"]].to_dict("records"),
        }
        for source, found in named.groupby("source", sort=False)
    }


def with_references(
    tables: dict[str, pd.DataFrame], audit: pd.DataFrame, corpus: str
) -> pd.DataFrame:
    """Return the scores of a corpus with their references: the best method, raters, the paper.

    Args:
        tables: of the corpus, by name.
        audit: columns `corpus,method,dimension,metric,published`.
        corpus: its id.

    Returns:
        One row per score, as from `ranking.against_best`, with `corpus`, `label` (the method's id),
        `one_rater_ccc` and `published_ccc`, NaN where there is none.
    """
    cells = scores.of_all(audit[(audit["corpus"] == corpus) & (audit["metric"] == "ccc")])
    published = cells.set_index(["method", "dimension"])["published"].to_dict()
    human = tables["annotation"].set_index("dimension")["one_rater_ccc"].to_dict()
    table = ranking.against_best(tables["scores"])
    keys = table[["method", "dimension"]].itertuples(index=False, name=None)
    return table.assign(
        corpus=corpus,
        label=table["method"],
        one_rater_ccc=table["dimension"].map(human).astype(float),
        published_ccc=pd.Series([published.get(key) for key in keys], table.index, dtype=float),
    )


def answers(
    tables: dict[str, pd.DataFrame],
    feature_sets: list[str],
    names: dict[str, str],
    config: dict,
    best_layers: Mapping[str, tuple[str, str]],
) -> list[str]:
    """Describe the results on a corpus in sentences.

    Args:
        tables: of the corpus, by name.
        feature_sets: their ids.
        names: display names of feature sets and methods.
        config: with defaults.
        best_layers: methods as for `dimser.report.layers.optimism`.
    """
    scored = tables["scores"]
    found = [
        *sentences.of_sets_alone(scored, feature_sets, names),
        *comparing.limits(tables["comparisons"], scored),
        *comparing.helping_fusions(tables["comparisons"], names),
        *comparing.cost_of_concatenation(scored, tables["comparisons"], names, config["fusion"]),
        *_over_analyses(tables, names),
        sentences.beside_humans(scored, tables["annotation"]),
        *sentences.over_folds(scored, tables["breakdown"]),
        *sentences.tube(tables["shrinkage"]),
        *sentences.unusual(tables["description"]),
    ]
    found += optimism(best_layers, tables, names)
    if not feature_sets:  # a corpus with baselines alone
        return found
    groups, null = tables["featurewise_groups"], tables["featurewise_null"]
    found += sentences.untested_features(null)
    for features in feature_sets:
        own = groups[groups["features"] == features]
        found += sentences.carrying_features(names[features], own)
    return found


def _over_analyses(tables: dict[str, pd.DataFrame], names: dict[str, str]) -> list[str]:
    if "multiverse_ranks" not in tables:
        return []
    return multiverse.leading(tables["multiverse_ranks"], tables["multiverse_effects"], names)


def size(tables: dict[str, pd.DataFrame]) -> str:
    """Describe the size of a corpus.

    Args:
        tables: of the corpus, by name.
    """
    utterances = tables["utterances"]
    had, length = labelled(utterances), utterances["duration"]
    hours, minutes = length.sum() / 3600, length.sum() / 60
    long = f"{hours:.1f} hours" if hours >= 1 else f"{minutes:.1f} minutes"
    long = "no audio" if length.isna().all() else long
    missing = "" if len(had) == len(DIMENSIONS) else f"; labelled in {sentences.listed(had)} alone"
    left_out = f"{len(tables['dropped'])} left out"
    return f"{sentences.size(utterances)}, {long}; {left_out}{missing}"


def axis(rows: list[dict]) -> tuple[float, float]:
    """Return the ends of the axis for the bars of intervals; it includes 0.

    Args:
        rows: from `ranking.winners`; what is missing or None is not drawn.
    """
    keys = ("ccc_low", "ccc_high", "floor_ccc", "one_rater_ccc", "published_ccc")
    values = [row[key] for row in rows for key in keys if row.get(key) is not None]
    return min([0, *values]) - 0.02, max([0, *values]) + 0.02


def cloud(tables: dict[str, pd.DataFrame], features: str) -> dict:
    """Return the explorer's data of one feature set: each feature's name, group, CCCs and tests.

    Args:
        tables: of the corpus, by name.
        features: id of the feature set.
    """
    table = tables["featurewise"]
    table = table[table["features"] == features]
    ccc = {name: table[f"{name}_ccc"].round(4).astype(object) for name in DIMENSIONS}
    had = [name for name in DIMENSIONS if table[f"{name}_above"].notna().any()]
    return {
        "features": features,
        "names": table["feature"].tolist(),
        "groups": [describe(name).group for name in table["feature"]],
        "above": {name: table[f"{name}_above"].eq(True).tolist() for name in had},
        **{name: ccc[name].where(ccc[name].notna(), None).tolist() for name in had},
    }


def view(path: str, names: dict[str, str]) -> dict:
    """Read single utterances and speakers of a corpus, and put names beside its methods.

    Args:
        path: JSON that the rule `breakdown` has written.
        names: display names of the methods.
    """
    content = json.loads(Path(path).read_text("utf-8"))
    return content | {"labelled": [names[method] for method in content["methods"]]}


def stored(stores: list[str], corpus: str) -> list[str]:
    """Return the feature sets of a corpus that have a store of their own.

    Args:
        stores: paths of all.
        corpus: its id.

    Example:
        >>> stored(["results/mini/features/wlm_all.h5", "results/vam/features/cmp.h5"], "mini")
        ['wlm_all']
    """
    return [path.stem for path in map(Path, stores) if path.parts[-3] == corpus]


def origins(made: dict[str, dict]) -> pd.DataFrame:
    """Return a table of how each feature store was made.

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
    """Return the kinds of models and the packages that made the feature stores.

    Args:
        made: attributes of each store by its path.
    """
    return {
        word
        for attributes in made.values()
        for word in (attributes.get("model_type", ""), *attributes.get("versions", {}))
    }
