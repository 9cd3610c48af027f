from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.corpora.folds import assign
from dimser.corpora.labels import consensus, to_unit
from dimser.demo.corpora import DEMOS, LOUDEST, VOICES, prosody, simulate, volume

DIMENSIONS = list(DIMENSIONS)


@pytest.fixture(params=DEMOS)
def demo(request):
    return DEMOS[request.param]


def drawn(name: str, seed: int = 2024) -> tuple[pd.DataFrame, pd.DataFrame]:
    return simulate(DEMOS[name], seed)


def test_a_seed_is_one_corpus_and_another_seed_another() -> None:
    for first, second in zip(drawn("demo_de"), drawn("demo_de"), strict=True):
        pd.testing.assert_frame_equal(first, second)
    assert not drawn("demo_de")[0][DIMENSIONS].equals(drawn("demo_de", 1)[0][DIMENSIONS])


def test_english_demo_has_ten_dyads_and_three_of_six_raters() -> None:
    utterances, ratings = drawn("demo_en")
    assert len(utterances) == 300 and utterances["id"].is_unique
    sessions = utterances.groupby("group")
    assert (sessions["speaker"].nunique() == 2).all() and len(sessions) == 10
    assert (sessions["gender"].nunique() == 2).all()
    assert utterances["id"].iloc[[0, -1]].tolist() == ["ses1_f_001", "ses10_m_015"]
    assert (ratings.groupby("id")["rater"].nunique() == 3).all()
    assert ratings["rater"].nunique() == 6
    assert ratings[DIMENSIONS].stack().isin([1, 2, 3, 4, 5]).all()
    assert all(kind == np.int64 for kind in ratings[DIMENSIONS].dtypes)


def test_german_demo_has_seventeen_raters_for_eight_speakers_and_six_for_the_others() -> None:
    utterances, ratings = drawn("demo_de")
    assert len(utterances) == 200 and utterances["speaker"].nunique() == 20
    assert "group" not in utterances and set(assign(utterances["speaker"], 5)) == set(range(5))
    by_speaker = ratings.merge(utterances[["id", "speaker"]]).groupby("speaker")["rater"]
    assert by_speaker.nunique().sort_index().tolist() == [17] * 8 + [6] * 12
    assert set(by_speaker.get_group("spk20")) == {f"r{n:02d}" for n in range(1, 7)}
    assert ratings[DIMENSIONS].stack().isin([-1, -0.5, 0, 0.5, 1]).all()


def test_speakers_have_a_voice_of_their_gender(demo) -> None:
    utterances, _ = simulate(demo, 2024)
    letters = utterances["voice"].str.extract(r"\+([fm])\d$")[0]
    assert (letters.map({"f": "female", "m": "male"}) == utterances["gender"]).all()
    assert (utterances.groupby("speaker")["voice"].nunique() == 1).all()


def test_no_sentence_is_said_twice_but_the_fixed_one_that_each_speaker_says(demo) -> None:
    utterances, _ = simulate(demo, 2024)
    fixed = utterances["text"].isin(demo.grammar.fixed)
    assert utterances.loc[~fixed, "text"].is_unique
    assert (fixed.groupby(utterances["speaker"]).sum() == 1).all()
    assert utterances.loc[fixed, "text"].nunique() == len(demo.grammar.fixed)
    away = np.abs(utterances["valence"] - 0.5)
    neutral = away.groupby(utterances["speaker"]).min()
    assert away[fixed].tolist() == neutral[utterances.loc[fixed, "speaker"]].tolist()


def test_valence_is_in_the_words(demo) -> None:
    utterances, _ = simulate(demo, 2024)
    tilt = pd.Series(0, utterances.index)
    for negative, _, positive in demo.grammar.words.values():
        for words, sign in ((negative, -1), (positive, 1)):
            said = (
                utterances["text"]
                .str.lower()
                .map(lambda text, words=words: any(word.lower() in text for word in words))
            )
            tilt += sign * said
    assert np.corrcoef(tilt, utterances["valence"])[0, 1] > 0.9
    assert abs(np.corrcoef(tilt, utterances["arousal"])[0, 1]) < 0.15


def test_demo_encoders_hear_other_voices() -> None:
    from dimser.demo.encoders import PODCAST, SPEECH

    assert DEMOS["demo_en"].voices == DEMOS["demo_de"].voices == VOICES
    for training in (SPEECH, PODCAST):
        for gender, names in training.voices.items():
            assert not {*names} & {*VOICES[gender]}


