"""Whether predictions are right, against references and at its level."""

from collections.abc import Callable

import audmetric
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.metrics import mean_absolute_error

from dimser.evaluation.correctness import STATISTICS, distance, of_speakers, of_utterances
from dimser.evaluation.registry import CORRECTNESS, NO_CHANCE, NOT_TOLD
from dimser.evaluation.robustness import Found
from dimser.evaluation.stress import ALL, HEARD, of_all

SPEAKERS, EACH = 12, 15


def drawn(
    rng: np.random.Generator, slope: float = 0.6, noise: float = 0.1, apart: float = 0.05,
    speakers: int = SPEAKERS, each: int = EACH,
) -> tuple[np.ndarray, ...]:  # fmt: skip
    """Predictions, labels and speakers: these differ in both."""
    who = np.repeat(np.arange(speakers), each)
    label = np.clip(rng.normal(0.5, 0.15, len(who)) + 0.05 * rng.normal(size=speakers)[who], 0, 1)
    own = 0.5 + slope * (label - 0.5) + apart * rng.normal(size=speakers)[who]
    return own + rng.normal(0, noise, len(who)), label, np.array([f"s{n}" for n in who])


def shares(values: np.ndarray) -> np.ndarray:
    return np.histogram(np.clip(values, 0, 1), bins=10, range=(0, 1))[0] / len(values)


