"""Published tables taken apart, and compared with one another."""

from itertools import combinations

import pandas as pd

from dimser.core.dimensions import DIMENSIONS

KEYS = ["corpus", "part", "method", "dimension", "metric"]


def printed_cells(table: pd.DataFrame, name: str, metrics: tuple[str, ...]) -> pd.DataFrame:
    """Take a published table apart.

    Args:
        table: text as printed, columns `corpus,method`, perhaps `part`, and `{dimension}_{metric}`;
            cells may be empty, and metrics missing.
        name: of the table.
        metrics: the published ones (`ccc`, `rmse`).

    Returns:
        One row per cell that is not empty, columns `KEYS`, `table` and `printed`, the text; `part`
        is "" for a whole corpus.
    """
    rows = [
        [line["corpus"], line["part"], line["method"], dimension, metric, name, printed]
        for line in table.assign(part=_parts(table)).to_dict("records")
        for dimension in DIMENSIONS
        for metric in metrics
        if pd.notna(printed := line.get(f"{dimension}_{metric}"))
    ]
    return pd.DataFrame(rows, columns=[*KEYS, "table", "printed"])


def _parts(table: pd.DataFrame) -> pd.Series | str:
    return table["part"].fillna("") if "part" in table else ""


def contradictions(published: pd.DataFrame) -> list[str]:
    """Say of each published cell which other tables print another value.

    Args:
        published: from `printed_cells`, of all tables.
    """
    cells = published.groupby(KEYS, sort=False)[["table", "printed"]]
    every = {key: list(own.itertuples(index=False, name=None)) for key, own in cells}
    keys = published[KEYS].itertuples(index=False, name=None)
    return [
        ", ".join(
            f"{table}: {other}"
            for table, other in every[key]
            if table != own and float(other) != float(printed)
        )
        for key, own, printed in zip(keys, published["table"], published["printed"], strict=True)
    ]


def agreements(published: pd.DataFrame, corpora: list[str]) -> list[list]:
    """Compare published tables with one another, where they print the same cells.

    Args:
        published: from `printed_cells`, of all tables.
        corpora: that we ran; others are not told of.

    Returns:
        Corpus, sentence and minus the largest difference of each pair. Where two dimensions are
        swapped throughout, the sentence says so.
    """
    rows = []
    own = published[published["corpus"].isin(corpora)].assign(
        value=lambda t: t["printed"].astype(float)
    )
    for one, other in combinations(own["table"].unique(), 2):
        for corpus, group in own.groupby("corpus", sort=False):
            sides = [
                group[group["table"] == name].set_index(KEYS[1:])["value"] for name in (one, other)
            ]
            first, second = sides[0].align(sides[1], join="inner")
            if len(first):
                said = f"The tables {one} and {other} agree{_swapped(first, second)}"
                rows.append([corpus, said, -(first - second).abs().max()])
    return rows


def _swapped(first: pd.Series, second: pd.Series) -> str:
    """Say which two dimensions one table has in the place of each other, if so."""
    one, other = (side.unstack("dimension") for side in (first, second))
    for a, b in combinations([name for name in DIMENSIONS if name in one], 2):
        exchanged = other.rename(columns={a: b, b: a})[one.columns]
        if not one.equals(other) and one.equals(exchanged):
            return f" (not so: {a} and {b} are swapped)"
    return ""


def paper_scores(published: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return a published table as scores: by corpus, columns `method,dimension,ccc,rmse`.

    Args:
        published: from `printed_cells`, of one table.
    """
    whole = published[published["part"] == ""].assign(value=lambda t: t["printed"].astype(float))
    return {
        corpus: own.pivot(
            index=["method", "dimension"], columns="metric", values="value"
        ).reset_index()
        for corpus, own in whole.groupby("corpus")
    }


def paper_features(published: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Return published feature-wise CCCs as `Evidence` has them.

    Args:
        published: columns `corpus,features,dimension,feature,ccc`.
    """
    return {
        key: own.assign(ccc=own["ccc"].astype(float))
        .pivot(index="feature", columns="dimension", values="ccc")
        .reset_index()
        for key, own in published.groupby(["corpus", "features"])
    }
