import audmetric
import numpy as np
import pytest

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


def test_null_is_a_loop_over_permutations_within_speakers(monkeypatch):
    monkeypatch.setattr(featurewise, "BLOCK", 4)
    monkeypatch.setattr(featurewise, "DRAWS", 3)
    features, labels = corpus(60, 9)
    speakers = np.array([f"s{n % 4}" for n in range(60)])
    found = featurewise.null_maxima(features, labels, speakers, 7, seed=5)
    generator = np.random.default_rng(5)
    for row in found:
        permuted = np.empty_like(labels)
        for speaker in np.unique(speakers):
            rows = np.flatnonzero(speakers == speaker)
            permuted[rows] = labels[generator.permutation(rows)]
        expected = np.abs(featurewise_ccc(features, permuted)).max(axis=0)
        np.testing.assert_allclose(row, expected, atol=1e-5)
    again = featurewise.null_maxima(features, labels, speakers, 7, seed=5, threads=3)
    np.testing.assert_array_equal(found, again)


def test_where_neither_features_nor_labels_vary_there_is_no_agreement_by_chance():
    features, labels = corpus(60, 3)
    features[:], labels[:, 1] = 7, 0  # scaled, both are 0
    found = featurewise.null_maxima(features, labels, np.arange(60) % 4, 7, seed=5)
    assert (found == 0).all()


def test_a_speakers_own_level_is_no_signal_but_what_goes_with_labels_is():
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(20), 15)
    labels = 0.3 * rng.random((20, 1))[speakers] + 0.7 * rng.random((300, 1))
    noise = rng.normal(size=(300, 50))
    noise[:, 0] += 3 * labels[:, 0]
    maxima = featurewise.null_maxima(noise, labels, speakers, 200, seed=1)
    above = np.abs(featurewise_ccc(noise, labels))[:, 0] > np.quantile(maxima, 0.95)
    assert above.tolist() == [True] + [False] * 49
