from itertools import product

import audmetric
import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler

from dimser.core import metrics
from dimser.evaluation import featurewise
from dimser.evaluation.featurewise import featurewise_ccc


def corpus(utterances=200, features=11):
    rng = np.random.default_rng(0)
    labels = rng.random((utterances, 3))
    scales = 10.0 ** rng.integers(-3, 6, features)
    values = (labels[:, [0]] + rng.normal(size=(utterances, features))) * scales - 5 * scales
    return values.astype(np.float32), labels


def test_hand_computed():
    # scaled to 0, 0.5, 1: the labels themselves; and turned around
    features = np.array([[10, 3], [20, 2], [30, 1]], dtype=np.float32)
    labels = np.array([[0], [0.5], [1]])
    np.testing.assert_allclose(featurewise_ccc(features, labels), [[1], [-1]])


@pytest.mark.parametrize("utterances", [200, 5])
@pytest.mark.parametrize("block", [1, 4, 256])
def test_equals_a_loop_over_features(monkeypatch, block, utterances):
    monkeypatch.setattr(featurewise, "BLOCK", block)
    features, labels = corpus(utterances)
    result = featurewise_ccc(features, labels)
    assert result.shape == (11, 3)
    for column, values in enumerate(features.T.astype(np.float64)):
        scaled = (values - values.min()) / (values.max() - values.min())
        for dimension in range(3):
            expected = audmetric.concordance_cc(labels[:, dimension], scaled)
            assert result[column, dimension] == pytest.approx(expected, abs=1e-12)


def test_units_of_a_feature_do_not_matter():
    features, labels = corpus()
    moved = features.astype(np.float64) * 7 + 3
    np.testing.assert_allclose(
        featurewise_ccc(moved, labels), featurewise_ccc(features, labels), atol=1e-12
    )


@pytest.mark.parametrize("constant", [0, 0.1, -1e9])
def test_constant_feature_agrees_with_nothing(constant):
    features, labels = corpus()
    features[:, 3] = constant
    result = featurewise_ccc(features, labels)
    assert (result[3] == 0).all()
    assert (np.delete(result, 3, axis=0) != 0).all()


def test_one_outlier_keeps_its_digits():
    features, labels = (
        np.zeros((20_000, 1), dtype=np.float32),
        np.random.default_rng(0).random((20_000, 1)),
    )
    features[77] = 1e-4
    scaled = (features[:, 0] > 0).astype(float)
    expected = audmetric.concordance_cc(labels[:, 0], scaled)
    assert featurewise_ccc(features, labels)[0, 0] == pytest.approx(expected, abs=1e-13)


def test_sums_of_parts_are_those_of_a_loop_on_features_scaled_over_the_corpus():
    features, labels = corpus()
    parts = np.arange(200) % 3
    found = metrics.ccc(featurewise.featurewise_sums(features, labels, parts))
    assert found.shape == (3, 11, 3)
    values = features.astype(np.float64)
    scaled = (values - values.min(axis=0)) / np.ptp(values, axis=0)
    for part in range(3):
        for column in range(11):
            y, x = labels[parts == part, 1], scaled[parts == part, column]
            assert found[part, column, 1] == pytest.approx(audmetric.concordance_cc(y, x))


def clustered(seed: int, features: int = 9) -> tuple:
    """Sixty utterances of four speakers in eight dialogues, each of two speakers."""
    rng = np.random.default_rng(seed)
    dialogue = np.arange(60) % 8
    speakers = dialogue % 2 * 2 + rng.integers(0, 2, 60)
    return rng.random((60, features)), rng.random((60, 3)), speakers, dialogue


def test_p_counts_every_flip_of_the_largest_statistic_written_as_loops(monkeypatch):
    monkeypatch.setattr(featurewise, "BLOCK", 4)
    monkeypatch.setattr(featurewise, "DRAWS", 7)
    features, labels, speakers, dialogue = clustered(0)
    within = [np.zeros_like(features), np.zeros_like(labels)]
    for found, values in zip(within, (features, labels), strict=True):
        for speaker in range(4):
            own = speakers == speaker
            found[own] = values[own] - values[own].mean(axis=0)
    signs = np.array(list(product((1, -1), repeat=8)))
    p = featurewise.beyond_chance(features, labels, speakers, dialogue, 256, seed=0)
    for dimension in range(3):
        product_ = within[0] * within[1][:, [dimension]]
        parts = np.array([product_[dialogue == d].sum(axis=0) for d in range(8)])
        drawn = np.abs(signs @ parts) / np.sqrt(8 * np.sum(parts**2, axis=0))
        expected = [np.mean(drawn.max(axis=1) >= own - 1e-9) for own in drawn[0]]
        np.testing.assert_allclose(p[:, dimension], expected)
    again = featurewise.beyond_chance(features, labels, speakers, dialogue, 256, 0, threads=3)
    np.testing.assert_array_equal(p, again)


def test_the_order_of_rows_changes_no_p():
    features, labels, speakers, dialogue = clustered(2)
    p = featurewise.beyond_chance(features, labels, speakers, dialogue, 99, seed=3)
    order = np.random.default_rng(4).permutation(60)
    rows = (values[order] for values in (features, labels, speakers, dialogue))
    np.testing.assert_array_equal(featurewise.beyond_chance(*rows, 99, seed=3), p)
    assert len(np.unique(p)) > 9


