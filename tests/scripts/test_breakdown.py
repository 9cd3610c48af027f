import json
from collections.abc import Sequence
from pathlib import Path

import audmetric
import numpy as np
import pandas as pd
import pytest

from breakdown import breakdown
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    generator = np.random.default_rng(0)
    ids = [f"{n:02}" for n in range(90)]
    labels = pd.DataFrame(generator.random((90, 3)), columns=[*DIMENSIONS])
    table = labels.assign(id=ids, speaker=[f"s{n % 6}" for n in range(90)])
    table["gender"] = ["", "male", "female"] * 30
    table["duration"] = generator.permutation(90) / 10 + 0.5
    write_csv(table.assign(group="all", file=None), tmp_path / "utterances.csv")
    write_csv(pd.DataFrame({"id": ids[:2], "text": ["Yes.", "No."]}), tmp_path / "texts.csv")
    write_csv(pd.DataFrame({"id": ids, "fold": np.arange(90) % 3}), tmp_path / "folds.csv")
    spread = generator.permutation(90) / 100
    ratings = [
        {"id": name, "rater": rater, **dict.fromkeys(DIMENSIONS, sign * by)}
        for name, by in zip(ids, spread, strict=True)
        for rater, sign in (("r1", 1), ("r2", -1))
    ]
    write_csv(pd.DataFrame(ratings), tmp_path / "ratings.csv")
    for method in ("a", "b"):
        predicted = (labels + generator.normal(scale=0.3, size=(90, 3))).assign(id=ids)
        write_csv(predicted.assign(fold=np.arange(90) % 3), tmp_path / f"{method}.csv")
    write_csv(predicted.assign(fold=np.arange(90) % 3, valence=0.5), tmp_path / "constant.csv")
    return tmp_path


def run(corpus: Path, methods: list[str], groupings: Sequence[str] = ("",)) -> pd.DataFrame:
    breakdown(
        **{name: str(corpus / f"{name}.csv") for name in ("utterances", "ratings")},
        folds=[str(corpus / f"{name}folds.csv") for name in groupings],
        predictions=[str(corpus / f"{name}{m}.csv") for name in groupings for m in methods],
        texts=str(corpus / "texts.csv"),
        methods=methods,
        scale=(-1, 1),
        clusters="auto",
        interval="dimser.evaluation.intervals:jackknife",
        settings={},
        audio=0,
        closeup=str(corpus / "closeup.json"),
        output=str(corpus / "breakdown.csv"),
    )
    table = pd.read_csv(corpus / "breakdown.csv", dtype={"part": str})
    return table.set_index(["method", "dimension", "by", "part"]).sort_index()


def test_single_utterances_are_those_of_the_first_grouping_on_the_scale(corpus: Path) -> None:
    for name in ("folds", "a", "b"):
        table = read_csv(corpus / f"{name}.csv")
        write_csv(table.assign(**dict.fromkeys({*DIMENSIONS} & {*table}, 0.5)),
                  corpus / f"again_{name}.csv")  # fmt: skip
    run(corpus, ["a", "b"], groupings=("", "again_"))
    shown = json.loads((corpus / "closeup.json").read_text())
    labels, own = (read_csv(corpus / f"{name}.csv") for name in ("utterances", "b"))
    assert (shown["methods"], shown["count"], shown["audio"]) == (["a", "b"], 90, {})
    assert shown["ids"] == labels["id"].tolist() and shown["texts"][:3] == ["Yes.", "No.", ""]
    assert shown["labels"]["arousal"] == labels["arousal"].round(3).tolist()
    assert shown["predictions"]["arousal"][1] == own["arousal"].round(3).tolist()
    spread = read_csv(corpus / "ratings.csv").groupby("id")["arousal"].std() / 2
    assert shown["spread"]["arousal"] == pytest.approx(spread.tolist(), abs=6e-4)
    assert shown["by_speaker"]["valence"]["names"] == [f"s{n}" for n in range(6)]
    line, slope = shown["lines"]["valence"], np.polyfit(own["valence"], labels["valence"], 1)
    assert (line["slope"][1], line["intercept"][1]) == pytest.approx(tuple(slope), abs=6e-4)
    assert line["low"][1] < line["slope"][1] < line["high"][1]
    assert np.sum(shown["quadrants"][1]) == 90


