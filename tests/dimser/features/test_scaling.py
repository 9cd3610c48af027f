import numpy as np
from scipy.stats import percentileofscore, rankdata
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from dimser.features.scaling import min_max_scale, minmax, rank, standard


def features() -> tuple[np.ndarray, np.ndarray]:
    """Training and test features: an outlier, ties, and a column that is constant in training."""
    generator = np.random.default_rng(0)
    values = generator.normal(3.0, 2.0, (60, 5))
    values[0, 0], values[:, 1], values[:40, 2] = 1e6, values[:, 1].round(), 12345.678
    values[:, 3] = 1e-7 * values[:, 3]  # varies little, around next to nothing
    return values[:40], values[40:]


def test_minmax_and_standard_are_scikit_learns() -> None:
    train, test = features()
    for scale, scaler in ((minmax, MinMaxScaler()), (standard, StandardScaler())):
        one, other, shift, spread = scale(train, test)
        scaler.fit(train)
        np.testing.assert_allclose((one - shift) / spread, scaler.transform(train), atol=1e-12)
        np.testing.assert_allclose((other - shift) / spread, scaler.transform(test), atol=1e-12)


def test_both_parts_are_scaled_at_once_likewise() -> None:
    train, test = features()
    scaler = MinMaxScaler().fit(train)
    found = min_max_scale(train, test)
    np.testing.assert_allclose(found[0], scaler.transform(train), atol=1e-12)
    np.testing.assert_allclose(found[1], scaler.transform(test), atol=1e-12)


def test_ranks_are_shares_of_the_training_utterances() -> None:
    train, test = features()
    one, other, shift, spread = rank(train, test)
    assert shift.shape == spread.shape == (train.shape[1],)
    assert (shift == 0).all() and (spread == 1).all()
    np.testing.assert_allclose(one, (rankdata(train, axis=0) - 0.5) / len(train), rtol=1e-6)
    shares = [percentileofscore(train[:, n], test[:, n], kind="mean") / 100 for n in range(5)]
    np.testing.assert_allclose(other, np.transpose(shares), rtol=1e-6)
