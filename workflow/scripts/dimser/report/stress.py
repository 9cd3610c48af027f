"""What stress tests come to: a verdict for each method, dimension and check, and sentences."""

import numpy as np
import pandas as pd

from dimser.core.words import counted
from dimser.evaluation.registry import (
    CORRECTNESS,
    FAIRNESS,
    LOST,
    NO_CHANCE,
    NOT_TOLD,
    STAYED,
)
from dimser.report.tables import number

MOST = 3  # failed checks of a method that are told
YES, NO, OPEN = "yes", "no", "open"
# Of which more is better; others should be small.
MORE = [STAYED, *(asked.text for asked in CORRECTNESS.values() if asked.least)]


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each method, dimension and check, that of its worst group and measure.

    Args:
        table: columns as of `dimser.evaluation.stress.COLUMNS`.

    Returns:
        Columns `method,dimension,check`, `verdict` (`yes`, `no`, `open` where the sample does not
        tell, "" where nothing was asked or could be made), and `row`, the place in the table.
    """
    verdict = table["passed"].fillna("").mask(table["reason"].isin([NOT_TOLD, NO_CHANCE]), OPEN)
    rank = verdict.map({NO: 0, OPEN: 1, YES: 2, "": 3})
    worst = table.assign(
        verdict=verdict, rank=rank, excess=_excess(table), row=range(len(table))
    ).sort_values(["rank", "excess"], ascending=[True, False], kind="stable")
    keys = ["method", "dimension", "check"]
    found = worst.drop_duplicates(keys).sort_values("row")
    return found[[*keys, "verdict", "row"]].reset_index(drop=True)


def _excess(table: pd.DataFrame) -> pd.Series:
    """Return how far a value is from what is allowed, in shares of that."""
    more, allowed = table["measure"].isin(MORE), table["threshold_simulated"]
    size = (1 - table["value"]).where(more, table["value"].abs())
    allowed = (1 - allowed).where(more, allowed)
    return size / allowed.where(allowed > 0, np.nan)


def shown(row: pd.Series) -> str:
    """Return a value in two digits: a share in per cent, others in hundredths.

    Example:
        >>> shown(pd.Series({"measure": STAYED, "value": 0.973}))
        '97'
    """
    return "" if np.isnan(row["value"]) else f"{100 * row['value']:z.0f}".replace("-", "\u2212")


def told(table: pd.DataFrame | None, names: dict[str, str]) -> list[str]:
    """Say of each method how many checks it passes, and which it fails most clearly.

    Args:
        table: columns as of `dimser.evaluation.stress.COLUMNS`; None where nothing was tested.
        names: display names of the methods.

    Returns:
        One text per method, in the order of the table.
    """
    if table is None:
        return []
    found = verdicts(table)
    return [_of_method(names[m], own, table) for m, own in found.groupby("method", sort=False)]


def _of_method(name: str, own: pd.DataFrame, table: pd.DataFrame) -> str:
    counts = own["verdict"].value_counts()
    judged = own[own["verdict"] != ""]
    failed = table.iloc[judged.loc[judged["verdict"] == NO, "row"]]
    fails = len(failed) or "none"
    passes = f"{name} passes {counts.get(YES, 0)} of {counted(len(judged), 'check')}"
    if open_ := counts.get(OPEN, 0):
        said = f"{passes}, fails {fails}, and the sample leaves {open_} open"
    else:
        said = f"{passes} and fails {fails}"
    if failed.empty:
        return f"{said}."
    failed = failed.assign(excess=_excess(failed)).sort_values("excess", ascending=False)
    first = "; ".join(_sentence(row) for _, row in failed.head(MOST).iterrows())
    lead = "It fails" if len(failed) <= MOST else "Most clearly it fails"
    return f"{said}. {lead}: {first}."


def _sentence(row: pd.Series) -> str:
    """Say what came of a check."""
    low, high = row["low"], row["high"]
    if row["measure"] == STAYED:
        ends = "" if np.isnan(low) else f" [{100 * low:.0f}, {100 * high:.0f}]"
        return (
            f"{row['dimension']} under {row['condition']} ({100 * row['value']:.0f} %{ends} of "
            f"utterances move by less than 0.05; asked: {100 * row['threshold']:.0f} %)"
        )
    ends = "" if np.isnan(low) else f" [{number(low, 2)}, {number(high, 2)}]"
    if row["measure"] == LOST:
        return (
            f"{row['dimension']} under {row['condition']} (loses a CCC of "
            f"{number(row['value'], 2)}{ends}; asked: at most {number(row['threshold'], 2)})"
        )
    if row["check"] in CORRECTNESS:
        asked = "at least" if row["measure"] in MORE else "at most"
        return (
            f"{row['measure']} of {row['dimension']} ({number(row['value'], 2)}{ends}; asked: "
            f"{asked} {number(row['threshold'], 2)})"
        )
    measure = row["measure"].removesuffix(", against all")
    asked = "chance alone" if np.isnan(row["threshold"]) else "asked"
    limit = row["threshold_simulated"] if asked == "chance alone" else row["threshold"]
    return (
        f"{row['dimension']} of {FAIRNESS[row['check']].noun.format(row['condition'])} "
        f"({measure} differs from that of all by {number(row['value'], 2)}{ends}; {asked}: at most "
        f"{number(limit, 2)})"
    )
