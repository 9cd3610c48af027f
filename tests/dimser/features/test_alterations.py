"""Changes of audio: each does what it says, and nothing else."""

from types import SimpleNamespace

import numpy as np
import pytest
from miniature import voice
from scipy import signal as reference

from dimser.features import alterations
from dimser.features.conditions import CONDITIONS

RATE = 16_000
VOICE = voice(3, 1.2).astype(np.float32)


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def decibels(ratio: float) -> float:
    return 20 * np.log10(ratio)


def spectrum(values: np.ndarray, hertz: float, rate: int = RATE) -> float:
    """The magnitude at a frequency."""
    time = np.arange(len(values)) / rate
    return abs(np.exp(-2j * np.pi * hertz * time) @ (values * np.hanning(len(values))))


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_every_change_is_finite_changes_something_and_depends_on_its_generator_alone(
    name: str, rate: int
) -> None:
    condition, sound = CONDITIONS[name], voice(1, 0.8, rate=rate).astype(np.float32)
    change = getattr(alterations, condition.function)
    for level in condition.levels:
        one, other = (change(sound, rate, rng(), level) for _ in range(2))
        assert np.isfinite(one).all() and np.array_equal(one, other)
        assert len(one) != len(sound) or np.abs(one - sound).max() > 1e-6


@pytest.mark.parametrize("name", ["white", "pink", "tone"])
def test_noise_lies_as_far_below_the_voice_as_it_says(name: str) -> None:
    added = getattr(alterations, name)(VOICE, RATE, rng(), 35) - VOICE
    apart = decibels(alterations.rms(VOICE) / alterations.rms(added))
    assert apart == pytest.approx(35, abs=0.05)


@pytest.mark.parametrize(("rate", "factor"), [(8_000, 0.5), (16_000, 1.0), (44_100, 1.0)])
@pytest.mark.parametrize(("end", "hertz"), [(min, 5000), (max, 7000)])
def test_a_tone_is_a_sine_of_five_to_seven_kilohertz_where_a_recording_has_them(
    rate: int, factor: float, end: callable, hertz: float
) -> None:
    sound = voice(1, 0.5, rate=rate).astype(np.float32)
    added = alterations.tone(sound, rate, SimpleNamespace(uniform=lambda *ends: end(ends)), 0)
    sine = np.sin(2 * np.pi * hertz * factor * np.arange(len(sound)) / rate)
    wanted = sine * alterations.rms(sound) / alterations.rms(sine)
    np.testing.assert_allclose(added - sound, wanted, atol=1e-4)


def test_pink_noise_is_flat_below_20_hertz_and_falls_above() -> None:
    """Seen where the noise that is filtered is one click."""
    click = np.zeros(8 * RATE)
    click[4 * RATE] = 1
    quiet = np.full(len(click), 1e-3, np.float32)
    drawn = SimpleNamespace(normal=lambda size: click)
    found = np.abs(np.fft.rfft(alterations.pink(quiet, RATE, drawn, 0) - quiet))
    asked = np.fft.rfftfreq(len(click), 1 / RATE)
    kept = (asked > 5) & (asked < 100)
    expected = 1 / np.sqrt(np.maximum(asked[kept], 20))
    np.testing.assert_allclose(found[kept] / found[8 * 100], expected * 10, rtol=3e-3)


def test_pink_noise_falls_by_three_decibels_per_octave() -> None:
    silence = np.full(60 * RATE, 1e-3, np.float32)
    noise = alterations.pink(silence, RATE, rng(), 0) - silence
    frequencies, power = reference.welch(noise, RATE, nperseg=4096)
    band = (frequencies > 100) & (frequencies < 6000)
    slope = np.polyfit(np.log2(frequencies[band]), 10 * np.log10(power[band]), 1)[0]
    assert slope == pytest.approx(-3.01, abs=0.15)


