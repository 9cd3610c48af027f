"""Regression of corpora whose kernel does not fit in memory: block by block over the features.

Everything is fitted from sums over blocks of training utterances, so that memory does not depend on
their number: ridge regression from its normal equations, and a Nystroem approximation of the RBF
kernel, on whose features a ridge is fitted. Only `linear_svr` keeps all features in memory.

Except for rounding, models do not depend on the order of rows in the blocks. Each regressor has the
same first arguments:

    blocks: returns rows and their features, block by block, each time it is called.
    trains: which rows are training utterances.
    labels: shape (rows, columns), in [0, 1].
    balance: number of features of each part that is to count alike; see `fit_scaling`.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from dimser.core.errors import InputError
from dimser.regression.kernels import gamma_of
from dimser.regression.units import origin_and_unit

Block = tuple[np.ndarray, np.ndarray]  # rows of the table, and their features
Blocks = Callable[[], Iterator[Block]]
Transform = Callable[[np.ndarray], np.ndarray]
# Of LIBLINEAR's trust region Newton steps: at its default, 1e-4, predictions are off by up to 0.1.
TOLERANCE, STEPS = 1e-8, 1000


@dataclass
class Scaling:
    """Min-max scaling like scikit-learn's, with the variance for gamma "scale".

    Attributes:
        low: smallest training value of each feature.
        spread: range of the training values; 1 where a feature is constant. In parts that are
            balanced, times what they are divided by.
        dimensions: number of features; of parts that are balanced, each counts as one.
        variance: of all scaled training values together.
    """

    low: np.ndarray
    spread: np.ndarray
    dimensions: int
    variance: float = np.nan

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Scale to [0, 1] by the training range, and balance; float64."""
        return (features - self.low) / self.spread


@dataclass
class Model:
    """A fitted regression: linear in scaled features, or in their RBF kernel with landmarks.

    Attributes:
        scaling: of the features.
        weights: of scaled features, shape (dimensions, columns); or of landmarks.
        intercepts: shape (columns,).
        landmarks: scaled features of what is `drawn`, in table order; None without a kernel.
        gamma: of the kernel.
    """

    scaling: Scaling
    weights: np.ndarray
    intercepts: np.ndarray
    landmarks: np.ndarray | None = None
    gamma: float = np.nan

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Predict from features, shape (utterances, dimensions): (utterances, columns)."""
        given = self.scaling(features)
        if self.landmarks is not None:
            from sklearn.metrics.pairwise import rbf_kernel  # costs a second

            given = rbf_kernel(given, self.landmarks, gamma=self.gamma)
        return given @ self.weights + self.intercepts


def fit_scaling(
    blocks: Blocks, trains: np.ndarray, balance: Sequence[int] | None = None
) -> Scaling:
    """Fit the scaling in two passes over the blocks: for the range, and for the variance.

    Args:
        blocks: returns rows and their features, block by block, each time it is called.
        trains: which rows are training utterances.
        balance: number of features of each part, in the order of the features, where parts are to
            count alike: each is divided by the square root of its dimensions times the variance of
            its scaled training values, as `dimser.regression.distances.balance` does.
    """
    low, high = np.inf, -np.inf
    for rows, features in blocks():
        if (part := features[trains[rows]].astype(np.float64)).size:
            low, high = np.minimum(low, part.min(axis=0)), np.maximum(high, part.max(axis=0))
    spread = high - low
    spread[spread < 10 * np.finfo(np.float64).eps] = 1.0
    scaling = Scaling(low, spread, len(spread))
    ends = np.cumsum(balance or [len(spread)])
    parts = [slice(end - width, end) for end, width in zip(ends, balance or ends, strict=True)]
    count, totals, squares = 0, np.zeros(len(parts)), np.zeros(len(parts))
    for rows, features in blocks():
        scaled = scaling(features[trains[rows]])
        count += len(scaled)
        for number, part in enumerate(parts):
            own = scaled[:, part]
            totals[number] += own.sum()
            squares[number] += np.einsum("ij,ij->", own, own)
    sizes = count * np.diff(ends, prepend=0)
    variances = squares / sizes - (totals / sizes) ** 2
    if balance:
        for part, width, variance in zip(parts, balance, variances, strict=True):
            spread[part] *= np.sqrt(width * variance) if variance > 0 else 1.0
        return Scaling(low, spread, len(parts), 1.0)
    scaling.variance = variances[0]
    return scaling


def drawn(trains: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Say which rows are drawn at random of those that train.

    Args:
        trains: which rows do.
        count: how many are drawn; all, where there are no more.
        seed: of drawing them.
    """
    candidates = np.flatnonzero(trains)
    generator = np.random.default_rng(seed)
    is_drawn = np.zeros(len(trains), dtype=bool)
    is_drawn[generator.choice(candidates, min(count, len(candidates)), replace=False)] = True
    return is_drawn


def gather(blocks: Iterable[Block], wanted: np.ndarray) -> Block:
    """Collect the wanted rows of all blocks, in table order."""
    parts = [(rows[wanted[rows]], features[wanted[rows]]) for rows, features in blocks]
    rows, features = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(rows)
    return rows[order], features[order]


