from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from miniature import write_corpus

from dimser.core.dimensions import DIMENSIONS
from dimser.corpora.corpus import Corpus
from dimser.corpora.preparation import inspect_audio, label, shard_of


def labelled(*values: float) -> pd.DataFrame:
    return pd.DataFrame({"id": [f"u{n}" for n in range(len(values))]}).assign(
        **dict.fromkeys(DIMENSIONS, values)
    )


def ratings(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "rater", *DIMENSIONS])


def test_labels_go_from_the_scale_to_0_and_1() -> None:
    table, problems = label(Corpus(labelled(2, 4)), (1, 5), "corpus", "c")
    assert problems == [] and table["arousal"].tolist() == [0.25, 0.75]


def test_ratings_are_merged_where_the_corpus_ships_no_labels() -> None:
    corpus = Corpus(
        labelled(1, 1)[["id"]],
        ratings(("u1", "a", 1, 2, 3), ("u1", "b", 3, 2, np.nan), ("u0", "a", 5, 5, 5)),
    )
    table, problems = label(corpus, (1, 5), "mean", "c")
    assert problems == []
    assert table[[*DIMENSIONS]].to_numpy().tolist() == [[1, 1, 1], [0.25, 0.25, 0.5]]


def test_labels_outside_the_scale_and_missing_ones_are_named() -> None:
    _, problems = label(Corpus(labelled(5.5, np.nan)), (1, 5), "corpus", "data/x")
    assert "data/x: valence 5.5 of utterance 'u0' lies outside the scale 1 to 5" in problems[0]
    assert "utterance 'u1' has no valence label" in problems[3]
    assert len(problems) == 6


def test_shipped_labels_are_checked_beside_ratings() -> None:
    corpus = Corpus(labelled(9), ratings(("u0", "a", 1, 2, 8)))
    _, problems = label(corpus, (1, 5), "corpus", "c")
    assert [p.split(" of ")[0] for p in problems] == [
        "c: valence 9", "c: arousal 9", "c: dominance 9", "c: dominance 8",
    ]  # fmt: skip


@pytest.mark.parametrize("scale", [[0, 1], (0.0, 1.0)])
def test_a_scale_other_than_the_corpus_states_is_told_once(scale: Sequence[float]) -> None:
    corpus = Corpus(labelled(0.5, 1), scale=(0, 1))
    assert label(corpus, scale, "corpus", "c")[1] == []
    assert label(corpus, (1, 5), "corpus", "c")[1] == [
        "c: the labels of this corpus go from 0 to 1, but `scale` is 1 to 5; correct `scale`."
    ]


@pytest.mark.parametrize("consensus", ["corpus", "mean", "ewe"])
def test_who_rates_an_utterance_twice_is_named(consensus: str) -> None:
    votes = ratings(("u0", "a", 1, 1, 1), ("u0", "b", 2, 2, 2), ("u0", "a", 1, 1, 1))
    _, problems = label(Corpus(labelled(1), votes), (1, 5), consensus, "c")
    assert problems == ["c: rater 'a' has rated utterance 'u0' 2 times; keep one rating."]


