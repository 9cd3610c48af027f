"""Speech from text: the formant synthesiser espeak-ng, called in this process.

espeak-ng carries the phase of its oscillators and its noise from one utterance to the next, and
seeds the noise with the time of day. Here each utterance gets a freshly loaded library (5 ms) and a
fixed seed, so that a signal depends only on the arguments, not on earlier utterances or the time.
"""

import _ctypes  # dlclose: ctypes loads libraries, but does not unload them
import ctypes
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import espeakng_loader
import numpy as np
import soxr

SAMPLING_RATE = 16000
TILT = 0.05  # weight of the sample before, per dB of effort: a first-order filter

# From espeak-ng's speak_lib.h: modes, and number, lowest and highest value of each parameter
SYNCHRONOUS, DONT_EXIT, BY_CHARACTER, UTF8 = 2, 0x8000, 1, 1
PARAMETERS = {
    "rate": (1, 80, 450),
    "volume": (2, 0, 200),
    "pitch": (3, 0, 100),
    "range": (4, 0, 100),
}
WORD, END = 1, 5  # types of events: a word begins, a clause ends


class Event(ctypes.Structure):
    """What espeak-ng tells beside samples; `at` is in ms, `place` counts characters from 1."""

    _fields_: ClassVar = [
        ("kind", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("place", ctypes.c_int),
        ("length", ctypes.c_int),
        ("at", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("more", ctypes.c_char * 8),
    ]


CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event)
)


def synthesise(
    text: str, voice: str, *, rate: int = 175, pitch: int = 50, range: int = 50, volume: int = 85
) -> tuple[np.ndarray, int]:
    """Synthesise speech. Not thread-safe.

    Args:
        text: the text to speak.
        voice: language and speaker as espeak-ng names them ("en-us+m3", "de+f2").
        rate: words per minute, 80 to 450.
        pitch: base pitch, 0 to 100.
        range: how far pitch moves, from 0 (monotone) to 100.
        volume: amplitude, 0 to 200; some voices clip from about 100 on.

    Returns:
        Signal of shape (samples,), float32 in [-1, 1), and its sampling rate in Hz.

    Raises:
        ValueError: if espeak-ng has no such voice, or a parameter is out of its range.
        RuntimeError: if espeak-ng cannot be started.
    """
    values = {"rate": rate, "pitch": pitch, "range": range, "volume": volume}
    samples, sampling_rate, _ = _spoken(text, voice, values)
    return samples, sampling_rate


def words_in_time(text: str, voice: str, rate: int) -> list[tuple[str, float, float]]:
    """Return the words of a text as they are spoken: each with its begin and end in seconds.

    Args:
        text: the text to speak.
        voice: as for `synthesise`.
        rate: likewise.
    """
    _, _, events = _spoken(text, voice, {"rate": rate})
    begun = [(at / 1000, text[place - 1 : place - 1 + length] if kind == WORD else "")
             for kind, place, length, at in events]  # fmt: skip
    following = [at for at, _ in begun[1:]] + [begun[-1][0]]
    return [(word, at, end) for (at, word), end in zip(begun, following, strict=True) if word]


def _spoken(
    text: str, voice: str, values: dict[str, int]
) -> tuple[np.ndarray, int, list[tuple[int, int, int, int]]]:
    """Return samples, their rate, and the events: kind, place, length and time of each."""
    _assert_known(voice, values)
    chunks, events = [], []

    @CALLBACK
    def collect(samples: ctypes.Array, count: int, told: ctypes.Array) -> int:
        if samples and count:
            chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        for event in itertools.takewhile(lambda one: one.kind, told):
            if event.kind in (WORD, END):
                events.append((event.kind, event.place, event.length, event.at))
        return 0  # go on

    with _fresh_library() as (espeak, sampling_rate):
        if espeak.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(f"espeak-ng has no voice {voice!r}; name it as in 'de+f2'.")
        for name, value in values.items():
            espeak.espeak_SetParameter(PARAMETERS[name][0], value, 0)
        espeak.espeak_SetSynthCallback(collect)
        content = text.encode() + b"\0"
        espeak.espeak_Synth(content, len(content), 0, BY_CHARACTER, 0, UTF8, None, None)
        espeak.espeak_Synchronize()
    samples = np.concatenate(chunks) if chunks else np.empty(0, np.int16)
    return samples.astype(np.float32) / 2**15, sampling_rate, events


def _assert_known(voice: str, values: dict[str, int]) -> None:
    """Reject values that espeak-ng would silently replace."""
    variant = voice.partition("+")[2]
    variants = Path(espeakng_loader.get_data_path(), "voices", "!v")
    if variant and not (variants / variant).is_file():
        raise ValueError(
            f"espeak-ng has no variant {variant!r} of a voice; choose from {variants}."
        )
    for name, value in values.items():
        _, low, high = PARAMETERS[name]
        if not low <= value <= high:
            raise ValueError(f"espeak-ng's {name} lies between {low} and {high}; it was {value}.")


@contextmanager
def _fresh_library() -> Iterator[tuple[ctypes.CDLL, int]]:
    """Yield a freshly loaded library, and its sampling rate in Hz."""
    data = Path(espeakng_loader.get_data_path()).absolute()
    espeak = ctypes.CDLL(espeakng_loader.get_library_path())
    with TemporaryDirectory() as folder:
        # espeak-ng takes paths of some 150 characters at most; those of environments are longer
        short = Path(folder, data.name)
        short.symlink_to(data)
        try:
            sampling_rate = espeak.espeak_Initialize(SYNCHRONOUS, 0, bytes(short), DONT_EXIT)
            if sampling_rate <= 0:
                raise RuntimeError(
                    f"espeak-ng cannot read its voices in {data} (through {short}). Reinstall "
                    "espeakng-loader, and set TMPDIR to a short path."
                )
            espeak.espeak_ng_SetRandSeed(ctypes.c_long(1))
            yield espeak, sampling_rate
        finally:
            espeak.espeak_Terminate()
            _ctypes.dlclose(espeak._handle)


def speak(
    text: str, voice: str, *, rate: int, pitch: int, range: int, volume: int, effort: float
) -> np.ndarray:
    """Synthesise speech at 16 kHz, with a spectrum that effort makes flatter.

    Args:
        text: the text to speak.
        voice: as for `synthesise`.
        rate: likewise.
        pitch: likewise.
        range: likewise.
        volume: likewise.
        effort: in dB, from -12 to 12; 0 leaves the spectrum as it is.

    Returns:
        Signal of shape (samples,), float32, as loud as without effort.
    """
    signal, own = synthesise(text, voice, rate=rate, pitch=pitch, range=range, volume=volume)
    signal = soxr.resample(signal, own, SAMPLING_RATE, quality="HQ")
    tilted = np.append(signal[:1], signal[1:] - np.float32(TILT * effort) * signal[:-1])
    return tilted * np.sqrt(np.mean(signal**2) / np.mean(tilted**2))
