import time

import numpy as np
import opensmile
import pandas as pd
import pytest
import soxr

from dimser.demo.speech import speak, synthesise, words_in_time

SENTENCE = ("We can talk about it tomorrow.", "en-us+m3")


def pitch_contour(text: str, voice: str, **prosody: int) -> pd.Series:
    """Give openSMILE's fundamental frequency of voiced speech, in semitones: mean and spread."""
    smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
    row = smile.process_signal(*synthesise(text, voice, **prosody)).iloc[0]
    name = "F0semitoneFrom27.5Hz_sma3nz_"
    return pd.Series({"mean": row[f"{name}amean"], "range": row[f"{name}pctlrange0-2"]})


def level(**prosody: int) -> float:
    signal, _ = synthesise(*SENTENCE, **prosody)
    return np.sqrt(np.mean(signal**2))


def test_signal_is_mono_float32_speech() -> None:
    signal, rate = synthesise(*SENTENCE)
    assert signal.dtype == np.float32 and signal.ndim == 1 and rate == 22050
    assert 1 < len(signal) / rate < 3
    assert 0.1 < np.abs(signal).max() < 1


def test_signal_does_not_depend_on_what_was_said_before() -> None:
    first, _ = synthesise(*SENTENCE)
    synthesise("Etwas ganz anderes.", "de+f2", rate=230, pitch=80, range=90, volume=40)
    second, _ = synthesise(*SENTENCE)
    np.testing.assert_array_equal(first, second)


def test_signal_does_not_depend_on_the_time_of_day() -> None:
    # espeak-ng by itself seeds its noise with full seconds; f2 and m3 are voices with breath
    first, _ = synthesise(*SENTENCE)
    time.sleep(1.1)
    second, _ = synthesise(*SENTENCE)
    np.testing.assert_array_equal(first, second)


def test_rate_is_in_words_a_minute() -> None:
    slow, _ = synthesise(*SENTENCE, rate=110)
    fast, _ = synthesise(*SENTENCE, rate=220)
    assert len(slow) / len(fast) == pytest.approx(2, rel=0.15)


def test_volume_is_amplitude() -> None:
    assert level(volume=80) / level(volume=20) == pytest.approx(4, rel=0.1)


def test_pitch_raises_the_fundamental() -> None:
    low, middle, high = (
        pitch_contour(*SENTENCE, pitch=pitch, range=20)["mean"] for pitch in (10, 50, 90)
    )
    assert low + 3 < middle < high - 3


def test_range_moves_the_fundamental() -> None:
    flat, lively = (pitch_contour(*SENTENCE, range=width)["range"] for width in (0, 100))
    assert lively > 1.3 * flat


@pytest.mark.parametrize(
    ("voice", "prosody", "message"),
    [
        ("xx+m1", {}, "no voice 'xx[+]m1'"),
        ("de+m99", {}, "no variant 'm99'"),
        ("de", {"rate": 900}, "rate lies between 80 and 450; it was 900"),
        ("de", {"volume": -1}, "volume lies between 0 and 200; it was -1"),
    ],
)
def test_what_espeak_would_replace_in_silence_is_refused(voice, prosody, message) -> None:
    with pytest.raises(ValueError, match=message):
        synthesise("Hallo.", voice, **prosody)


def test_long_paths_of_the_voices_are_no_obstacle(tmp_path, monkeypatch) -> None:
    import espeakng_loader

    expected, _ = synthesise(*SENTENCE)
    deep = tmp_path / ("x" * 120) / ("y" * 120) / "espeak-ng-data"
    deep.parent.mkdir(parents=True)
    deep.symlink_to(espeakng_loader.get_data_path())
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(deep))
    np.testing.assert_array_equal(synthesise(*SENTENCE)[0], expected)


def test_missing_voices_are_told(tmp_path, monkeypatch) -> None:
    import espeakng_loader

    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(tmp_path / "nothing"))
    with pytest.raises(RuntimeError, match=r"cannot read its voices in .*nothing"):
        synthesise("Hallo.", "de")


def test_effort_flattens_the_spectrum_and_leaves_the_level() -> None:
    how = {"rate": 170, "pitch": 45, "range": 45, "volume": 24}
    spoken = [speak("A plain sentence.", "en-us+f2", **how, effort=e) for e in (-12, 0, 12)]
    assert [signal.std() for signal in spoken] == pytest.approx([spoken[1].std()] * 3, rel=0.01)
    power = [np.abs(np.fft.rfft(signal)) ** 2 for signal in spoken]
    high = [some[len(some) // 4 :].sum() / some.sum() for some in power]  # above 2 kHz
    assert high[0] < 0.7 * high[1] and high[2] > 1.5 * high[1]
    plain, rate = synthesise("A plain sentence.", "en-us+f2", **how)
    np.testing.assert_array_equal(spoken[1], soxr.resample(plain, rate, 16000, quality="HQ"))


def test_words_follow_one_another_as_they_are_spoken() -> None:
    text = "The party is lovely; she moved it."
    words = words_in_time(text, "en-us+f2", 170)
    assert [word for word, _, _ in words] == ["The", "party", "is", "lovely", "she", "moved", "it"]
    begins, ends = (np.array([one[side] for one in words]) for side in (1, 2))
    assert (begins[1:] >= ends[:-1]).all() and (ends > begins).all() and begins[0] == 0
    signal, rate = synthesise(text, "en-us+f2", rate=170)
    assert 0 <= len(signal) / rate - ends[-1] < 0.4
    faster = words_in_time(text, "en-us+f2", 230)
    assert faster[-1][2] < 0.85 * ends[-1]
