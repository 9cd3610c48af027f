"""What the paper says of its results, sentence by sentence, as margins that can be computed.

B. Vlasenko, S. Vyas, M. Magimai.-Doss, "Comparing data-driven and handcrafted features for
dimensional emotion recognition", ICASSP 2024. A margin is not negative where its sentence holds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.evaluation.comparison import ALPHA

SINGLE, OUT_OF_DOMAIN = ["cmp", "wv2_lr", "wv2_em", "hrt", "wlm"], ["wv2_lr", "hrt", "wlm"]
FUSED = ["cmp+wv2_lr", "cmp+wv2_em", "cmp+wlm", "wv2_em+wlm", "wv2_em+hrt", "hrt+wlm"]
COMPETITIVE = 0.02  # CCC behind the best
SPECTRAL = ("mfcc", "audspec", "pcm_fftmag")  # how descriptors of the spectrum begin
TOP = 2  # features of Table 2
BOTH = "vam, iemocap"
PAPER = "icassp24_table1"  # its table among the published ones


@dataclass(frozen=True)
class Evidence:
    """Tables of corpora by their ids, besides the CCCs.

    Attributes:
        scores: columns `method,dimension,rmse`.
        comparisons: columns `dimension,method_a,method_b,ccc_difference,p_adjusted`.
        labels: one column per dimension, in [0, 1].
        featurewise: by corpus and feature set, columns `feature` and one per dimension.
    """

    scores: dict[str, pd.DataFrame] = field(default_factory=dict)
    comparisons: dict[str, pd.DataFrame] = field(default_factory=dict)
    labels: dict[str, pd.DataFrame] = field(default_factory=dict)
    featurewise: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)

    def rmse(self, corpus: str) -> pd.DataFrame:
        """Return the RMSE of what both corpora's tables have regressed, by method."""
        table = self.scores[corpus].pivot(index="method", columns="dimension", values="rmse")
        return table.loc[SINGLE + FUSED[:3], [*DIMENSIONS]]

    def highest(self, corpus: str, features: str, dimension: str) -> float:
        """Return the highest CCC of single features."""
        return self.featurewise[corpus, features][dimension].max()

    def spread(self, corpus: str, features: str, dimension: str) -> float:
        """Return the range of the CCCs of single features."""
        values = self.featurewise[corpus, features][dimension]
        return values.max() - values.min()

    def top(self, corpus: str, dimension: str) -> pd.Series:
        """Return the handcrafted features with the highest CCCs, as Table 2 has them."""
        return self.featurewise[corpus, "cmp"].nlargest(TOP, dimension)["feature"]


def _lead(dimension: str | None, best: list[str], others: list[str]) -> Callable:
    """Return the margin of the worst of `best` over the best of `others`; None: by mean CCC."""

    def margin(ccc: pd.DataFrame) -> float:
        values = ccc[[*DIMENSIONS]].mean(axis=1) if dimension is None else ccc[dimension]
        return values.loc[best].min() - values.loc[others].max()

    return margin


def _inside(dimensions: list[str], low: float, high: float) -> Callable:
    """Return the margin of the single representations inside a range, rounded as printed."""

    def margin(ccc: pd.DataFrame) -> float:
        values = ccc.loc[SINGLE, dimensions].round(2)
        return min(values.min(axis=None) - low, high - values.max(axis=None))

    return margin


def _others(*best: str, among: list[str] = SINGLE + FUSED) -> list[str]:
    return [method for method in among if method not in best]


def _competitive(ccc: pd.DataFrame) -> float:
    behind = ccc.loc[SINGLE].max() - ccc.loc["wv2_lr"]
    return COMPETITIVE - behind[["arousal", "dominance"]].max()


def _applicable(ccc: pd.DataFrame) -> float:
    """Return by how much direct predictions exceed half of the best representation's CCC."""
    return (ccc.loc["e2e_em"] - ccc.loc[SINGLE].max() / 2)[[*DIMENSIONS]].min()


