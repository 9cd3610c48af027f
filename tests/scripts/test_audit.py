from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from audit import audit
from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.evaluation.audit import check_findings, how_often
from dimser.evaluation.multiverse import SPEC
from dimser.evaluation.published import agreements, printed_cells

PUBLISHED = Path(__file__).parents[2] / "data/published/icassp24_table1.csv"


@pytest.fixture
def ours(tmp_path: Path) -> dict[str, str]:
    """Scores that are the published ones, with intervals of 0.02 to either side."""
    paths = {}
    for corpus, rows in pd.read_csv(PUBLISHED).groupby("corpus"):
        scores = [
            {"method": row["method"], "dimension": dimension}
            | {m: row[f"{dimension}_{m}"] for m in ("ccc", "rmse")}
            | {f"{m}_low": row[f"{dimension}_{m}"] - 0.02 for m in ("ccc", "rmse")}
            | {f"{m}_high": row[f"{dimension}_{m}"] + 0.02 for m in ("ccc", "rmse")}
            for row in rows.to_dict("records")
            for dimension in DIMENSIONS
        ]
        paths[corpus] = str(tmp_path / f"{corpus}.csv")
        write_csv(pd.DataFrame(scores), paths[corpus])
    return paths


def run(
    folder: Path, scores: dict[str, str], published: Path = PUBLISHED
) -> tuple[pd.DataFrame, pd.DataFrame]:
    outputs = {name: str(folder / f"{name}_out.csv") for name in ("cells", "checks")}
    audit(published=[str(published)], features=None, scores=scores, featurewise={}, **outputs)
    return read_csv(outputs["cells"]), read_csv(outputs["checks"])


def change(path: str, method: str, dimension: str, **values: float) -> None:
    table = read_csv(path)
    row = (table["method"] == method) & (table["dimension"] == dimension)
    for name, value in values.items():
        table.loc[row, name] = value
    write_csv(table, path)


def test_the_published_numbers_reproduce_themselves(tmp_path: Path, ours: dict) -> None:
    cells, checks = run(tmp_path, ours)
    assert len(cells) == 21 * 6 and set(cells["verdict"]) == {"reproduced"}
    denied = "Fusing WV2 EM with WLM or HRT lowers no dimension"  # by the paper's own table
    assert checks.loc[~checks["holds"], "check"].tolist() == [denied]
    said = checks[~checks["check"].str.contains("Kendall")]
    np.testing.assert_allclose(said["printed"], said["value"], atol=1e-12)
    assert said.set_index("check")["printed"][denied] == pytest.approx(0.680 - 0.683)
    ranks = checks[checks["check"].str.contains("Kendall")]
    assert ranks["value"].tolist() == [pytest.approx(1)] * 6
    assert ranks["corpus"].tolist() == ["vam"] * 3 + ["iemocap"] * 3  # as published
    assert [check.split()[5] for check in ranks["check"]] == [*DIMENSIONS] * 2


def test_a_rank_agreement_is_kendalls_tau_of_what_was_run(tmp_path: Path, ours: dict) -> None:
    generator, table = np.random.default_rng(0), read_csv(ours["vam"])
    table["ccc"] = generator.random(len(table))
    write_csv(table, ours["vam"])
    published = pd.read_csv(PUBLISHED).query("corpus == 'vam'").set_index("method")
    own = table.pivot(index="method", columns="dimension", values="ccc").loc[published.index]
    for count in (len(own), 5, 3):
        kept = own.index[:count]
        write_csv(table[table["method"].isin(kept)], ours["vam"])
        _, checks = run(tmp_path, {"vam": ours["vam"]})
        values = checks.set_index("check")["value"]
        for name in DIMENSIONS:
            tau = kendalltau(published.loc[kept, f"{name}_ccc"], own.loc[kept, name]).statistic
            found = values[f"Order of the methods by {name} (Kendall's tau)"]
            assert found == pytest.approx(tau)
    write_csv(table[table["method"].isin(own.index[:2])], ours["vam"])
    assert not run(tmp_path, {"vam": ours["vam"]})[1]["check"].str.contains("Kendall").any()


def test_what_rounds_to_the_printed_value_is_reproduced(tmp_path: Path, ours: dict) -> None:
    change(ours["vam"], "cmp", "valence", ccc=0.23549, rmse=0.0949)
    assert set(run(tmp_path, ours)[0]["verdict"]) == {"reproduced"}


