"""What was planted in the demo corpora, and whether it is found again."""

from contextlib import suppress
from fnmatch import fnmatchcase
from functools import partial

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.evaluation.audit import as_checks, how_often
from dimser.evaluation.multiverse import held

COLUMNS = ["corpus", "check", "dimension", "higher", "lower", "apart"]


def check_planted(
    planted: pd.DataFrame,
    scores: dict[str, pd.DataFrame],
    featurewise: dict[tuple[str, str], pd.DataFrame],
    analyses: dict[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Check planted findings, sentence by sentence, on our scores, and in every analysis.

    Args:
        planted: columns `COLUMNS`. All of `higher` exceed all of `lower` in a dimension (or in
            `mean`, of all) where the sentence holds; both are separated by semicolons. Each is a
            method; a feature set, a slash, and a pattern of features, of which the highest counts;
            or a number. With `apart` (yes or no), intervals have to be apart, too.
        scores: of each corpus by its id; columns `method,dimension,ccc,ccc_low,ccc_high`.
        featurewise: as for `dimser.evaluation.audit.audit_features`.
        analyses: of corpora that have a multiverse.

    Returns:
        As from `dimser.evaluation.audit.check_findings`, with `source` "planted".
    """
    rows = []
    for line in planted.to_dict("records"):
        corpus, sentence = line["corpus"], line["check"]
        if corpus not in scores:
            continue
        singles = {features: own for (c, features), own in featurewise.items() if c == corpus}
        bounds = ("ccc_low", "ccc_high") if line["apart"] == "yes" else ("ccc", "ccc")
        wide = [scores[corpus].pivot(index="method", columns="dimension", values=b) for b in bounds]
        try:
            rows.append([corpus, sentence, _margin(line, *wide, singles)])
        except KeyError:  # a method was not run
            continue
        with suppress(KeyError):  # single features and direct predictions have no choices
            if corpus in (analyses or {}):
                alone = partial(_margin_of_methods, line)
                held_in, count = held(analyses[corpus], alone)
                rows[-1] += [held_in, count, how_often(held_in, count)]
    return as_checks(rows, "planted")


def _margin_of_methods(line: dict[str, str], ccc: pd.DataFrame) -> float:
    return _margin(line, ccc, ccc, {})


def _margin(
    line: dict[str, str],
    least: pd.DataFrame,
    most: pd.DataFrame,
    singles: dict[str, pd.DataFrame],
) -> float:
    """Return by how much the lowest of `higher` exceeds the highest of `lower`.

    Args:
        line: of the planted findings.
        least: CCC, or the lower end of its interval, methods in rows, dimensions in columns.
        most: likewise, or the upper end.
        singles: feature-wise CCC of each feature set.
    """
    dimension = line["dimension"]
    higher = [_ccc(term, dimension, least, singles) for term in line["higher"].split(";")]
    lower = [_ccc(term, dimension, most, singles) for term in line["lower"].split(";")]
    return min(higher) - max(lower)


def _ccc(term: str, dimension: str, ccc: pd.DataFrame, singles: dict[str, pd.DataFrame]) -> float:
    """Return the CCC of a method, the highest one of single features, or a number itself."""
    with suppress(ValueError):
        return float(term)
    features, slash, pattern = term.partition("/")
    if slash:
        table = singles[features]
        named = table["feature"].map(lambda name: fnmatchcase(name, pattern))
        return table.loc[named, dimension].abs().max()
    return ccc.loc[term, [*DIMENSIONS]].mean() if dimension == "mean" else ccc.loc[term, dimension]
