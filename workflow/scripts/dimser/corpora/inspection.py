"""Is the audio of an utterance whole and usable, and what is it like?"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from dimser.core import audio
from dimser.core.words import told_apart

SLACK = 0.1  # seconds that may lack: some writers count headers, or frames that hold a tag


class Heard(NamedTuple):
    """A segment, read once.

    Attributes:
        duration: seconds.
        level: root mean square, dB re full scale.
        digest: of rate and samples.
        reason: why it cannot be used; empty where it can.
        rate: of the file, Hz.
        channels: of the file.
        clipped: share of samples, in any channel, beyond 98 % of full scale.
        silent: share of 20 ms frames that lie more than 40 dB below the loudest.
        offset: mean of the samples (DC), re full scale.
        lost: seconds that the file's header promises, and that it does not hold.
    """

    duration: float = 0.0
    level: float = np.nan
    digest: str = ""
    reason: str = ""
    rate: int = 0
    channels: int = 0
    clipped: float = np.nan
    silent: float = np.nan
    offset: float = np.nan
    lost: float = 0.0


def inspect(file: str | Path, start: float, end: float | None, min_duration: float) -> Heard:
    """Read a segment once, measure it, and check whether it can be used.

    Args:
        file: audio file.
        start: start of the segment in seconds.
        end: end of the segment in seconds; None or NaN for the end of the file.
        min_duration: shortest usable segment in seconds.
    """
    if not Path(file).is_file():
        return Heard(reason="the file does not exist; check the path and the corpus's `root`")
    try:
        samples, rate, lost = audio.read(file, start, end)
    except audio.UNREADABLE as error:
        return Heard(reason=f"the file cannot be read as audio ({_why(file, error)}")
    signal = samples.mean(axis=1)
    heard = Heard(len(samples) / rate, rate=rate, channels=samples.shape[1], lost=lost)
    problem = _length_problem(start, end, heard, min_duration) or _signal_problem(samples, signal)
    if problem:
        return heard._replace(reason=problem)
    return heard._replace(
        level=10 * np.log10(np.mean(np.square(signal, dtype=np.float64))),
        digest=audio.digest(signal, rate),
        clipped=np.mean(np.abs(samples) > 0.98),
        silent=_silent(signal, rate),
        offset=signal.mean(dtype=np.float64),
    )


def _why(file: str | Path, error: Exception) -> str:
    """Say why a file is not read, and what to do."""
    try:
        with open(file, "rb") as opened:
            head = opened.read(1024)
    except OSError as refused:
        return f"{refused.strerror}); get permission to read it"
    known = isinstance(error, soundfile.LibsndfileError)
    if not head:
        return "it is empty); get it anew"
    if head.startswith(b"version https://git-lfs"):
        return "it is a pointer of Git LFS); get it by `git lfs pull`"
    if head.startswith(b"NIST_1A") and b"shorten" in head:
        return "SPHERE with shorten); convert it, as by `sph2pipe -f wav in.sph out.wav`"
    if isinstance(error, TypeError):  # soundfile asks for what a header would say
        return (
            "samples without a header); give it one, as by `ffmpeg -f s16le -ar 16000 -ac 1 "
            "-i in.raw out.wav` with its own coding, rate and channels"
        )
    if known and error.code in (1, 4):  # unknown format or coding
        return (
            f"{error.error_string.rstrip('.')}); if other programs play it (as m4a, webm, amr), "
            "convert it, as by `ffmpeg -i in.m4a out.wav`; otherwise get it anew"
        )
    return f"{error.error_string.rstrip('.') if known else error}); get it anew"


def _length_problem(start: float, end: float | None, heard: Heard, min_duration: float) -> str:
    """Say in what way a segment is shorter than it has to be; empty if it is not."""
    there = start + heard.duration
    if not heard.duration and heard.lost > SLACK:
        return f"the file is cut off before the segment's `start` {start:g} s; get it anew"
    if not heard.duration:
        return "the segment is empty; check the file, `start` and `end`"
    if end is not None and not np.isnan(end) and there < end - 1 / heard.rate - 1e-6:
        stop, wanted = told_apart(there, end)
        return f"the file ends at {stop} s, before the segment's `end` {wanted} s"
    if heard.lost == np.inf:
        return f"the file is cut off after {there:.4g} s: the mark of its end lacks; get it anew"
    if heard.lost > SLACK:
        return (
            f"the file is cut off or damaged: its header promises {there + heard.lost:.4g} s, and "
            f"{there:.4g} s can be read; get it anew"
        )
    if heard.duration < min_duration:
        short, least = told_apart(heard.duration, min_duration)
        return f"{short} s is shorter than `min_duration` {least} s"
    return ""


def _signal_problem(samples: np.ndarray, signal: np.ndarray) -> str:
    """Say why a signal, of all channels and of their mean, cannot be used; empty if it can."""
    if not np.isfinite(samples).all():
        return "samples are not finite numbers; get the file anew"
    if not np.ptp(samples, axis=0).any():
        return "digital silence: all samples are equal"
    if signal.var(dtype=np.float64) < 1e-4 * samples.var(axis=0, dtype=np.float64).max():
        return (
            "the channels cancel each other out in their mean, as where one is inverted; keep one "
            "of them, as by `ffmpeg -i in.wav -af 'pan=mono|c0=c0' out.wav`"
        )
    return ""


def _silent(signal: np.ndarray, rate: int) -> float:
    """Return the share of 20 ms frames that lie more than 40 dB below the loudest."""
    size = min(len(signal), max(rate // 50, 1))
    power = signal[: len(signal) // size * size].reshape(-1, size).var(axis=1, dtype=np.float64)
    return float(np.mean(power < 1e-4 * power.max()))
