"""A predictor: what a fit on a whole corpus needs to predict other utterances, and no more.

It is an affine map of scaled features, or of kernels of new utterances with those that are kept:

    exp(-sum over parts of w_p d_p^2), d_p the distance in the part's scaled features

with a sum over several kernels where parts have models of their own (late fusions) or weights
differ by dimension. Rows are kept as `dimser.regression.distances` computes with them: scaled and
centred, in its precision.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from dimser.core.errors import InputError
from dimser.core.files import replacing
from dimser.regression.distances import Space, completed
from dimser.regression.kernels import rbf

AT_A_TIME = 256  # utterances whose kernels are held
WEIGHTS, SMALL = "model.safetensors", "small.safetensors"
KINDS = {"F32": "<f4", "F64": "<f8"}


@dataclass
class Vectors:
    """The utterances that are kept, in one part's features.

    Attributes:
        space: where they lie.
        rows: there, shape (vectors, dimensions).
        centred: squared norms of these.
        unit: what squared distances are divided by, so that parts count alike.
    """

    space: Space
    rows: np.ndarray
    centred: np.ndarray
    unit: float

    @classmethod
    def of(
        cls, space: Space, features: np.ndarray, unit: float, precision: type | None = None
    ) -> "Vectors":
        """Bring features, shape (vectors, dimensions), into a space.

        Args:
            space: where to.
            features: not scaled.
            unit: as above.
            precision: of the rows; the space's own if left out.
        """
        rows = np.empty(features.shape, dtype=precision or space.precision)
        centred, norms = np.empty(len(rows)), np.empty(len(rows))
        space.place(features, rows, centred, norms)
        return cls(space, rows, centred, unit)

    def only(self, rows: np.ndarray) -> "Vectors":
        """Return some of them."""
        return replace(self, rows=self.rows[rows], centred=self.centred[rows])

    def placed(self, features: np.ndarray) -> "Vectors":
        """Bring features of other utterances to where these lie."""
        return Vectors.of(self.space, features, self.unit, self.rows.dtype)

    def squared(self, others: "Vectors") -> np.ndarray:
        """Return the squared distances of other utterances, shape (others, vectors)."""
        precision = self.rows.dtype
        offsets = others.centred.astype(precision), self.centred.astype(precision)
        return completed(others.rows @ self.rows.T, *offsets)


@dataclass
class Kernel:
    """One kernel of a predictor.

    Attributes:
        weights: of the parts' squared distances, with gamma in them; shape (parts,).
        coefficients: of the vectors, shape (vectors, columns).
    """

    weights: np.ndarray
    coefficients: np.ndarray

    def matrix(self, squared: Sequence[np.ndarray]) -> np.ndarray:
        """Compute the kernel from squared distances in each part."""
        used = [(p, weight) for p, weight in enumerate(self.weights.tolist()) if weight]
        return rbf(sum(weight * squared[p].astype(np.float64) for p, weight in used), 1.0)


@dataclass
class Predictor:
    """A method that was fitted on a whole corpus.

    Attributes:
        parts: the utterances that are kept, in each feature set.
        kernels: what predictions are made of.
        slopes: what they are made of where they are linear: of each part's scaled features, shape
            (dimensions, columns). Otherwise empty.
        intercepts: of the columns.
    """

    parts: list[Vectors]
    kernels: list[Kernel]
    slopes: list[np.ndarray]
    intercepts: np.ndarray

    def __call__(self, features: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Predict utterances.

        Args:
            features: of each part, shape (utterances, dimensions), not scaled.

        Returns:
            Predictions, shape (utterances, columns); and the distance to the nearest utterance
            that is kept: the root of the mean over parts of squared distances, in their `unit`.
        """
        count = len(features[0])
        predictions, nearest = np.empty((count, len(self.intercepts))), np.empty(count)
        for start in range(0, count, AT_A_TIME):
            block = slice(start, start + AT_A_TIME)
            given = [own[block] for own in features]
            squared = self.squared(given)
            predictions[block] = self.intercepts
            for kernel in self.kernels:
                predictions[block] += kernel.matrix(squared) @ kernel.coefficients
            for part, own, slopes in zip(self.parts, given, self.slopes, strict=False):
                predictions[block] += part.space.scaled(own) @ slopes
            nearest[block] = np.sqrt(self.mean(squared).min(axis=1))
        return predictions, nearest

    def squared(self, features: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the squared distances of utterances to those that are kept, in each part."""
        return [
            part.squared(part.placed(own)) for part, own in zip(self.parts, features, strict=True)
        ]

    def mean(self, squared: Sequence[np.ndarray]) -> np.ndarray:
        """Return the mean over parts of squared distances, in their `unit`."""
        own = zip(squared, self.parts, strict=True)
        return sum(values / part.unit for values, part in own) / len(self.parts)

    def write(self, file: Path) -> str:
        """Write the predictor's numbers.

        Returns:
            The file's checksum, for `read`.
        """
        tensors = {"intercepts": self.intercepts}
        for number, part in enumerate(self.parts):
            tensors |= {f"part.{number}.{n}": own for n, own in part.space._asdict().items()}
            tensors |= {f"part.{number}.{n}": getattr(part, n) for n in ("rows", "centred")}
            tensors[f"part.{number}.unit"] = np.array([part.unit])
        for number, kernel in enumerate(self.kernels):
            tensors[f"kernel.{number}.weights"] = kernel.weights
            tensors[f"kernel.{number}.coefficients"] = kernel.coefficients
        for number, slopes in enumerate(self.slopes):
            tensors[f"slopes.{number}.values"] = slopes
        whole = {name: np.ascontiguousarray(own) for name, own in tensors.items()}
        with replacing(file) as aside:
            save_file(whole, aside)
        return _checksum(np.memmap(file, mode="r"))

    @classmethod
    def read(cls, file: Path, checksum: str) -> "Predictor":
        """Read what `write` wrote.

        Args:
            file: of the numbers.
            checksum: of it.

        Raises:
            InputError: if the file is missing or damaged.
        """
        if not file.is_file():
            raise InputError(f"{file}: the predictor's numbers are missing. Get its folder anew.")
        content = np.memmap(file, mode="r") if file.stat().st_size else b""
        if _checksum(content) != checksum:
            raise InputError(
                f"{file}: the file is damaged, or is not the one that predictor.yaml describes. "
                "Get the predictor's folder anew."
            )
        return cls._from(_tensors(content))

    @classmethod
    def _from(cls, tensors: dict[str, np.ndarray]) -> "Predictor":
        def numbered(word: str) -> list[dict[str, np.ndarray]]:
            count = len({name.split(".")[1] for name in tensors if name.startswith(f"{word}.")})
            starts = [f"{word}.{number}." for number in range(count)]
            return [
                {n.removeprefix(start): own for n, own in tensors.items() if n.startswith(start)}
                for start in starts
            ]

        parts = [
            Vectors(
                Space(own.pop("low"), own.pop("spread"), own.pop("mean")),
                unit=float(own.pop("unit")[0]), **own,
            )
            for own in numbered("part")
        ]  # fmt: skip
        kernels = [Kernel(**own) for own in numbered("kernel")]
        slopes = [own["values"] for own in numbered("slopes")]
        return cls(parts, kernels, slopes, tensors["intercepts"])


def _tensors(content: np.ndarray) -> dict[str, np.ndarray]:
    """Return what a file of safetensors holds, as views: the library copies, which takes longer.

    Args:
        content: all bytes.
    """
    length = int(content[:8].view("<u8")[0])
    header = json.loads(content[8 : 8 + length].tobytes())
    data = content[8 + length :]
    return {
        name: data[slice(*own["data_offsets"])].view(KINDS[own["dtype"]]).reshape(own["shape"])
        for name, own in header.items()
        if name != "__metadata__"
    }


def _checksum(content: bytes | np.ndarray) -> str:
    """Return the CRC-32 of a file: it tells accidents, and takes a quarter of a hash's time."""
    return f"{zlib.crc32(content):08x}"
