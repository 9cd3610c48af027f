from functools import partial
from pathlib import Path

import audformat
import numpy as np
import pandas as pd
import pytest
from conftest import read_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import Corpus

read = partial(read_corpus, "audformat")

FILES = [f"wav/{n}.wav" for n in range(4)]
VALUES = np.random.default_rng(0).uniform(1, 5, size=(3, 4, 3)).round(3)


def database(folder: Path, *, segmented: bool = False, gold: bool = True, raters: bool = True,
             arousal: str = "arousal", speakers: str = "table") -> None:  # fmt: skip
    """Write a database of four utterances; three raters, whose mean is the gold standard."""
    db = audformat.Database("mini", languages=["de"])
    db.raters["gold"] = audformat.Rater(audformat.define.RaterType.VOTE)
    index = audformat.filewise_index(FILES)
    if segmented:
        index = audformat.segmented_index(
            [FILES[0]] * 4, pd.to_timedelta([0, 1, 2, 3], "s"), pd.to_timedelta([1, 2, 3, 4.5], "s")
        )
    names = ["valence", arousal, "dominance"]
    db["gold"] = audformat.Table(index)
    for number, name in enumerate(names):
        db.schemes[name] = audformat.Scheme("float", minimum=1, maximum=5)
        if gold:
            db["gold"][name] = audformat.Column(scheme_id=name, rater_id="gold")
            db["gold"][name].set(VALUES[number].mean(axis=1))
        if raters:
            db[f"{name}.votes"] = audformat.Table(index)
            for rater in range(3):
                db.raters[f"r{rater}"] = audformat.Rater()
                column = audformat.Column(scheme_id=name, rater_id=f"r{rater}")
                db[f"{name}.votes"][f"r{rater}"] = column
                db[f"{name}.votes"][f"r{rater}"].set(VALUES[number][:, rater])
    if speakers == "table":
        labels = {"s1": {"gender": "female"}, "s2": {"gender": "male"}}
        db.schemes["speaker"] = audformat.Scheme("str", labels=labels)
        db["files"] = audformat.Table(audformat.filewise_index(FILES))
        db["files"]["speaker"] = audformat.Column(scheme_id="speaker")
        db["files"]["speaker"].set(["s1", "s1", "s2", "s2"])
    db.save(str(folder))


@pytest.mark.parametrize("segmented", [False, True])
@pytest.mark.parametrize("arousal", ["arousal", "activation"])
def test_gold_standard_raters_and_speakers(tmp_path: Path, segmented: bool, arousal: str) -> None:
    database(tmp_path, segmented=segmented, arousal=arousal)
    corpus = read(str(tmp_path))
    assert corpus.problems == [] and corpus.findings == []
    np.testing.assert_allclose(corpus.utterances[[*DIMENSIONS]], VALUES.mean(axis=2).T)
    ratings = corpus.ratings.set_index(["id", "rater"]).sort_index()
    assert len(ratings) == 12
    expected = VALUES.transpose(1, 2, 0).reshape(12, 3)
    np.testing.assert_allclose(ratings[[*DIMENSIONS]], expected)
    assert set(corpus.utterances["language"]) == {"deu"}
    if segmented:
        assert corpus.utterances["start"].tolist() == [0, 1, 2, 3]
        assert corpus.utterances["end"].tolist() == [1, 2, 3, 4.5]
        assert corpus.utterances["id"][1] == "wav/0_1_2"
    else:
        assert corpus.utterances["speaker"].tolist() == ["s1", "s1", "s2", "s2"]
        assert corpus.utterances["gender"].tolist() == ["female", "female", "male", "male"]
        assert corpus.utterances["end"].isna().all()
        assert corpus.utterances["file"][0] == str(tmp_path / FILES[0])


def test_ratings_alone_or_gold_alone(tmp_path: Path) -> None:
    database(tmp_path / "a", gold=False)
    votes = read(str(tmp_path / "a"))
    assert "valence" not in votes.utterances and len(votes.ratings) == 12
    database(tmp_path / "b", raters=False)
    assert read(str(tmp_path / "b")).ratings is None


