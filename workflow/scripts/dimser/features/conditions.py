"""What audio is put through before it is extracted, to see which predictions that moves.

The ten small changes, the tilt, the telephone and the noise, and what is asked of a prediction, are
those of audEERING's ser-tests (https://github.com/audeering/ser-tests), as its test descriptions
state them; its data are not public. The formulas are ours, in `dimser.features.alterations`: the
telephone's stand in for the codec AMR-NB, and rooms for recordings with other microphones.
"""

from typing import NamedTuple

SHARE, LOSS = "share", "loss"
MOVED = 0.05  # a prediction in [0, 1] that moves by less has stayed
UNALTERED = "unaltered"


class Condition(NamedTuple):
    """A change of audio.

    Attributes:
        text: what is done, in a few words.
        function: of `dimser.features.alterations`; from a signal, its rate, a generator and a level
            to a signal.
        levels: one is drawn for each utterance.
        asked: what of a prediction: `SHARE` of the utterances that it moves by less than `MOVED`
            in, or the `LOSS` of CCC.
        threshold: the reference suite's: the least share, or the largest loss; None where it asks
            nothing.
        above: Hz that a recording must reach for the change to mean anything.
        longer: than these seconds an utterance must be.
    """

    text: str
    function: str
    levels: tuple[float, ...]
    asked: str = SHARE
    threshold: float | None = 0.95
    above: float = 0.0
    longer: float = 0.0


CUT = (100, 500, 1000)  # samples at 16 kHz
CONDITIONS = {
    "tone": Condition("a high tone, 40 to 50 dB below the voice", "tone", (40, 45, 50)),
    "zeros_before": Condition("6 to 63 ms of zeros before", "zeros_before", CUT),
    "zeros_after": Condition("6 to 63 ms of zeros after", "zeros_after", CUT),
    "cut_before": Condition("a cut of 6 to 63 ms at the beginning", "cut_before", CUT, longer=0.2),
    "cut_after": Condition("a cut of 6 to 63 ms at the end", "cut_after", CUT, longer=0.2),
    "clipping": Condition("clipping of 0.1 to 0.3 % of samples", "clipped", (0.1, 0.2, 0.3)),
    "gain": Condition("a gain of 1 or 2 dB up or down", "gain", (-2, -1, 1, 2)),
    "high_pass": Condition("a high pass at 50 to 150 Hz", "high_pass", (50, 100, 150)),
    "low_pass": Condition(
        "a low pass at 6.5 to 7.5 kHz", "low_pass", (6500, 7000, 7500), above=7500
    ),
    "white_noise": Condition("white noise, 35 to 45 dB below the voice", "white", (35, 40, 45)),
    "tilt_down": Condition("a tilt down by 3 dB per octave", "tilt", (-3,), threshold=0.8),
    "tilt_up": Condition("a tilt up by 3 dB per octave", "tilt", (3,), threshold=0.8),
    "compression": Condition("compression of loudness, 4 to 1", "compressed", (4,), threshold=0.5),
    "telephone": Condition(
        "a telephone's band and A-law", "telephone", (0,), threshold=0.5
    ),
    "telephone_noise": Condition(
        "a telephone with pink noise at 20 dB", "noisy_telephone", (20,), threshold=0.5
    ),
    "room": Condition("a synthetic room, 0.3 s", "room", (0.3,), threshold=None),
    "hall": Condition("a synthetic room, 1 s", "room", (1.0,), threshold=None),
    "noise": Condition("white noise at 20 dB", "white", (20,), asked=LOSS, threshold=0.05),
}  # fmt: skip


def with_noises(noises: dict[str, dict]) -> dict[str, Condition]:
    """Return the conditions of a run: all of them, and one for each folder of noise.

    Args:
        noises: `path` and `snr` by name.

    Example:
        >>> with_noises({"music": {"path": "musan/music", "snr": 20}})["noise_music"].text
        'music at 20 dB'
    """
    return CONDITIONS | {
        f"noise_{name}": Condition(
            f"{name} at {entry['snr']:g} dB", "recorded", (entry["snr"],), LOSS, 0.05
        )
        for name, entry in noises.items()
    }