def test_where_nobody_is_known_a_slope_has_no_interval(corpus: Path) -> None:
    table = read_csv(corpus / "utterances.csv")
    write_csv(table.assign(speaker=None, group=None), corpus / "utterances.csv")
    run(corpus, ["a"])
    shown = json.loads((corpus / "closeup.json").read_text())
    assert shown["lines"]["arousal"]["low"] == [None] and shown["speakers"] == [""] * 90


def test_each_part_is_scored_by_itself(corpus: Path) -> None:
    found = run(corpus, ["a", "b"])
    table = read_csv(corpus / "utterances.csv").set_index("id")
    predicted = read_csv(corpus / "b.csv").set_index("id")
    spread = read_csv(corpus / "ratings.csv").groupby("id")["arousal"].std()
    parts = {
        ("all", "all"): table["duration"] > 0,
        ("fold", "1"): pd.Series(np.arange(90) % 3 == 1, table.index),
        ("speaker", "s3"): table["speaker"] == "s3",
        ("gender", "unknown"): table["gender"].isna(),
        ("duration", "highest third"): table["duration"].rank() > 60,
        ("agreement", "lowest third"): spread.rank() <= 30,
    }
    for part, rows in parts.items():
        row = found.loc[("b", "arousal", *part)]
        truth, own = table["arousal"][rows], predicted["arousal"][rows]
        assert row["ccc"] == pytest.approx(audmetric.concordance_cc(truth, own)), part
        assert row["pearson"] == pytest.approx(np.corrcoef(truth, own)[0, 1])
        assert row["n"] == rows.sum() and row["speakers"] == table["speaker"][rows].nunique()


def test_over_groupings_parts_are_means_and_folds_are_those_of_the_first(corpus: Path) -> None:
    folds = read_csv(corpus / "folds.csv")
    write_csv(folds.assign(fold=folds["fold"].to_numpy()[::-1]), corpus / "again_folds.csv")
    table = read_csv(corpus / "a.csv")
    table[[*DIMENSIONS]] = read_csv(corpus / "b.csv")[[*DIMENSIONS]]
    write_csv(table.assign(fold=table["fold"].to_numpy()[::-1]), corpus / "again_a.csv")
    one, both = run(corpus, ["a"]), run(corpus, ["a"], ["", "again_"])
    other = run(corpus, ["b"]).rename(index={"b": "a"}, level="method")
    by = both.index.get_level_values("by")
    pd.testing.assert_frame_equal(both[by == "fold"], one[by == "fold"])
    for name in ("all", "speaker", "gender"):
        pair = [np.arctanh(found.loc[by == name, "ccc"]) for found in (one, other)]
        np.testing.assert_allclose(both.loc[by == name, "ccc"], np.tanh(sum(pair) / 2))


def test_where_no_speaker_is_known_their_number_is_not(corpus: Path) -> None:
    table = read_csv(corpus / "utterances.csv")
    path = corpus / "utterances.csv"
    write_csv(table.assign(speaker=[f"unknown_{n}" for n in range(90)]), path)
    found = run(corpus, ["a"])
    assert found["speakers"].isna().all() and found["n"].notna().all()


def test_the_order_of_rows_changes_no_byte_and_methods_stand_as_they_were_named(
    corpus: Path,
) -> None:
    run(corpus, ["b", "a"])
    whole = (corpus / "breakdown.csv").read_bytes()
    table = read_csv(corpus / "breakdown.csv")
    for by in ("all", "fold mean", "speaker sd"):
        assert table["method"][table["by"] == by].tolist() == ["b"] * 3 + ["a"] * 3
    for name in ("utterances", "folds", "ratings", "b"):
        write_csv(read_csv(corpus / f"{name}.csv").iloc[::-1], corpus / f"{name}.csv")
    run(corpus, ["b", "a"])
    assert (corpus / "breakdown.csv").read_bytes() == whole


