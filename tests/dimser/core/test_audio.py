from pathlib import Path

import numpy as np
import pytest
import soundfile
from miniature import RATE, voice

from dimser.core import audio
from dimser.core.errors import InputError


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "a.wav", voice(1, 1.0), RATE, subtype="PCM_16")
    return tmp_path / "a.wav"


@pytest.mark.parametrize(("suffix", "tolerance"), [("flac", 1e-4), ("ogg", 0.1), ("mp3", 0.1)])
def test_other_formats_give_about_the_same_signal(
    speech: Path, suffix: str, tolerance: float
) -> None:
    signal, rate = audio.load(speech)
    other = speech.with_suffix(f".{suffix}")
    soundfile.write(other, signal, rate)
    decoded, other_rate = audio.load(other)
    assert other_rate == rate and abs(len(decoded) - len(signal)) < 0.1 * rate
    assert np.std(decoded) == pytest.approx(np.std(signal), rel=tolerance)


def test_stereo_is_mixed_down_by_the_mean(tmp_path: Path) -> None:
    left, right = voice(1, 0.5), voice(2, 0.5)
    soundfile.write(tmp_path / "s.wav", np.column_stack([left, right]), RATE, subtype="FLOAT")
    signal, _ = audio.load(tmp_path / "s.wav")
    np.testing.assert_allclose(signal, (left + right) / 2, atol=1e-6)


def test_a_segment_is_a_slice_of_the_whole(speech: Path) -> None:
    whole, _ = audio.load(speech)
    np.testing.assert_array_equal(audio.load(speech, 0.25, 0.5)[0], whole[4000:8000])
    np.testing.assert_array_equal(audio.load(speech, 0.25)[0], whole[4000:])
    np.testing.assert_array_equal(audio.load(speech, 0.0, float("nan"))[0], whole)


def test_resampling_keeps_a_tone(tmp_path: Path) -> None:
    time = np.arange(44100) / 44100
    soundfile.write(tmp_path / "t.wav", 0.5 * np.sin(2 * np.pi * 1000 * time), 44100)
    signal, rate = audio.load(tmp_path / "t.wav", rate=16000)
    assert rate == 16000 and len(signal) == 16000
    assert np.argmax(np.abs(np.fft.rfft(signal))) == 1000


def test_a_signal_is_named_by_its_content() -> None:
    signal = voice(1, 0.5).astype(np.float32)
    assert audio.digest(signal, RATE) == audio.digest(signal.copy(), RATE)
    assert audio.digest(signal, RATE) != audio.digest(signal, 8000)
    assert audio.digest(signal, RATE) != audio.digest(signal * np.float32(1.0001), RATE)


def test_usable_audio_has_no_problem(speech: Path) -> None:
    duration, level, digest, problem = audio.inspect(speech, 0.0, None, 0.1)
    assert (duration, problem) == (1.0, "") and len(digest) == 32
    signal, _ = audio.load(speech)
    assert level == pytest.approx(20 * np.log10(np.sqrt(np.mean(signal**2))), abs=1e-4)


@pytest.mark.parametrize(
    ("samples", "segment", "message"),
    [
        (voice(1, 0.05), (0, None), "0.05 s is shorter than `min_duration` 0.1 s"),
        (np.zeros(RATE), (0, None), "digital silence"),
        (np.full(RATE, 0.25), (0, None), "digital silence"),
        (np.array([]), (0, None), "the segment is empty"),
        (voice(1, 1), (2.0, 3.0), "the segment is empty"),
        (voice(1, 1), (0.5, 3.0), "ends at 1 s, before the segment's `end` 3 s"),
        (np.where(np.arange(RATE) == 7, np.nan, voice(1, 1)), (0, None), "not finite"),
    ],
)
def test_unusable_audio_is_told(
    tmp_path: Path, samples: np.ndarray, segment: tuple, message: str
) -> None:
    soundfile.write(tmp_path / "a.wav", samples, RATE, subtype="FLOAT")
    assert message in audio.inspect(tmp_path / "a.wav", *segment, 0.1)[3]


@pytest.mark.parametrize("content", [b"", b"no audio at all", b"RIFF\x00\x00\x00\x00WAVEfmt "])
def test_what_is_no_audio_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    assert "cannot be read as audio" in audio.inspect(tmp_path / "a.wav", 0, None, 0.1)[3]
    assert "does not exist" in audio.inspect(tmp_path / "b.wav", 0, None, 0.1)[3]


def test_audio_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"gone\.wav: the audio cannot be read .* Restore the file"
    ):
        audio.load(tmp_path / "gone.wav")


def test_eight_channels_at_192_khz_are_read_rightly(tmp_path: Path) -> None:
    channels = np.column_stack([voice(n, 0.5, rate=192_000) for n in range(8)])
    soundfile.write(tmp_path / "a.wav", channels, 192_000, subtype="FLOAT")
    signal, rate = audio.load(tmp_path / "a.wav")
    np.testing.assert_allclose(signal, channels.mean(axis=1), atol=1e-6)
    assert rate == 192_000 and len(audio.load(tmp_path / "a.wav", rate=16_000)[0]) == 8000
