"""What transfers between corpora, in sentences."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.words import counted
from dimser.features.exposure import TRAINED
from dimser.regression.protocols import DIAGONAL, LABELS, STRICT
from dimser.report.sentences import bracketed, listed
from dimser.report.tables import number

PARTS = {"of_correlation": "correlation", "of_scale": "scale", "of_location": "location"}


def told(
    table: pd.DataFrame,
    candidates: Sequence[str],
    names: Mapping[str, str],
    corpora: Mapping[str, str],
    apart: bool = False,
) -> list[dict]:
    """Describe each direction between corpora.

    Args:
        table: `results/transfer.csv`.
        candidates: methods that a sentence may be about: trained representations and fusions.
        names: display names of methods.
        corpora: display names of corpora by id.
        apart: whether speakers of the same name in two corpora are different people.

    Returns:
        `title` and `sentences` of each direction.
    """
    crossed = table[table["protocol"] != DIAGONAL]
    return [
        {
            "title": f"From {corpora.get(train, train)} to {corpora[test]}",
            "sentences": [
                *_of_pair(best := _best(cells := _cells(own, candidates)), cells, names),
                *_largest_loss(own, candidates, names),
                *_protocols(own, best),
                *_common(own, apart),
                *_heard(own, names, corpora[test]),
            ],
        }
        for (train, test), own in crossed.groupby(["train", "test"], sort=False)
    ]


def _best(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cell of each dimension with the highest CCC."""
    rows = cells.sort_values("ccc", kind="stable")
    rows = rows.drop_duplicates("dimension", keep="last")
    return rows.set_index("dimension").reindex([d for d in DIMENSIONS if d in {*rows["dimension"]}])


def _cells(own: pd.DataFrame, candidates: Sequence[str]) -> pd.DataFrame:
    """Return the strict cells, or those of the first protocol, of what has not heard the corpus."""
    first = STRICT if (own["protocol"] == STRICT).any() else own["protocol"].iloc[0]
    rows = own[own["protocol"].eq(first) & own["method"].isin(candidates)]
    return rows[~rows["heard"].isin(TRAINED)].dropna(subset="ccc")


def _of_pair(best: pd.DataFrame, cells: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Say what transfers and what does not, and what is lost of what the own folds reach."""
    said, unsure, lacking, lost = [], [], [], []
    above = set(cells.loc[cells["ccc_low"] > 0, "dimension"])
    for dimension, row in best.iterrows():
        if pd.notna(row["ccc_low"]) and row["ccc_low"] <= 0:
            (unsure if dimension in above else lacking).append(dimension)
            continue
        name, ccc = names[row["method"]], number(row["ccc"], 2)
        at = bracketed(row["ccc_low"], row["ccc_high"]) or ", no interval"
        said.append(f"{dimension} by {name} (CCC {ccc}{at})")
        low, high = row["difference_low"], row["difference_high"]
        if pd.isna(low) or low <= 0 <= high:
            continue
        lost.append(
            f"{number(row['difference'], 2)}{bracketed(low, high)} in {dimension} ({_parts(row)})"
        )
    found = [f"What transfers: {'; '.join(said)}."] if said else []
    if unsure:
        highest = f"The highest CCC{'s' * (len(unsure) > 1)} of {listed(unsure)}"
        found.append(f"{highest} cannot be distinguished from 0.")
    if lacking:
        found.append(f"There is no evidence that {listed(lacking).replace(' and ', ' or ')} does.")
    if lost:
        found.append(f"Compared with models of the tested corpus itself: {'; '.join(lost)}.")
    elif said and best["difference_low"].notna().any():
        found.append("None of these differs beyond chance from models of the tested corpus itself.")
    return found


def _largest_loss(
    own: pd.DataFrame, candidates: Sequence[str], names: Mapping[str, str]
) -> list[str]:
    """Name the cell that loses most of what the tested corpus's own models know."""
    rows = _cells(own, candidates)
    rows = rows[rows["difference_high"] < 0]
    if rows.empty:
        return []
    row = rows.loc[rows["difference"].idxmin()]
    ends = bracketed(row["difference_low"], row["difference_high"])
    lost, inside = number(row["difference"], 2), number(row["ccc"] - row["difference"], 2)
    return [
        f"{names[row['method']]} loses most, in {row['dimension']}: {inside} trained on the tested "
        f"corpus itself, {number(row['ccc'], 2)} from here ({lost}{ends}; {_parts(row)})."
    ]


def _parts(row: pd.Series) -> str:
    """Say what a difference consists of."""
    if row[[*PARTS]].isna().any():
        return "predictions do not vary"
    parts = [f"{number(row[part], 2)} {name}" for part, name in PARTS.items()]
    known, shifted = row["of_correlation"], row["of_scale"] + row["of_location"]
    order = "; the order is known, the level is not" if shifted < 2 * min(known, 0) else ""
    return f"{', '.join(parts)}{order}"


def _protocols(own: pd.DataFrame, best: pd.DataFrame) -> list[str]:
    """Set the same cells side by side, by what was known of the tested corpus."""
    if own["protocol"].nunique() < 2 or best.empty:
        return []
    lines = []
    for protocol, rows in own.groupby("protocol", sort=False):
        ccc = rows.set_index(["dimension", "method"])["ccc"]
        values = [f"{d} {number(ccc.get((d, row['method']), float('nan')), 2)}"
                  for d, row in best.iterrows()]  # fmt: skip
        lines.append(f"{LABELS[protocol]}: {', '.join(values)}")
    return [f"CCC of these methods by protocol. {'; '.join(lines)}."]


def _common(own: pd.DataFrame, apart: bool) -> list[str]:
    """Say what both corpora have in common, and whether languages differ."""
    first = own.iloc[0]
    counts = {what: int(first[f"shared_{what}s"]) for what in ("speaker", "rater", "text")}
    shared = [counted(count, what) for what, count in counts.items() if count]
    held = "; who is tested was not trained on" if counts["speaker"] else ""
    held = "; speakers are taken for different people" if held and apart else held
    found = [f"Both have {listed(shared)} in common, by name{held}."] if shared else []
    languages = [first[name] for name in ("train_languages", "test_languages")]
    if pd.notna(languages).all() and languages[0] != languages[1]:
        found.append(f"Languages: {languages[0]} in training, {languages[1]} in test.")
    return found


def _heard(own: pd.DataFrame, names: Mapping[str, str], corpus: str) -> list[str]:
    """Name the methods that are left out here, because their models were trained on the corpus."""
    methods = own.loc[own["heard"].isin(TRAINED), "method"].unique()
    if not len(methods):
        return []
    return [f"Not considered, as their models were trained on {corpus}: "
            f"{listed([names[method] for method in methods])}."]  # fmt: skip
