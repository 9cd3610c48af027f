"""Speech from text: the formant synthesiser espeak-ng, called in this process.

espeak-ng carries the phase of its oscillators and its noise from one utterance to the next, and
seeds the noise with the time of day. Here each utterance gets a freshly loaded library (5 ms) and a
fixed seed, so that a signal depends only on the arguments, not on earlier utterances or the time.
"""

import _ctypes  # dlclose: ctypes loads libraries, but does not unload them
import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import espeakng_loader
import numpy as np

# From espeak-ng's speak_lib.h: modes, and number, lowest and highest value of each parameter
SYNCHRONOUS, DONT_EXIT, BY_CHARACTER, UTF8 = 2, 0x8000, 1, 1
PARAMETERS = {
    "rate": (1, 80, 450),
    "volume": (2, 0, 200),
    "pitch": (3, 0, 100),
    "range": (4, 0, 100),
}
CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
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
    _assert_known(voice, values)
    chunks = []

    @CALLBACK
    def collect(samples: ctypes.Array, count: int, _events: int) -> int:
        if samples and count:
            chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
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
    return samples.astype(np.float32) / 2**15, sampling_rate


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
