"""What methods have heard of the data that they are tested on, in sentences."""

import pandas as pd

from dimser.features.exposure import OTHERS, PRETRAINED, THIS, TRAINED, UNKNOWN
from dimser.report.sentences import listed
from dimser.report.tables import SECTION, number

SAID = {
    THIS: "Fine-tuned on this data",
    PRETRAINED: "Pre-trained on this data",
    OTHERS: "Fine-tuned on other parts of this corpus",
}


def trained(scores: pd.DataFrame) -> pd.Series:
    """Return which rows are of methods that were trained on what they are tested on.

    Args:
        scores: column `heard`; without it, none.
    """
    return scores["heard"].isin(TRAINED) if "heard" in scores else pd.Series(False, scores.index)


def marked(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores in which the `label` of what was trained on the data has a mark."""
    marks = trained(scores).map({True: f" {SECTION}", False: ""})
    return scores.assign(label=scores["label"] + marks)


def told(scores: pd.DataFrame, labels: dict[str, str]) -> list[str]:
    """Describe which methods have heard the data, and of which that is not known.

    Args:
        scores: columns `method,heard`.
        labels: display names of the methods.

    Returns:
        A sentence for each kind of exposure that there is.
    """
    if "heard" not in scores:
        return []
    marks = scores.drop_duplicates("method").set_index("method")["heard"]
    found = []
    for mark, said in SAID.items():
        names = [labels[method] for method in marks.index[marks == mark]]
        apart = "; scores on data that a model was trained on are no results, and are not ranked"
        if names:
            found.append(f"{said}: {listed(names)}{apart if mark in TRAINED else ''}.")
    names = [labels[method] for method in marks.index[marks == UNKNOWN]]
    if names:
        found.append(
            f"What their models were trained on is not known, this data perhaps: {listed(names)}. "
            "Say it by `trained_on` if you know."
        )
    return found


def set_aside(own: pd.DataFrame, best: float, labels: dict[str, str]) -> list[str]:
    """Name methods with a CCC above the best one's that were trained on the data.

    Args:
        own: a dimension's scores of methods that were, columns `method,ccc`.
        best: the highest CCC of the others.
        labels: display names of the methods.
    """
    higher = own[own["ccc"] > best]
    names = [f"{labels[row.method]} ({number(row.ccc, 2)})" for row in higher.itertuples()]
    if not names:
        return []
    return [
        f"Not ranked: {listed(names)} {'was' if len(names) == 1 else 'were'} trained on this data."
    ]
