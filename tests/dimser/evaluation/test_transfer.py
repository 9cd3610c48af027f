"""A cell beside the diagonal: its interval, and what a difference consists of."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from dimser.core import metrics
from dimser.evaluation.intervals import averaged, cluster_sums, jackknife
from dimser.evaluation.transfer import Refits, compared, parts, recalibrated, scored


def drawn(seed: int, groupings: int = 1) -> tuple[np.ndarray, ...]:
    """Predictions of a cell and of the diagonal, refits, labels and speakers."""
    rng = np.random.default_rng(seed)
    speaker = np.repeat(np.arange(8), 12)
    label = rng.normal(size=96) + rng.normal(size=8)[speaker]
    cell = 0.5 * label + rng.normal(size=96)
    own = label[:, None] + rng.normal(size=(96, groupings))
    refits = cell + rng.normal(scale=0.2, size=(5, 1)) + rng.normal(scale=0.1, size=(5, 96))
    return cell, own, refits, label, speaker


def sums_of(found: np.ndarray, label: np.ndarray, speaker: np.ndarray) -> np.ndarray:
    found = found.reshape(len(label), -1)
    return cluster_sums(found[..., None], label[:, None, None], speaker)


def ccc(one: np.ndarray, other: np.ndarray) -> float:
    shift = one.mean() - other.mean()
    return 2 * np.cov(one, other, ddof=0)[0, 1] / (one.var() + other.var() + shift**2)


def test_the_interval_counts_who_was_tested_and_who_was_trained_on() -> None:
    cell, own, refits, label, speaker = drawn(0)
    again = np.array([metrics.sums(one, label) for one in refits])[:, None]
    found = compared(
        sums_of(cell, label, speaker), sums_of(own, label, speaker), Refits(again, 0.5)
    ).iloc[0]
    left_out = []
    for name in range(8):
        kept = speaker != name
        left_out.append(ccc(cell[kept], label[kept]) - ccc(own[kept, 0], label[kept]))
    tested = 7 / 8 * np.square(np.array(left_out) - np.mean(left_out)).sum()
    of_refits = [ccc(one, label) for one in refits]
    trained = 4 / 5 * np.square(np.array(of_refits) - np.mean(of_refits)).sum() * 1.5
    freedom = (tested + trained) ** 2 / (tested**2 / 7 + trained**2 / 4)
    half = t.ppf(0.975, freedom) * np.sqrt(tested + trained)
    difference = ccc(cell, label) - ccc(own[:, 0], label)
    expected = [difference, difference - half, difference + half]
    np.testing.assert_allclose(found.astype(float), expected, rtol=1e-9)


def test_where_nothing_was_trained_only_who_was_tested_counts() -> None:
    cell, own, _, label, speaker = drawn(1)
    sums = sums_of(cell, label, speaker), sums_of(own, label, speaker)
    found = compared(*sums, None).iloc[0]
    pair = np.stack(sums, axis=2)

    def difference(own: np.ndarray) -> np.ndarray:
        return np.subtract(*np.moveaxis(averaged(metrics.ccc, "atanh")(own), 1, 0))

    low, high = jackknife(pair, difference)
    np.testing.assert_allclose([found["difference_low"], found["difference_high"]],
                               [low[0], high[0]])  # fmt: skip


def test_one_refit_tells_nothing_of_who_was_trained_on() -> None:
    cell, own, refits, label, speaker = drawn(2)
    again = metrics.sums(refits[0], label)[None, None]
    sums = sums_of(cell, label, speaker), sums_of(own, label, speaker)
    for few in (again, again[:0]):
        found = compared(*sums, Refits(few, 1.0)).iloc[0]
        assert not np.isnan(found["difference"]) and np.isnan(found["difference_low"])


def test_the_diagonal_may_have_several_groupings() -> None:
    cell, own, refits, label, speaker = drawn(3, groupings=3)
    again = np.array([metrics.sums(one, label) for one in refits])[:, None]
    found = compared(
        sums_of(cell, label, speaker), sums_of(own, label, speaker), Refits(again, 1.0)
    )
    mean = np.tanh(np.mean([np.arctanh(ccc(one, label)) for one in own.T]))
    assert found["difference"].item() == pytest.approx(ccc(cell, label) - mean)


def test_a_score_says_how_many_utterances_of_how_many_speakers_it_rests_on() -> None:
    _, own, _, label, speaker = drawn(14, groupings=2)
    found = scored(sums_of(own, label, speaker), jackknife)
    assert found[["n", "clusters"]].values.tolist() == [[96, 8]]


@given(st.floats(0.2, 3.0), st.floats(-1.0, 1.0))
def test_moving_and_stretching_costs_no_correlation(stretch: float, shift: float) -> None:
    _, own, _, label, speaker = drawn(4)
    diagonal = scored(sums_of(own, label, speaker), jackknife)
    moved = scored(sums_of(own * stretch + shift, label, speaker), jackknife)
    found = parts(moved, diagonal).iloc[0]
    assert found["of_correlation"] == pytest.approx(0.0, abs=1e-9)
    assert found.sum() == pytest.approx((moved["ccc"] - diagonal["ccc"]).item(), abs=1e-9)
    ceiling = recalibrated(sums_of(own * stretch + shift, label, speaker), jackknife)
    assert ceiling["ccc"].item() == pytest.approx(np.corrcoef(own[:, 0], label)[0, 1])
    assert ceiling["ccc_low"].item() < ceiling["ccc"].item() < ceiling["ccc_high"].item()


def test_a_ceiling_has_no_shift_and_none_where_nothing_varies() -> None:
    _, own, _, label, speaker = drawn(8)
    found = recalibrated(sums_of(own + 1, label, speaker), jackknife)
    assert found[["scale_shift", "location_shift"]].values.tolist() == [[1.0, 0.0]]
    flat = recalibrated(sums_of(np.zeros(96), label, speaker), jackknife)
    assert flat[["ccc", "scale_shift", "location_shift"]].isna().all(axis=None)


def test_each_part_of_a_difference_is_what_it_is_called() -> None:
    diagonal = pd.DataFrame({"ccc": [0.8], "pearson": [0.8], "scale_shift": [1.0]})
    cell = pd.DataFrame({"ccc": [0.3], "pearson": [0.5], "scale_shift": [0.5]})
    np.testing.assert_allclose(parts(cell, diagonal), [[-0.3, -0.1, -0.1]])


def test_dimensions_are_compared_each_by_itself() -> None:
    each = [drawn(seed) for seed in (9, 10, 11)]
    cell, diagonal = (
        np.concatenate([sums_of(one[place], *one[3:]) for one in each], axis=2) for place in (0, 1)
    )
    again = np.stack([[metrics.sums(r, one[3]) for r in one[2]] for one in each], axis=1)
    together = compared(cell, diagonal, Refits(again, 0.5))
    alone = [
        compared(cell[:, :, [n]], diagonal[:, :, [n]], Refits(again[:, [n]], 0.5)) for n in range(3)
    ]
    np.testing.assert_allclose(together, np.concatenate(alone))
    assert together.notna().all(axis=None)


def test_three_clusters_and_two_refits_are_enough() -> None:
    cell, own, refits, label, speaker = drawn(12)
    again = np.array([metrics.sums(one, label) for one in refits[:2]])[:, None]
    for few, there in ((3, True), (2, False)):
        kept = speaker < few
        sums = [sums_of(found[kept], label[kept], speaker[kept]) for found in (cell, own)]
        found = compared(*sums, Refits(again, 1.0)).iloc[0]
        assert np.isfinite(found["difference_low"]) == there


def test_equal_predictions_that_nobody_trained_have_no_interval() -> None:
    _, own, _, label, speaker = drawn(13)
    sums = sums_of(own, label, speaker)
    found = compared(sums, sums, None).iloc[0]
    assert found["difference"] == 0 and np.isnan(found["difference_low"])


def test_constant_predictions_are_scored_and_not_taken_apart() -> None:
    _, own, _, label, speaker = drawn(5)
    flat = scored(sums_of(np.zeros(96), label, speaker), jackknife)
    found = parts(flat, scored(sums_of(own, label, speaker), jackknife))
    assert flat["ccc"].item() == 0 and found.isna().all(axis=None)


def test_the_interval_holds_where_both_corpora_are_alike() -> None:
    """A small version of benchmarks/transfer.py."""
    rng, held = np.random.default_rng(6), []
    for _ in range(200):
        corpora = []
        for speakers in (20, 16):  # as many as four of the five folds train on
            speaker = np.repeat(np.arange(speakers), 10)
            features = rng.normal(size=(speakers, 8))[speaker] + rng.normal(size=(len(speaker), 8))
            noise = rng.normal(size=speakers)[speaker] + rng.normal(size=len(speaker))
            corpora.append((speaker, features, features.sum(axis=1) / np.sqrt(8) + noise))
        (speaker, features, label), (other, known, truth) = corpora
        own = np.empty(len(label))
        for fold in range(5):
            test = speaker % 5 == fold
            own[test] = _ridge(features[~test], label[~test], features[test])
        kept = [other % 5 != group for group in range(5)]
        again = [metrics.sums(_ridge(known[k], truth[k], features), label) for k in kept]
        cell = _ridge(known, truth, features)
        found = compared(
            sums_of(cell, label, speaker), sums_of(own, label, speaker),
            Refits(np.array(again)[:, None], 16 / 20),
        ).iloc[0]  # fmt: skip
        held.append(found["difference_low"] <= 0 <= found["difference_high"])
    assert 0.91 <= np.mean(held) <= 0.98


def _ridge(features: np.ndarray, labels: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    mean = features.mean(axis=0)
    squares = (features - mean).T @ (features - mean) + np.eye(features.shape[1])
    weights = np.linalg.solve(squares, (features - mean).T @ (labels - labels.mean()))
    return labels.mean() + (unseen - mean) @ weights
