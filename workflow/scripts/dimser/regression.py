"""Support vector regression from squared distances: exact, and shared by fusions and dimensions.

An RBF kernel depends on the features through squared distances alone, and the squared distance of
two concatenated vectors is the sum of the parts' squared distances. So each feature set's
distances are computed once a fold; every early fusion and all three dimensions follow from them.
The result is that of `make_pipeline(MinMaxScaler(), SVR())` on the (concatenated) features.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.linalg
from threadpoolctl import threadpool_limits

from dimser import hdf5

# Rows of one matrix product. Fixed, and computed by one thread each, so that results do not
# depend on how many threads a job was given.
BLOCK = 512
# Rows that are scaled at a time: as many as stay in the processor's cache.
SCALED_AT_A_TIME = 32


@dataclass
class Distances:
    """Squared Euclidean distances of one fold, in min-max scaled feature space.

    Attributes:
        train: ids of the training utterances.
        test: ids of the test utterances.
        squared: shape (train + test, train), float32: training rows first.
        dimensions: number of features.
        norms: squared norm of each utterance's scaled features, shape (train + test,), float64.
        total: sum of all scaled training values.
    """

    train: list[str]
    test: list[str]
    squared: np.ndarray
    dimensions: int
    norms: np.ndarray
    total: float


def min_max_scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale features to [0, 1] by the training utterances' range, as scikit-learn's MinMaxScaler.

    A feature that is constant in training is shifted but not stretched.

    Args:
        train: shape (utterances, dimensions).
        test: shape (utterances, dimensions).

    Returns:
        Both scaled, float64; test values may lie outside [0, 1].
    """
    low, spread = training_range(train)
    return (train - low) / spread, (test - low) / spread


