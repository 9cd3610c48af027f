from pathlib import Path

import pandas as pd

from dimser.core.files import write_csv
from dimser.corpora.guards import on_both_sides, overlapping, telling

FOLDS = pd.DataFrame({"id": list("abcdef"), "fold": [0, 0, 1, 1, 2, 2]})


def test_a_sound_table_has_nothing_on_both_sides() -> None:
    speakers = pd.Series(list("xxyyzz"), index=FOLDS["id"])
    assert on_both_sides(FOLDS, speakers, "speaker")["count"].tolist() == [0, 0, 0]


def test_what_leaks_is_counted_in_the_fold_where_it_is_tested() -> None:
    speakers = pd.Series(list("xxyyxz"), index=FOLDS["id"])
    found = on_both_sides(FOLDS, speakers, "speaker")
    assert found["fold"].tolist() == [0, 1, 2] and found["count"].tolist() == [2, 0, 1]
    assert found["examples"].tolist() == ["a (x); b (x)", "", "e (x)"]


def test_folds_stand_in_order_and_three_examples_are_enough() -> None:
    folds = pd.DataFrame({"id": list("abcdef"), "fold": [1, 1, 1, 1, 0, 0]})
    found = on_both_sides(folds, pd.Series("v", index=folds["id"]), "group")
    assert found["fold"].tolist() == [0, 1] and found["count"].tolist() == [2, 4]
    assert found["examples"].tolist() == ["e (v); f (v)", "a (v); b (v); c (v)"]
    assert found["what"].tolist() == ["group", "group"]


def test_missing_values_are_not_alike() -> None:
    texts = pd.Series([None, "yes", None, None, "no", "yes"], index=FOLDS["id"])
    assert on_both_sides(FOLDS, texts, "text")["count"].tolist() == [1, 0, 1]


def test_what_only_trains_or_is_only_tested_counts_on_its_side() -> None:
    folds = FOLDS.assign(fold=[0, 0, 1, 1, None, None], train=[False] * 4 + [True] * 2)
    audio = pd.Series(list("pqpqqr"), index=FOLDS["id"])
    assert on_both_sides(folds, audio, "audio")["count"].tolist() == [1, 1]


def test_segments_that_overlap_are_one_stretch_of_their_recording() -> None:
    audio = pd.DataFrame(
        [
            ["x", 0.0, 4.0], ["x", 1.0, 2.0], ["x", 3.5, 5.0],  # the third overlaps the first alone
            ["x", 5.0, 6.0],  # begins where another ends
            ["y", 1.5, 2.5], ["y", 2.0, 3.0], ["y", 3.5, None],  # to the end of the file
            ["z", 0.0, None], ["z", 0.9, 2.0],
        ],
        columns=["file", "start", "end"], index=list("abcdefghi"),
    ).assign(duration=1.0)  # fmt: skip
    found = overlapping(audio.sample(frac=1, random_state=0))
    assert found[["a", "b", "c"]].tolist() == ["x at 0 s"] * 3 and pd.isna(found["d"])
    assert found[["e", "f"]].tolist() == ["y at 1.5 s"] * 2 and pd.isna(found["g"])
    assert found[["h", "i"]].tolist() == ["z at 0 s"] * 2
    assert overlapping(audio.iloc[:0]).empty


def test_short_texts_may_repeat() -> None:
    said = [
        "Okay.",
        "yes, yes",
        "Guten Morgen",
        "what a day",
        None,
        "好的",
        "我今天真的非常非常不高兴你",
        "Hundehütten",  # eleven letters
    ]
    texts = telling(pd.Series(said, index=list("abcdefgh")))
    assert texts.index.tolist() == ["c", "d", "g"]
    long = telling(pd.Series(["So it is!", "so IT is", "Okay", "okay"], index=list("acbd")))
    assert on_both_sides(FOLDS, long, "text")["count"].tolist() == [1, 1, 0]


def test_what_a_corpus_does_not_have_is_not_checked_and_says_so(tmp_path: Path) -> None:
    for texts in (pd.Series(dtype=object), pd.Series(["ok", "ok"], index=["a", "c"])):
        found = on_both_sides(FOLDS, telling(texts), "text")
        assert found["count"].isna().all() and len(found) == 3
        assert set(found["examples"]) == {"not checked: there are none to compare"}
    both = pd.concat([found, on_both_sides(FOLDS, pd.Series("v", FOLDS["id"]), "group")])
    write_csv(both, tmp_path / "guard.csv")
    assert "text,0,,not checked" in (tmp_path / "guard.csv").read_text()
    assert "group,0,2,a (v); b (v)" in (tmp_path / "guard.csv").read_text()