def test_what_rounds_to_the_next_digit_is_not_reproduced(tmp_path: Path, ours: dict) -> None:
    change(ours["vam"], "cmp", "valence", ccc=0.2356, rmse=0.0951)  # printed: 0.235 and 0.09
    cells, _ = run(tmp_path, ours)
    changed = cells[cells["verdict"] != "reproduced"]
    assert changed["metric"].tolist() == ["ccc", "rmse"]
    assert set(changed["verdict"]) == {"within interval"}


def test_one_changed_cell_is_the_one_that_differs(tmp_path: Path, ours: dict) -> None:
    change(ours["iemocap"], "wlm", "arousal", ccc=0.1, ccc_low=0.05, ccc_high=0.15)
    cells, _ = run(tmp_path, ours)
    (row,) = cells[cells["verdict"] != "reproduced"].itertuples()
    assert (row.corpus, row.method, row.dimension, row.metric) == (
        "iemocap",
        "wlm",
        "arousal",
        "ccc",
    )
    assert row.verdict == "differs" and row.difference == pytest.approx(0.1 - row.published)
    for low, high in ((0.05, 0.99), (row.published, 0.99), (0.05, row.published)):
        change(ours["iemocap"], "wlm", "arousal", ccc_low=low, ccc_high=high)
        assert "within interval" in set(run(tmp_path, ours)[0]["verdict"])


def test_a_finding_that_does_not_hold_says_by_how_much(tmp_path: Path, ours: dict) -> None:
    change(ours["vam"], "e2e_em", "valence", ccc=0.3)
    _, checks = run(tmp_path, ours)
    failed = checks[~checks["holds"] & (checks["corpus"] == "vam")]
    assert failed["check"].tolist() == [
        "The direct prediction fails for valence",
        "The direct prediction is not applicable: less than half of the best in every dimension",
    ]
    assert failed["value"].tolist() == [pytest.approx(-0.3), pytest.approx(0.324 / 2 - 0.3)]
    assert failed["printed"].gt(0).all()  # by the paper's own table they hold


@pytest.mark.parametrize(("seed", "lowest"), list(enumerate([0.0, 0.2, 0.5, 0.7])))
def test_a_margin_is_how_far_the_worst_of_the_best_leads_the_best_of_the_others(
    seed: int, lowest: float
) -> None:
    single = ["cmp", "wv2_lr", "wv2_em", "hrt", "wlm"]
    vam = [*single, "cmp+wv2_lr", "cmp+wv2_em", "cmp+wlm"]
    iemocap = [*vam, "wv2_em+wlm", "wv2_em+hrt", "hrt+wlm"]
    values = np.random.default_rng(seed).uniform(lowest, lowest + 0.3, (len(iemocap) + 1, 3))
    ccc = pd.DataFrame(values, [*iemocap, "e2e_em"], [*DIMENSIONS])
    mean = ccc.mean(axis=1)

    def lead(ccc: pd.Series, best: list[str], methods: list[str]) -> float:
        others = [method for method in methods if method not in best]
        return min(ccc[method] for method in best) - max(ccc[method] for method in others)

    def inside(columns: list[str], low: float, high: float) -> float:
        printed = [round(ccc.loc[method, name], 2) for method in single for name in columns]
        return min(min(printed) - low, high - max(printed))

    expected = {
        "vam": [
            inside(["arousal", "dominance"], 0.67, 0.80),
            inside(["valence"], 0.20, 0.32),
            lead(ccc["arousal"], ["cmp+wv2_em"], vam),
            lead(ccc["dominance"], ["cmp+wv2_em"], vam),
            lead(ccc["valence"], ["wv2_em"], vam),
            -ccc.loc["e2e_em", "valence"],
            lead(ccc["valence"], ["wv2_em"], ["wv2_lr", "hrt", "wlm"]),
            min(max(ccc.loc[single, d]) / 2 - ccc.loc["e2e_em", d] for d in DIMENSIONS),
            0.02 - max(max(ccc.loc[single, d]) - ccc.loc["wv2_lr", d] for d in DIMENSIONS[1:]),
            lead(mean, ["wv2_em", "wv2_lr", "cmp", "wlm"], single),
        ],
        "iemocap": [
            lead(ccc["valence"], ["wv2_em", "wv2_em+wlm"], iemocap),
            lead(mean, ["wv2_em+wlm"], iemocap),
            lead(ccc["valence"], ["wv2_em"], ["cmp+wv2_em"]),
            lead(mean, ["wv2_em+wlm"], ["wv2_em", "wlm"]),
            min(ccc.loc["e2e_em", d] - max(ccc.loc[single, d]) / 2 for d in DIMENSIONS),
            lead(mean, ["hrt", "wlm", "wv2_em"], single),
            min(
                ccc.loc[f"wv2_em+{o}", d] - ccc.loc["wv2_em", d]
                for o in ("wlm", "hrt")
                for d in DIMENSIONS
            ),
        ],
    }
    table = ccc.rename_axis("method").reset_index().melt("method", None, "dimension", "ccc")
    checks = check_findings(dict.fromkeys(expected, table))
    for corpus, margins in expected.items():
        found = checks[checks["corpus"] == corpus]
        np.testing.assert_allclose(found["value"], margins)
        assert found["holds"].tolist() == [margin >= 0 for margin in margins]


