"""Support vector regression from squared distances: exact, and shared by fusions and dimensions.

An RBF kernel depends on the features through squared distances alone, and the squared distance of
two concatenated vectors is the sum of the parts' squared distances. So each feature set's
distances are computed once a fold; every early fusion and all three dimensions follow from them.
The result is that of `make_pipeline(MinMaxScaler(), SVR())` on the (concatenated) features.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from threadpoolctl import threadpool_limits

from dimser.files import replacing

# Rows of one matrix product. Fixed, and computed by one thread each, so that results do not
# depend on how many threads a job was given.
BLOCK = 1024


@dataclass
class Distances:
    """Squared Euclidean distances of one fold, in min-max scaled feature space.

    Attributes:
        train: ids of the training utterances.
        test: ids of the test utterances.
        squared: shape (train + test, train), float32: training rows first.
        dimensions: number of features.
        total: sum of all scaled training values.
        total_squares: sum of their squares.
    """

    train: list[str]
    test: list[str]
    squared: np.ndarray
    dimensions: int
    total: float
    total_squares: float


def min_max_scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale features to [0, 1] by the training utterances' range, as scikit-learn's MinMaxScaler.

    A feature that is constant in training is shifted but not stretched.

    Args:
        train: shape (utterances, dimensions).
        test: shape (utterances, dimensions).

    Returns:
        Both scaled, float64; test values may lie outside [0, 1].
    """
    low = train.min(axis=0).astype(np.float64)
    spread = train.max(axis=0).astype(np.float64) - low
    # scikit-learn's threshold for "constant"
    spread[spread < 10 * np.finfo(np.float64).eps] = 1.0
    return (train - low) / spread, (test - low) / spread


def squared_distances(
    train: np.ndarray, test: np.ndarray, threads: int = 1
) -> tuple[np.ndarray, float, float]:
    """Compute all distances of one fold by a blocked matrix product.

    The product is in float32 on features centred at the training mean (which takes most of the
    cancellation out), the norms are in float64.

    Args:
        train: shape (train, dimensions).
        test: shape (test, dimensions).
        threads: blocks that are computed at the same time.

    Returns:
        Distances of shape (train + test, train), float32; and the sum and the sum of squares of
        the scaled training features, from which gamma "scale" follows.
    """
    train, test = min_max_scale(train, test)
    total, total_squares = train.sum(), np.einsum("ij,ij->", train, train)
    mean = train.mean(axis=0)
    rows = np.concatenate([train - mean, test - mean])
    norms = np.einsum("ij,ij->i", rows, rows)
    rows = rows.astype(np.float32)
    columns = rows[: len(train)].T
    squared = np.empty((len(rows), len(train)), dtype=np.float32)

    def fill(start: int) -> None:
        block = slice(start, start + BLOCK)
        product = rows[block] @ columns
        distance = norms[block, None] + norms[None, : len(train)] - 2.0 * product
        squared[block] = np.maximum(distance, 0.0)

    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, range(0, len(rows), BLOCK)))
    np.fill_diagonal(squared, 0.0)
    return squared, float(total), float(total_squares)


def write(distances: Distances, path: str | Path) -> None:
    """Write the distances of one fold to HDF5, whole or not at all."""
    with replacing(path) as aside, h5py.File(aside, "w") as file:
        text = h5py.string_dtype()
        file.create_dataset("train", data=np.array(distances.train, dtype=object), dtype=text)
        file.create_dataset("test", data=np.array(distances.test, dtype=object), dtype=text)
        file.create_dataset("squared", data=distances.squared)
        for key in ("dimensions", "total", "total_squares"):
            file.attrs[key] = getattr(distances, key)


def read(path: str | Path) -> Distances:
    """Read the distances of one fold."""
    with h5py.File(path) as file:
        return Distances(
            train=list(file["train"].asstr()[:]),
            test=list(file["test"].asstr()[:]),
            squared=file["squared"][:],
            dimensions=int(file.attrs["dimensions"]),
            total=float(file.attrs["total"]),
            total_squares=float(file.attrs["total_squares"]),
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
        total=sum(part.total for part in parts),
        total_squares=sum(part.total_squares for part in parts),
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
    variance = distances.total_squares / count - (distances.total / count) ** 2
    return 1.0 / (distances.dimensions * variance) if variance > 0 else 1.0


def predict(
    distances: Distances, labels: np.ndarray, *, C: float, epsilon: float, gamma: str | float,
    tol: float,
) -> np.ndarray:  # fmt: skip
    """Fit one SVR a label column on the training rows, and predict the test rows.

    Args:
        distances: of the fold.
        labels: of the training utterances, shape (train, columns), in [0, 1].
        C: penalty of errors beyond epsilon.
        epsilon: half width of the tube in which errors cost nothing, on the labels' scale.
        gamma: `scale`, `auto` or a number; see `resolve_gamma`.
        tol: the solver's stopping tolerance.

    Returns:
        Predictions of shape (test, columns).
    """
    from sklearn.svm import SVR  # costs a second: only for who regresses

    kernel = np.multiply(distances.squared, -resolve_gamma(gamma, distances), dtype=np.float64)
    np.exp(kernel, out=kernel)
    fitted, unseen = kernel[: len(distances.train)], kernel[len(distances.train) :]
    model = SVR(kernel="precomputed", C=C, epsilon=epsilon, tol=tol, cache_size=500)
    return np.column_stack([model.fit(fitted, column).predict(unseen) for column in labels.T])
