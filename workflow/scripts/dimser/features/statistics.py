"""How frames become one vector: statistics over time, in the order of the columns."""

STATISTICS = {"mean": ("mean",), "mean_std": ("mean", "std"), "max": ("max",)}
