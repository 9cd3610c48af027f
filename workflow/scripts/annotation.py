"""Measure how well the raters of a corpus agree, and how far a single human gets."""

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.labels import to_unit
from dimser.evaluation.annotation import (
    human_ccc,
    intraclass_correlation,
    krippendorff_alpha,
    references,
    spread,
)

COLUMNS = ["dimension", "raters", "ratings", "ratings_per_utterance", "alpha", "icc_single",
           "icc_average", "spread", "human_ccc", "one_rater_ccc", "ceiling_ccc"]  # fmt: skip


def annotation(*, ratings: str, scale: tuple[float, float], output: str) -> None:
    """Write one row per dimension; only a header if the corpus has no ratings.

    Args:
        ratings: csv with columns `id,rater,valence,arousal,dominance`; empty = missing.
        scale: lowest and highest rating; the spread is on [0, 1].
        output: csv; cells are empty where a value is undefined, as for a single rater.
    """
    table = read_csv(ratings)
    rows = []
    for dimension in DIMENSIONS:
        rated = table[table[dimension].notna()]
        if rated.empty:
            continue
        values = to_unit(rated[dimension].to_numpy(), scale)
        units = rated["id"].to_numpy()
        single, average = intraclass_correlation(values, units)
        rows.append(
            {
                "dimension": dimension,
                "raters": rated["rater"].nunique(),
                "ratings": len(rated),
                "ratings_per_utterance": len(rated) / rated["id"].nunique(),
                "alpha": krippendorff_alpha(values, units),
                "icc_single": single,
                "icc_average": average,
                "spread": spread(values, units),
                "human_ccc": human_ccc(values, units, rated["rater"].to_numpy()),
                **dict(zip(COLUMNS[-2:], references(single, units), strict=True)),
            }
        )
    write_csv(pd.DataFrame(rows, columns=COLUMNS), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        annotation(
            ratings=snakemake.input.ratings,
            scale=snakemake.params.scale,
            output=snakemake.output.annotation,
        )
