"""How frames become one vector: statistics over time, in the order of the columns."""

STATISTICS = {"mean": ("mean",), "mean_std": ("mean", "std"), "max": ("max",)}


def statistics_of(pooling: str | list[str]) -> tuple[str, ...]:
    """Return the statistics that one pooling, or several in one store, consist of, each once.

    Example:
        >>> statistics_of(["mean", "mean_std", "max"])
        ('mean', 'std', 'max')
    """
    names = [pooling] if isinstance(pooling, str) else pooling
    return tuple(dict.fromkeys(part for name in names for part in STATISTICS[name]))
