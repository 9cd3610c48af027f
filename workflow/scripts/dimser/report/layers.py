"""How much each layer of an encoder carries, and what picking one in hindsight overstates."""

from collections.abc import Mapping

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.report.sentences import listed
from dimser.report.tables import number

COLUMNS = ["features", "layer", "pooling", "dimension", "ccc", "ccc_low", "ccc_high"]


def profiles(
    scores: pd.DataFrame,
    named: Mapping[str, Mapping[int, str]],
    maps: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Return the CCCs of layers, whether they were scored as a map or are methods one by one.

    Args:
        scores: columns `method,dimension,ccc,ccc_low,ccc_high`.
        named: for a feature set with several layers, the method of each, by its index.
        maps: for a feature set, `layer,pooling,dimension,ccc,ccc_low,ccc_high` of all its layers;
            it goes before methods.

    Returns:
        `features,layer,pooling,dimension,ccc,ccc_low,ccc_high`, layers ascending; the pooling of
        methods is empty.
    """
    parts = [table.assign(features=features) for features, table in maps.items()]
    for features, methods in named.items():
        if features not in maps:
            layer_of = {method: layer for layer, method in methods.items()}
            own = scores[scores["method"].isin(layer_of)]
            layers = own["method"].map(layer_of)
            parts.append(own.assign(features=features, layer=layers, pooling=""))
    table = pd.concat(parts)[COLUMNS]
    table = table[table["dimension"].isin(DIMENSIONS)]  # not their mean
    return table.sort_values("layer", kind="stable").reset_index(drop=True)


def references(
    scores: pd.DataFrame,
    annotation: pd.DataFrame,
    dimension: str,
    *,
    functionals: list[str],
    baselines: list[str],
) -> dict[str, float]:
    """Return what layers are to be seen beside: CCCs of a dimension, NaN where there is none.

    Args:
        scores: columns `method,dimension,ccc`.
        annotation: columns `dimension,one_rater_ccc`.
        dimension: its name.
        functionals: methods that are handcrafted features.
        baselines: methods that are baselines.
    """
    own = scores[scores["dimension"] == dimension].set_index("method")["ccc"]
    human = annotation.set_index("dimension")["one_rater_ccc"]
    return {
        "functionals": own.reindex(functionals).max(),
        "best baseline": own.reindex(baselines).max(),
        "one more rater": human.get(dimension, float("nan")),
    }


def optimism(
    best: Mapping[str, tuple[str, str]], tables: dict[str, pd.DataFrame], labels: dict[str, str]
) -> list[str]:
    """Say by how much a layer that is picked on the test folds seems better than it is.

    Args:
        best: for each method that is the best layer of a set, that set and the pooling.
        tables: `scores`, and `layers` with `features,layer,pooling,dimension,ccc`.
        labels: display names.

    Returns:
        A sentence for each method.
    """
    scores = tables["scores"].set_index(["method", "dimension"])["ccc"]
    found = []
    for method, (features, pooling) in best.items():
        every = tables["layers"]
        own = every[(every["features"] == features) & (every["pooling"] == pooling)]
        own = own.dropna(subset="ccc")
        parts = []
        for dimension in [name for name in DIMENSIONS if name in set(own["dimension"])]:
            first = own.loc[own.loc[own["dimension"] == dimension, "ccc"].idxmax()]
            honest = scores[method, dimension]
            parts.append(
                f"{number(first['ccc'] - honest, 3)} in {dimension} ({number(first['ccc'])} of "
                f"layer {first['layer']}, {number(honest)} chosen inside)"
            )
        if parts:
            found.append(
                f"Picking the layer of {labels[features]} by the test folds would have overstated "
                f"its CCC by {listed(parts)}; {labels[method]} is the honest number."
            )
    return found
