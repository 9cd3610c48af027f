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


@pytest.mark.parametrize("block", [1, 4, 256])
def test_equals_a_loop_over_features(monkeypatch, block):
    monkeypatch.setattr(featurewise, "BLOCK", block)
    features, labels = corpus()
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


def test_out_of_fold_a_feature_is_scaled_and_turned_by_what_it_was_trained_on():
    rng = np.random.default_rng(0)
    labels = rng.random((90, 1))
    features = np.hstack([1 - labels, 3 * labels + 0.3 * rng.random((90, 1)), rng.random((90, 1))])
    fold = np.arange(90) % 3
    folds = [(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in range(3)]
    found = featurewise.out_of_fold_ccc(features, labels, folds)[:, 0]
    for column, ccc in enumerate(found):
        pooled = np.empty(90)
        for train, test in folds:
            scaler = MinMaxScaler().fit(features[train][:, [column]])
            pooled[test] = scaler.transform(features[test][:, [column]])[:, 0]
            if np.corrcoef(features[train, column], labels[train, 0])[0, 1] < 0:
                pooled[test] = 1 - pooled[test]
        assert ccc == pytest.approx(audmetric.concordance_cc(labels[:, 0], pooled))
    assert found[0] > 0.95