@pytest.mark.parametrize(("raters", "lines"), [(50, 52), (51, 9)])
def test_weights_of_many_raters_are_summed_up_in_the_log(
    raters: int, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    votes = ratings(*[("u0", f"r{n:02}", 1, 1, 1) for n in range(raters)])
    with caplog.at_level("INFO"):
        label(Corpus(labelled(1)[["id"]], votes), (1, 5), "mean", "c")
    table = caplog.messages[0].split("\n", 1)[1]
    assert len(table.splitlines()) == lines
    assert ("r49" in table) == (raters == 50) and ("mean" in table) == (raters == 51)


def test_a_consensus_that_cannot_be_had_is_told() -> None:
    alone = Corpus(labelled(1)[["id"]], ratings(("u0", "a", 1, 1, 1)))
    assert "set `consensus` to mean or ewe" in label(alone, (1, 5), "corpus", "c")[1][0]
    assert "has no ratings" in label(Corpus(labelled(1)), (1, 5), "ewe", "c")[1][0]


def test_unusable_audio_is_set_apart(tmp_path: Path) -> None:
    table = write_corpus(tmp_path, speakers=2, utterances=2)
    table = pd.DataFrame({"id": table["file"], "file": [str(tmp_path / f) for f in table["file"]]})
    Path(table["file"][1]).unlink()
    usable, others = inspect_audio(table.assign(start=0.0, end=np.nan), 0.1, threads=2)
    assert usable["id"].tolist() == table["id"][[0, 2, 3]].tolist()
    assert (usable["duration"] > 0.6).all() and usable["digest"].is_unique
    assert others["id"].tolist() == [table["id"][1]]
    assert "does not exist" in others["reason"].iloc[0]


def test_shards_are_even_and_follow_from_the_id_alone() -> None:
    sizes = np.bincount([shard_of(f"utterance_{n}", 4) for n in range(4000)])
    assert len(sizes) == 4 and sizes.min() > 900
    assert shard_of("a", 1) == 0


def test_values_that_were_computed_may_exceed_the_scale_by_rounding() -> None:
    ewe = np.float64(5.000000000000001)
    for value in (ewe, np.float32(5) * np.float32(1.0000001)):
        table, problems = label(Corpus(labelled(value, 3)), (1, 5), "corpus", "c")
        assert problems == [] and table["valence"].max() == 1
    assert label(Corpus(labelled(5.0001)), (1, 5), "corpus", "c")[1]


def test_the_option_for_values_outside_the_scale_is_named() -> None:
    _, problems = label(Corpus(labelled(7)), (1, 5), "corpus", "c")
    assert problems[0].endswith(
        "correct the value or `scale`, or set `out_of_scale` to clip or drop."
    )


def test_values_outside_the_scale_are_clipped_and_reported() -> None:
    corpus = Corpus(labelled(7, 2), ratings(("u1", "a", 0, 2, 3)))
    table, problems = label(corpus, (1, 5), "corpus", "c", out_of_scale="clip")
    assert problems == [] and table["valence"].tolist() == [1, 0.25]
    assert corpus.ratings["valence"].tolist() == [1]
    assert [(f.where, f.what) for f in corpus.findings][:4:3] == [
        ("utterance u0", "valence 7 was brought to 5."),
        ("utterance u1", "valence 0 of rater 'a' was brought to 1."),
    ]


def test_utterances_and_ratings_outside_the_scale_are_dropped_and_reported() -> None:
    corpus = Corpus(labelled(7, 2))
    table, problems = label(corpus, (1, 5), "corpus", "c", out_of_scale="drop")
    assert problems == [] and table["id"].tolist() == ["u1"]
    assert corpus.left_out == {"u0": "dominance 7 lies outside the scale 1 to 5"}
    votes = ratings(("u0", "a", 9, 2, 2), ("u0", "b", 3, 2, 2), ("u1", "a", 0, 2, 2))
    corpus = Corpus(labelled(1, 1)[["id"]], votes)
    table, problems = label(corpus, (1, 5), "mean", "c", out_of_scale="drop")
    assert problems == [] and table["valence"].tolist() == [0.5]
    assert corpus.left_out == {"u1": "all its valence ratings lie outside the scale 1 to 5"}
    assert corpus.findings[0].what == "valence 9 of rater 'a' counts as missing."


def test_dimensions_that_a_corpus_is_not_labelled_in_are_empty() -> None:
    table, problems = label(
        Corpus(labelled(2, 9).assign(arousal=3)), (1, 5), "corpus", "c", dimensions=["arousal"]
    )
    assert problems == [] and table["arousal"].tolist() == [0.5, 0.5]
    assert table[["valence", "dominance"]].isna().all(axis=None)
    bare = Corpus(labelled(2, 3).assign(dominance=np.nan))
    assert label(bare, (1, 5), "corpus", "c")[1] == [
        "c: no utterance has a dominance label; set `dimensions: [valence, arousal]`, or correct "
        "the corpus."
    ]
