import numpy as np
import pytest

from dimser.demo.sentences import ENGLISH, GERMAN, Language, poles, say


@pytest.fixture(params=[ENGLISH, GERMAN], ids=["English", "German"])
def language(request) -> Language:
    return request.param


def drawn(language: Language, sign: int, count: int = 400) -> list[str]:
    generator = np.random.default_rng(1)
    return [say(language, np.full(3, sign), generator) for _ in range(count)]


def test_poles_follow_valence_and_never_mix() -> None:
    valence = np.random.default_rng(0).random(2000)
    signs = poles(valence, np.random.default_rng(1))
    assert np.corrcoef(signs.sum(axis=1), valence)[0, 1] > 0.95
    assert not ((signs == 1).any(axis=1) & (signs == -1).any(axis=1)).any()
    one = signs[np.abs(signs).sum(axis=1) == 1]
    assert (np.abs(one).mean(axis=0) > 0.25).all()  # any of the three words may be the one


def test_every_pole_has_as_many_words_and_shares_none(language: Language) -> None:
    for lists in language.words.values():
        negative, neutral, positive = lists
        assert len(negative) == len(neutral) == len(positive) >= 8
        assert len({*negative, *neutral, *positive}) == 3 * len(positive)


def test_words_of_both_poles_are_about_as_long(language: Language) -> None:
    for negative, _, positive in language.words.values():
        lengths = [np.mean([len(word) for word in words]) for words in (negative, positive)]
        assert abs(lengths[0] - lengths[1]) < 1.6


def test_sentences_hold_a_word_of_each_kind_of_their_pole(language: Language) -> None:
    for sign, index in ((-1, 0), (0, 1), (1, 2)):
        for sentence in drawn(language, sign, 30):
            said = sentence.lower()
            for lists in language.words.values():
                assert any(word.lower() in said for word in lists[index]), sentence


def test_there_are_thousands_of_sentences(language: Language) -> None:
    sentences = drawn(language, 1)
    assert len({*sentences}) > 0.9 * len(sentences)
    assert all(one[0].isupper() and one.endswith(".") for one in sentences)
