"""What predictions lose to a spread and a mean that are not those of the labels.

A correlation does not mind either; the CCC does. So two representations that know equally much may
differ in CCC, because a regression pulls the predictions of one of them further towards the mean.

Source: L. I. Lin, "A concordance correlation coefficient to evaluate reproducibility", Biometrics
45 (1), 1989: the CCC is the correlation r times 2 / (v + 1 / v + u^2), where v is the scale shift
and u the location shift.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from dimser.regression.registry import RECALIBRATED

COLUMNS = [
    "method", "dimension", "label_sd", "epsilon", "epsilon_sd", "prediction_sd", "pearson", "ccc",
    "lost_to_spread", "lost_to_level", "recalibrated_ccc", "part",
]  # fmt: skip


def without_location_shift(scores: pd.DataFrame) -> pd.Series:
    """Compute the CCC that predictions would have if their mean were that of the labels.

    Args:
        scores: columns `pearson,scale_shift`.

    Example:
        >>> scores = pd.DataFrame({"pearson": [0.8], "scale_shift": [0.5]})
        >>> without_location_shift(scores).round(3).tolist()
        [0.64]
    """
    v = scores["scale_shift"]
    return scores["pearson"] * 2 / (v + 1 / v)


def shrinkage(
    scores: pd.DataFrame,
    label_sd: Mapping[tuple[str, str], float],
    epsilon: float | None,
    units: str,
    regressed: Collection[str],
) -> pd.DataFrame:
    """Take each method's CCC apart, beside the labels' spread and the regression's epsilon.

    Args:
        scores: columns `method,dimension,ccc,pearson,scale_shift` and `part`, missing where a row
            is about all utterances.
        label_sd: standard deviation of the labels in [0, 1] by part ("" for all) and dimension;
            rows of other dimensions are left out.
        epsilon: below which errors cost nothing in training; None where there is no one value.
        units: what it counts in: `scale` or `labels`.
        regressed: the methods that are fitted with it.

    Returns:
        Columns `COLUMNS`. `epsilon` is on the scale brought to [0, 1], `epsilon_sd` in standard
        deviations of the labels. The correlation is the CCC and what is lost to spread and to
        level. `recalibrated_ccc` is that of the same method after an `@recalibrated`, and missing
        where that is no method of the run.
    """
    parts = ["" if pd.isna(part) else part for part in scores["part"]]
    keys = pd.Series([*zip(parts, scores["dimension"], strict=True)], index=scores.index)
    table = scores.assign(label_sd=keys.map(label_sd))[keys.isin(label_sd)]
    methods = zip(table["method"], keys[table.index], table["ccc"], strict=True)
    reached = {(method, key): ccc for method, key, ccc in methods}
    sd = table["label_sd"].where(table["label_sd"] > 0)
    value = np.nan if epsilon is None else epsilon
    of_scale = value * sd if units == "labels" else pd.Series(value, table.index)
    epsilons = of_scale.where(table["method"].isin(regressed))
    unmoved = without_location_shift(table)
    moved = zip(table["method"] + f"@{RECALIBRATED}", keys[table.index], strict=True)
    return table.assign(
        epsilon=epsilons,
        epsilon_sd=epsilons / sd,
        prediction_sd=table["scale_shift"] * table["label_sd"],
        lost_to_spread=table["pearson"] - unmoved,
        lost_to_level=unmoved - table["ccc"],
        recalibrated_ccc=[reached.get(key, np.nan) for key in moved],
    )[COLUMNS]
