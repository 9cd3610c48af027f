"""Every flipped bit is found when a file is read, or changes nothing that is read."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimser.core import hdf5
from dimser.core.errors import InputError

NUMBERS = {
    "norms": np.arange(20.0),
    "squared": np.arange(20, dtype=np.float32).reshape(5, 4),
    "layers": np.arange(30, dtype=np.float32).reshape(5, 3, 2),
}
TEXTS = ["b", "ä", "007"]
OPEN = h5py.File


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with hdf5.new(tmp_path / "a.h5", 1000) as file:
        hdf5.write_texts(file, "ids", TEXTS)
        for name, values in NUMBERS.items():
            hdf5.write(file, name, values).attrs["axes"] = ["x", "y"]
        file.attrs["total"] = 0.5
    return tmp_path / "a.h5"


def assert_as_written(path: Path) -> None:
    with hdf5.opened(path, "file") as file:
        assert hdf5.texts(file, "ids") == TEXTS and file.attrs["total"] == 0.5
        for name, values in NUMBERS.items():
            np.testing.assert_array_equal(file[name][:], values, strict=True)
            assert list(file[name].attrs["axes"]) == ["x", "y"]


def test_what_is_written_is_read(path: Path) -> None:
    assert_as_written(path)


def test_a_chunk_is_about_a_megabyte_of_whole_rows(tmp_path: Path) -> None:
    with hdf5.new(tmp_path / "a.h5", 1000) as file:
        assert hdf5.create(file, "squared", (9000, 8192)).chunks == (32, 8192)
        assert hdf5.create(file, "layers", (9000, 25, 1024)).chunks == (256, 1, 1024)
        assert hdf5.create(file, "wide", (3, 10**6)).chunks == (1, 10**6)
        assert hdf5.create(file, "norms", (9000,), np.float64).chunks == (9000,)


def test_one_flipped_bit_is_found_or_changes_nothing(path: Path) -> None:
    sound = path.read_bytes()
    with h5py.File(path) as file:
        numbers = [file[name].id.get_chunk_info(0).byte_offset for name in NUMBERS]
    generator = np.random.default_rng(0)
    for place in [*numbers, *generator.choice(len(sound), 400, replace=False)]:
        content = bytearray(sound)
        content[place] ^= 1 << generator.integers(8)
        path.write_bytes(content)
        try:
            assert_as_written(path)
        except InputError as error:
            assert "this file cannot be read" in str(error)
        else:
            assert place not in numbers


def test_a_file_without_a_digest_is_refused(tmp_path: Path) -> None:
    h5py.File(tmp_path / "a.h5", "w").close()
    with pytest.raises(InputError, match=r"a.h5: this file cannot be read .* Delete it"):
        hdf5.opened(tmp_path / "a.h5", "file").__enter__()


def test_truncated_anywhere_it_is_refused(path: Path) -> None:
    sound = path.read_bytes()
    for end in np.linspace(0, len(sound) - 1, 50, dtype=int):
        path.write_bytes(sound[:end])
        with pytest.raises(InputError, match=r"this file cannot be read .* Delete it"):
            assert_as_written(path)


def test_zeros_in_place_of_numbers_are_found(path: Path) -> None:
    """HDF5's checksum of zeros is zero, so that it takes what was never written for sound."""
    with h5py.File(path) as file:
        chunks = [file[name].id.get_chunk_info(0) for name in NUMBERS]
    sound = path.read_bytes()
    for chunk in chunks:
        content = bytearray(sound)
        content[chunk.byte_offset : chunk.byte_offset + chunk.size] = bytes(chunk.size)
        path.write_bytes(content)
        with pytest.raises(InputError, match="not what was written"):
            assert_as_written(path)


def refusing(code: int) -> Callable:
    """Open a file as HDF5 does where the system refuses."""

    def file(path: Path, *_: str, locking: bool | None = None, **__: str) -> h5py.File:
        if code in hdf5.NO_LOCKS and os.environ.get("HDF5_USE_FILE_LOCKING") != "TRUE":
            assert locking is False
            return OPEN(path)
        raise OSError(code, f"Unable to synchronously open file (errno = {code},\nmessage)")

    return file


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EAGAIN, errno.EOPNOTSUPP])
def test_where_there_are_no_locks_none_are_asked_for(path: Path, monkeypatch, code: int) -> None:
    monkeypatch.setattr(h5py, "File", refusing(code))
    assert_as_written(path)
    monkeypatch.setenv("HDF5_USE_FILE_LOCKING", "TRUE")
    with pytest.raises(InputError, match="HDF5_USE_FILE_LOCKING to FALSE") as told:
        assert_as_written(path)
    assert "Delete" not in str(told.value)
    with pytest.raises(InputError, match="HDF5_USE_FILE_LOCKING to FALSE"):
        hdf5.new(path, 1).__enter__()


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.EIO, "may be sound: mend the disk or the network"),
        (errno.ESTALE, "may be sound: mend the disk or the network"),
        (errno.EACCES, "Get permission"),
        (errno.ENOENT, "Run again"),
    ],
)
def test_what_the_system_refuses_is_not_to_be_deleted(
    path: Path, monkeypatch, code: int, remedy: str
) -> None:
    monkeypatch.setattr(h5py, "File", refusing(code))
    with pytest.raises(InputError, match=f"this file cannot be read .*{remedy}") as told:
        assert_as_written(path)
    assert "Delete" not in str(told.value)


@pytest.mark.parametrize(
    "error",
    [
        TypeError("2"), KeyError("a"), ValueError("x"), OSError("x"),
        OSError(errno.ENOSPC, "Can't synchronously write data"),
        FileNotFoundError(errno.ENOENT, "No such file", "/data/read"),
    ],
)  # fmt: skip
def test_an_error_of_who_reads_is_no_fault_of_the_file(path: Path, error: Exception) -> None:
    with pytest.raises(type(error)) as raised, hdf5.opened(path, "file"):
        raise error
    assert raised.value is error
