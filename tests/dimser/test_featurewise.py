import audmetric
import numpy as np
import pytest

from dimser import featurewise
from dimser.featurewise import featurewise_ccc


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