def test_methods_and_corpora_that_were_not_run(tmp_path: Path, ours: dict) -> None:
    table = read_csv(ours["vam"])
    write_csv(table[table["method"] != "hrt"], ours["vam"])
    cells, checks = run(tmp_path, {"vam": ours["vam"]})
    assert set(cells["corpus"]) == {"vam"}
    assert set(cells.loc[cells["method"] == "hrt", "verdict"]) == {"not run"}
    assert set(cells.loc[cells["method"] != "hrt", "verdict"]) == {"reproduced"}
    assert not checks["check"].str.startswith("WV2 EM is best").any()
    assert "The direct prediction fails for valence" in set(checks["check"])
    assert set(run(tmp_path, {"iemocap": ours["iemocap"]})[0]["corpus"]) == {"iemocap"}
    cells, checks = run(tmp_path, {"mine": ours["vam"]})
    assert len(cells) == len(checks) == 0 and "verdict" in cells and "holds" in checks


def test_a_cell_that_was_not_published_is_not_audited(tmp_path: Path, ours: dict) -> None:
    table = pd.read_csv(PUBLISHED, dtype=str)
    table.loc[0, ["valence_ccc", "arousal_rmse"]] = None
    table.to_csv(tmp_path / "fewer.csv", index=False)
    cells, _ = run(tmp_path, ours, tmp_path / "fewer.csv")
    assert len(cells) == 21 * 6 - 2 and set(cells["verdict"]) == {"reproduced"}


def test_a_published_table_of_another_shape_is_told(tmp_path: Path, ours: dict) -> None:
    (tmp_path / "other.csv").write_text("corpus,method\nvam,cmp\n")
    with pytest.raises(InputError, match="valence_ccc, arousal_ccc"):
        audit(published=[str(tmp_path / "other.csv")], features=None, scores=ours, featurewise={},
              cells="c", checks="d")  # fmt: skip


def test_table_2_reproduces_itself_and_one_changed_cell_alone_differs(tmp_path: Path) -> None:
    published = PUBLISHED.with_name("icassp24_table2.csv")
    table = pd.read_csv(published)
    paths = {}
    for corpus, rows in table.groupby("corpus"):
        wide = rows.pivot(index="feature", columns="dimension", values="ccc").reset_index()
        paths[corpus, "cmp"] = tmp_path / f"{corpus}.csv"
        write_csv(wide, paths[corpus, "cmp"])
    outputs = {name: str(tmp_path / f"{name}.csv") for name in ("cells", "checks")}

    def verdicts() -> pd.Series:
        """By cell; the differences are what they are called."""
        audit(published=[str(PUBLISHED)], features=str(published), scores={},
              featurewise={key: str(path) for key, path in paths.items()}, **outputs)  # fmt: skip
        cells = read_csv(outputs["cells"])
        assert set(cells["metric"]) == {"featurewise_ccc"}
        np.testing.assert_allclose(cells["difference"], cells["ours"] - cells["published"])
        return cells.set_index(["corpus", "method", "dimension"])["verdict"]

    assert verdicts().tolist() == ["reproduced"] * len(table)
    own = read_csv(paths["vam", "cmp"])
    own.loc[own["feature"] == "mfcc_sma[1]_upleveltime75", "valence"] += 0.002
    write_csv(own, paths["vam", "cmp"])
    changed = verdicts()
    assert changed[changed != "reproduced"].to_dict() == {
        ("vam", "cmp/mfcc_sma[1]_upleveltime75", "valence"): "differs"
    }
    del paths["vam", "cmp"]
    assert set(verdicts().index.get_level_values("corpus")) == {"iemocap"}