def means(own: np.ndarray, label: np.ndarray, who: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame({"own": own, "label": label}).groupby(who)
    return table.mean()[table.size() >= 10]


REFERENCES: dict[str, Callable[..., float]] = {
    "ccc": lambda own, label, who: audmetric.concordance_cc(label, own),
    "pearson": lambda own, label, who: stats.pearsonr(label, own)[0],
    "error": lambda own, label, who: mean_absolute_error(label, own),
    "distribution": lambda own, label, who: jensenshannon(shares(own), shares(label), base=2),
    "speaker_error": lambda own, label, who: mean_absolute_error(*means(own, label, who).T.values),
    "speaker_ranks": lambda own, label, who: stats.spearmanr(*means(own, label, who).T.values)[0],
}


def judge(check: str, own: np.ndarray, label: np.ndarray, who: np.ndarray, by: object) -> Found:
    if check in STATISTICS:
        return of_utterances(check, own, label, by)
    return of_speakers(check, own, label, who, by)


def test_there_is_a_reference_for_each_check() -> None:
    assert REFERENCES.keys() == CORRECTNESS.keys()


@pytest.mark.parametrize("check", CORRECTNESS)
def test_values_and_intervals_are_those_of_a_plain_jackknife(check: str) -> None:
    own, label, who = drawn(np.random.default_rng(2))
    few = np.flatnonzero(who == "s3")[9:]  # nine utterances of a speaker are too few for a mean
    own, label, who = (np.delete(values, few) for values in (own, label, who))
    pairs = np.array([int(name[1:]) // 2 for name in who])
    for clusters in (who, pairs):  # speakers, and groups of two
        found = judge(check, own, label, who, clusters)
        value = REFERENCES[check](own, label, who)
        assert found.value == pytest.approx(value)
        counted = who if check in STATISTICS else means(own, label, who).index
        assert found.n == len(counted)
        there, back = {
            "error": (np.log, np.exp), "speaker_error": (np.log, np.exp),
            "distribution": (lambda x: x**4, lambda x: max(x, 0) ** 0.25),
        }.get(check, (np.arctanh, np.tanh))  # fmt: skip
        # a speaker whose mean does not count is no cluster of the speakers' means
        names = np.unique(clusters if check in STATISTICS else clusters[np.isin(who, counted)])
        without = np.array([
            there(REFERENCES[check](own[clusters != n], label[clusters != n], who[clusters != n]))
            for n in names
        ])  # fmt: skip
        count = len(names)
        error = np.sqrt((count - 1) / count * np.square(without - without.mean()).sum())
        bias = (count - 1) * (without.mean() - there(value)) if check == "distribution" else 0.0
        weights = pd.Series(clusters).value_counts()
        if check not in STATISTICS:
            weights = pd.Series(pd.Series(clusters).groupby(who).first()[counted]).value_counts()
        freedom = weights.sum() ** 2 / np.square(weights).sum() - 1
        half = stats.t.ppf(0.975, freedom) * error
        expected = [back(there(value) - bias + end) for end in (-half, half)]
        assert (found.low, found.high) == pytest.approx(expected)
        sign = -1 if CORRECTNESS[check].least else 1
        margin = bias + sign * stats.t.ppf(0.95, freedom) * error
        assert found.allowed == pytest.approx(back(there(CORRECTNESS[check].threshold) + margin))


def test_distances_are_those_of_scipy_at_the_ends_too() -> None:
    values = np.array([0.0, 0.05, 0.1, 0.95, 1.0, 1.2, -0.3])
    for other in (values[::-1], np.full(7, 0.55), np.where(values > 0.9, 0.85, values), values):
        found = of_utterances("distribution", values, other, None)
        reference = jensenshannon(shares(values), shares(other), base=2)
        assert found.value == pytest.approx(reference, abs=1e-7)
    assert of_utterances("distribution", values, np.full(7, 0.55), None).value == 1


def test_a_divergence_that_rounding_takes_below_zero_is_a_distance_of_zero() -> None:
    """One of 944 million utterances is in another bin."""
    counts = np.array([49998127, 37991936, 264699782, 128428454, 186824138,
                       25046714, 28863522, 54821940, 21173705, 146475772])  # fmt: skip
    moved = counts - np.eye(10, dtype=int)[8] + np.eye(10, dtype=int)[0]
    sums = np.concatenate([[counts.sum()], np.zeros(6), counts, moved])
    assert distance(sums) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("check", CORRECTNESS)
def test_perfect_predictions_pass_and_turned_ones_fail(check: str) -> None:
    rng = np.random.default_rng(3)
    _, label, who = drawn(rng, speakers=30)
    label = np.clip(label + np.repeat(np.linspace(-0.4, 0.1, 30), EACH), 0, 1)
    assert judge(check, label, label, who, who).passed is True
    turned = 0.9 - 0.3 * label + rng.normal(0, 0.03, len(label))
    assert judge(check, turned, label, who, who).passed is False


def rows(own: np.ndarray, label: np.ndarray, who: np.ndarray, by: object = None) -> pd.DataFrame:
    frames = [pd.DataFrame({"valence": values}) for values in (own, label)]
    clusters = None if by is None else pd.Series(by)
    found = of_all(*frames, [*CORRECTNESS], pd.Series(who, dtype=object), clusters)
    return pd.DataFrame(found).set_index("check")


def test_a_table_says_of_whom_each_value_is_and_why_there_is_none() -> None:
    own, label, who = drawn(np.random.default_rng(4))
    table = rows(own, label, who, who)
    assert table["threshold"].to_dict() == {
        "ccc": 0.5, "pearson": 0.5, "error": 0.1, "speaker_error": 0.1, "distribution": 0.2,
        "speaker_ranks": 0.7,
    }  # fmt: skip
    assert table["condition"].to_dict() == {
        check: ALL if check in STATISTICS else HEARD for check in CORRECTNESS
    }
    assert (table["passed"].notna() | table["reason"].eq(NOT_TOLD)).all()
    assert (table["low"] < table["value"]).all() and (table["value"] < table["high"]).all()

    unknown = rows(own, label, np.full(len(own), np.nan))
    assert unknown.loc["speaker_error", "reason"] == "no known speaker has 10 utterances"
    assert (
        unknown.loc["speaker_ranks", "reason"] == "fewer than 5 known speakers have 10 utterances"
    )
    assert unknown.loc[[*STATISTICS], "threshold_simulated"].notna().all()
    assert unknown[["low", "high"]].isna().all(axis=None)

    constant = rows(np.full(len(own), 0.5), label, who, who)
    assert constant.loc[["pearson", "speaker_ranks"], "reason"].tolist() == ["undefined"] * 2
    assert constant.loc["ccc", "value"] == 0 and not constant.loc["ccc", "passed"]


def test_five_speakers_of_ten_utterances_can_be_ranked_and_three_can_fail() -> None:
    own, label, who = drawn(np.random.default_rng(6), speakers=5, each=10)
    assert np.isfinite(of_speakers("speaker_ranks", own, label, who, None).value)
    assert isinstance(of_speakers("speaker_ranks", own[10:], label[10:], who[10:], None), str)
    assert of_speakers("speaker_error", own[:10], label[:10], who[:10], None).n == 1
    assert isinstance(of_speakers("speaker_error", own[:9], label[:9], who[:9], None), str)
    few = who[:30]
    noisy = label[:30] + 0.5 + np.random.default_rng(7).normal(0, 0.05, 30)
    assert of_utterances("error", noisy, label[:30], few).passed is False


def test_distributions_that_are_alike_have_no_distance() -> None:
    for seed in range(200):
        values = np.random.default_rng(seed).uniform(size=37)
        assert of_utterances("distribution", values, values, None).value == pytest.approx(0)


def test_of_two_speakers_nothing_fails() -> None:
    own, label, _ = drawn(np.random.default_rng(5), slope=-0.6)
    table = rows(own, label, np.repeat(["a", "b"], 90), np.repeat(["a", "b"], 90))
    short = table.loc[["ccc", "pearson", "error"]]
    assert short["passed"].isna().all() and short["reason"].eq(NO_CHANCE).all()
    assert short[["low", "high", "threshold_simulated"]].isna().all(axis=None)


def share_failed(check: str, runs: int = 300, **how: float) -> float:
    """How often a method fails that reaches, in a very large corpus, just what is asked."""
    truth = judge(check, *drawn(np.random.default_rng(0), speakers=4000, **how), None)
    assert truth.value == pytest.approx(CORRECTNESS[check].threshold, abs=0.01)
    failed = 0
    for seed in range(runs):
        own, label, who = drawn(np.random.default_rng(seed), speakers=10, each=30, **how)
        failed += judge(check, own, label, who, who).passed is False
    return failed / runs


@pytest.mark.parametrize(
    ("check", "how"),
    [
        ("ccc", {"noise": 0.151}),
        ("error", {"slope": 0.9, "noise": 0.113}),
        ("distribution", {"slope": 0.593, "noise": 0.03}),
        ("speaker_error", {"slope": 0.9, "apart": 0.121}),
        ("speaker_ranks", {"apart": 0.024}),
    ],
)
def test_a_method_that_is_exactly_as_good_as_asked_seldom_fails(check: str, how: dict) -> None:
    """A small version of benchmarks/stress.py: ten speakers, who differ."""
    assert share_failed(check, **how) <= 0.085
