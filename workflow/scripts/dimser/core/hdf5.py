"""HDF5 files that are written atomically, and whose readers notice every flipped bit."""

import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import h5py
import numpy as np

from dimser.core.errors import InputError
from dimser.core.files import replacing

DIGEST = "digest"  # the attribute that holds it
NO_LOCKS = {errno.ENOLCK, errno.EAGAIN, errno.ENOSYS, errno.EOPNOTSUPP}
CHUNK = 2**18  # values: about a megabyte


@contextmanager
def new(path: str | Path, size: int) -> Iterator[h5py.File]:
    """Create a file in which HDF5 checks its structures, and a digest the rest.

    Args:
        path: the file, which appears once it is complete.
        size: estimate of its size in bytes.
    """
    with replacing(path, size) as aside, _file(aside, "w", libver="v110") as file:
        yield file
        file.attrs[DIGEST] = _digest(file)


@contextmanager
def opened(path: str | Path, what: str) -> Iterator[h5py.File]:
    """Open a file that was created by `new`.

    Args:
        path: the file.
        what: its kind, for error messages ("feature store").

    Raises:
        InputError: if it cannot be read, now or while it is open, or is not what was written.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(_file(path))
            if file.attrs[DIGEST] != _digest(file):
                raise OSError("its names or attributes are not what was written")
        except (OSError, LookupError, RuntimeError, ValueError, TypeError, AttributeError) as error:
            raise InputError(_unreadable(path, what, error)) from error
        try:
            yield file
        except OSError as error:
            if "synchronously read" not in str(error):  # it is not HDF5's, or of another file
                raise
            raise InputError(_unreadable(path, what, error)) from error


def _file(path: str | Path, mode: str = "r", **how: str) -> h5py.File:
    """Open without locks, which not every network's file system has.

    None are needed: a file appears once it is complete, and does not change then. The environment
    may ask for locks nevertheless.
    """
    try:
        return h5py.File(path, mode, locking=False, **how)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        raise InputError(
            f"{path}: the file system refuses a lock ({os.strerror(error.errno)}), which is no "
            "fault of the file. Set the environment variable HDF5_USE_FILE_LOCKING to FALSE, and "
            "run again."
        ) from error


def _unreadable(path: str | Path, what: str, error: Exception) -> str:
    """Say what to do about a file: only what is damaged is to be deleted."""
    remedy = {
        None: "Delete it and run again.",
        errno.EACCES: "Get permission to read it, and run again.",
        errno.ENOENT: "Run again.",
    }.get(
        getattr(error, "errno", None),
        "The file itself may be sound: mend the disk or the network, and run again.",
    )
    return f"{path}: this {what} cannot be read ({' '.join(str(error).split())}). {remedy}"


def create(
    file: h5py.File, name: str, shape: tuple[int, ...], dtype: type = np.float32
) -> h5py.Dataset:
    """Create an empty dataset with checksums, in chunks of about a megabyte.

    A chunk contains whole rows; in a dataset of three axes, rows of one index of the second axis.
    """
    rows = max(1, min(shape[0], CHUNK // max(1, shape[-1] if shape[1:] else 1)))
    chunk = (rows, *shape[1:]) if len(shape) < 3 else (rows, 1, shape[2])
    return file.create_dataset(name, shape, dtype, chunks=chunk, fletcher32=True)


def write(file: h5py.File, name: str, values: np.ndarray) -> h5py.Dataset:
    """Write numbers with checksums."""
    if not values.size:
        return file.create_dataset(name, data=values)
    data = create(file, name, values.shape, values.dtype)
    data[:] = values
    return data


def write_texts(file: h5py.File, name: str, texts: Sequence[str]) -> None:
    """Write a list of texts."""
    values = np.array(texts, dtype=object)
    file.create_dataset(name, data=values, dtype=h5py.string_dtype())


def texts(file: h5py.File, name: str) -> list[str]:
    """Read a list of texts."""
    return [str(text) for text in file[name].asstr()[:]]


def _digest(file: h5py.File) -> str:
    """Compute the digest of everything but numbers in chunks, and of these chunks' checksums."""
    file.flush()
    content = [_attributes(file)]
    for name in sorted(file):
        data = file[name]
        content += [name, data.shape, data.dtype.str, _attributes(data)]
        content += _checksums(data) if data.fletcher32 else [data[:].tolist()]
    return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()


def _checksums(data: h5py.Dataset) -> list[bytes]:
    """Read the last four bytes of each chunk: where nothing but zeros is, HDF5 finds them right."""
    chunks: list[h5py.h5d.StoreInfo] = []
    data.id.chunk_iter(chunks.append)
    with open(data.file.filename, "rb") as file:
        return [
            os.pread(file.fileno(), 4, chunk.byte_offset + chunk.size - 4)
            for chunk in sorted(chunks)
        ]


def _attributes(node: h5py.HLObject) -> list:
    return [(key, np.asarray(node.attrs[key]).tolist()) for key in node.attrs if key != DIGEST]
