"""Squared distances of one fold: what an RBF kernel needs, shared by fusions and dimensions.

An RBF kernel depends on the features only through squared distances, and the squared distance of
two concatenated vectors is the sum of the parts' squared distances. So each feature set's distances
are computed once per fold, and used for every early fusion and all three dimensions.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from dimser.core import hdf5
from dimser.features.scaling import Scaled, minmax, training_range
from dimser.regression.precision import FEW

# Rows of one matrix product. Fixed, and each computed by one thread, so that results do not depend
# on the number of threads.
BLOCK = 512
# Rows that are scaled at a time: as many as fit into the processor's cache.
SCALED_AT_A_TIME = 32

Multiply = Callable[[slice, slice], np.ndarray]


class Space(NamedTuple):
    """Where distances of a feature set are computed: scaled, and centred at the training mean.

    Attributes:
        low: what is subtracted from each feature, float64.
        spread: what then divides it.
        mean: of the scaled training features.
    """

    low: np.ndarray
    spread: np.ndarray
    mean: np.ndarray

    @classmethod
    def of(
        cls,
        train: np.ndarray,
        scaling: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> "Space":
        """Fit to training features.

        Args:
            train: shape (utterances, dimensions).
            scaling: `low` and `spread`; those of the training range if left out.
        """
        low, spread = scaling or training_range(train)
        return cls(low, spread, (train.mean(axis=0, dtype=np.float64) - low) / spread)

    @property
    def precision(self) -> type:
        """What products are computed in."""
        return np.float64 if len(self.mean) <= FEW else np.float32

    def scaled(self, features: np.ndarray) -> np.ndarray:
        """Scale features, shape (utterances, dimensions), and do not centre them."""
        return (features - self.low) / self.spread

    def place(
        self, features: np.ndarray, rows: np.ndarray, centred: np.ndarray, norms: np.ndarray
    ) -> None:
        """Bring features into this space.

        Args:
            features: shape (utterances, dimensions).
            rows: filled with their places.
            centred: filled with the squared norms of these.
            norms: filled with the squared norms of the scaled features, which are not centred.
        """
        for start in range(0, len(features), SCALED_AT_A_TIME):
            place = slice(start, start + SCALED_AT_A_TIME)
            scaled = self.scaled(features[place])
            norms[place] = np.einsum("ij,ij->i", scaled, scaled)
            scaled -= self.mean
            centred[place] = np.einsum("ij,ij->i", scaled, scaled)
            rows[place] = scaled


@dataclass
class Distances:
    """Squared Euclidean distances of one fold, in scaled feature space.

    Attributes:
        train: ids of the training utterances.
        test: ids of the test utterances.
        squared: shape (train + test, train), float32, or float64 where there are at most `FEW`
            dimensions: training rows first.
        dimensions: number of features.
        norms: squared norm of each utterance's scaled features, shape (train + test,), float64.
        total: sum of all scaled training values.
        factors: of each part's own squared distances, of which these are the sum.
    """

    train: list[str]
    test: list[str]
    squared: np.ndarray
    dimensions: int
    norms: np.ndarray
    total: float
    factors: tuple[float, ...] = (1.0,)

    @property
    def variance(self) -> float:
        """Variance of all scaled training values together."""
        count = len(self.train) * self.dimensions
        squares = self.norms[: len(self.train)].sum()
        return squares / count - (self.total / count) ** 2


def among(whole: Distances, train: np.ndarray, test: np.ndarray) -> Distances:
    """Return the distances of some training utterances to each other, and of some test utterances.

    Features stay scaled as they are, and the mean of all scaled values is taken to be the same.

    Args:
        whole: distances of a fold.
        train: which of its training utterances are kept.
        test: which of its test utterances are.
    """
    if train.all() and test.all():
        return whole
    rows = np.flatnonzero(np.concatenate([train, test]))
    return Distances(
        train=[name for name, kept in zip(whole.train, train, strict=True) if kept],
        test=[name for name, kept in zip(whole.test, test, strict=True) if kept],
        squared=whole.squared[np.ix_(rows, np.flatnonzero(train))],
        dimensions=whole.dimensions,
        norms=whole.norms[rows],
        total=whole.total * train.mean(),
    )


class Balanced(Distances):
    """Distances of parts that count as one dimension of variance 1 each, whatever they have."""

    variance = 1.0


def on_cpu(rows: np.ndarray) -> Multiply:
    """Return a function for the inner products of two slices of rows."""
    return lambda one, other: rows[one] @ rows[other].T


def squared_distances(
    train: np.ndarray,
    test: np.ndarray,
    threads: int = 1,
    products: Callable[[np.ndarray], Multiply] = on_cpu,
    scaling: Callable[[np.ndarray, np.ndarray], Scaled] = minmax,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Compute all distances of one fold by a blocked matrix product.

    The product is in float32, on features centred at the training mean (which avoids most of the
    cancellation), or in float64 for at most `FEW` dimensions; the norms are in float64.
    Distances between training utterances are computed once and mirrored.

    Args:
        train: shape (train, dimensions).
        test: shape (test, dimensions).
        threads: number of blocks to compute at the same time.
        products: takes all centred rows, float32 or float64, and returns a function like that of
            `on_cpu`.
        scaling: a function of `dimser.features.scaling`.

    Returns:
        Distances of shape (train + test, train), in the products' precision; and, for gamma "scale"
        and other kernels, the squared norms of all scaled rows, and the sum of the scaled training
        features.

    Example:
        >>> train, test = np.array([[0.0, 5.0], [2.0, 5.0]]), np.array([[1.0, 5.0]])
        >>> squared_distances(train, test)[0].round(2).tolist()
        [[0.0, 1.0], [1.0, 0.0], [0.25, 0.25]]
    """
    train, test, low, spread = scaling(train, test)
    count = len(train)
    space = Space.of(train, (low, spread))
    rows = np.empty((count + len(test), len(low)), dtype=space.precision)
    norms, centred = np.empty(len(rows)), np.empty(len(rows))
    for part, place in ((train, slice(count)), (test, slice(count, None))):
        space.place(part, rows[place], centred[place], norms[place])
    offsets = centred.astype(space.precision)
    squared = np.empty((len(rows), count), dtype=space.precision)
    multiply = products(rows)

    def fill(start: int) -> None:
        block = slice(start, min(start + BLOCK, count if start < count else len(rows)))
        first = start if start < count else 0  # the columns before are mirrored from other blocks
        product = multiply(block, slice(first, count))
        squared[block, first:] = completed(product, offsets[block], offsets[first:count])
        if start < count:
            squared[block.stop : count, block] = product[:, block.stop - first :].T

    starts = [*range(0, count, BLOCK), *range(count, len(rows), BLOCK)]
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, starts))
    np.fill_diagonal(squared, 0.0)
    return squared, norms, float(count * space.mean.sum())


