"""Reading speech: any rate, any channel count, whole files or segments of them."""

import hashlib
from pathlib import Path

import numpy as np
import soundfile
import soxr

from dimser.core.errors import InputError


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
        InputError: if the file cannot be read.
    """
    try:
        signal, file_rate = _read(file, start, end)
    except (OSError, RuntimeError) as error:
        raise InputError(
            f"{file}: the audio cannot be read ({error}), although it could when the corpus was "
            "checked. Restore the file, and run again."
        ) from error
    if rate is None or rate == file_rate:
        return signal, file_rate
    return soxr.resample(signal, file_rate, rate, quality="HQ"), rate


def _read(file: str | Path, start: float, end: float | None) -> tuple[np.ndarray, int]:
    with soundfile.SoundFile(file) as audio:
        first = round(start * audio.samplerate)
        last = -1 if end is None or np.isnan(end) else round(end * audio.samplerate)
        audio.seek(min(first, audio.frames))
        frames = -1 if last < 0 else max(last - first, 0)
        signal = audio.read(frames, dtype="float32", always_2d=True).mean(axis=1)
        return signal, audio.samplerate


def digest(signal: np.ndarray, rate: int) -> str:
    """Return a signal's digest: 32 hexadecimal digits of BLAKE2b over rate and samples.

    Example:
        >>> digest(np.zeros(3), 16000) == digest(np.zeros(3), 8000)
        False
    """
    content = hashlib.blake2b(str(rate).encode(), digest_size=16)
    content.update(np.ascontiguousarray(signal, dtype="<f4"))
    return content.hexdigest()


def inspect(
    file: str | Path, start: float, end: float | None, min_duration: float
) -> tuple[float, float, str, str]:
    """Read a segment once and check whether it can be used.

    Args:
        file: audio file.
        start: start of the segment in seconds.
        end: end of the segment in seconds; None or NaN for the end of the file.
        min_duration: shortest usable segment in seconds.

    Returns:
        Its duration in seconds, its level (root mean square, dB re full scale), its digest, and
        what is wrong with it (empty where nothing is).
    """
    if not Path(file).is_file():
        return 0.0, np.nan, "", "the file does not exist; check the path and the corpus's `root`"
    try:
        signal, rate = _read(file, start, end)
    except (OSError, RuntimeError) as error:  # libsndfile's errors are RuntimeErrors
        return 0.0, np.nan, "", f"the file cannot be read as audio ({error}); get it anew"
    duration = len(signal) / rate
    problem = ""
    if not len(signal):
        problem = "the segment is empty; check the file, `start` and `end`"
    elif end is not None and not np.isnan(end) and duration < end - start - 1 / rate - 1e-6:
        problem = f"the file ends at {start + duration:g} s, before the segment's `end` {end:g} s"
    elif duration < min_duration:
        problem = f"{duration:g} s is shorter than `min_duration` {min_duration:g} s"
    elif not np.isfinite(signal).all():
        problem = "samples are not finite numbers; get the file anew"
    elif np.ptp(signal) == 0:
        problem = "digital silence: all samples are equal"
    power = np.mean(np.square(signal, dtype=np.float64)) if len(signal) else 0.0
    level = 10 * np.log10(power) if power > 0 else np.nan
    return duration, level, digest(signal, rate), problem
