"""Methods by dimensions: the rows of the report's matrix."""

import pandas as pd

from dimser.core.methods import KINDS
from dimser.report.sheets import records

METRICS = {  # that the matrix can show, and what they are called there
    "ccc": "CCC",
    "rmse": "RMSE",
    "pearson": "Correlation",
    "scale_shift": "Scale shift",
    "location_shift": "Location shift",
    "from_best": "CCC minus that of the best",
}
PEOPLE = {"one_rater_ccc": "One more rater", "ceiling_ccc": "At most, by the labels' reliability"}


def block(scores: pd.DataFrame, title: str, corpus: str, annotation: pd.DataFrame) -> dict:
    """Arrange the scores of a corpus, or of a part of it, as rows of methods, apart by kind.

    Args:
        scores: columns `kind,method,label,dimension,ccc` and more.
        title: of the matrix.
        corpus: display name of the corpus.
        annotation: columns `dimension` and those of `PEOPLE`.

    Returns:
        `title,corpus,dimensions`; `kinds`: in the order of `KINDS`, rows with `method,label` and
        `cells`, the records by dimension, the highest mean CCC first; and `people`: what raters
        reach, by name and dimension.
    """
    mean = scores.groupby("method")["ccc"].mean().sort_values(ascending=False, kind="stable")
    kinds: dict[str, list[dict]] = {name: [] for name in KINDS if name in set(scores["kind"])}
    for method in mean.index:
        own = scores[scores["method"] == method]
        label, kind_of = own[["label", "kind"]].iloc[0]
        cells = {row["dimension"]: row for row in records(own)}
        kinds[kind_of].append({"method": method, "label": label, "cells": cells})
    rated = annotation.set_index("dimension")
    people = {
        name: rated[column].dropna().to_dict()
        for column, name in PEOPLE.items()
        if rated[column].notna().any()
    }
    dimensions = scores["dimension"].unique().tolist()
    named = {"title": title, "corpus": corpus, "dimensions": dimensions}
    return named | {"kinds": kinds, "people": people}
