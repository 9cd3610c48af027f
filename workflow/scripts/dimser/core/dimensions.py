"""The dimensions of emotion that labels and predictions have, in the order of all tables."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what plans a run reads this module, too
    import pandas as pd

DIMENSIONS = ("valence", "arousal", "dominance")
MEAN = "mean"  # over the dimensions, in tables of scores and comparisons
# What others call them; E. Osgood's potency and A. Mehrabian's pleasure among them.
SPELLINGS = {dimension: dimension for dimension in DIMENSIONS} | {
    "pleasure": "valence", "activation": "arousal", "power": "dominance", "potency": "dominance",
}  # fmt: skip


def meant(text: str) -> str | None:
    """Return the dimension that a name or its beginning stands for; None if not exactly one.

    Example:
        >>> meant("Activation"), meant("V"), meant("P")
        ('arousal', 'valence', None)
    """
    found = {own for name, own in SPELLINGS.items() if name.startswith(text.lower())}
    return found.pop() if len(found) == 1 else None


def labelled(table: "pd.DataFrame") -> list[str]:
    """Return the dimensions that a table has any value of: those that its corpus is labelled in.

    Args:
        table: one column per dimension; one that the corpus lacks is empty throughout, or missing.
    """
    return [name for name in DIMENSIONS if name in table and table[name].notna().any()]