def _inapplicable(ccc: pd.DataFrame) -> float:
    return -(ccc.loc["e2e_em"] - ccc.loc[SINGLE].max() / 2)[[*DIMENSIONS]].max()


def _improving(ccc: pd.DataFrame) -> float:
    pairs = [f"wv2_em+{other}" for other in ("wlm", "hrt")]
    return min((ccc.loc[pair] - ccc.loc["wv2_em"])[[*DIMENSIONS]].min() for pair in pairs)


_VAM = SINGLE + FUSED[:3]
FINDINGS: dict[str, dict[str, Callable[[pd.DataFrame], float]]] = {
    "vam": {
        "Arousal and dominance are between 0.67 and 0.80 for every representation":
            _inside(["arousal", "dominance"], 0.67, 0.80),
        "Valence is between 0.20 and 0.32 for every representation":
            _inside(["valence"], 0.20, 0.32),
        "CMP with WV2 EM is best for arousal":
            _lead("arousal", ["cmp+wv2_em"], _others("cmp+wv2_em", among=_VAM)),
        "CMP with WV2 EM is best for dominance":
            _lead("dominance", ["cmp+wv2_em"], _others("cmp+wv2_em", among=_VAM)),
        "WV2 EM is best for valence":
            _lead("valence", ["wv2_em"], _others("wv2_em", among=_VAM)),
        "The direct prediction fails for valence":
            lambda ccc: -ccc.loc["e2e_em", "valence"],
        "In-domain embeddings help valence across languages":
            _lead("valence", ["wv2_em"], OUT_OF_DOMAIN),
        "The direct prediction is not applicable: less than half of the best in every dimension":
            _inapplicable,
        f"WV2 LR is competitive for arousal and dominance: at most {COMPETITIVE} behind the best":
            _competitive,
        "WV2 EM, WV2 LR, CMP and WLM are the best four over all dimensions":
            _lead(None, ["wv2_em", "wv2_lr", "cmp", "wlm"], ["hrt"]),
    },
    "iemocap": {
        "WV2 EM alone and with WLM are best for valence":
            _lead("valence", ["wv2_em", "wv2_em+wlm"], _others("wv2_em", "wv2_em+wlm")),
        "WV2 EM with WLM is best over all dimensions":
            _lead(None, ["wv2_em+wlm"], _others("wv2_em+wlm")),
        "Fusing WV2 EM with CMP hurts valence":
            _lead("valence", ["wv2_em"], ["cmp+wv2_em"]),
        "In-domain and out-of-domain embeddings complement one another":
            _lead(None, ["wv2_em+wlm"], ["wv2_em", "wlm"]),
        "The direct prediction is applicable: at least half of the best in every dimension":
            _applicable,
        "HRT, WLM and WV2 EM are the best single ones over all dimensions":
            _lead(None, ["hrt", "wlm", "wv2_em"], ["cmp", "wv2_lr"]),
        "Fusing WV2 EM with WLM or HRT lowers no dimension": _improving,
    },
}  # fmt: skip


def _significant(evidence: Evidence) -> float:
    """Return how far p is below its level, or the difference where it is none in favour."""
    table = evidence.comparisons["iemocap"].query("dimension == 'valence'")
    for one, sign in ((("wv2_em", "e2e_em"), 1), (("e2e_em", "wv2_em"), -1)):
        rows = table[(table["method_a"] == one[0]) & (table["method_b"] == one[1])]
        for row in rows.itertuples():
            lead = sign * row.ccc_difference
            return ALPHA - row.p_adjusted if lead > 0 else lead
    raise KeyError("wv2_em")


def _above(corpus: str, dimensions: tuple[str, ...]) -> Callable[[Evidence], float]:
    """Return by how much the in-domain features' highest CCCs exceed the out-of-domain ones'."""
    return lambda own: min(
        own.highest(corpus, "wv2_em", dimension)
        - max(own.highest(corpus, name, dimension) for name in OUT_OF_DOMAIN)
        for dimension in dimensions
    )