def test_raters_that_agree_alike_are_one_part_whoever_spoke(corpus: Path) -> None:
    """Two raters on a scale of whole numbers differ by 0, 1 or 2: ties are no matter of row."""
    ratings = read_csv(corpus / "ratings.csv")
    whole = np.repeat(np.repeat([0.0, 0.5, 1.0], [40, 30, 20]), 2) * np.tile([1, -1], 90)
    write_csv(ratings.assign(arousal=whole), corpus / "ratings.csv")
    found = run(corpus, ["a"]).loc[("a", "arousal", "agreement"), "n"]
    assert found.to_dict() == {"lowest third": 40, "middle third": 30, "highest third": 20}


def test_the_interval_over_utterances_stands_by_the_whole_alone(corpus: Path) -> None:
    found = run(corpus, ["a", "b"]).reset_index()
    whole = found[found["by"] == "all"]
    assert (whole["ccc_low_utterances"] < whole["ccc"]).all()
    assert (whole["ccc_high_utterances"] > whole["ccc"]).all()
    assert found.loc[found["by"] != "all", "ccc_low_utterances"].isna().all()


def test_the_spread_over_folds_and_speakers_stands_by_them(corpus: Path) -> None:
    found = run(corpus, ["a", "b"])
    for by in ("fold", "speaker"):
        parts = found.loc[("b", "valence", by), "ccc"]
        assert len(parts) == {"fold": 3, "speaker": 6}[by]
        assert found.loc[("b", "valence", f"{by} mean", "all"), "ccc"] == pytest.approx(
            np.mean(parts)
        )
        row = found.loc[("b", "valence", f"{by} sd", "all")]
        assert row["ccc"] == pytest.approx(np.std(parts, ddof=1))
        assert (row["n"], row["speakers"]) == (90, 6)


def test_constant_predictions_and_no_ratings_are_answered(corpus: Path) -> None:
    write_csv(read_csv(corpus / "ratings.csv").head(0), corpus / "ratings.csv")
    found = run(corpus, ["constant"]).reset_index()
    assert "agreement" not in set(found["by"])
    valence = found[found["dimension"] == "valence"]
    assert (valence["ccc"] == 0).all() and valence["pearson"].isna().all()


def test_spreads_that_differ_by_rounding_alone_are_ties(corpus: Path) -> None:
    ratings = pd.concat(
        pd.DataFrame({"id": f"{n:02}", "rater": ["r1", "r2", "r3"]}).assign(
            **{dimension: [k, k, k + 1] for dimension in DIMENSIONS}
        )
        for n, k in enumerate(np.arange(90) % 9)
    )
    assert ratings.groupby("id")["arousal"].std().nunique() > 1
    write_csv(ratings, corpus / "ratings.csv")
    found = run(corpus, ["a"]).loc[("a", "arousal", "agreement"), "n"]
    assert found.to_dict() == {"middle third": 90}


def test_a_part_whose_labels_do_not_vary_has_no_ccc_and_no_share_in_the_mean(corpus: Path) -> None:
    """One utterance, or several with equal labels."""
    table = read_csv(corpus / "utterances.csv")
    table.loc[0, "speaker"] = "lone"
    table.loc[[1, 7], "speaker"] = "equal"
    table.loc[7, [*DIMENSIONS]] = table.loc[1, [*DIMENSIONS]]
    write_csv(table, corpus / "utterances.csv")
    found = run(corpus, ["a"]).loc[("a", "arousal")]
    parts = found.loc["speaker", "ccc"]
    assert parts[parts.isna()].index.tolist() == ["equal", "lone"]
    assert found.loc[("speaker", "lone"), "rmse"] > 0
    assert found.loc[("speaker mean", "all"), "ccc"] == pytest.approx(parts.dropna().mean())
    assert found.loc[("speaker sd", "all"), "ccc"] == pytest.approx(parts.dropna().std())
