"""Reading speech: any rate, any channel count, whole files or segments of them."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import numpy as np
import soundfile
import soxr

from dimser.core.errors import InputError

BLOCK = 2**16  # frames read at a time
UNKNOWN = 2**62  # frames, or more: libsndfile does not know how many there are
UNREADABLE = (OSError, RuntimeError, TypeError, ValueError)  # libsndfile's are RuntimeErrors
# What libsndfile notes of a file with fewer bytes than its header says, and of one without its end.
SHORTER = re.compile(
    r"(?:data|SSND|BODY|Data Size|riff|Riff size|Data length) *:? (\d+) \(?should be (\d+)"
)
ENDLESS = re.compile(r"lacks an end-of-stream bit\.\n.*Junk after|Seems to be a truncated file")
STREAM = 0x7FFF0000  # bytes, or more: what writers to a pipe say, who cannot know
# Reads a segment as `load` does, and may change it.
Load = Callable[..., tuple[np.ndarray, int]]


class _Onwards(soundfile.SoundFile):
    """A file that is read from front to back: libsndfile cannot seek in all that it can read."""

    def seekable(self) -> bool:
        return False


def load(
    file: str | Path, start: float = 0.0, end: float | None = None, rate: int | None = None
) -> tuple[np.ndarray, int]:
    """Read a segment of an audio file as one channel.

    Only the segment is read. Channels are mixed down by their mean; resampling is band-limited
    (soxr, high quality).

    Args:
        file: wav, flac, ogg, mp3 or whatever else libsndfile reads.
        start: start of the segment in seconds.
        end: end of the segment in seconds; None or NaN for the end of the file.
        rate: sampling rate to resample to, in Hz; None keeps the file's rate.

    Returns:
        Signal of shape (samples,), float32, nominally in [-1, 1], and its sampling rate in Hz.

    Raises:
        InputError: if the file cannot be read, or there is none.
    """
    if not isinstance(file, str | Path):  # an empty cell
        raise InputError("The corpus has no audio: its utterances name no file.")
    try:
        samples, file_rate, _ = read(file, start, end)
    except UNREADABLE as error:
        raise InputError(
            f"{file}: the audio cannot be read ({error}), although it could when the corpus was "
            "checked. Restore the file, and run again."
        ) from error
    signal = samples.mean(axis=1) if samples.shape[1] > 1 else samples[:, 0]
    if rate is None or rate == file_rate:
        return signal, file_rate
    return soxr.resample(signal, file_rate, rate, quality="HQ"), rate


def read(file: str | Path, start: float, end: float | None) -> tuple[np.ndarray, int, float]:
    """Read a segment of all channels.

    Args:
        file: audio file.
        start: start of the segment in seconds.
        end: end of the segment in seconds; None or NaN for the end of the file.

    Returns:
        Samples of shape (samples, channels), their rate, and the seconds that the file's header
        promises and the file does not hold.

    Raises:
        UNREADABLE: if the file cannot be read.
    """
    with _opened(file) as audio:
        first = round(start * audio.samplerate)
        last = np.inf if end is None or np.isnan(end) else round(end * audio.samplerate)
        try:
            audio.seek(min(first, audio.frames))
        except soundfile.LibsndfileError:  # GSM, G.721, a pipe
            for _ in _blocks(audio, first):
                pass
        blocks = [np.empty((0, audio.channels), np.float32), *_blocks(audio, last - first)]
        samples = np.concatenate(blocks)
        lost = min(last, _promised(file, audio)) - first - len(samples)
        return samples, audio.samplerate, max(lost, 0) / audio.samplerate


@contextmanager
def _opened(file: str | Path) -> Iterator[soundfile.SoundFile]:
    with _Onwards(file) as audio:
        if audio.format == "MP3":
            with _piped(file) as piped:
                # Without a Xing header libsndfile takes the first bit rate for that of the whole
                # file, and reads no further than that makes it long, but not from a pipe.
                if piped.frames >= UNKNOWN:
                    yield piped
                    return
        yield audio


@contextmanager
def _piped(file: str | Path) -> Iterator[soundfile.SoundFile]:
    out, into = os.pipe()

    def feed() -> None:
        with suppress(OSError), open(into, "wb") as pipe, open(file, "rb") as source:
            shutil.copyfileobj(source, pipe)

    feeder = Thread(target=feed)
    feeder.start()
    try:
        with open(out, "rb") as end, _Onwards(end.fileno(), closefd=False) as audio:
            yield audio
    finally:
        feeder.join()


def _blocks(audio: soundfile.SoundFile, frames: float) -> Iterator[np.ndarray]:
    while frames > 0:
        wanted = int(min(frames, BLOCK))
        block = np.full((wanted, audio.channels), np.nan, dtype=np.float32)
        try:
            got = audio.read(out=block)
        except soundfile.LibsndfileError:
            if audio.format not in ("FLAC", "MP3"):
                raise
            got = block[~np.isnan(block).any(axis=1)]  # what it read until it was cut off
        yield got
        frames = frames - wanted if len(got) == wanted else 0


def _promised(file: str | Path, audio: soundfile.SoundFile) -> float:
    """Return how many frames a file's header promises; infinite if more than it holds, 0 if none.

    Of most formats libsndfile corrects the header, and notes that it has.
    """
    if found := SHORTER.search(audio.extra_info):
        promised, there = map(int, found.groups())
        if there < promised < STREAM:
            return audio.frames * promised / max(there, 1)
    if ENDLESS.search(audio.extra_info):
        return np.inf
    if audio.format == "NIST":
        with open(file, "rb") as header:
            found = re.search(rb"sample_count -i (\d+)", header.read(1024))
        return int(found[1]) if found else 0
    return audio.frames if audio.frames < UNKNOWN else 0


def digest(signal: np.ndarray, rate: int) -> str:
    """Return a signal's digest: 32 hexadecimal digits of BLAKE2b over rate and samples.

    Example:
        >>> digest(np.zeros(3), 16000) == digest(np.zeros(3), 8000)
        False
    """
    content = hashlib.blake2b(str(rate).encode(), digest_size=16)
    content.update(np.ascontiguousarray(signal, dtype="<f4"))
    return content.hexdigest()