def _tells_of_arousal(own: Evidence) -> float:
    return min(own.highest("vam", name, "arousal") - own.highest("vam", name, "valence")
               for name in OUT_OF_DOMAIN)  # fmt: skip


def _handcrafted(own: Evidence) -> float:
    others = [own.highest("vam", name, "arousal") for name in SINGLE[1:]]
    return own.highest("vam", "cmp", "arousal") - max(others)


def _narrow_valence(own: Evidence) -> float:
    others = [
        own.spread("iemocap", name, "valence") for name in SINGLE if name not in ("cmp", "wlm")
    ]
    return min(others) - own.spread("iemocap", "wlm", "valence")


def _narrow_arousal(own: Evidence) -> float:
    wide = own.spread("iemocap", "wv2_em", "arousal")
    return wide - max(own.spread("iemocap", name, "arousal") for name in OUT_OF_DOMAIN)


def _higher_tops(own: Evidence) -> float:
    return min(own.highest("vam", "cmp", dimension) - own.highest("iemocap", "cmp", dimension)
               for dimension in DIMENSIONS)  # fmt: skip


def _shared_top(own: Evidence) -> float:
    pairs = [(set(own.top(corpus, "arousal")), set(own.top(corpus, "dominance")))
             for corpus in ("vam", "iemocap")]  # fmt: skip
    return min(len(one & other) for one, other in pairs) - 1


def _spectral(own: Evidence) -> float:
    tops = [own.top(corpus, d) for corpus in ("vam", "iemocap") for d in DIMENSIONS]
    return -sum(not name.lower().startswith(SPECTRAL) for top in tops for name in top)


def _lower_rmse(own: Evidence) -> float:
    return (own.rmse("iemocap") - own.rmse("vam")).min(axis=None)


def _lower_relative_rmse(own: Evidence) -> float:
    one, other = (
        own.rmse(c) / own.labels[c][[*DIMENSIONS]].std(ddof=0) for c in ("vam", "iemocap")
    )
    return (other - one).min(axis=None)


def _coarse(own: Evidence) -> float:
    """Return how many more utterances share a value of valence on IEMOCAP than on VAM."""
    shared = {c: 1 - own.labels[c]["valence"].nunique() / len(own.labels[c])
              for c in ("vam", "iemocap")}  # fmt: skip
    return shared["iemocap"] - shared["vam"]


# What rests on more than the CCCs of methods: corpora that it is about, sentence, margin.
FURTHER: tuple[tuple[str, str, Callable[[Evidence], float]], ...] = (
    ("iemocap", "WV2 EM is significantly better in valence than the direct prediction",
     _significant),
    ("vam", "Features pre-trained on English tell of arousal, and more than of valence",
     _tells_of_arousal),
    ("vam", "Single features of WV2 EM exceed the out-of-domain ones in arousal and valence",
     _above("vam", ("arousal", "valence"))),
    ("vam", "The best single feature for arousal is one of CMP", _handcrafted),
    ("iemocap", "Single features of WLM have the lowest range of CCC in valence",
     _narrow_valence),
    ("iemocap", "Single features of WV2 EM exceed the out-of-domain ones in valence",
     _above("iemocap", ("valence",))),
    ("iemocap", "Single out-of-domain features have a narrower range in arousal than WV2 EM's",
     _narrow_arousal),
    (BOTH, "The top features reach higher CCCs on VAM in every dimension", _higher_tops),
    (BOTH, "Of the top two features one is the same for arousal and dominance", _shared_top),
    (BOTH, "All of the top two features are spectral", _spectral),
    (BOTH, "RMSE is lower on VAM for every representation and dimension", _lower_rmse),
    (BOTH, "RMSE divided by the labels' standard deviation is lower on VAM, too",
     _lower_relative_rmse),
    ("vam", "Most of VAM lies at low valence: below the middle of the scale",
     lambda own: np.mean(own.labels["vam"]["valence"] < 0.5) - 0.5),
    (BOTH, "Labels of IEMOCAP are coarser: more utterances share a value of valence", _coarse),
)  # fmt: skip