def ridge(
    blocks: Blocks,
    trains: np.ndarray,
    labels: np.ndarray,
    *,
    alpha: float,
    balance: Sequence[int] | None = None,
) -> Model:
    """Fit ridge regression of min-max scaled features.

    Args:
        blocks: see above, as of `trains`, `labels` and `balance`.
        trains: see above.
        labels: see above.
        alpha: the ridge's penalty.
        balance: see above.
    """
    scaling = fit_scaling(blocks, trains, balance)
    return Model(scaling, *_ridge(blocks, trains, labels, scaling, alpha))


def nystroem(
    blocks: Blocks, trains: np.ndarray, labels: np.ndarray, *, gamma: str | float,
    alpha: float, landmarks: int, seed: int, balance: Sequence[int] | None = None,
) -> Model:  # fmt: skip
    """Fit a ridge on features that approximate the RBF kernel (scikit-learn's Nystroem).

    Args:
        blocks: see above, as of `trains`, `labels` and `balance`.
        trains: see above.
        labels: see above.
        gamma: of the kernel: `scale`, `auto` or a number.
        alpha: the ridge's penalty.
        landmarks: number of training utterances that span the features.
        seed: of drawing them.
        balance: see above.
    """
    from sklearn.kernel_approximation import Nystroem  # costs a second

    scaling = fit_scaling(blocks, trains, balance)
    kept = scaling(gather(blocks(), drawn(trains, landmarks, seed))[1])
    gamma = gamma_of(gamma, scaling.dimensions, scaling.variance)
    mapping = Nystroem(gamma=gamma, n_components=len(kept), random_state=seed).fit(kept)

    def transform(features: np.ndarray) -> np.ndarray:
        return mapping.transform(scaling(features))

    weights, intercepts = _ridge(blocks, trains, labels, transform, alpha)
    # what is linear in mapped features is linear in the kernel; the mapping has permuted landmarks
    of_landmarks = np.empty_like(weights)
    of_landmarks[mapping.component_indices_] = mapping.normalization_.T @ weights
    return Model(scaling, of_landmarks, intercepts, kept, gamma)


def linear_svr(
    blocks: Blocks,
    trains: np.ndarray,
    labels: np.ndarray,
    *,
    C: float,
    epsilon: float,
    units: str = "scale",
    balance: Sequence[int] | None = None,
) -> Model:
    """Fit linear support vector regression with the squared loss (scikit-learn's LinearSVR).

    The squared loss has one optimum, which is found in few steps; with the plain loss the solver
    did not converge (see benchmarks/README.md).

    Args:
        blocks: see above, as of `trains`, `labels` and `balance`.
        trains: see above.
        labels: see above.
        C: penalty of errors beyond epsilon.
        epsilon: half width of the tube in which errors cost nothing.
        units: what C and epsilon count in; see `dimser.regression.units`.
        balance: see above.

    Raises:
        InputError: if the solver does not converge.
    """
    scaling = fit_scaling(blocks, trains, balance)
    origin, unit = origin_and_unit(labels[trains], units)
    weights, intercepts = _linear_svr(blocks, trains, (labels - origin) / unit, scaling, C, epsilon)
    return Model(scaling, unit * weights, origin + unit * intercepts)


def predicted(
    blocks: Blocks, trains: np.ndarray, columns: int, model: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Predict all rows that are not trained on; NaN in the others.

    Args:
        blocks: see above.
        trains: see above.
        columns: of the labels.
        model: from features to predictions.
    """
    predictions = np.full((len(trains), columns), np.nan)
    for rows, features in blocks():
        if (unseen := ~trains[rows]).any():
            predictions[rows[unseen]] = model(features[unseen])
    return predictions


def _ridge(
    blocks: Blocks, trains: np.ndarray, labels: np.ndarray, transform: Transform, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    """Solve the normal equations of the centred problem; the intercept is not penalised.

    Returns:
        Weights of what `transform` gives, and intercepts.
    """
    mean = labels[trains].mean(axis=0)
    count, total, squares, products = 0, 0.0, 0.0, 0.0
    for rows, features in blocks():
        if not trains[rows].any():  # scikit-learn's mapping rejects empty blocks
            continue
        part = transform(features[trains[rows]])
        count, total = count + len(part), total + part.sum(axis=0)
        squares = squares + part.T @ part
        products = products + part.T @ (labels[rows[trains[rows]]] - mean)
    centre = total / count
    squares -= count * np.outer(centre, centre)
    squares[np.diag_indices_from(squares)] += alpha
    weights = scipy.linalg.solve(squares, products, assume_a="pos")
    return weights, mean - centre @ weights


def _linear_svr(
    blocks: Blocks, trains: np.ndarray, labels: np.ndarray, scaling: Scaling, C: float,
    epsilon: float,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    from sklearn.base import clone  # costs a second
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVR

    rows, features = gather(blocks(), trains)
    features = scaling(features)
    model = LinearSVR(C=C, epsilon=epsilon, loss="squared_epsilon_insensitive", dual=False,
                      tol=TOLERANCE, max_iter=STEPS)  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            models = [clone(model).fit(features, column) for column in labels[rows].T]
        except ConvergenceWarning as error:
            raise InputError(
                f"`regressor: linear_svr` did not converge in {STEPS} steps (C {C:g}, "
                f"{features.shape[1]} dimensions). Set a smaller `svr.C`, or another `regressor`."
            ) from error
    intercepts = np.array([float(np.squeeze(model.intercept_)) for model in models])
    return np.stack([model.coef_ for model in models], axis=1), intercepts
