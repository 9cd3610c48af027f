"""Demo corpora with a planted truth: sentences, prosody, speakers, and simulated raters.

Each utterance has a target in [0, 1] for valence, arousal and dominance, which sets its prosody as
the literature describes it for human voices:

- Arousal raises rate, pitch, pitch range and loudness, and has the strongest correlates of all.
- Dominance raises loudness and lowers mean pitch.
- Valence has few and weak correlates, here some pitch range: listeners know it from words, and the
  words here are neutral.

The directions follow M. Schröder, R. Cowie, E. Douglas-Cowie, M. Westerdijk, S. Gielen, "Acoustic
correlates of emotion dimensions in view of speech synthesis", Eurospeech 2001; K. R. Scherer,
"Vocal communication of emotion: a review of research paradigms", Speech Communication 40, 2003; and
P. N. Juslin, P. Laukka, "Communication of emotions in vocal expression and music performance:
different channels, same code?", Psychological Bulletin 129 (5), 2003. The sizes of the effects are
chosen such that acoustic features predict arousal best, dominance less and valence hardly at all,
as P. Laukka, P. N. Juslin, R. Bresin, "A dimensional approach to vocal expression of emotion",
Cognition and Emotion 19 (5), 2005, and many since have found in human speech.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS

PROSODY = ("rate", "pitch", "range", "volume")
# Rate is in words per minute, pitch and its range in espeak-ng's units from 0 to 100, level in dB
# below LOUDEST. Rows: rate, pitch, range, level; columns: the effect of a target from 0 to 1.
EFFECTS = np.array([[0, 100, 0], [0, 60, -20], [45, 50, 0], [0, 12, 14]])
NEUTRAL = np.array([160, 45, 45, -11])  # where all targets are 0.5
SPEAKER_SD = np.array([5, 3, 3, 0.7])  # how speakers differ
UTTERANCE_SD = np.array([4, 3, 4, 0.5])  # and utterances of one speaker with equal targets
LOWEST, HIGHEST = np.array([100, 0, 0, -24]), np.array([240, 100, 100, 0])
LOUDEST = 85  # in espeak-ng's units; no voice clips
TARGET_SD = 0.27
# Correlations of dominance with valence and arousal, which are uncorrelated with one another.
WITH_DOMINANCE = (0.2, 0.7)
VARIANTS = {"f": 5, "m": 7}  # of espeak-ng's voices; its m8 whispers


@dataclass(frozen=True)
class DemoCorpus:
    """The design of a demo corpus.

    Attributes:
        language: ISO 639-3 code.
        voice: the language's name in espeak-ng.
        sentences: the texts to speak.
        panels: for each group of speakers, their number and the size of their panel, which is made
            up of the first raters.
        utterances: number per speaker.
        scale: lowest and highest rating.
        step: difference between neighbouring ratings.
        votes: number of raters of an utterance, drawn from the panel; None for the whole panel.
        dyads: whether speakers come in sessions of two.
        valence: mean of the valence targets.
    """

    language: str
    voice: str
    sentences: tuple[str, ...]
    panels: tuple[tuple[int, int], ...]
    utterances: int
    scale: tuple[float, float]
    step: float
    votes: int | None = None
    dyads: bool = False
    valence: float = 0.5


def simulate(demo: DemoCorpus, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the utterances and ratings of a corpus, without speech.

    Args:
        demo: the design.
        seed: of NumPy's default generator.

    Returns:
        One row per utterance: `id,speaker,group,gender,voice,text`, the targets
        `valence,arousal,dominance` in [0, 1], and `rate,pitch,range,volume` as
        `dimser.demo.speech.synthesise` takes them (no `group` without dyads). And one row per
        rating: `id,rater,valence,arousal,dominance`, on the corpus's scale.
    """
    generator = np.random.default_rng([seed, *demo.language.encode()])
    speakers = _speakers(demo)
    speaker = np.repeat(np.arange(len(speakers)), demo.utterances)
    number = np.tile(np.arange(demo.utterances), len(speakers))
    voices = generator.normal(size=(len(speakers), len(PROSODY))) * SPEAKER_SD
    orders = np.stack([generator.permutation(len(demo.sentences)) for _ in speakers.index])
    targets = _targets(len(speaker), demo.valence, generator)
    own = voices[speaker] + generator.normal(size=(len(speaker), len(PROSODY))) * UTTERANCE_SD

    table = speakers.iloc[speaker].reset_index(drop=True)
    panels = table.pop("panel").to_numpy()
    names = zip(table["speaker"], number + 1, strict=True)
    table.insert(0, "id", [f"{name}_{n:03d}" for name, n in names])
    said = orders[speaker, number % len(demo.sentences)]
    table["text"] = np.array(demo.sentences)[said]
    table[list(DIMENSIONS)] = targets
    table[list(PROSODY)] = prosody(targets, own)
    return table, _ratings(demo, table["id"].to_numpy(), targets, panels, generator)


