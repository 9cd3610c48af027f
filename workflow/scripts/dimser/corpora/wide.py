"""Wide tables of ratings: one column for each rater and dimension, known by a pattern of names."""

import re
from typing import TYPE_CHECKING, NamedTuple

from dimser.core.dimensions import DIMENSIONS, meant
from dimser.core.errors import InputError

if TYPE_CHECKING:  # what checks a configuration reads this module, too
    import pandas as pd

PLACE = re.compile(r"\{([^{}]*)\}")


class Column(NamedTuple):
    """What a column of ratings holds."""

    rater: str
    dimension: str


def find(pattern: str, names: list[str]) -> dict[str, Column]:
    """Find the columns that fit a pattern, in upper or lower case.

    Args:
        pattern: `{rater}` once, and once the dimensions, with bars between them.
        names: of all columns.

    Raises:
        InputError: if the pattern cannot be read.

    Example:
        >>> find("a{rater}_{V|A|D}", ["file", "a1_V", "a1_a"])["a1_a"]
        Column(rater='1', dimension='arousal')
    """
    places = PLACE.findall(pattern)
    words = [word for place in places if place.lower() != "rater" for word in place.split("|")]
    if len(places) != 2 or len(places) - sum(p.lower() == "rater" for p in places) != 1:
        raise InputError(
            f"{pattern!r} does not have `{{rater}}` once, and once the dimensions between bars; "
            "write it like a{rater}_{V|A|D}."
        )
    unknown = [word for word in words if meant(word) is None]
    if unknown:
        raise InputError(
            f"{pattern!r} names {', '.join(map(repr, unknown))}, which may be no dimension or "
            "several; write out valence, arousal or activation, dominance, power or potency."
        )
    parts = (
        "(?P<rater>.+)" if place.lower() == "{rater}"
        else f"(?P<dimension>{'|'.join(map(re.escape, words))})" if PLACE.fullmatch(place)
        else re.escape(place)
        for place in re.split(r"(\{[^{}]*\})", pattern)
    )  # fmt: skip
    expression = re.compile("".join(parts), re.IGNORECASE)
    fits = {name: found for name in names if (found := expression.fullmatch(name))}
    return {name: Column(fit["rater"], meant(fit["dimension"])) for name, fit in fits.items()}


def votes(table: "pd.DataFrame", columns: dict[str, Column]) -> "pd.DataFrame":
    """Return the columns of single raters as one row per rating, `id,rater` and all dimensions.

    Args:
        table: column `id`, each once, and those columns as numbers.
        columns: what they hold.
    """
    cells = table.melt("id", [*columns], "column").dropna(subset="value")
    for name in Column._fields:
        cells[name] = [getattr(columns[column], name) for column in cells["column"]]
    found = cells.pivot(index=["id", "rater"], columns="dimension", values="value")
    return found.reindex(columns=[*DIMENSIONS]).reset_index()
