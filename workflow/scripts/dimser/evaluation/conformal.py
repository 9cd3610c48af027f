"""How far predictions of a new speaker are off, whatever the distribution of errors is.

Errors of one speaker resemble each other, so that a quantile of all errors covers less than it
says. Each speaker counts alike here, and one that is not known yet counts as one more, whose errors
may be as large as they like: where a new speaker is like those of the corpus (exchangeable with
them), their utterance lies within the interval with at least the level's probability, whatever the
errors' distribution is. Simulated: `benchmarks/README.md`.

That is for predictions by models that did not hear the speakers of the corpus; the final one heard
all of them, and should be no worse.

Source: Y. Lee, R. F. Barber, R. Willett, "Distribution-free inference with hierarchical data",
Journal of the Royal Statistical Society B, 2025 (HCP).
"""

import numpy as np
import pandas as pd

LEVEL = 0.9


def fewest(level: float = LEVEL) -> int:
    """Return how many speakers an interval needs.

    Example:
        >>> fewest(0.9), fewest(0.95)
        (9, 19)
    """
    return int(np.ceil(level / (1 - level) - 1e-9))


def radius(errors: np.ndarray, speakers: np.ndarray, level: float = LEVEL) -> float:
    """Return how far a new speaker's value lies from its prediction, at most.

    Args:
        errors: of utterances whose speakers the model never heard; their signs do not matter.
        speakers: of them; all that are not known count as one.
        level: probability of lying within.

    Returns:
        Half of the interval's width; infinite with fewer than `fewest` speakers.

    Example:
        >>> errors, speakers = np.arange(20.0), np.arange(20) // 2
        >>> radius(errors, speakers), radius(errors, speakers, 0.95)
        (19.0, inf)
    """
    sizes = np.absolute(errors)
    voices, known = pd.factorize(speakers, use_na_sentinel=False)
    weights = 1 / np.bincount(voices)[voices] / (len(known) + 1)
    order = np.argsort(sizes)
    reached = np.cumsum(weights[order])
    within = np.flatnonzero(reached >= level - 1e-9)
    return float(sizes[order[within[0]]]) if len(within) else np.inf
