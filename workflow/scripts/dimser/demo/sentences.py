"""Sentences that tell valence by their words: a grammar and a lexicon, English and German.

A sentence has three words that may be positive, negative or neutral, and no other content. Words
of the two poles are alike in number, length and sounds, so that an average spectrum tells little
of them. That listeners hear valence in words rather than in the voice is what J. Wagner et al.,
"Dawn of the transformer era in speech emotion recognition: closing the valence gap", IEEE TPAMI
45 (9), 2023, found of models that know it: they have learnt it from what is said.
"""

from dataclasses import dataclass

import numpy as np

SLOTS = 3  # words in a sentence that may tell valence
WEIGHT = 1.3  # how fast sentences become one-sided as a target leaves the middle
POLES = (-1, 0, 1)  # order of the lists of words: negative, neutral, positive


@dataclass(frozen=True)
class Language:
    """A grammar of one language.

    Attributes:
        templates: sentences with the fields of three kinds of words, and `subject` for anybody.
        words: for each kind, the negative, neutral and positive ones, as many of each.
        subjects: who does something.
        fixed: sentences that are neutral and that speakers share.
    """

    templates: tuple[str, ...]
    words: dict[str, tuple[tuple[str, ...], ...]]
    subjects: tuple[str, ...]
    fixed: tuple[str, ...]


def poles(valence: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw which words of sentences are positive or negative.

    Args:
        valence: targets, shape (sentences,), in [0, 1].
        generator: draws which of the words it is.

    Returns:
        Shape (sentences, 3), of -1, 0 and 1. A sentence has words of one sign only, the more the
        farther its target is from 0.5.

    Example:
        >>> poles(np.array([0.1, 0.5, 1.0]), np.random.default_rng(0)).sum(axis=1).tolist()
        [-3, 0, 3]
    """
    tilt = np.clip(np.round(SLOTS * WEIGHT * (2 * valence - 1)), -SLOTS, SLOTS)
    rank = generator.random((len(valence), SLOTS)).argsort(axis=1)
    return (np.sign(tilt)[:, None] * (rank < np.abs(tilt)[:, None])).astype(int)


def say(language: Language, signs: np.ndarray, generator: np.random.Generator) -> str:
    """Draw a sentence.

    Args:
        language: whose words and grammar.
        signs: shape (3,), which pole each word is of: -1, 0 or 1.
        generator: draws words and grammar.

    Returns:
        The sentence, with a full stop.
    """
    template = language.templates[generator.integers(len(language.templates))]
    chosen = {"subject": language.subjects[generator.integers(len(language.subjects))]}
    for kind, sign in zip(language.words, signs, strict=True):
        words = language.words[kind][POLES.index(sign)]
        chosen[kind] = words[generator.integers(len(words))]
    sentence = template.format(**chosen)
    return sentence[0].upper() + sentence[1:]


def _split(*lists: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words.split(", ")) for words in lists)


ENGLISH = Language(
    templates=(
        "{subject} {verb} the {adjective} {noun}.",
        "The {noun} is {adjective}; {subject} {verb} it.",
        "{subject} {verb} this {noun}, so {adjective}.",
    ),
    words={
        "adjective": _split(
            "awful, nasty, horrid, bitter, gloomy, hostile, rotten, brutal, dreadful, ugly, "
            "cruel, bleak, foul, vile, grim, sad, harsh, corrupt, terrible, miserable, "
            "disgusting, hideous, horrible, pathetic",
            "wooden, yellow, local, narrow, public, weekly, printed, central, northern, empty, "
            "tall, square, flat, plain, round, wide, brown, upright, regular, ordinary, "
            "recorded, practical, digital, electric",
            "happy, lovely, brilliant, gentle, pleasant, cheerful, friendly, charming, "
            "splendid, merry, kind, bright, warm, sweet, fine, glad, smart, superb, wonderful, "
            "beautiful, delightful, fabulous, marvellous, fantastic",
        ),
        "noun": _split(
            "murder, prison, devil, burglar, horror, poison, torture, sorrow, beating, danger, "
            "lie, thief, grief, crime, curse, tragedy, funeral, massacre, disaster, betrayal",
            "table, pencil, engine, carpet, factory, cabinet, paper, building, ladder, bucket, "
            "shelf, cup, floor, street, spoon, telephone, photograph, calendar, apartment, "
            "container",
            "party, present, angel, birthday, wedding, treasure, triumph, laughter, blessing, "
            "freedom, joy, friend, peace, kiss, gift, holiday, victory, miracle, adventure, "
            "romance",
        ),
        "verb": _split(
            "hated, loathed, cursed, blamed, feared, harmed, despised, betrayed, insulted, "
            "poisoned, murdered, destroyed",
            "moved, placed, turned, weighed, touched, passed, compared, observed, collected, "
            "covered, measured, described",
            "loved, praised, cheered, thanked, prized, blessed, adored, enjoyed, applauded, "
            "treasured, honoured, embraced",
        ),
    },
    subjects=("he", "she", "they", "we", "you all", "my mother", "our neighbour", "somebody"),
    fixed=("The bus stops in front of the school.", "We can talk about it again tomorrow."),
)
GERMAN = Language(
    templates=(
        "{subject} {verb} {noun}, so {adjective}.",
        "{noun} war {adjective}, und {subject} {verb} es.",
        "{subject} {verb} das alles; {noun} ist {adjective}.",
    ),
    words={
        "adjective": _split(
            "schlimm, mies, fies, grob, schlecht, übel, feindlich, grässlich, schrecklich, "
            "furchtbar, ekelhaft, grauenvoll",
            "rund, breit, grau, flach, schmal, eckig, täglich, nördlich, hölzern, sichtbar, "
            "waagerecht, elektrisch",
            "schön, nett, lieb, gut, froh, heiter, freundlich, fröhlich, herrlich, wunderbar, "
            "zauberhaft, liebevoll",
        ),
        "noun": _split(
            "das Gift, das Elend, das Unglück, das Verbrechen, die Folter, die Lüge, die "
            "Strafe, die Trauer, die Gefahr, die Beerdigung",
            "das Brett, das Fenster, das Gerät, das Protokoll, die Lampe, die Mappe, die "
            "Straße, die Leiter, die Fabrik, die Verpackung",
            "das Fest, das Lachen, das Geschenk, das Vergnügen, die Hochzeit, die Liebe, die "
            "Freude, die Feier, die Musik, die Begegnung",
        ),
        "verb": _split(
            "hasste, quälte, verfluchte, bestrafte, verachtete, beleidigte, zerstörte, fürchtete",
            "drehte, zählte, verglich, berührte, beobachtete, beschrieb, verschob, sortierte",
            "liebte, lobte, genoss, begrüßte, bewunderte, verehrte, umarmte, feierte",
        ),
    },
    subjects=("er", "sie", "jemand", "meine Mutter", "unser Nachbar", "Anna", "Thomas"),
    fixed=("Der Bus hält direkt vor der Schule.", "Wir reden morgen noch einmal darüber."),
)
