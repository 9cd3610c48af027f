"""Audio that is whole, and audio that is not."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from miniature import RATE, voice

from dimser.core import audio
from dimser.corpora.inspection import Heard, inspect


def told(path: Path, content: bytes | np.ndarray, *segment: float | None, **how: str) -> Heard:
    """Write a file and inspect it."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        soundfile.write(path, content, RATE, **how)
    return inspect(path, *(segment or (0.0, None)), 0.1)


def test_usable_audio_has_no_problem_and_is_measured(tmp_path: Path) -> None:
    heard = told(tmp_path / "a.wav", np.tile(voice(1, 1.0)[:, None], 2), subtype="PCM_16")
    signal, _ = audio.load(tmp_path / "a.wav")
    assert (heard.duration, heard.reason, heard.rate, heard.channels) == (1.0, "", RATE, 2)
    assert heard.digest == audio.digest(signal, RATE)
    assert heard.level == pytest.approx(20 * np.log10(np.sqrt(np.mean(signal**2))), abs=1e-4)
    assert heard.clipped == heard.silent == heard.lost == 0
    assert heard.offset == pytest.approx(signal.mean(), abs=1e-6)


def test_clipping_silence_and_offset_are_measured(tmp_path: Path) -> None:
    sound = 0.1 * np.sin(np.arange(RATE))
    sound[: RATE // 4] = 0
    sound[-160:] *= 1e3
    heard = told(tmp_path / "a.wav", sound, subtype="PCM_16")
    assert heard.clipped == pytest.approx(0.01, abs=1e-3) and heard.silent == 0.24
    heard = told(tmp_path / "b.wav", 0.1 * np.sin(np.arange(RATE)) + 0.05, subtype="FLOAT")
    assert heard.offset == pytest.approx(0.05, abs=1e-4) and heard.silent == 0


@pytest.mark.parametrize(
    ("samples", "segment", "message"),
    [
        (voice(1, 0.05), (0, None), "0.05 s is shorter than `min_duration` 0.1 s"),
        (np.zeros(RATE), (0, None), "digital silence"),
        (np.full(RATE, 0.25), (0, None), "digital silence"),
        (np.full((RATE, 2), [0.25, -0.25]), (0, None), "digital silence"),
        (np.array([]), (0, None), "the segment is empty"),
        (voice(1, 1), (2.0, 3.0), "the segment is empty"),
        (voice(1, 1), (0.5, 3.0), "ends at 1 s, before the segment's `end` 3 s"),
        (voice(1, 1), (0.5, 1.0004), "ends at 1 s, before the segment's `end` 1.0004 s"),
        (np.where(np.arange(RATE) == 7, np.nan, voice(1, 1)), (0, None), "not finite"),
    ],
)
def test_unusable_audio_is_told(
    tmp_path: Path, samples: np.ndarray, segment: tuple, message: str
) -> None:
    assert message in told(tmp_path / "a.wav", samples, *segment, subtype="FLOAT").reason


def test_times_that_differ_are_told_by_numbers_that_differ(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", np.tile(voice(1, 1.0, rate=1000), 3600), 1000)
    assert inspect(tmp_path / "a.flac", 0, 3600.004, 0.1).reason == (
        "the file ends at 3600 s, before the segment's `end` 3600.004 s"
    )


@pytest.mark.parametrize("noise", [0.0, 1e-5])
def test_channels_that_cancel_each_other_out_are_no_silence(tmp_path: Path, noise: float) -> None:
    both = voice(1, 1.0)[:, None] * [1, -1] + [noise, 0] * voice(2, 1.0)[:, None]
    reason = told(tmp_path / "a.wav", both, subtype="FLOAT").reason
    assert reason.startswith("the channels cancel each other out in their mean")


CUT = {"WAV": "PCM_16", "WAVEX": "PCM_16", "RF64": "PCM_16", "W64": "PCM_16", "AIFF": "PCM_16",
       "AU": "PCM_16", "NIST": "PCM_16", "FLAC": "PCM_16", "MP3": "MPEG_LAYER_III",
       "OGG": "VORBIS"}  # fmt: skip


@pytest.mark.parametrize("form", CUT)
def test_a_file_that_is_cut_off_is_named_whatever_its_container(tmp_path: Path, form: str) -> None:
    sound = voice(1, 10.0)
    assert not told(tmp_path / "a", sound, format=form, subtype=CUT[form]).reason
    data = (tmp_path / "a").read_bytes()
    heard = told(tmp_path / "a", data[: len(data) // 2])
    assert "the file is cut off" in heard.reason and 3.5 < heard.duration < 5.5
    assert form == "OGG" or heard.lost == pytest.approx(10 - heard.duration, rel=0.01)
    # what is there can be used by who asks for no more
    assert not inspect(tmp_path / "a", 0.5, 1.5, 0.1).reason
    assert "cut off before" in inspect(tmp_path / "a", 8.0, None, 0.1).reason


@pytest.mark.parametrize("form", ["CAF", "HTK"])
def test_a_container_that_libsndfile_refuses_when_cut_off_is_told(
    tmp_path: Path, form: str
) -> None:
    soundfile.write(tmp_path / "a", voice(1, 1.0), RATE, format=form, subtype="PCM_16")
    data = (tmp_path / "a").read_bytes()
    assert "get it anew" in told(tmp_path / "a", data[: len(data) // 2]).reason


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFDB])
def test_what_was_written_to_a_pipe_promises_nothing(tmp_path: Path, size: int) -> None:
    soundfile.write(tmp_path / "a.wav", voice(1, 1.0), RATE, subtype="PCM_16")
    data = bytearray((tmp_path / "a.wav").read_bytes())
    data[4:8], data[40:44] = struct.pack("<I", size or 8), struct.pack("<I", size)
    heard = told(tmp_path / "a.wav", bytes(data))
    assert (heard.duration, heard.reason, heard.lost) == (1.0, "", 0.0)


def test_a_header_that_counts_itself_is_no_loss_worth_stopping_for(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", voice(1, 1.0), RATE, subtype="PCM_16")
    data = bytearray((tmp_path / "a.wav").read_bytes())
    data[40:44] = struct.pack("<I", 2 * RATE + 44)
    heard = told(tmp_path / "a.wav", bytes(data))
    assert not heard.reason and heard.lost == pytest.approx(22 / RATE)


SHORTEN = b"NIST_1A\n   1024\nsample_coding -s26 pcm,embedded-shorten-v2.00\nend_head\n"


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("a.wav", b"", "it is empty); get it anew"),
        ("a.wav", b"no audio at all", "otherwise get it anew"),
        ("a.wav", b"RIFF\0\0\0\0WAVEfmt ", "get it anew"),
        ("a.wav", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ("a.m4a", b"\0\0\0\x20ftypM4A " + bytes(99), "convert it, as by `ffmpeg -i in.m4a"),
        ("a.webm", b"\x1a\x45\xdf\xa3" + bytes(99), "convert it, as by `ffmpeg"),
        ("a.amr", b"#!AMR\n" + bytes(99), "convert it, as by `ffmpeg"),
        ("a.sph", SHORTEN.ljust(1024) + b"ajkg" + bytes(99), "convert it, as by `sph2pipe"),
        ("a.raw", bytes(99), "give it one, as by `ffmpeg -f s16le"),
    ],
)
def test_what_cannot_be_read_is_told_with_advice_that_fits(
    tmp_path: Path, name: str, content: bytes, advice: str
) -> None:
    reason = told(tmp_path / name, content).reason
    assert reason.startswith("the file cannot be read as audio (") and advice in reason
    assert "does not exist" in inspect(tmp_path / "b.wav", 0, None, 0.1).reason


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.wav").write_bytes(b"RIFF")
    monkeypatch.setattr("builtins.open", refuse)
    assert inspect(tmp_path / "a.wav", 0, None, 0.1).reason == (
        "the file cannot be read as audio (Permission denied); get permission to read it"
    )
