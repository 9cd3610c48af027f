import numpy as np
import pytest

from dimser.speech import synthesise

SENTENCE = ("We can talk about it tomorrow.", "en-us+m3")


def fundamental(signal: np.ndarray, rate: int) -> float:
    """Give the lag of the highest autocorrelation between 60 and 400 Hz, as a frequency."""
    spectrum = np.abs(np.fft.rfft(signal, 2 * len(signal))) ** 2
    correlation = np.fft.irfft(spectrum)[: rate // 60]
    return rate / (rate // 400 + np.argmax(correlation[rate // 400 :]))


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
    time = pytest.importorskip("time")
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
        fundamental(*synthesise("Aaaaaah.", "en-us+m1", pitch=pitch, range=0))
        for pitch in (10, 50, 90)
    )
    assert 60 < low < middle < high < 300


def test_range_moves_the_fundamental() -> None:
    def spread(width: int) -> float:
        signal, rate = synthesise("Are you really coming home?", "en-us+m1", range=width)
        frames = [
            signal[i : i + rate // 12] for i in range(0, len(signal) - rate // 12, rate // 50)
        ]
        voiced = [frame for frame in frames if np.std(frame) > 0.5 * np.std(signal)]
        return np.std([fundamental(frame, rate) for frame in voiced])

    assert spread(100) > 1.3 * spread(0)


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
    with pytest.raises(RuntimeError, match="cannot read its voices in .*nothing"):
        synthesise("Hallo.", "de")
