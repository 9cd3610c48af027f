"""Demo corpora with a planted truth: sentences, prosody, speakers, and simulated raters.

Each utterance has a target in [0, 1] for valence, arousal and dominance. Valence decides which
words are said (`dimser.demo.sentences`); otherwise the targets set the prosody, as the literature
describes it for human voices:

- Arousal raises rate, pitch, pitch range and effort, and has the strongest correlates of all.
- Dominance raises effort and lowers mean pitch.
- Valence has few and weak correlates, here some pitch range: listeners know it from words.
- Effort makes a voice louder and its spectrum flatter. How loud it arrives is also a matter of the
  microphone, which differs from speaker to speaker.

The directions follow M. Schröder, R. Cowie, E. Douglas-Cowie, M. Westerdijk, S. Gielen, "Acoustic
correlates of emotion dimensions in view of speech synthesis", Eurospeech 2001; K. R. Scherer,
"Vocal communication of emotion: a review of research paradigms", Speech Communication 40, 2003;
P. N. Juslin, P. Laukka, "Communication of emotions in vocal expression and music performance:
different channels, same code?", Psychological Bulletin 129 (5), 2003; and, for effort,
H. Traunmüller, A. Eriksson, "Acoustic effects of variation in vocal effort by men, women, and
children", Journal of the Acoustical Society of America 107 (6), 2000. The sizes of the effects are
chosen such that acoustic features predict arousal best, dominance less and valence hardly at all,
as P. Laukka, P. N. Juslin, R. Bresin, "A dimensional approach to vocal expression of emotion",
Cognition and Emotion 19 (5), 2005, and many since have found in human speech.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.demo.sentences import ENGLISH, GERMAN, Language, poles, say

PROSODY = ("rate", "pitch", "range", "volume")
# Rate is in words per minute, pitch and its range in espeak-ng's units from 0 to 100, effort in dB.
# Rows: rate, pitch, range, effort; columns: the effect of a target from 0 to 1.
EFFECTS = np.array([[0, 100, 0], [0, 60, -20], [30, 50, 0], [0, 9, 10]])
NEUTRAL = np.array([170, 45, 45, 0])  # where all targets are 0.5
SPEAKER_SD = np.array([5, 3, 3, 1])  # how speakers differ
UTTERANCE_SD = np.array([4, 3, 4, 1])  # and utterances of one speaker with equal targets
LOWEST, HIGHEST = np.array([110, 0, 0, -12]), np.array([250, 100, 100, 12])
MICROPHONE_SD = 4  # dB, of speakers
QUIETEST, NEUTRAL_VOLUME, LOUDEST = 5, 24, 85  # in espeak-ng's units; at 85, no voice clips
TARGET_SD = 0.27
VOICES = {"f": ("f1", "f2", "f3", "f4", "f5"), "m": ("m1", "m2", "m3", "m4", "m5", "m6", "m7")}


@dataclass(frozen=True)
class DemoCorpus:
    """The design of a demo corpus.

    Attributes:
        language: ISO 639-3 code.
        voice: the language's name in espeak-ng.
        grammar: of what is said.
        panels: for each group of speakers, their number and the size of their panel, which is made
            up of the first raters.
        utterances: number per speaker.
        scale: lowest and highest rating.
        step: difference between neighbouring ratings.
        votes: number of raters of an utterance, drawn from the panel; None for the whole panel.
        dyads: whether speakers come in sessions of two.
        valence: mean of the valence targets.
        dominance: correlations of the dominance targets with those of valence and arousal, which
            are uncorrelated with one another.
        voices: espeak-ng's variants of its voice, of women ("f") and men ("m").
    """

    language: str
    voice: str
    grammar: Language
    panels: tuple[tuple[int, int], ...]
    utterances: int
    scale: tuple[float, float]
    step: float
    votes: int | None = None
    dyads: bool = False
    valence: float = 0.5
    dominance: tuple[float, float] = (0.2, 0.7)
    voices: dict[str, tuple[str, ...]] = field(default_factory=lambda: VOICES)


def simulate(demo: DemoCorpus, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the utterances and ratings of a corpus, without speech.

    Args:
        demo: the design.
        seed: of NumPy's default generator.

    Returns:
        One row per utterance: `id,speaker,group,gender,voice,text`, the targets
        `valence,arousal,dominance` in [0, 1], `rate,pitch,range,volume` as
        `dimser.demo.speech.synthesise` takes them, and `effort` in dB (no `group` without dyads).
        And one row per rating: `id,rater,valence,arousal,dominance`, on the corpus's scale.
    """
    generator = np.random.default_rng([seed, *demo.language.encode()])
    speakers = _speakers(demo)
    speaker = np.repeat(np.arange(len(speakers)), demo.utterances)
    number = np.tile(np.arange(demo.utterances), len(speakers))
    voices = generator.normal(size=(len(speakers), len(PROSODY))) * SPEAKER_SD
    microphones = generator.normal(0, MICROPHONE_SD, size=len(speakers))
    targets = _targets(demo, len(speaker), generator)
    own = voices[speaker] + generator.normal(size=(len(speaker), len(PROSODY))) * UTTERANCE_SD

    table = speakers.iloc[speaker].reset_index(drop=True)
    panels = table.pop("panel").to_numpy()
    names = zip(table["speaker"], number + 1, strict=True)
    table.insert(0, "id", [f"{name}_{n:03d}" for name, n in names])
    table["text"] = _texts(demo, targets[:, 0], generator)
    table[list(DIMENSIONS)] = targets
    values = prosody(targets, own)
    table[list(PROSODY[:3])] = values[:, :3].round().astype(int)
    table["volume"] = volume(values[:, 3] + microphones[speaker])
    table["effort"] = values[:, 3].round(1)
    return table, _ratings(demo, table["id"].to_numpy(), targets, panels, generator)