def test_with_fewer_than_six_dialogues_no_p_is_told_and_none_is_below_a_twentieth():
    features, labels, speakers, dialogue = clustered(3)
    for count, there in ((5, False), (6, True)):
        kept = dialogue < count
        rows = (values[kept] for values in (features, labels, speakers, dialogue))
        p = featurewise.beyond_chance(*rows, 256, seed=0)
        assert p.shape == (9, 3) and (np.isfinite(p) == there).all()
    p = featurewise.beyond_chance(features, labels, speakers, dialogue, 19, seed=0)
    assert p.min() >= 0.05  # the smallest that 19 flips can tell


def signal_and_silence():
    """A feature that follows the label, and one that does not vary, in ten dialogues."""
    rng = np.random.default_rng(5)
    speakers, labels = np.repeat(np.arange(10), 30), rng.random((300, 1))
    return (
        np.hstack([labels + 0.3 * rng.random((300, 1)), np.full((300, 1), 7.0)]),
        labels,
        speakers,
    )


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_what_cancels_is_no_signal_and_what_does_not_is_one_in_any_unit(unit):
    features, labels, speakers = signal_and_silence()
    for own_unit in ((unit, 1.0), (1.0, unit)):
        p = featurewise.beyond_chance(
            features * own_unit[0], labels * own_unit[1], speakers, speakers, 1024, seed=0
        )[:, 0]
        assert p[0] == 2 / 1024
    speakers = np.repeat(np.arange(10), 6)
    feature = (np.tile([1, -1, 1, -1, 0, 0], 10)[:, None] / 3 + 7) * unit
    label = np.tile([1, 1, -1, -1, 0, 0], 10)[:, None] / 10 + speakers[:, None] / 30
    assert featurewise.beyond_chance(feature, label, speakers, speakers, 1024, seed=0) == 1


def test_a_feature_that_does_not_vary_hides_no_other():
    features, labels, speakers = signal_and_silence()
    p = featurewise.beyond_chance(features, labels, speakers, speakers, 1024, seed=0)
    assert p[:, 0].tolist() == [2 / 1024, 1]


def test_where_neither_features_nor_labels_vary_nothing_is_beyond_chance():
    features, labels, speakers, dialogue = clustered(1, 3)
    features[:], labels[:, 1] = 7, 0.1
    p = featurewise.beyond_chance(features, labels, speakers, dialogue, 256, seed=0)
    assert (p == 1).all()


def test_a_speakers_own_level_is_no_signal_but_what_goes_with_labels_is():
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(20), 15)
    labels = 0.3 * rng.random((20, 1))[speakers] + 0.7 * rng.random((300, 1))
    noise = rng.normal(size=(300, 50))
    noise[:, 0] += 3 * labels[:, 0]
    noise[:, 1] = labels.reshape(20, 15).mean(axis=1)[speakers]
    p = featurewise.beyond_chance(noise, labels, speakers, speakers, 2000, seed=1)[:, 0]
    assert p[0] <= 0.05 and p[1] == 1 and (p[1:] > 0.05).all()


def test_the_level_holds_where_labels_and_features_follow_the_dialogue():
    """Labels and features of a dialogue resemble each other, and neither knows the other."""
    rng = np.random.default_rng(0)
    dialogue = np.repeat(np.arange(50), 12)  # ten of each of five pairs
    speakers = dialogue // 10 * 2 + np.arange(600) % 2
    false = {"dialogues": 0, "utterances": 0}
    for run in range(100):
        label = np.sqrt(0.5) * rng.normal(size=(50, 1))[dialogue]
        label = label + np.sqrt(0.5) * rng.normal(size=(600, 1))
        features = np.sqrt(0.2) * rng.normal(size=(50, 40))[dialogue]
        features = features + np.sqrt(0.8) * rng.normal(size=(600, 40))
        for kind, clusters in (("dialogues", dialogue), ("utterances", np.arange(600))):
            p = featurewise.beyond_chance(features, label, speakers, clusters, 400, run)
            false[kind] += (p <= 0.05).any()
    assert false["dialogues"] <= 13 and false["utterances"] >= 40, false


@pytest.mark.parametrize(("block", "count"), [(256, 90), (1, 3), (2, 90)])
def test_out_of_fold_a_feature_is_scaled_and_turned_by_what_it_was_trained_on(
    monkeypatch, block, count
):
    monkeypatch.setattr(featurewise, "BLOCK", block)
    rng = np.random.default_rng(0)
    labels = 0.6 + 0.4 * rng.random((count, 2))  # all above the middle
    fold = np.arange(count) % 3
    own = labels[:, :1]
    silent = np.where(fold == 0, own[:, 0], 0.5)  # in training for the first fold
    noise = rng.random((count, 1))
    features = np.column_stack([1 - own, 3 * own + 0.3 * noise, noise, silent])
    folds = [(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in range(3)]
    every = featurewise.out_of_fold_ccc(features, labels, folds)
    assert every.shape == (4, 2)
    other = featurewise.out_of_fold_ccc(features, labels[:, ::-1], folds)
    np.testing.assert_allclose(other, every[:, ::-1])
    found = every[:, 0]
    for column, ccc in enumerate(found):
        pooled = np.empty(count)
        for train, test in folds:
            scaler = MinMaxScaler().fit(features[train][:, [column]])
            pooled[test] = scaler.transform(features[test][:, [column]])[:, 0]
            if np.cov(features[train, column], labels[train, 0])[0, 1] < 0:
                pooled[test] = 1 - pooled[test]
        assert ccc == pytest.approx(audmetric.concordance_cc(labels[:, 0], pooled))
    if count > 3:
        assert np.corrcoef(features[:, 0], labels[:, 0])[0, 1] < 0 < 0.3 < found[0]