def test_files_without_speaker_are_nobody_else(tmp_path: Path) -> None:
    database(tmp_path, speakers="none")
    corpus = read(str(tmp_path))
    assert corpus.utterances["speaker"].nunique() == 4
    assert [f.kind for f in corpus.findings] == ["unknown speaker"]


def seconds(*segments: tuple[str, float, float]) -> pd.Index:
    files, starts, ends = zip(*segments, strict=True)
    return audformat.segmented_index(
        files, pd.to_timedelta(starts, "s"), pd.to_timedelta(ends, "s")
    )


def write(folder: Path, *tables: tuple[pd.Index, dict], **scales: tuple[float, float]) -> str:
    """Write tables `t0`, `t1`, ... with columns `name` or `name/rater`, and schemes with scales."""
    db = audformat.Database("mini")
    for dimension, (low, high) in (dict.fromkeys(DIMENSIONS, (1, 5)) | scales).items():
        db.schemes[dimension] = audformat.Scheme("float", minimum=low, maximum=high)
    db.raters["gold"] = audformat.Rater(audformat.define.RaterType.TRUTH)
    for number, (index, columns) in enumerate(tables):
        db[f"t{number}"] = audformat.Table(index)
        for key, values in columns.items():
            name, _, rater = key.partition("/")
            if rater and rater not in db.raters:
                db.raters[rater] = audformat.Rater()
            scheme = next((d for d in db.schemes if name.startswith(d)), None)
            column = audformat.Column(scheme_id=scheme, rater_id=rater or None)
            db[f"t{number}"][name] = column
            db[f"t{number}"][name].set(values)
    db.save(str(folder))
    return str(folder)


def all_three(*values: float) -> dict[str, list[float]]:
    return dict.fromkeys(DIMENSIONS, values)


HALVES = seconds(("a.wav", 0, 2), ("a.wav", 2, 4))


def people(corpus: Corpus) -> list[list[str]]:
    return corpus.utterances[["speaker", "gender"]].to_numpy().tolist()


def test_speakers_and_gender_are_those_of_the_segment(tmp_path: Path) -> None:
    who = {"speaker": ["Anna", "Bert"], "gender": ["female", "male"]}
    corpus = read(write(tmp_path, (HALVES, all_three(1, 2)), (HALVES[::-1], dict(zip(
        who, [["Bert", "Anna"], ["male", "female"]], strict=True)))))  # fmt: skip
    assert corpus.problems == corpus.findings == []
    assert people(corpus) == [["Anna", "female"], ["Bert", "male"]]
    assert corpus.utterances["group"].tolist() == ["Anna", "Bert"]


def test_what_is_given_for_a_file_holds_for_its_segments(tmp_path: Path) -> None:
    file = audformat.filewise_index(["a.wav"])
    root = write(tmp_path, (HALVES, all_three(1, 2)), (file, {"speaker": ["Anna"], "sex": ["f"]}))
    assert people(read(root)) == [["Anna", "f"], ["Anna", "f"]]


def test_a_speaker_by_other_times_is_taken_where_the_file_has_no_other(tmp_path: Path) -> None:
    turns = seconds(("a.wav", 0, 1.9), ("a.wav", 2.1, 4))
    for name, second in (("one", "Anna"), ("two", "Bert")):
        root = write(
            tmp_path / name, (HALVES, all_three(1, 2)), (turns, {"speaker": ["Anna", second]})
        )
        corpus = read(root)
        if name == "one":
            assert corpus.problems == [] and set(corpus.utterances["speaker"]) == {"Anna"}
        else:
            assert corpus.problems == [
                f"{root}: the speaker of utterance '{utterance}' may be 'Anna' or 'Bert'; give it "
                "one, by its own start and end where its file has several."
                for utterance in ("a_0_2", "a_2_4")
            ]


def test_tables_that_differ_on_a_speaker_are_a_problem(tmp_path: Path) -> None:
    file = audformat.filewise_index(["a.wav"])
    root = write(tmp_path, (HALVES, all_three(1, 2) | {"speaker": ["Anna", "Bert"]}),
                 (file, {"speaker": ["Anna"]}))  # fmt: skip
    (problem,) = read(root).problems
    assert "the speaker of utterance 'a_2_4' may be 'Anna' or 'Bert'" in problem