def prosody(targets: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Compute the prosody of utterances from their targets.

    Args:
        targets: valence, arousal and dominance, shape (utterances, 3), in [0, 1].
        own: what speaker and utterance add to rate, pitch, range and level in dB, shape
            (utterances, 4).

    Returns:
        Rate, pitch, range and volume in espeak-ng's units, integers of shape (utterances, 4).

    Example:
        Neutral, and with the highest arousal:

        >>> prosody(np.array([[0.5, 0.5, 0.5], [0.5, 1.0, 0.5]]), np.zeros((2, 4))).tolist()
        [[160, 45, 45, 24], [210, 75, 70, 48]]
    """
    # einsum and not @: the same to the last bit with any BLAS
    values = NEUTRAL + own + np.einsum("ud,pd->up", targets - 0.5, EFFECTS)
    values = np.clip(values, LOWEST, HIGHEST)
    values[:, 3] = LOUDEST * 10 ** (values[:, 3] / 20)
    return values.round().astype(int)


def _speakers(demo: DemoCorpus) -> pd.DataFrame:
    """Return one row per speaker; women and men alternate."""
    panels = [raters for speakers, raters in demo.panels for _ in range(speakers)]
    rows = []
    for number, panel in enumerate(panels):
        pair, gender = number // 2, "fm"[number % 2]
        rows.append(
            {
                "speaker": f"ses{pair + 1}_{gender}" if demo.dyads else f"spk{number + 1:02d}",
                "group": f"ses{pair + 1}",
                "gender": {"f": "female", "m": "male"}[gender],
                "voice": f"{demo.voice}+{gender}{pair % VARIANTS[gender] + 1}",
                "panel": panel,
            }
        )
    table = pd.DataFrame(rows)
    return table if demo.dyads else table.drop(columns="group")


def _targets(count: int, valence: float, generator: np.random.Generator) -> np.ndarray:
    v, a, d = generator.normal(size=(3, count))
    with_v, with_a = WITH_DOMINANCE
    d = with_v * v + with_a * a + np.sqrt(1 - with_v**2 - with_a**2) * d
    targets = np.array([valence, 0.5, 0.5]) + TARGET_SD * np.stack([v, a, d], axis=1)
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


ENGLISH = (
    "The letter arrived early this morning, before breakfast.",
    "We can talk about the plan again tomorrow.",
    "She left the keys on the kitchen table.",
    "The train to the coast leaves at seven.",
    "I have read the whole report since yesterday.",
    "They are going to paint the door green.",
    "Your brother called while you were out.",
    "There is some soup left in the blue pot.",
    "He told me that the office opens at nine.",
    "The children are playing behind the old house.",
    "I put your jacket on the chair upstairs.",
    "Nobody has asked about the second ticket.",
    "The meeting was moved to Thursday afternoon.",
    "You can see the river from this window.",
    "My sister will bring the books on Sunday.",
    "It has been raining since we came home.",
    "The new neighbours have a very large dog.",
    "I will wait for you beside the fountain.",
    "The bus stops right in front of the school.",
    "We have known each other for eleven years.",
    "There are two parcels for you downstairs.",
    "The radio in the garage is still playing.",
    "He is going to stay until the end of May.",
    "Someone has moved the ladder to the barn.",
)
GERMAN = (
    "Der Brief ist heute früh angekommen.",
    "Wir können morgen noch einmal darüber reden.",
    "Sie hat die Schlüssel auf dem Tisch gelassen.",
    "Der Zug an die Küste fährt um sieben.",
    "Ich habe den Bericht gestern ganz gelesen.",
    "Die Tür wird nächste Woche grün gestrichen.",
    "Dein Bruder hat vorhin bei uns angerufen.",
    "Im blauen Topf ist noch etwas Suppe.",
    "Das Büro macht erst um neun Uhr auf.",
    "Die Kinder spielen hinter dem alten Haus.",
    "Deine Jacke hängt oben über dem Stuhl.",
    "Nach der zweiten Karte hat niemand gefragt.",
    "Die Sitzung ist auf Donnerstag verlegt worden.",
    "Von diesem Fenster aus sieht man den Fluss.",
    "Meine Schwester bringt am Sonntag die Bücher.",
    "Es regnet, seit wir wieder zu Hause sind.",
    "Die neuen Nachbarn haben einen großen Hund.",
    "Ich warte neben dem Brunnen auf dich.",
    "Der Bus hält direkt vor der Schule.",
    "Wir kennen uns jetzt seit elf Jahren.",
)
DEMOS = {
    "demo_en": DemoCorpus(
        language="eng", voice="en-us", sentences=ENGLISH, panels=((10, 6),), utterances=30,
        scale=(1, 5), step=1, votes=3, dyads=True,
    ),
    "demo_de": DemoCorpus(
        language="deu", voice="de", sentences=GERMAN, panels=((8, 17), (12, 6)), utterances=10,
        scale=(-1, 1), step=0.5, valence=0.4,
    ),
}  # fmt: skip