def test_filters_have_the_magnitude_of_butterworth_filters() -> None:
    impulse = np.zeros(RATE, np.float32)
    impulse[RATE // 2] = 1
    for name, kind, cutoff in (("high_pass", "high", 100), ("low_pass", "low", 7000)):
        found = np.abs(np.fft.rfft(getattr(alterations, name)(impulse, RATE, rng(), cutoff)))
        asked = np.fft.rfftfreq(RATE, 1 / RATE)
        _, expected = reference.freqs(
            *reference.butter(1, 2 * np.pi * cutoff, kind, analog=True), 2 * np.pi * asked
        )
        assert found[20:] == pytest.approx(np.abs(expected)[20:], abs=0.01)


def test_a_filter_does_not_carry_the_end_over_to_the_beginning() -> None:
    late = np.zeros(RATE, np.float32)
    late[-50:] = 1
    assert np.abs(alterations.high_pass(late, RATE, rng(), 50)[: RATE // 4]).max() < 1e-3


def test_a_tilt_is_a_slope_and_keeps_the_loudness() -> None:
    for level in (-3, 3):
        tilted = alterations.tilt(VOICE, RATE, rng(), level)
        white = np.random.default_rng(0).normal(size=60 * RATE).astype(np.float32)
        frequencies, power = reference.welch(
            alterations.tilt(white, RATE, rng(), level), RATE, nperseg=4096
        )
        band = (frequencies > 100) & (frequencies < 7000)
        slope = np.polyfit(np.log2(frequencies[band]), 10 * np.log10(power[band]), 1)[0]
        assert slope == pytest.approx(level, abs=0.15)
        assert alterations.rms(tilted) == pytest.approx(alterations.rms(VOICE), rel=1e-4)
        click = np.zeros(8 * RATE, np.float32)
        click[4 * RATE] = 1
        found = np.abs(np.fft.rfft(alterations.tilt(click, RATE, rng(), level)))
        asked = np.fft.rfftfreq(len(click), 1 / RATE)
        kept = (asked > 20) & (asked < 1000)
        slope = level * np.log2(np.maximum(asked[kept], 62.5) / 1000)
        np.testing.assert_allclose(decibels(found[kept] / found[8 * 1000]), slope, atol=0.02)


def test_a_gain_is_a_factor_and_clipping_takes_a_share_of_samples() -> None:
    louder = alterations.gain(VOICE, RATE, rng(), 2)
    assert decibels(alterations.rms(louder) / alterations.rms(VOICE)) == pytest.approx(2, abs=1e-4)
    noise = rng().normal(size=100_000).astype(np.float32)
    for level in (0.3, 30):
        clipped = alterations.clipped(noise, RATE, rng(), level)
        assert (clipped != noise).mean() == pytest.approx(level / 100, abs=1e-4)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_cuts_and_zeros_last_as_long_at_any_rate(rate: int) -> None:
    sound, count = np.arange(3 * rate, dtype=np.float32), rate
    before, after = (
        getattr(alterations, f"zeros_{side}")(sound, rate, rng(), 16_000)
        for side in ("before", "after")
    )
    assert not before[:count].any() and np.array_equal(before[count:], sound)
    assert not after[-count:].any() and np.array_equal(after[:-count], sound)
    assert np.array_equal(alterations.cut_before(sound, rate, rng(), 16_000), sound[count:])
    assert np.array_equal(alterations.cut_after(sound, rate, rng(), 16_000), sound[:-count])


def test_compression_takes_three_quarters_of_a_difference_in_loudness() -> None:
    time = np.arange(2 * RATE) / RATE
    tone = np.sin(2 * np.pi * 1000 * time) * np.where(time < 1, 1.0, 0.5)
    out = alterations.compressed(tone.astype(np.float32) * 0.2, RATE, rng(), 4)
    halves = [alterations.rms(out[a : a + RATE // 2]) for a in (RATE // 4, RATE + RATE // 4)]
    # the louder half lies 2 dB over the mean, the other one below it and is left alone
    over = decibels(1 / np.sqrt((1 + 0.25) / 2))
    assert decibels(halves[0] / halves[1]) == pytest.approx(decibels(2) - 0.75 * over, abs=0.1)
    assert alterations.rms(out) == pytest.approx(0.2 * alterations.rms(tone), rel=1e-4)


def test_a_telephone_passes_its_band_alone() -> None:
    white = 0.05 * rng().normal(size=4 * RATE).astype(np.float32)
    out = alterations.telephone(white, RATE, rng(), 0)
    assert abs(len(out) - len(white)) <= 1
    frequencies, power = reference.welch(out, RATE, nperseg=2048)
    inside = power[(frequencies > 500) & (frequencies < 3000)].mean()
    for low, high in ((0, 150), (3900, 8000)):
        outside = power[(frequencies > low) & (frequencies < high)].mean()
        assert 10 * np.log10(inside / outside) > 20


def test_a_telephones_band_has_edges_of_the_eighth_order(monkeypatch) -> None:
    monkeypatch.setattr(alterations, "a_law", lambda signal: signal)
    click = np.zeros(32_000, np.float32)
    click[16_000] = 1
    found = np.abs(np.fft.rfft(alterations.telephone(click, 8000, rng(), 0)))
    asked = 2 * np.pi * np.fft.rfftfreq(len(click), 1 / 8000)
    edges = (300, "high"), (3400, "low")
    designs = [reference.butter(8, 2 * np.pi * hertz, kind, analog=True) for hertz, kind in edges]
    expected = np.prod([np.abs(reference.freqs(*own, asked)[1]) for own in designs], axis=0)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_telephone_works_at_8_kilohertz_and_sends_8_bits() -> None:
    sound = 0.5 * rng().normal(size=200_000).astype(np.float32)
    assert len(np.unique(alterations.telephone(sound, 8000, rng(), 0))) == 255


def test_what_lies_on_the_a_laws_grid_stays_there_and_what_is_louder_is_cut() -> None:
    code, whole = np.arange(128) / 127, 1 + np.log(87.6)
    grid = np.where(code * whole < 1, code * whole, np.exp(code * whole - 1)) / 87.6
    with np.errstate(divide="raise"):
        np.testing.assert_allclose(alterations.a_law(grid), grid, rtol=1e-6)
    assert alterations.a_law(np.array([1.5, -1.5])).tolist() == [1.0, -1.0]


def test_the_a_law_is_the_standards() -> None:
    levels = np.float32([0.0, 0.001, 1 / 87.6, 0.02, 0.3, 1.0])
    coded = np.where(
        levels < 1 / 87.6,
        87.6 * levels / (1 + np.log(87.6)),
        (1 + np.log(np.maximum(87.6 * levels, 1e-9))) / (1 + np.log(87.6)),
    )
    found = alterations.a_law(np.concatenate([levels, -levels]))
    again = alterations.a_law(found)
    assert again == pytest.approx(found, abs=1e-6)  # what is on the grid stays there
    assert found[: len(levels)] == pytest.approx(-found[len(levels) :])
    assert len(np.unique(alterations.a_law(np.linspace(-1, 1, 100_001)))) == 255
    # a step of 1/127 in the code: at most half of it is lost
    back = found[: len(levels)]
    recoded = np.where(
        back < 1 / 87.6,
        87.6 * back / (1 + np.log(87.6)),
        (1 + np.log(np.maximum(87.6 * back, 1e-9))) / (1 + np.log(87.6)),
    )
    assert np.abs(recoded - coded).max() <= 0.5 / 127 + 1e-6


def test_a_room_fades_by_sixty_decibels_in_its_time() -> None:
    click = np.zeros(2 * RATE, np.float32)
    click[0] = 1
    heard = alterations.room(click, RATE, rng(), 0.5)
    energy = np.cumsum(np.square(heard[1:][::-1]))[::-1]
    fall = 10 * np.log10(energy / energy[0])
    early = [np.argmax(fall < level) / RATE for level in (-5, -25)]
    assert 3 * (early[1] - early[0]) == pytest.approx(0.5, rel=0.05)
    direct, late = heard[0] ** 2, np.square(heard[1:]).sum()
    assert direct == pytest.approx(late, rel=1e-3) and heard[0] > 0
    # nothing comes later; and where noise is as loud all the time, its fading is all that is seen
    assert np.flatnonzero(np.abs(heard) > 1e-9)[-1] == RATE // 2 - 1
    steady = alterations.room(click, RATE, SimpleNamespace(normal=lambda size: np.ones(size)), 0.5)
    assert decibels(steady[1] / steady[1 + RATE // 4]) == pytest.approx(30, abs=0.01)


def test_a_recording_is_mixed_in_from_anywhere_and_repeated_where_it_is_short() -> None:
    noise = np.arange(1, 50_001, dtype=np.float32)
    sound = np.ones(1000, np.float32)
    added = [alterations.mixed(sound, noise, np.random.default_rng(n), 20) - 1 for n in (1, 2)]
    assert not np.allclose(*added)
    for seed in range(20):  # a stretch of it, in the order in which it was recorded
        mixed = alterations.mixed(sound, noise[:1100], np.random.default_rng(seed), 20) - 1
        assert (np.diff(mixed) > 0).all()
    assert decibels(1 / alterations.rms(added[0])) == pytest.approx(20, abs=0.01)
    short = alterations.mixed(sound, noise[:7], rng(), 20) - 1
    assert (np.diff(short[:7]) > 0).all()
    assert short[:7] == pytest.approx(short[7:14], abs=1e-6)