def test_a_speaker_is_the_same_in_all_tables_however_written(tmp_path: Path) -> None:
    files = audformat.filewise_index(["Mu\u0308.wav", "b.wav", "c.wav"])
    other = audformat.filewise_index(["M\u00fc.wav"])
    root = write(tmp_path, (files, all_three(1, 2, 3) | {"speaker": [1.0, np.nan, 2.0]}),
                 (other, {"speaker": [1]}), (files[1:], {"speaker": ["A\u200b", "2"]}))  # fmt: skip
    corpus = read(root)
    assert corpus.problems == []
    assert corpus.utterances.set_index("id")["speaker"].to_dict() == {
        "M\u00fc": "1", "b": "A", "c": "2",
    }  # fmt: skip
    assert [finding.what for finding in corpus.findings] == [
        "'Mu\\u0308.wav' and 'M\\xfc.wav' are one file, 'M\u00fc.wav'.",
        "'1.0' and '1' are one speaker, '1'.",
        "'2.0' and '2' are one speaker, '2'.",
    ]


def test_a_column_of_the_scheme_speaker_may_have_another_name(tmp_path: Path) -> None:
    database(tmp_path, speakers="none")
    db = audformat.Database.load(str(tmp_path))
    db.schemes["speaker"] = audformat.Scheme(labels={"x": {"gender": "female"}, "y": {}})
    db["who"] = audformat.Table(audformat.filewise_index(FILES))
    db["who"]["spk"] = audformat.Column(scheme_id="speaker")
    db["who"]["spk"].set(["x", "x", "y", "y"])
    db.save(str(tmp_path))
    assert people(read(str(tmp_path))) == [["x", "female"]] * 2 + [["y", ""]] * 2
    # beside a column that is called so, it is somebody else: who is spoken to, perhaps
    db["who"]["speaker"] = audformat.Column(scheme_id="speaker")
    db["who"]["speaker"].set(["y", "y", "x", "x"])
    db.save(str(tmp_path))
    corpus = read(str(tmp_path))
    assert corpus.problems == [] and people(corpus)[0] == ["y", ""]


def test_a_gold_standard_in_several_tables_is_put_together(tmp_path: Path) -> None:
    train, test = audformat.filewise_index(["b.wav", "c.wav"]), audformat.filewise_index(["a.wav"])
    both = audformat.filewise_index(["c.wav", "a.wav"])
    root = write(tmp_path, (train, all_three(2, 3)), (test, all_three(1)), (both, all_three(3, 1)))
    corpus = read(root)
    assert corpus.problems == []
    assert corpus.utterances["id"].tolist() == ["a", "b", "c"]
    assert corpus.utterances[[*DIMENSIONS]].to_numpy().tolist() == [[1] * 3, [2] * 3, [3] * 3]


def test_a_gold_standard_may_be_by_file_here_and_by_segment_there(tmp_path: Path) -> None:
    file = audformat.filewise_index(["b.wav"])
    corpus = read(write(tmp_path, (HALVES, all_three(1, 2)), (file, all_three(3))))
    assert corpus.problems == []
    assert corpus.utterances.set_index("id")["arousal"].to_dict() == {
        "a_0_2": 1,
        "a_2_4": 2,
        "b": 3,
    }


def test_gold_standards_that_differ_are_a_problem(tmp_path: Path) -> None:
    files = audformat.filewise_index(["a.wav", "b.wav", "c.wav"])
    again = {"arousal": [1, 4, 5], "valence.other/gold": [1, 2, 3]}
    root = write(tmp_path, (files, all_three(1, 2, 3)), (files, again))
    assert read(root).problems == [
        f"{root}: arousal of 2 utterances differs between arousal of table t0 and arousal of "
        "table t1, for example 2 and 4 for 'b'; keep one value, or give each column a separate "
        "rater."
    ]
    root = write(tmp_path / "x", (files, all_three(1, 2, 3) | {"valence.other/gold": [1, 2, 2]}))
    (problem,) = read(root).problems
    assert (
        "valence of 1 utterance differs between valence of table t0 and valence.other of" in problem
    )


def test_dimensions_by_file_and_by_segment_do_not_meet(tmp_path: Path) -> None:
    file, labels = audformat.filewise_index(["a.wav"]), all_three(1, 2)
    root = write(tmp_path, (file, {"valence": [labels.pop("valence")[0]]}), (HALVES, labels))
    assert read(root).problems[0] == (
        f"{root}: valence labelled by file, arousal, dominance by segment; label all for the same "
        "utterances."
    )


