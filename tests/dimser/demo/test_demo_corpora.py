from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.corpora.folds import assign
from dimser.corpora.labels import consensus, to_unit
from dimser.demo.corpora import DEMOS, LOUDEST, PROSODY, prosody, simulate

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


def test_english_demo_has_five_dyads_and_three_of_six_raters() -> None:
    utterances, ratings = drawn("demo_en")
    assert len(utterances) == 300 and utterances["id"].is_unique
    sessions = utterances.groupby("group")
    assert (sessions["speaker"].nunique() == 2).all() and len(sessions) == 5
    assert (sessions["gender"].nunique() == 2).all()
    assert utterances["id"].iloc[[0, -1]].tolist() == ["ses1_f_001", "ses5_m_030"]
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


def test_speakers_have_a_voice_of_their_gender_and_do_not_say_a_sentence_twice(demo) -> None:
    utterances, _ = simulate(demo, 2024)
    letters = utterances["voice"].str.extract(r"\+([fm])\d$")[0]
    assert (letters.map({"f": "female", "m": "male"}) == utterances["gender"]).all()
    assert (utterances.groupby("speaker")["voice"].nunique() == 1).all()
    sizes = utterances.groupby("speaker")["text"].nunique()
    assert (sizes == min(demo.utterances, len(demo.sentences))).all()
    assert len(set(demo.sentences)) == len(demo.sentences)


def test_targets_are_wide_and_dominance_goes_with_arousal(demo) -> None:
    targets = simulate(replace(demo, utterances=300), 2024)[0][DIMENSIONS].to_numpy()
    assert targets.min() == 0 and targets.max() == 1
    assert (targets.std(axis=0) > 0.2).all()
    correlation = np.corrcoef(targets.T)
    assert correlation[1, 2] == pytest.approx(0.7, abs=0.05)
    assert correlation[0, 2] == pytest.approx(0.2, abs=0.05)
    assert correlation[0, 1] == pytest.approx(0, abs=0.05)


def test_prosody_at_known_targets() -> None:
    # valence, arousal, dominance -> rate, pitch, range, volume; 85 * 10^(dB / 20) by hand
    cases = {
        (0.5, 0.5, 0.5): [160, 45, 45, 24],  # -11 dB
        (0.5, 1.0, 0.5): [210, 75, 70, 48],  # -5 dB
        (0.5, 0.0, 0.5): [110, 15, 20, 12],  # -17 dB
        (0.5, 0.5, 1.0): [160, 35, 45, 54],  # -4 dB
        (1.0, 0.5, 0.5): [160, 45, 68, 24],
        (1.0, 1.0, 1.0): [210, 65, 92, LOUDEST],  # 2 dB, and no more than the loudest
    }
    np.testing.assert_array_equal(
        prosody(np.array(list(cases)), np.zeros((6, 4))), [*cases.values()]
    )


def test_prosody_adds_what_is_the_speakers_own_and_keeps_to_what_can_be_said() -> None:
    neutral = np.full((3, 3), 0.5)
    own = np.array([[10, -5, 3, 6], [1000, 1000, 1000, 1000], [-1000, -1000, -1000, -1000.0]])
    expected = [[170, 40, 48, 48], [240, 100, 100, LOUDEST], [100, 0, 0, 5]]
    np.testing.assert_array_equal(prosody(neutral, own), expected)


def test_speakers_sound_different_at_equal_targets(demo) -> None:
    utterances, _ = simulate(replace(demo, utterances=200), 2024)
    effects = utterances[list(PROSODY)] - prosody(
        utterances[DIMENSIONS].to_numpy(), np.zeros((len(utterances), 4))
    )
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
