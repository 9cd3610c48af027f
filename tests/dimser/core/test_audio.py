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


def test_audio_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"gone\.wav: the audio cannot be read .* Restore the file"
    ):
        audio.load(tmp_path / "gone.wav")
    with pytest.raises(InputError, match="The corpus has no audio"):
        audio.load(float("nan"))


def test_eight_channels_at_192_khz_are_read_rightly(tmp_path: Path) -> None:
    channels = np.column_stack([voice(n, 0.5, rate=192_000) for n in range(8)])
    soundfile.write(tmp_path / "a.wav", channels, 192_000, subtype="FLOAT")
    signal, rate = audio.load(tmp_path / "a.wav")
    np.testing.assert_allclose(signal, channels.mean(axis=1), atol=1e-6)
    assert rate == 192_000 and len(audio.load(tmp_path / "a.wav", rate=16_000)[0]) == 8000


def test_flac_of_unknown_length_is_read_whole_and_in_segments(tmp_path: Path) -> None:
    """libsndfile#1038: written to a pipe, the header says 0 frames."""
    whole = voice(1, 5.0).astype(np.float32)
    soundfile.write(tmp_path / "a.flac", whole, RATE)
    data = bytearray((tmp_path / "a.flac").read_bytes())
    data[18:26] = (int.from_bytes(data[18:26], "big") >> 36 << 36).to_bytes(8, "big")
    (tmp_path / "a.flac").write_bytes(data)
    assert soundfile.info(tmp_path / "a.flac").frames > 2**62
    np.testing.assert_allclose(audio.load(tmp_path / "a.flac")[0], whole, atol=1e-4)
    part, _ = audio.load(tmp_path / "a.flac", 4.5, 9.0)
    np.testing.assert_allclose(part, whole[72_000:], atol=1e-4)


@pytest.mark.parametrize("subtype", ["GSM610", "G721_32"])
def test_a_coding_without_seeking_is_read_whole_and_in_segments(
    tmp_path: Path, subtype: str
) -> None:
    soundfile.write(tmp_path / "a.wav", voice(1, 1.0), RATE, subtype=subtype)
    whole, _ = audio.load(tmp_path / "a.wav")
    assert len(whole) == pytest.approx(RATE, abs=200)
    assert np.corrcoef(whole[:RATE], voice(1, 1.0))[0, 1] > 0.9
    np.testing.assert_array_equal(audio.load(tmp_path / "a.wav", 0.25, 0.5)[0], whole[4000:8000])


def test_an_mp3_of_varying_bit_rate_without_a_xing_header_is_read_whole(tmp_path: Path) -> None:
    """libsndfile takes the first bit rate for that of the whole file, which it then ends early."""
    loud, quiet = np.random.default_rng(0).normal(scale=[[0.3], [0.0005]], size=(2, 10 * RATE))
    path = tmp_path / "a.mp3"
    with soundfile.SoundFile(path, "w", RATE, 1, bitrate_mode="VARIABLE") as file:
        file.write(np.concatenate([loud, quiet]))
    data = path.read_bytes()
    path.write_bytes(data[data.index(data[:2], 4) :])  # without the first frame, the header's
    assert soundfile.info(path).duration < 15
    signal, _ = audio.load(path)
    assert len(signal) / RATE == pytest.approx(20, abs=0.15)
    late, _ = audio.load(path, 18.0, 18.5)
    np.testing.assert_allclose(late, signal[18 * RATE : int(18.5 * RATE)], atol=1e-6)