def test_ratings_of_what_has_no_gold_standard_are_counted(tmp_path: Path) -> None:
    file = audformat.filewise_index(["a.wav"])
    votes = {f"{dimension}.r/r": [2] for dimension in DIMENSIONS}
    corpus = read(write(tmp_path, (HALVES, all_three(1, 2)), (file, votes)))
    found = {finding.kind: finding.what for finding in corpus.findings}
    assert found["rating without gold standard"].startswith(
        "Without one: the utterance of 1 rating, first"
    )
    assert corpus.ratings.empty and len(corpus.utterances) == 2


@pytest.mark.parametrize("known", [True, False])
def test_a_rater_is_the_same_person_in_all_tables(tmp_path: Path, known: bool) -> None:
    first, second = audformat.filewise_index(["a.wav"]), audformat.filewise_index(["b.wav"])
    # without ids of their own, raters are known by their columns
    ids = ("x", "y") if known else ("crowd", "crowd")
    votes = {f"{d}.{n}/{who}": [3] for d in DIMENSIONS for n, who in zip("xy", ids, strict=True)}
    ratings = read(write(tmp_path, (first, votes), (second, votes))).ratings
    assert ratings["rater"].nunique() == (2 if known else 2 * len(DIMENSIONS))
    assert (ratings.groupby("rater")["id"].nunique() == 2).all()
    assert not ratings.duplicated(["id", "rater"]).any()


def test_a_rater_who_differs_from_herself_is_a_problem(tmp_path: Path) -> None:
    file = audformat.filewise_index(["a.wav"])
    votes = {f"{dimension}.r/r": [2] for dimension in DIMENSIONS}
    root = write(tmp_path, (file, votes), (file, votes | {"arousal.r/r": [3]}))
    corpus = read(root)
    (problem,) = corpus.problems
    assert (
        "arousal.r of table t0 and arousal.r of table t1" in problem
        and "2 and 3 for 'a'" in problem
    )
    assert len(corpus.ratings) == 1


def test_the_scale_is_what_the_schemes_state(tmp_path: Path) -> None:
    files = audformat.filewise_index(["a.wav"])
    assert read(write(tmp_path / "a", (files, all_three(1)))).scale == (1, 5)
    root = write(tmp_path / "b", (files, all_three(1)), arousal=(0, 1))
    corpus = read(root)
    assert corpus.scale is None and corpus.problems == [
        f"{root}: schemes state several scales, 1 to 5 (table t0, column valence), 0 to 1 (table "
        "t0, column arousal); convert all labels and ratings to one, because `scale` applies to "
        "all."
    ]
    unknown = dict.fromkeys(DIMENSIONS, (None, None))
    corpus = read(write(tmp_path / "c", (files, all_three(1)), **unknown))
    assert corpus.scale is None and corpus.problems == []


def test_an_utterance_with_an_empty_label_is_left_out_and_counted(tmp_path: Path) -> None:
    files = audformat.filewise_index(["a.wav", "b.wav"])
    labels = all_three(1, 2) | {"dominance": [np.nan, 2], "speaker": ["Anna", "Bert"]}
    corpus = read(write(tmp_path, (files, labels)))
    assert corpus.utterances["id"].tolist() == ["b"] and corpus.problems == []
    assert [finding.what for finding in corpus.findings] == [
        "Left out, without label: 1 utterance, first a."
    ]


def test_a_column_of_words_is_no_label(tmp_path: Path) -> None:
    db = audformat.Database("mini")
    db.schemes["valence"] = audformat.Scheme(labels=["high", "low"])
    db["t"] = audformat.Table(audformat.filewise_index(["a.wav"]))
    db["t"]["mood"] = audformat.Column(scheme_id="valence")
    db["t"]["mood"].set(["high"])
    for dimension in DIMENSIONS:
        db["t"][dimension] = audformat.Column()
        db["t"][dimension].set(["3"])
    db.save(str(tmp_path))
    corpus = read(str(tmp_path))
    assert corpus.utterances["valence"].tolist() == [3] and corpus.ratings is None
    assert (
        corpus.findings[0].kind == "column without numbers" and "'high'" in corpus.findings[0].what
    )