def test_findings_hold_throughout_mostly_or_seldom_over_analyses(
    tmp_path: Path, ours: dict
) -> None:
    scores = read_csv(ours["iemocap"])
    scores = scores[scores["method"] != "e2e_em"][["method", "dimension", "ccc"]]
    every = []
    for epsilon in (0.1, 0.2, 0.3):
        valence = (scores["method"] == "wv2_em") & (scores["dimension"] == "valence")
        lost = (epsilon > 0.2) * 0.3 * valence  # WV2 EM loses its lead in one analysis of three
        analysis = dict.fromkeys(SPEC) | {"epsilon": epsilon}
        every.append(scores.assign(**analysis, ccc=scores["ccc"] - lost))
    write_csv(pd.concat(every), tmp_path / "multiverse.csv")
    outputs = {name: str(tmp_path / f"{name}.csv") for name in ("cells", "checks")}
    analyses = {"iemocap": str(tmp_path / "multiverse.csv")}
    audit(
        published=[str(PUBLISHED)], features=None, scores=ours, featurewise={}, analyses=analyses,
        **outputs,
    )  # fmt: skip
    checks = read_csv(outputs["checks"]).set_index("check")
    said = checks[checks["corpus"] == "iemocap"]["multiverse"]
    assert said["WV2 EM alone and with WLM are best for valence"] == "mostly"
    assert checks.loc["WV2 EM alone and with WLM are best for valence", "held"] == 2
    assert said["WV2 EM with WLM is best over all dimensions"] == "throughout"
    assert checks.loc[checks["corpus"] == "vam", ["held", "multiverse"]].isna().all(axis=None)
    write_csv(every[-1], tmp_path / "multiverse.csv")
    audit(
        published=[str(PUBLISHED)], features=None, scores=ours, featurewise={}, analyses=analyses,
        **outputs,
    )  # fmt: skip
    seldom = read_csv(outputs["checks"]).query("multiverse == 'seldom'")["check"]
    assert [name for name in seldom if "HRT" not in name] == [
        "WV2 EM alone and with WLM are best for valence", "Fusing WV2 EM with CMP hurts valence",
    ]  # fmt: skip


def test_half_of_all_analyses_are_not_most_of_them() -> None:
    said = [how_often(number, 4) for number in range(5)]
    assert said == ["seldom", "seldom", "seldom", "mostly", "throughout"]


def test_a_finding_on_a_direct_prediction_is_not_looked_for_in_a_multiverse(ours: dict) -> None:
    scores = read_csv(ours["vam"])
    analyses = scores[scores["method"] != "e2e_em"].assign(**dict.fromkeys(SPEC))
    checks = check_findings({"vam": scores}, {"vam": analyses}).set_index("check")
    direct = checks.loc["The direct prediction fails for valence"]
    assert direct["holds"] and pd.isna(direct["multiverse"])
    direct = checks.index.str.startswith("The direct prediction")
    assert set(checks.loc[~direct, "multiverse"]) == {"throughout"}


@pytest.fixture
def shipped() -> list[str]:
    names = ("icassp24_table1", "odyssey24", "odyssey24_card", "ser_tests", "wav2small")
    return [str(PUBLISHED.with_name(f"{name}.csv")) for name in names]


def podcast(path: Path, parts: list) -> str:
    """Write scores of a baseline that in the last part are those of the challenge's description."""
    table = pd.read_csv(PUBLISHED.with_name("odyssey24.csv"))
    table = table[(table["method"] == "odyssey_multi") & table["part"].isin(["Test3"])]
    names = ("ccc", "ccc_low", "ccc_high")
    rows = [
        {"method": "odyssey_multi", "dimension": d, "part": part, "rmse": 0.1}
        | {name: table[f"{d}_ccc"].item() - (part != parts[-1]) for name in names}
        for part in parts for d in DIMENSIONS
    ]  # fmt: skip
    write_csv(pd.DataFrame(rows).assign(rmse_low=0.1, rmse_high=0.1), path)
    return str(path)


