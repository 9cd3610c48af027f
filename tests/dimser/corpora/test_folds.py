import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimser.core.errors import InputError
from dimser.corpora.folds import assert_speaker_independent, assign, from_parts, split

UNITS = st.lists(st.sampled_from("abcdefghij"), min_size=10, max_size=60).filter(
    lambda units: len(set(units)) >= 4
)
SEEDS = st.none() | st.integers(0, 99)


@given(UNITS, st.integers(2, 4), SEEDS)
def test_units_stay_whole_and_every_fold_is_used(units: list, k: int, seed: int | None) -> None:
    units = pd.Series(units, name="speaker")
    folds = assign(units, k, seed)
    assert sorted(folds.unique()) == list(range(k))
    assert (folds.groupby(units).nunique() == 1).all()


@given(UNITS, SEEDS, st.randoms())
def test_the_order_of_rows_does_not_matter(units: list, seed: int | None, random) -> None:
    units = pd.Series(units, name="speaker")
    shuffled = units.sample(frac=1, random_state=random.randrange(1000))
    pd.testing.assert_series_equal(assign(units, 3, seed), assign(shuffled, 3, seed).sort_index())


@given(UNITS)
def test_folds_differ_by_no_more_than_the_largest_unit(units: list) -> None:
    units = pd.Series(units, name="speaker")
    sizes = assign(units, 4).value_counts()
    assert sizes.max() - sizes.min() <= units.value_counts().max()


def test_as_many_folds_as_units_leaves_one_out_each_in_alphabetical_order() -> None:
    units = pd.Series(["ses2", "ses1", "ses3", "ses1"], name="group")
    assert assign(units, 3).tolist() == [1, 0, 2, 0]


def test_the_largest_unit_goes_first_so_that_folds_come_out_equal() -> None:
    assert assign(pd.Series(list("abcc")), 2).value_counts().tolist() == [2, 2]


@pytest.mark.parametrize(("units", "first"), [("aaabbccd", "ad"), ("bbbaaccd", "ac")])
def test_folds_are_numbered_by_their_first_unit_in_the_alphabet(units: str, first: str) -> None:
    units = pd.Series(list(units))
    assert units[assign(units, 2) == 0].unique().tolist() == list(first)


def test_another_seed_is_another_grouping() -> None:
    units = pd.Series([f"s{i % 20:02}" for i in range(200)], name="speaker")
    assert not assign(units, 5, 1).equals(assign(units, 5, 2))
    assert assign(units, 5, 1).equals(assign(units, 5, 1))


def test_more_folds_than_units_is_told() -> None:
    with pytest.raises(InputError, match=r"is 5, .* 'group' has 2 different values \(a, b\)"):
        assign(pd.Series(["a", "b", "a"], name="group"), 5)
    with pytest.raises(InputError, match="`folds: k:` is 1"):
        assign(pd.Series(["a", "b", "a"], name="group"), 1)


def test_split_gives_each_id_once() -> None:
    folds = pd.DataFrame({"id": ["c", "a", "b"], "fold": [0, 1, 0]})
    assert split(folds, 0) == (["a"], ["c", "b"])


def test_published_parts_train_one_way_and_are_predicted_by_one_model() -> None:
    parts = pd.Series(["Train", "Test1", "Development", "Train"], name="group")
    tested, train = from_parts(parts, ["Development", "Test1"])
    assert tested.tolist() == [False, True, True, False]
    assert train.tolist() == [True, False, False, True]
    assert from_parts(parts, ["Test1"], ["Train"])[1].tolist() == [True, False, False, True]
    with pytest.raises(InputError, match="names 'Train' in both `test:` and `train:`"):
        from_parts(parts, ["Test1", "Train"], ["Train"])
    with pytest.raises(InputError, match=r"no 'Test2'.* it has 'Development', 'Test1', 'Train'\."):
        from_parts(parts, ["Test2"])
    with pytest.raises(InputError, match="none is left for training"):
        from_parts(parts, ["Train", "Test1", "Development"])


def test_a_leaking_table_stops_the_run() -> None:
    utterances = pd.DataFrame({"id": ["1", "2", "3"], "speaker": ["x", "x", "y"]})
    sound = pd.DataFrame({"id": ["1", "2", "3"], "fold": [0, 0, 1]})
    assert_speaker_independent(sound, utterances)
    with pytest.raises(
        InputError, match="Speaker 'x' is both in the training and in the test set of fold 0"
    ):
        assert_speaker_independent(sound.assign(fold=[0, 1, 1]), utterances)
    # in both, but in neither as a voice that its model was trained on
    tested_twice = sound.assign(fold=[0, 1, None], train=[False, False, True])
    assert_speaker_independent(tested_twice, utterances)
    assert_speaker_independent(tested_twice.astype({"fold": "Int64"}), utterances)
    with pytest.raises(InputError, match="Fold 0 has no utterance to train on"):
        assert_speaker_independent(tested_twice.assign(train=False), utterances)
    with pytest.raises(InputError, match="exactly once"):
        assert_speaker_independent(sound.iloc[[0, 1]], utterances)
    with pytest.raises(InputError, match="exactly once"):
        assert_speaker_independent(pd.concat([sound, sound.iloc[:1]]), utterances)


def test_every_speaker_that_leaks_is_named_once_for_every_fold_not_the_first_alone() -> None:
    speakers = [*"dcbadcbadcba", "other"]
    utterances = pd.DataFrame({"id": list("0123456789xyz"), "speaker": speakers})
    folds = utterances[["id"]].assign(fold=[2] * 4 + [1] * 8 + [0])  # fold 0 is sound
    with pytest.raises(InputError) as caught:
        assert_speaker_independent(folds, utterances)
    assert [told.partition(":")[0] for told in caught.value.problems] == [
        f"Speaker {name!r} is both in the training and in the test set of fold {fold}"
        for fold in (1, 2)
        for name in "abcd"
    ]


def test_utterances_that_nobody_knows_are_told_and_are_no_speaker() -> None:
    utterances = pd.DataFrame({"id": ["1", "2"], "speaker": ["x", "y"]})
    folds = pd.DataFrame({"id": list("1289"), "fold": [0, 1, 0, 1]})
    with pytest.raises(InputError) as caught:
        assert_speaker_independent(folds, utterances)
    assert len(caught.value.problems) == 1 and "exactly once" in caught.value.problems[0]