def test_files_that_differ_in_their_suffix_alone_are_told(tmp_path: Path) -> None:
    root = write(tmp_path, (audformat.filewise_index(["a.flac", "a.wav"]), all_three(1, 1)))
    assert read(root).problems == [
        f"{root}: a.wav would get the id 'a' of another file; rename one."
    ]


def test_what_is_no_such_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is no audformat database"):
        read(str(tmp_path))
    database(tmp_path, arousal="mood")
    with pytest.raises(InputError, match="no column for arousal; schemes: dominance, mood"):
        read(str(tmp_path))


@settings(max_examples=60)
@given(
    content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode),
    name=st.sampled_from(["db.yaml", "db.gold.*", "db.files.*"]),
    kept=st.integers(0, 200),
)
def test_whatever_bytes_stand_there_are_answered(content, name, kept, tmp_path_factory) -> None:
    root = tmp_path_factory.mktemp("database")
    database(root)
    path = next(root.glob(name))
    path.write_bytes(path.read_bytes()[:kept] + content)
    try:
        corpus = read(str(root))
    except InputError as error:
        assert str(root) in str(error)
    else:
        assert isinstance(corpus, Corpus) and set(DIMENSIONS) <= set(corpus.utterances)


@pytest.mark.parametrize("third", ["power", "Potency"])
def test_dimensions_go_by_several_names(tmp_path: Path, third: str) -> None:
    one = audformat.filewise_index(["a.wav", "b.wav"])
    columns = {"valence": [1, 2], "pleasure": [1, 2], "activation": [2, 3], third: [3, 4]}
    scales = dict.fromkeys([third, "pleasure", "activation"], (1, 5))
    corpus = read(write(tmp_path, (one, columns), **scales))
    assert corpus.problems == []
    assert corpus.utterances[[*DIMENSIONS]].to_numpy().tolist() == [[1, 2, 3], [2, 3, 4]]


def test_a_dimension_may_be_missing_where_the_configuration_says_so(tmp_path: Path) -> None:
    one = audformat.filewise_index(["a.wav", "b.wav"])
    labels = {"valence": [1, 2], "arousal": [2, 3], "dominance": [np.nan, 1]}
    root = write(tmp_path / "blank", (one, labels))
    assert len(read(root).utterances) == 1
    assert len(read(root, dimensions=["valence", "arousal"]).utterances) == 2
    del labels["dominance"]
    root = write(tmp_path / "none", (one, labels))
    with pytest.raises(InputError, match="or name in `dimensions` those that there are"):
        read(root)
    assert read(root, dimensions=["valence", "arousal"]).utterances["dominance"].isna().all()


def test_ages_are_those_of_speakers_or_of_utterances(tmp_path: Path) -> None:
    database(tmp_path, speakers="none")
    db = audformat.Database.load(str(tmp_path))
    assert read(str(tmp_path)).ages.isna().all()
    db.schemes["speaker"] = audformat.Scheme(labels={"x": {"age": 31}, "y": {"age": None}})
    db["who"] = audformat.Table(audformat.filewise_index(FILES))
    db["who"]["speaker"] = audformat.Column(scheme_id="speaker")
    db["who"]["speaker"].set(["x", "x", "y", "y"])
    db.save(str(tmp_path))
    ages = read(str(tmp_path)).ages
    assert ages.iloc[:2].tolist() == [31, 31] and ages.iloc[2:].isna().all()
    # an utterance's own age comes first, in whatever table, as a number of either kind
    db["who"]["age"] = audformat.Column()
    db["who"]["age"].set([None, "32", "50.0", "old"])
    db["again"] = audformat.Table(audformat.filewise_index(FILES[2:3]))
    db["again"]["age"] = audformat.Column()
    db["again"]["age"].set([50])
    db.save(str(tmp_path))
    corpus = read(str(tmp_path))
    assert corpus.ages.iloc[:3].tolist() == [31, 32, 50] and corpus.ages.iloc[3:].isna().all()
    assert corpus.problems == []
    assert "Not a number of years: 1 age, first 'old'" in corpus.findings[-1].what