def training_range(train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each feature's smallest value and range, 1 where it is constant; float64."""
    low = train.min(axis=0).astype(np.float64)
    spread = train.max(axis=0).astype(np.float64) - low
    # scikit-learn's threshold for "constant"
    spread[spread < 10 * np.finfo(np.float64).eps] = 1.0
    return low, spread


Multiply = Callable[[slice, slice], np.ndarray]


def on_cpu(rows: np.ndarray) -> Multiply:
    """Give a function for the inner products of two slices of rows."""
    return lambda one, other: rows[one] @ rows[other].T


def squared_distances(
    train: np.ndarray,
    test: np.ndarray,
    threads: int = 1,
    products: Callable[[np.ndarray], Multiply] = on_cpu,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Compute all distances of one fold by a blocked matrix product.

    The product is in float32 on features centred at the training mean (which takes most of the
    cancellation out), the norms are in float64. Distances between training utterances are computed
    once and mirrored.

    Args:
        train: shape (train, dimensions).
        test: shape (test, dimensions).
        threads: blocks that are computed at the same time.
        products: from all centred rows, float32, to a function as that of `on_cpu`.

    Returns:
        Distances of shape (train + test, train), float32; the squared norms of all scaled rows, and
        the sum of the scaled training features: gamma "scale" and other kernels follow from them.
    """
    count, (low, spread) = len(train), training_range(train)
    mean = (train.mean(axis=0, dtype=np.float64) - low) / spread
    rows = np.empty((count + len(test), len(mean)), dtype=np.float32)
    norms, centred = np.empty(len(rows)), np.empty(len(rows))
    for part, first in ((train, 0), (test, count)):
        for start in range(0, len(part), SCALED_AT_A_TIME):
            scaled = (part[start : start + SCALED_AT_A_TIME] - low) / spread
            place = slice(first + start, first + start + len(scaled))
            norms[place] = np.einsum("ij,ij->i", scaled, scaled)
            scaled -= mean
            centred[place] = np.einsum("ij,ij->i", scaled, scaled)
            rows[place] = scaled
    offsets = centred.astype(np.float32)
    squared = np.empty((len(rows), count), dtype=np.float32)
    multiply = products(rows)

    def fill(start: int) -> None:
        block = slice(start, min(start + BLOCK, count if start < count else len(rows)))
        first = start if start < count else 0  # left of it, another block has been mirrored
        product = multiply(block, slice(first, count))
        product *= -2
        product += offsets[block, None]
        product += offsets[None, first:count]
        np.maximum(product, 0.0, out=product)
        squared[block, first:] = product
        if start < count:
            squared[block.stop : count, block] = product[:, block.stop - first :].T

    starts = [*range(0, count, BLOCK), *range(count, len(rows), BLOCK)]
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, starts))
    np.fill_diagonal(squared, 0.0)
    return squared, norms, float(count * mean.sum())


def write(distances: Distances, path: str | Path) -> None:
    """Write the distances of one fold to HDF5, whole or not at all, with checksums."""
    size = distances.squared.nbytes + 64 * len(distances.norms)
    with hdf5.new(path, size) as file:
        hdf5.write_texts(file, "train", distances.train)
        hdf5.write_texts(file, "test", distances.test)
        hdf5.write(file, "squared", distances.squared)
        hdf5.write(file, "norms", distances.norms)
        for key in ("dimensions", "total"):
            file.attrs[key] = getattr(distances, key)


def read(path: str | Path) -> Distances:
    """Read the distances of one fold.

    Raises:
        InputError: if the file is damaged.
    """
    with hdf5.opened(path, "file of distances") as file:
        return Distances(
            train=hdf5.texts(file, "train"),
            test=hdf5.texts(file, "test"),
            squared=file["squared"][:],
            dimensions=int(file.attrs["dimensions"]),
            norms=file["norms"][:],
            total=float(file.attrs["total"]),
        )


def fuse(parts: Sequence[Distances]) -> Distances:
    """Give the distances of the concatenation of feature sets: the sum of their distances.

    Raises:
        ValueError: if the parts are not of the same fold.
    """
    first = parts[0]
    if any((part.train, part.test) != (first.train, first.test) for part in parts):
        raise ValueError("Distances of different folds or corpora cannot be fused.")
    return Distances(
        train=first.train,
        test=first.test,
        squared=sum((part.squared for part in parts[1:]), start=first.squared),
        dimensions=sum(part.dimensions for part in parts),
        norms=sum(part.norms for part in parts),
        total=sum(part.total for part in parts),
    )


def resolve_gamma(gamma: str | float, distances: Distances) -> float:
    """Give the RBF kernel's width as scikit-learn does.

    Args:
        gamma: `scale`: 1 / (dimensions * variance of all scaled training values); `auto`:
            1 / dimensions; or a positive number.
        distances: of the fold.
    """
    if gamma == "auto":
        return 1.0 / distances.dimensions
    if gamma != "scale":
        return float(gamma)
    count = len(distances.train) * distances.dimensions
    squares = distances.norms[: len(distances.train)].sum()
    variance = squares / count - (distances.total / count) ** 2
    return 1.0 / (distances.dimensions * variance) if variance > 0 else 1.0


def kernel_matrix(distances: Distances, kernel: str, gamma: float) -> np.ndarray:
    """Give the kernel of all utterances with the training utterances.

    Args:
        distances: of the fold.
        kernel: `rbf`, exp(-gamma |x - z|^2); or `linear`, the inner product, which follows from
            norms and distances.
        gamma: of the RBF kernel.

    Returns:
        Shape (train + test, train), float64: training rows first.
    """
    count = len(distances.train)
    if kernel == "linear":
        matrix = distances.norms[:, None] + distances.norms[None, :count]
        matrix -= distances.squared
        matrix *= 0.5
        return matrix
    matrix = np.multiply(distances.squared, -gamma, dtype=np.float64)
    return np.exp(matrix, out=matrix)


def model_settings(settings: dict) -> dict:
    """Give those of a regression's settings that `predict` takes."""
    taken = ("regressor", "C", "epsilon", "tol", "alpha")
    return {key: settings[key] for key in taken if key in settings}


def predict(
    fitted: np.ndarray, unseen: np.ndarray, labels: np.ndarray, *, regressor: str = "svr",
    C: float = 1.0, epsilon: float = 0.1, tol: float = 1e-3, alpha: float = 1.0,
) -> np.ndarray:  # fmt: skip
    """Fit one model a label column on the training utterances, and predict the others.

    Args:
        fitted: kernel of the training utterances, shape (train, train).
        unseen: kernel of the others with them, shape (test, train).
        labels: of the training utterances, shape (train, columns), in [0, 1].
        regressor: `svr` (support vector regression by libsvm), or `krr` (kernel ridge regression
            of the labels' deviation from their mean, in closed form).
        C: penalty of errors beyond epsilon.
        epsilon: half width of the tube in which errors cost nothing, on the labels' scale.
        tol: the solver's stopping tolerance.
        alpha: the ridge's penalty.

    Returns:
        Predictions of shape (test, columns).
    """
    if regressor == "krr":
        mean = labels.mean(axis=0)
        ridge = fitted + alpha * np.eye(len(fitted))
        return mean + unseen @ scipy.linalg.solve(ridge, labels - mean, assume_a="pos")
    from sklearn.svm import SVR  # costs a second: only for who needs it

    model = SVR(kernel="precomputed", C=C, epsilon=epsilon, tol=tol, cache_size=500)
    return np.column_stack([model.fit(fitted, column).predict(unseen) for column in labels.T])