def completed(product: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Make squared distances of inner products, in place.

    Args:
        product: of two sets of rows.
        one: squared norms of the first.
        other: squared norms of the second.
    """
    product *= -2
    product += one[:, None]
    product += other[None]
    return np.maximum(product, 0.0, out=product)


def write(distances: Distances, path: str | Path) -> None:
    """Write the distances of one fold to HDF5, atomically and with checksums."""
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


def read_split(path: str | Path) -> tuple[list[str], list[str]]:
    """Read the ids of the training and of the test utterances of a fold, and no distances.

    Raises:
        InputError: if the file is damaged.
    """
    with hdf5.opened(path, "file of distances") as file:
        return hdf5.texts(file, "train"), hdf5.texts(file, "test")


def fuse(parts: Sequence[Distances]) -> Distances:
    """Return the distances of concatenated feature sets: the sum of their distances.

    Raises:
        ValueError: if the parts are not of the same fold.
    """
    first = parts[0]
    for part in parts:
        _assert_same_fold(first, part)
    return Distances(
        train=first.train,
        test=first.test,
        squared=sum((part.squared for part in parts[1:]), start=first.squared),
        dimensions=sum(part.dimensions for part in parts),
        norms=sum(part.norms for part in parts),
        total=sum(part.total for part in parts),
        factors=tuple(factor for part in parts for factor in part.factors),
    )


def _assert_same_fold(one: Distances, other: Distances) -> None:
    if (one.train, one.test) != (other.train, other.test):
        raise ValueError("Distances of different folds or corpora cannot be fused.")


def unit(part: Distances) -> float:
    """Return what a part's squared distances are divided by, so that parts count alike.

    That is, its dimensions times the variance of its scaled training values, by which gamma `scale`
    divides as well; 1 where nothing varies.
    """
    spread = part.dimensions * part.variance
    return spread if spread > 0 else 1.0


def balance(
    parts: Sequence[Callable[[], Distances]], weights: Sequence[float] | None = None
) -> Balanced:
    """Return the distances of feature sets that count alike, or by their weights.

    With gamma `scale`, 1 / parts, their kernel is the geometric mean of the parts' own kernels with
    gamma `scale`; `auto` is the same, as a part's variance is 1. It is also scikit-learn's `scale`
    on the concatenation of parts that are divided by the square root of `unit`, once each part's
    overall mean is taken away.

    Args:
        parts: return the distances of a fold; one after the other, so that one is held at a time.
        weights: of the parts; not negative, their sum is 1. Parts without weight are not read.

    Raises:
        ValueError: if the parts are not of the same fold.
    """
    shares = np.full(len(parts), 1.0) if weights is None else np.multiply(weights, len(parts))
    found, factors = None, [0.0] * len(parts)
    for number, (part, share) in enumerate(zip(parts, shares.tolist(), strict=True)):
        if not share:
            continue
        own = part()
        factors[number] = factor = share / unit(own)
        squared, norms = own.squared * factor, own.norms * factor
        if found is None:
            found = Balanced(own.train, own.test, squared, len(parts), norms, np.nan)
            continue
        _assert_same_fold(found, own)
        found.squared = found.squared + squared  # which may be more precise
        found.norms += norms
    found.factors = tuple(factors)
    return found