@pytest.mark.parametrize(
    ("parts", "tested"), [([None, "Test2", "Test3"], ["Test2", "Test3"]), ([None], ["Test3"])]
)
def test_parts_are_audited_by_themselves_and_tables_contradict_one_another(
    tmp_path: Path, shipped: list, parts: list, tested: list
) -> None:
    outputs = {name: str(tmp_path / f"{name}.csv") for name in ("cells", "checks")}
    scores = {"msp_podcast": podcast(tmp_path / "scores.csv", parts)}
    audit(published=shipped, features=None, scores=scores, featurewise={},
          tested={"msp_podcast": tested}, **outputs)  # fmt: skip
    cells = read_csv(outputs["cells"])
    assert set(cells["part"]) == {*tested}
    own = cells[(cells["method"] == "odyssey_multi")].set_index(["table", "dimension"])
    assert own.loc["odyssey24", "verdict"].tolist() == ["reproduced"] * 3
    assert own.loc["odyssey24_card", "verdict"].tolist() == ["reproduced", "differs", "differs"]
    assert own["contradiction"].dropna().tolist() == [
        "odyssey24_card: 0.405", "odyssey24_card: 0.577", "odyssey24: 0.577", "odyssey24: 0.405",
    ]  # fmt: skip
    (check,) = read_csv(outputs["checks"]).query("check.str.startswith('The tables')").itertuples()
    assert check.check == (
        "The tables odyssey24 and odyssey24_card agree (not so: arousal and dominance are swapped)"
    )
    assert not check.holds and check.value == pytest.approx(0.405 - 0.577)


def test_a_cell_of_no_part_is_one_of_the_whole_corpus() -> None:
    table = pd.DataFrame({"corpus": "x", "method": "m", "part": [np.nan, "Test1"],
                          "valence_ccc": ["0.1", "0.2"]})  # fmt: skip
    assert printed_cells(table, "t", ("ccc",))["part"].tolist() == ["", "Test1"]


def test_tables_agree_as_far_as_their_largest_difference() -> None:
    """Corpus by corpus, as published, and whichever table is higher."""

    def cells(name: str, values: list[str]) -> pd.DataFrame:
        table = pd.DataFrame({"corpus": ["z", "z", "a"], "method": ["m", "n", "m"],
                              "valence_ccc": values})  # fmt: skip
        return printed_cells(table, name, ("ccc",))

    both = pd.concat([cells("one", ["0.1", "0.3", "0.5"]), cells("other", ["0.4", "0.2", "0.5"])])
    found = agreements(both, ["a", "z"])
    assert [row[:2] for row in found] == [
        ["z", "The tables one and other agree"], ["a", "The tables one and other agree"],
    ]  # fmt: skip
    assert [row[2] for row in found] == [pytest.approx(-0.3), 0]


def test_other_parts_and_experiments_than_ours_are_not_listed(
    tmp_path: Path, ours: dict, shipped: list
) -> None:
    outputs = {name: str(tmp_path / f"{name}.csv") for name in ("cells", "checks")}
    audit(published=shipped, features=None, scores=ours, featurewise={}, **outputs)
    cells = read_csv(outputs["cells"])
    assert len(cells) == 21 * 6 and set(cells["table"]) == {"icassp24_table1"}
    assert cells["part"].isna().all()


def test_planted_findings_follow_the_published_ones(tmp_path: Path, ours: dict) -> None:
    planted = tmp_path / "planted.csv"
    planted.write_text(
        "corpus,check,dimension,higher,lower,apart\n"
        'vam,"The encoder, alone",valence,wv2_em,cmp,no\nelsewhere,Another,valence,a,b,no\n'
    )
    outputs = {name: str(tmp_path / f"{name}_out.csv") for name in ("cells", "checks")}
    audit(published=[str(PUBLISHED)], features=None, planted=str(planted), scores=ours,
          featurewise={}, **outputs)  # fmt: skip
    checks = read_csv(outputs["checks"])
    assert checks["source"].tolist() == ["published"] * (len(checks) - 1) + ["planted"]
    vam = pd.read_csv(PUBLISHED).query("corpus == 'vam'").set_index("method")["valence_ccc"]
    assert checks["check"].iloc[-1] == "The encoder, alone" and checks["holds"].iloc[-1]
    assert checks["value"].iloc[-1] == pytest.approx(vam["wv2_em"] - vam["cmp"])
