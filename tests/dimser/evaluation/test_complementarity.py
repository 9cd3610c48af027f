import numpy as np
import pytest
from scipy.stats import pearsonr

from dimser.evaluation.complementarity import alignment, centred_kernel, error_correlation
from dimser.features.scaling import min_max_scale


@pytest.fixture
def features() -> np.ndarray:
    return np.random.default_rng(0).random((50, 6))


def test_alignment_is_the_published_formula(features: np.ndarray) -> None:
    other = features[:, :3] ** 2
    first, second = (centred_kernel(f) for f in (features, other))
    plain = []
    for values in (features, other):
        scaled, _ = min_max_scale(values, values)
        gamma = 1 / (scaled.shape[1] * scaled.var())
        kernel = np.exp(-gamma * ((scaled[:, None] - scaled[None]) ** 2).sum(axis=2))
        centring = np.eye(50) - 1 / 50
        plain.append(centring @ kernel @ centring)
    expected = np.trace(plain[0] @ plain[1]) / np.sqrt(
        np.trace(plain[0] @ plain[0]) * np.trace(plain[1] @ plain[1])
    )
    assert alignment(first, second) == pytest.approx(expected, abs=1e-5)
    assert 0 < alignment(first, second) < alignment(first, first) == pytest.approx(1)


def test_units_do_not_matter_and_strangers_do_not_align(features: np.ndarray) -> None:
    same = centred_kernel(features * [1, 10, 100, 1, 1, 1] - 3)
    own = centred_kernel(features)
    stranger = centred_kernel(np.random.default_rng(1).random((50, 6)))
    assert alignment(own, same) == pytest.approx(1, abs=1e-5)
    assert alignment(own * 1e-6, same) == pytest.approx(1, abs=1e-5)
    assert alignment(own, stranger) < 0.5
    assert np.isnan(alignment(own, np.zeros((50, 50))))


def test_errors_that_are_shared_correlate() -> None:
    generator = np.random.default_rng(0)
    labels, shared = generator.random(400), generator.normal(size=400)
    first, second = (labels + shared + generator.normal(size=400) for _ in range(2))
    assert error_correlation(first, second, labels) == pytest.approx(0.5, abs=0.1)
    expected = pearsonr(first - labels, second - labels).statistic
    assert error_correlation(first, second, labels) == pytest.approx(expected)


def test_one_error_throughout_correlates_with_nothing() -> None:
    labels, varied, one = np.zeros(3), np.array([0.1, 0.5, 0.2]), np.full(3, 0.1)
    assert one.mean() != 0.1  # by rounding: a correlation of that would be one of nothing
    assert np.isnan(error_correlation(one, varied, labels))
    assert np.isnan(error_correlation(varied, one, labels))
