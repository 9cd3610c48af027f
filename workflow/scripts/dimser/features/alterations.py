"""Changes of audio by formula.

Each function takes a signal of shape (samples,), its rate in Hz, a generator and a level, and
returns a signal. Filters have the magnitude of a Butterworth filter and no delay; levels of noise
are ratios of root mean squares over the whole utterance.
"""

from collections.abc import Callable

import numpy as np
import soxr

NARROW = 8_000  # rate of a telephone
OF_COUNTS = 16_000  # rate at which samples to cut or to add are counted
A = 87.6  # of ITU-T G.711's A-law


def rms(signal: np.ndarray) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(np.square(signal, dtype=np.float64))))


def filtered(signal: np.ndarray, rate: int, gain: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Multiply a signal's spectrum; zeros behind it keep its end away from its beginning.

    Args:
        signal: shape (samples,).
        rate: in Hz.
        gain: from frequencies in Hz, 0 among them, to factors.
    """
    size = len(signal) + rate // 4
    spectrum = np.fft.rfft(signal, size) * gain(np.fft.rfftfreq(size, 1 / rate))
    return np.fft.irfft(spectrum, size)[: len(signal)].astype(np.float32)


def at(level: float, added: np.ndarray, signal: np.ndarray) -> np.ndarray:
    """Add something to a signal, `level` dB below it."""
    return signal + added * np.float32(rms(signal) / (rms(added) or 1.0) * 10 ** (-level / 20))


def tone(
    signal: np.ndarray, rate: int, rng: np.random.Generator, level: float
) -> np.ndarray:  # fmt: skip
    """Add a sine of 5 to 7 kHz (lower in slower recordings), `level` dB below the voice."""
    frequency = rng.uniform(5000, 7000) * min(1.0, rate / 16_000)
    time = np.arange(len(signal)) / rate
    return at(level, np.sin(2 * np.pi * frequency * time).astype(np.float32), signal)


def white(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Add white noise, `level` dB below the voice."""
    return at(level, rng.normal(size=len(signal)).astype(np.float32), signal)


def pink(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Add noise whose power falls by 3 dB per octave, `level` dB below the voice."""
    noise = rng.normal(size=len(signal))
    return at(level, filtered(noise, rate, lambda f: 1 / np.sqrt(np.maximum(f, 20))), signal)


def zeros_before(
    signal: np.ndarray, rate: int, rng: np.random.Generator, level: float
) -> np.ndarray:
    """Put zeros before the signal."""
    return np.concatenate([np.zeros(_count(level, rate), np.float32), signal])


def zeros_after(
    signal: np.ndarray, rate: int, rng: np.random.Generator, level: float
) -> np.ndarray:
    """Put zeros behind the signal."""
    return np.concatenate([signal, np.zeros(_count(level, rate), np.float32)])


def cut_before(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Cut samples at the beginning."""
    return signal[_count(level, rate) :]


def cut_after(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Cut samples at the end."""
    return signal[: -_count(level, rate)]


def clipped(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Clip the loudest samples, `level` % of all."""
    bound = np.quantile(np.abs(signal), 1 - level / 100)
    return np.clip(signal, -bound, bound)


def gain(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Change the level by so many dB."""
    return signal * np.float32(10 ** (level / 20))


def high_pass(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Attenuate below `level` Hz, by 6 dB per octave."""
    return filtered(signal, rate, lambda f: f / np.hypot(f, level))


def low_pass(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Attenuate above `level` Hz, by 6 dB per octave."""
    return filtered(signal, rate, lambda f: level / np.hypot(f, level))


def tilt(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Tilt the spectrum by `level` dB per octave above 62.5 Hz, and keep the loudness."""
    octaves = filtered(signal, rate, lambda f: (np.maximum(f, 62.5) / 1000) ** (level / 6.0206))
    return _as_loud(octaves, signal)


def compressed(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Compress what is louder than the utterance's mean, `level` to 1 in dB, by windows of 20 ms.

    The loudness of the whole is kept.
    """
    width = max(1, round(0.02 * rate))
    power = np.convolve(np.square(signal, dtype=np.float64), np.full(width, 1 / width), "same")
    over = np.sqrt(power) / (rms(signal) or 1.0)
    return _as_loud(signal * np.maximum(over, 1.0) ** (1 / level - 1), signal)


def telephone(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Send the signal through 300 to 3400 Hz and A-law's 8 bits at 8 kHz; nothing else is lost."""
    narrow = soxr.resample(signal, rate, NARROW) if rate != NARROW else signal
    narrow = filtered(narrow, NARROW, _telephone_band)
    narrow = a_law(narrow)
    return soxr.resample(narrow, NARROW, rate) if rate != NARROW else narrow


def noisy_telephone(
    signal: np.ndarray, rate: int, rng: np.random.Generator, level: float
) -> np.ndarray:
    """Send the signal through a telephone with pink noise, `level` dB below the voice."""
    return telephone(pink(signal, rate, rng, level), rate, rng, 0)


def a_law(signal: np.ndarray) -> np.ndarray:
    """Quantise a signal in [-1, 1] to 8 bits by the A-law (continuous, as ITU-T G.711 derives it).

    Example:
        >>> a_law(np.float32([0.0, 0.5])).round(2).tolist()
        [0.0, 0.5]
    """
    size = np.minimum(np.abs(signal, dtype=np.float64), 1.0)
    scale = 1 + np.log(A)
    code = np.where(size < 1 / A, A * size, 1 + np.log(np.maximum(A * size, 1.0))) / scale
    code = np.round(code * 127) / 127
    back = np.where(code < 1 / scale, code * scale, np.exp(code * scale - 1)) / A
    return (np.sign(signal) * back).astype(np.float32)


def room(signal: np.ndarray, rate: int, rng: np.random.Generator, level: float) -> np.ndarray:
    """Put the voice into a room that takes `level` seconds to fade by 60 dB.

    Direct sound, and as much energy of noise that decays exponentially (J. D. Polack, 1988). The
    loudness is kept, and so is the length.
    """
    time = np.arange(1, round(level * rate)) / rate
    late = rng.normal(size=len(time)) * 10 ** (-3 * time / level)
    response = np.concatenate([[1.0], late / np.linalg.norm(late)])
    size = len(signal) + len(response)
    heard = np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(response, size), size)
    return _as_loud(heard[: len(signal)], signal)


def mixed(
    signal: np.ndarray, noise: np.ndarray, rng: np.random.Generator, level: float
) -> np.ndarray:
    """Add a random stretch of a recording, `level` dB below the voice; a short one is repeated."""
    start = rng.integers(max(1, len(noise) - len(signal)))
    return at(level, np.resize(noise[start:], len(signal)), signal)


def _telephone_band(f: np.ndarray) -> np.ndarray:
    """Return a band of 300 to 3400 Hz with edges of the eighth order."""
    with np.errstate(divide="ignore"):
        return 1 / np.sqrt((1 + (300 / f) ** 16) * (1 + (f / 3400) ** 16))


def _count(level: float, rate: int) -> int:
    return round(level * rate / OF_COUNTS)


def _as_loud(changed: np.ndarray, signal: np.ndarray) -> np.ndarray:
    return (changed * (rms(signal) / (rms(changed) or 1.0))).astype(np.float32)