def test_targets_are_wide_and_dominance_goes_with_arousal(demo) -> None:
    targets = simulate(replace(demo, utterances=300), 2024)[0][DIMENSIONS].to_numpy()
    assert targets.min() == 0 and targets.max() == 1
    assert (targets.std(axis=0) > 0.2).all()
    correlation = np.corrcoef(targets.T)
    assert correlation[1, 2] == pytest.approx(0.7, abs=0.05)
    assert correlation[0, 2] == pytest.approx(0.2, abs=0.05)
    assert correlation[0, 1] == pytest.approx(0, abs=0.05)


def test_prosody_at_known_targets() -> None:
    # valence, arousal, dominance -> rate, pitch, range, effort
    cases = {
        (0.5, 0.5, 0.5): [170, 45, 45, 0],
        (0.5, 1.0, 0.5): [220, 75, 70, 4.5],
        (0.5, 0.0, 0.5): [120, 15, 20, -4.5],
        (0.5, 0.5, 1.0): [170, 35, 45, 5],
        (1.0, 0.5, 0.5): [170, 45, 60, 0],
        (1.0, 1.0, 1.0): [220, 65, 85, 9.5],
    }
    np.testing.assert_array_equal(
        prosody(np.array(list(cases)), np.zeros((6, 4))), [*cases.values()]
    )


def test_prosody_adds_what_is_the_speakers_own_and_keeps_to_what_can_be_said() -> None:
    neutral = np.full((3, 3), 0.5)
    own = np.array([[10, -5, 3, 6], [1000, 1000, 1000, 1000], [-1000, -1000, -1000, -1000.0]])
    expected = [[180, 40, 48, 6], [250, 100, 100, 12], [110, 0, 0, -12]]
    np.testing.assert_array_equal(prosody(neutral, own), expected)


def test_how_loud_a_voice_arrives_depends_on_effort_and_microphone(demo) -> None:
    assert volume(np.array([0, 20 * np.log10(2), 60])).tolist() == [24, 48, LOUDEST]
    utterances, _ = simulate(replace(demo, utterances=200), 2024)
    level = 20 * np.log10(utterances["volume"])
    inside = utterances["volume"].between(8, LOUDEST - 1)
    gain = (level - utterances["effort"])[inside].groupby(utterances["speaker"])
    assert gain.mean().std() > 2 and gain.std().max() < 0.6


def test_speakers_sound_different_at_equal_targets(demo) -> None:
    utterances, _ = simulate(replace(demo, utterances=200), 2024)
    expected = prosody(utterances[DIMENSIONS].to_numpy(), np.zeros((len(utterances), 4)))
    effects = utterances[["rate", "pitch", "range"]] - expected[:, :3]
    by_speaker = effects.groupby(utterances["speaker"])[["rate", "pitch", "range"]]
    assert (by_speaker.mean().std() > 1.5).all()
    assert (by_speaker.std() > 2).all(axis=None)


def test_consensus_recovers_the_targets_better_than_a_rater_alone(demo) -> None:
    utterances, ratings = simulate(demo, 2024)
    targets = utterances.set_index("id")[DIMENSIONS]
    alone = ratings.drop_duplicates("id").set_index("id")
    labels = consensus(ratings, "mean")[0]
    for name in DIMENSIONS:
        r = np.corrcoef(labels.loc[targets.index, name], targets[name])[0, 1]
        assert 0.9 < r < 0.995
        assert r > np.corrcoef(alone.loc[targets.index, name], targets[name])[0, 1] + 0.02
        label = to_unit(labels.loc[targets.index, name], demo.scale)
        assert np.mean(label - targets[name]) == pytest.approx(0, abs=0.06)


def test_raters_differ_in_bias_and_in_noise(demo) -> None:
    utterances, ratings = simulate(replace(demo, utterances=200), 2024)
    table = ratings.merge(utterances[["id", *DIMENSIONS]], on="id", suffixes=("", "_target"))
    error = to_unit(table["arousal"], demo.scale) - table["arousal_target"]
    by_rater = pd.Series(error).groupby(table["rater"])
    assert by_rater.mean().std() > 0.03
    assert by_rater.std().max() / by_rater.std().min() > 1.2
