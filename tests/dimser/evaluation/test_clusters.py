import numpy as np
import pandas as pd

from dimser.evaluation.clusters import clusters_of, flipped

SESSIONS = pd.DataFrame({"speaker": [*"abcdab"], "group": [1, 1, 2, 2, 1, 1]})


def test_sessions_of_two_are_clusters_and_other_groups_are_not() -> None:
    assert clusters_of(SESSIONS, "auto")[1] == "group"
    alone = SESSIONS.assign(group=SESSIONS["speaker"])
    three = SESSIONS.assign(group=[1, 1, 1, 2, 1, 1])
    twice = SESSIONS.assign(group=[1, 1, 2, 2, 2, 1])  # speaker a stands in both
    unsure = SESSIONS.assign(speaker=[*"abc", "unknown_x", *"ab"])
    one = SESSIONS.assign(group=[1, 1, 2, 3, 1, 1])  # c and d sit alone
    for table in (alone, three, twice, unsure, one):
        assert clusters_of(table, "auto")[1] == "speaker"
    assert clusters_of(SESSIONS, "speaker")[1] == "speaker"
    assert clusters_of(alone, "group")[1] == "group"


def test_where_nobody_is_known_there_are_no_clusters() -> None:
    for speaker in (None, "unknown_a"):
        table = SESSIONS.assign(speaker=speaker)
        assert clusters_of(table, "auto")[1] == ""
        assert clusters_of(table, "group")[1] == "group"
    assert clusters_of(SESSIONS.assign(group=[1, 1, 2, 2, 1, None]), "group")[1] == ""


def test_dialogues_are_flipped_where_speakers_have_one_or_many() -> None:
    number = np.arange(336)
    pairs = number // 112  # of speakers, each with dialogues of its own
    table = pd.DataFrame({"speaker": pairs * 2 + number % 2, "group": "x"})
    for each, what in ((1, "dialogue"), (2, "circle"), (7, "circle"), (8, "dialogue")):
        own = table.assign(dialogue=pairs * 100 + number // 2 % each)
        found = flipped(own.astype(str))
        assert found.name == what
        assert found.nunique() == (3 if what == "circle" else 3 * each)
    assert flipped(table).name == "speaker"
    some = table.assign(dialogue=number).astype({"dialogue": object})
    some.loc[3, "dialogue"] = None
    assert flipped(some).name == "speaker"
    halves = pd.DataFrame({"speaker": [*"abccdd"], "dialogue": [*"112323"], "group": "x"})
    assert flipped(halves).name == "dialogue"  # 1.5 each, on average
    assert flipped(table.assign(dialogue=None)).name == "speaker"
    assert flipped(table.assign(speaker=None)).name == "group"


def test_who_shares_a_dialogue_by_way_of_others_is_of_one_circle() -> None:
    table = pd.DataFrame({
        "speaker": [*"aabbccdd"], "group": "x",
        "dialogue": ["1", "2", "2", "3", "3", "4", "5", "6"],
    })  # fmt: skip
    circle = flipped(table)
    assert circle[:6].nunique() == 1 and circle.nunique() == 2