def prosody(targets: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Compute the prosody of utterances from their targets.

    Args:
        targets: valence, arousal and dominance, shape (utterances, 3), in [0, 1].
        own: what speaker and utterance add to rate, pitch, range and effort, shape (utterances, 4).

    Returns:
        Rate, pitch and range in espeak-ng's units, and effort in dB, shape (utterances, 4).

    Example:
        Neutral, and with the highest arousal:

        >>> prosody(np.array([[0.5, 0.5, 0.5], [0.5, 1.0, 0.5]]), np.zeros((2, 4))).tolist()
        [[170.0, 45.0, 45.0, 0.0], [220.0, 75.0, 70.0, 4.5]]
    """
    # einsum and not @: the same to the last bit with any BLAS
    values = NEUTRAL + own + np.einsum("ud,pd->up", targets - 0.5, EFFECTS)
    return np.clip(values, LOWEST, HIGHEST)


def volume(level: np.ndarray) -> np.ndarray:
    """Convert levels in dB, 0 for an ordinary one, to espeak-ng's volume, which is linear.

    Example:
        >>> volume(np.array([-40, 0, 6, 40])).tolist()
        [5, 24, 48, 85]
    """
    linear = NEUTRAL_VOLUME * 10 ** (level / 20)
    return np.clip(linear, QUIETEST, LOUDEST).round().astype(int)


def _speakers(demo: DemoCorpus) -> pd.DataFrame:
    """Return one row per speaker; women and men alternate."""
    panels = [raters for speakers, raters in demo.panels for _ in range(speakers)]
    rows = []
    for number, panel in enumerate(panels):
        pair, gender = number // 2, "fm"[number % 2]
        variants = demo.voices[gender]
        rows.append(
            {
                "speaker": f"ses{pair + 1}_{gender}" if demo.dyads else f"spk{number + 1:02d}",
                "group": f"ses{pair + 1}",
                "gender": {"f": "female", "m": "male"}[gender],
                "voice": f"{demo.voice}+{variants[pair % len(variants)]}",
                "panel": panel,
            }
        )
    table = pd.DataFrame(rows)
    return table if demo.dyads else table.drop(columns="group")


def _texts(demo: DemoCorpus, valence: np.ndarray, generator: np.random.Generator) -> list[str]:
    """Draw what is said; a speaker's most neutral utterance is a sentence that others say, too."""
    signs = poles(valence, generator)
    texts: dict[str, None] = {}  # in their order, and none twice
    for sign in signs:
        said = len(texts)
        while len(texts) == said:
            texts[say(demo.grammar, sign, generator)] = None
    drawn = np.array([*texts], dtype=object)
    fixed = demo.grammar.fixed
    middle = np.abs(valence - 0.5).reshape(-1, demo.utterances).argmin(axis=1)
    for number, position in enumerate(middle if fixed else []):
        drawn[number * demo.utterances + position] = fixed[number % len(fixed)]
    return drawn.tolist()


def _targets(demo: DemoCorpus, count: int, generator: np.random.Generator) -> np.ndarray:
    v, a, d = generator.normal(size=(3, count))
    with_v, with_a = demo.dominance
    d = with_v * v + with_a * a + np.sqrt(1 - with_v**2 - with_a**2) * d
    targets = np.array([demo.valence, 0.5, 0.5]) + TARGET_SD * np.stack([v, a, d], axis=1)
    return np.clip(targets, 0, 1).round(4)


def _ratings(
    demo: DemoCorpus,
    ids: np.ndarray,
    targets: np.ndarray,
    panels: np.ndarray,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Draw ratings; raters differ in their bias, their use of the scale, and their noise."""
    raters = panels.max()
    bias = generator.normal(0, 0.06, size=(raters, len(DIMENSIONS)))
    boldness = generator.uniform(0.8, 1.1, size=(raters, len(DIMENSIONS)))
    noise = generator.uniform(0.06, 0.16, size=(raters, 1))
    chosen = [np.sort(generator.permutation(panel)[: demo.votes]) for panel in panels]
    utterance = np.repeat(np.arange(len(ids)), [len(some) for some in chosen])
    rater = np.concatenate(chosen)
    heard = 0.5 + boldness[rater] * (targets[utterance] - 0.5) + bias[rater]
    heard += noise[rater] * generator.normal(size=heard.shape)
    low, high = demo.scale
    steps = (np.clip(heard, 0, 1) * ((high - low) / demo.step)).round().astype(int)
    ratings = pd.DataFrame(low + demo.step * steps, columns=list(DIMENSIONS))
    ratings.insert(0, "id", ids[utterance])
    ratings.insert(1, "rater", [f"r{number + 1:02d}" for number in rater])
    return ratings


DEMOS = {
    "demo_en": DemoCorpus(
        language="eng", voice="en-us", grammar=ENGLISH, panels=((20, 6),), utterances=15,
        scale=(1, 5), step=1, votes=3, dyads=True,
    ),
    "demo_de": DemoCorpus(
        language="deu", voice="de", grammar=GERMAN, panels=((8, 17), (12, 6)), utterances=10,
        scale=(-1, 1), step=0.5, valence=0.4,
    ),
}  # fmt: skip
