from pathlib import Path

import audmetric
import numpy as np
import pandas as pd
import pytest

from compare import COLUMNS, compare
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv

METHODS = ["cmp", "wlm", "cmp+wlm"]
ARGUMENTS = {
    "baselines": [], "family": "all", "interval": "dimser.evaluation.intervals:jackknife",
    "settings": {}, "clusters": "auto", "draws": 300, "seed": 1,
}  # fmt: skip


def make(
    folder: Path, speakers: int = 8, group: list[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Write eighty utterances, and predictions of three methods of falling quality."""
    generator = np.random.default_rng(0)
    ids = [f"{number:02}" for number in range(80)]
    labels = pd.DataFrame(generator.random((80, 3)), columns=[*DIMENSIONS])
    speaker = [f"s{number % speakers}" for number in range(80)]
    table = labels.assign(id=ids, speaker=speaker, group=group or "all")
    write_csv(table, folder / "utterances.csv")
    write_csv(table[["id"]].assign(fold=0), folder / "folds.csv")
    tables = {"": table}
    for method, noise in zip(METHODS, (0.05, 0.4, 0.41), strict=True):
        predicted = (labels + generator.normal(scale=noise, size=labels.shape)).assign(id=ids)
        write_csv(predicted.assign(fold=0).iloc[::-1], folder / f"{method}.csv")
        tables[method] = predicted
    return tables


def run(folder: Path, methods: list[str] = METHODS, **given: object) -> pd.DataFrame:
    predicted = {
        "folds": [str(folder / "folds.csv")],
        "predictions": [str(folder / f"{method}.csv") for method in methods],
    }
    compare(
        utterances=str(folder / "utterances.csv"),
        methods=methods,
        output=str(folder / "comparisons.csv"),
        **predicted | ARGUMENTS | given,
    )
    return read_csv(folder / "comparisons.csv")


def test_a_row_a_dimension_and_pair(tmp_path: Path) -> None:
    tables = make(tmp_path)
    found = run(tmp_path)
    assert list(found.columns) == COLUMNS
    pairs = [("cmp", "wlm"), ("cmp", "cmp+wlm"), ("wlm", "cmp+wlm")]
    rows = found[["dimension", "method_a", "method_b"]].itertuples(index=False, name=None)
    assert list(rows) == [(d, *pair) for d in [*DIMENSIONS, "mean"] for pair in pairs]
    for row in found.query("dimension != 'mean'").itertuples():
        a, b = (
            audmetric.concordance_cc(tables[""][row.dimension], tables[name][row.dimension])
            for name in (row.method_a, row.method_b)
        )
        assert row.ccc_difference == pytest.approx(a - b, abs=1e-9)
        assert row.low <= row.ccc_difference <= row.high
        assert row.p <= row.p_adjusted <= 1 and row.p <= row.p_holm <= 1
        assert row.low_adjusted <= row.low and row.high <= row.high_adjusted
    mean = found.query("dimension == 'mean'")["ccc_difference"]
    each = found.query("dimension != 'mean'")["ccc_difference"].to_numpy().reshape(3, 3)
    np.testing.assert_allclose(mean, each.mean(axis=0))
    assert set(found["clusters"]) == {8} and set(found["p_smallest"]) == {2 / 2**8}


def test_where_all_dimensions_are_alike_so_is_their_mean(tmp_path: Path) -> None:
    make(tmp_path)
    for path in (tmp_path / f"{name}.csv" for name in ("utterances", *METHODS)):
        table = read_csv(path)
        write_csv(table.assign(arousal=table["valence"], dominance=table["valence"]), path)
    found = run(tmp_path).groupby("dimension").agg(list)
    numbers = ["ccc_difference", "low", "high", "p", "p_holm", "p_adjusted", "low_adjusted",
               "high_adjusted"]  # fmt: skip
    for name in numbers:
        np.testing.assert_allclose(found.loc["mean", name], found.loc["valence", name])


def test_a_large_difference_is_real_and_a_small_one_is_not(tmp_path: Path) -> None:
    make(tmp_path)
    p = run(tmp_path).set_index(["dimension", "method_a", "method_b"])["p_adjusted"]
    assert p["valence", "cmp", "wlm"] == 2 / 2**8
    assert p["valence", "wlm", "cmp+wlm"] > 0.05


def test_one_method_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    make(tmp_path)
    assert len(run(tmp_path, ["cmp"])) == 0


def test_two_speakers_are_few_but_defined_and_one_shows_nothing(tmp_path: Path) -> None:
    make(tmp_path, speakers=2)
    assert run(tmp_path)["p"].between(0.5, 1).all()
    make(tmp_path, speakers=1)
    alone = run(tmp_path)
    assert alone["low"].isna().all() and (alone["p"] == 1).all()


@pytest.mark.parametrize(
    ("family", "pairs"),
    [("all", 5), ("representations", 1), (["cmp", "mean", "wlm"], 3), (["cmp", "wlm"], 1)],
)
def test_the_family_is_what_is_asked_for(tmp_path: Path, family: object, pairs: int) -> None:
    make(tmp_path)
    for name, like in {"mean": "wlm", "gender": "cmp+wlm"}.items():
        (tmp_path / f"{name}.csv").write_bytes((tmp_path / f"{like}.csv").read_bytes())
    methods = ["cmp", "wlm", "mean", "gender"]
    found = run(tmp_path, methods, family=family, baselines=["mean", "gender"])
    assert len(found) == 4 * pairs
    if family == ["cmp", "wlm"]:
        assert found[["method_a", "method_b"]].drop_duplicates().values.tolist() == [family]
    asked_for = isinstance(family, list)
    bare = found["method_a"].isin(["mean", "gender"]) & found["method_b"].isin(["mean", "gender"])
    assert asked_for or not bare.any()


def test_where_sessions_are_too_few_for_a_test_speakers_are_compared(tmp_path: Path) -> None:
    """As in IEMOCAP: five sessions of two; how far the two go together stands beside it."""
    sessions = [f"session{number % 10 // 2}" for number in range(80)]
    make(tmp_path, speakers=10, group=sessions)
    found = run(tmp_path, draws=1024)
    assert set(found["cluster_by"]) == {"speaker"} and set(found["clusters"]) == {10}
    assert found["shared_in_groups"].between(-1, 1).all()
    asked = run(tmp_path, draws=1024, clusters="group")
    assert set(asked["cluster_by"]) == {"group"} and set(asked["p_smallest"]) == {2 / 2**5}
    assert (asked["p_adjusted"] > 0.05).all()
    twelve = [f"session{number % 12 // 2}" for number in range(80)]
    make(tmp_path, speakers=12, group=twelve)
    for draws in (300, 19):  # six sessions suffice, and so does a p of just a twentieth
        assert set(run(tmp_path, draws=draws)["cluster_by"]) == {"group"}


def test_where_speakers_are_not_known_nothing_is_tested(tmp_path: Path) -> None:
    table = make(tmp_path)[""]
    write_csv(table.assign(speaker=None), tmp_path / "utterances.csv")
    found = run(tmp_path)
    assert found[["low", "p", "p_holm", "p_adjusted", "clusters"]].isna().all(axis=None)
    assert found["ccc_difference"].notna().all()


def test_published_test_parts_are_compared_by_themselves_below_the_whole(tmp_path: Path) -> None:
    make(tmp_path)
    whole = run(tmp_path)
    folds = read_csv(tmp_path / "folds.csv").assign(part=["Test1"] * 40 + ["Test2"] * 40)
    write_csv(folds, tmp_path / "folds.csv")
    found = run(tmp_path)
    pd.testing.assert_frame_equal(found[found["part"].isna()], whole)
    assert found["part"].value_counts(dropna=False).tolist() == [len(whole)] * 3
    scored = found[found["part"] == "Test2"].set_index(["dimension", "method_a", "method_b"])
    table = read_csv(tmp_path / "utterances.csv")[40:]
    a, b = (
        audmetric.concordance_cc(
            table["valence"],
            read_csv(tmp_path / f"{method}.csv").set_index("id").loc[table["id"], "valence"],
        )
        for method in ("cmp", "wlm")
    )
    assert scored.loc[("valence", "cmp", "wlm"), "ccc_difference"] == pytest.approx(a - b)


def test_groupings_that_predict_the_same_are_tested_as_one(tmp_path: Path) -> None:
    make(tmp_path)
    one = run(tmp_path)
    several = {
        "folds": [str(tmp_path / "folds.csv")] * 3,
        "predictions": [str(tmp_path / f"{method}.csv") for method in METHODS] * 3,
    }
    pd.testing.assert_frame_equal(run(tmp_path, **several), one)
