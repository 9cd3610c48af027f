"""Sentences of the paper that rest on more than the CCCs of methods."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.evaluation.audit import check_findings
from dimser.evaluation.findings import FURTHER, Evidence
from dimser.evaluation.published import paper_features, paper_scores, printed_cells

PUBLISHED = Path(__file__).parents[3] / "data/published"
SETS = ["cmp", "wv2_lr", "wv2_em", "hrt", "wlm"]
METHODS = [*SETS, "cmp+wv2_lr", "cmp+wv2_em", "cmp+wlm", "e2e_em"]
MARGINS = {sentence: margin for _, sentence, margin in FURTHER}


def margin(beginning: str, evidence: Evidence) -> float:
    (found,) = [own for sentence, own in MARGINS.items() if sentence.startswith(beginning)]
    return found(evidence)


@pytest.fixture
def evidence() -> Evidence:
    """Random tables of two corpora."""
    generator = np.random.default_rng(0)

    def table(rows: list, name: str) -> pd.DataFrame:
        values = generator.uniform(0.1, 0.4, (len(rows), 3))
        return pd.DataFrame(values, columns=[*DIMENSIONS]).assign(**{name: rows})

    corpora = ("vam", "iemocap")
    return Evidence(
        scores={c: table(METHODS, "method").melt("method", None, "dimension", "rmse")
                for c in corpora},
        labels={c: table([*range(20)], "id") for c in corpora},
        featurewise={(c, s): table([f"mfcc[{n}]" for n in range(9)], "feature")
                     for c in corpora for s in SETS},
    )  # fmt: skip


def test_ranges_and_highest_ccc_of_single_features(evidence: Evidence) -> None:
    def values(corpus: str, name: str, dimension: str) -> np.ndarray:
        return evidence.featurewise[corpus, name][dimension].to_numpy()

    for sentence, corpus, dimensions in (
        (
            "Single features of WV2 EM exceed the out-of-domain ones in arousal",
            "vam",
            DIMENSIONS[:2],
        ),
        (
            "Single features of WV2 EM exceed the out-of-domain ones in valence",
            "iemocap",
            ("valence",),
        ),
    ):
        leads = [
            max(values(corpus, "wv2_em", d)) - max(values(corpus, other, d))
            for d in dimensions for other in ("wv2_lr", "hrt", "wlm")
        ]  # fmt: skip
        assert margin(sentence, evidence) == pytest.approx(min(leads))
    spans = {name: np.ptp(values("iemocap", name, "valence")) for name in SETS[1:]}
    expected = min(spans[name] for name in ("wv2_lr", "wv2_em", "hrt")) - spans["wlm"]
    assert margin("Single features of WLM", evidence) == pytest.approx(expected)
    spans = {name: np.ptp(values("iemocap", name, "arousal")) for name in SETS[1:]}
    expected = spans["wv2_em"] - max(spans[name] for name in ("wv2_lr", "hrt", "wlm"))
    assert margin("Single out-of-domain", evidence) == pytest.approx(expected)
    for name, highest in (("wv2_lr", 0.5), ("cmp", 0.6)):
        evidence.featurewise["vam", name].loc[4, "arousal"] = highest
    arousal = [max(values("vam", name, "arousal")) for name in SETS]
    assert margin("The best single feature", evidence) == pytest.approx(
        arousal[0] - max(arousal[1:])
    )
    expected = min(
        max(values("vam", name, "arousal")) - max(values("vam", name, "valence"))
        for name in ("wv2_lr", "hrt", "wlm")
    )
    assert margin("Features pre-trained on English", evidence) == pytest.approx(expected)


def test_the_top_two_are_compared_in_both_corpora(evidence: Evidence) -> None:
    for corpus, dominance in (("vam", [3, 4]), ("iemocap", [4, 5])):
        table = evidence.featurewise[corpus, "cmp"]
        for dimension, best in (("arousal", [3, 4]), ("dominance", dominance)):
            table.loc[best, dimension] = 1
    assert margin("Of the top two", evidence) == 0
    evidence.featurewise["vam", "cmp"]["dominance"] = np.arange(9)
    assert margin("Of the top two", evidence) == -1


def test_rmse_is_compared_as_it_is_and_beside_the_labels_spread(evidence: Evidence) -> None:
    table = evidence.scores["iemocap"]  # the last of the fusions is worst
    table.loc[table["method"] == "cmp+wlm", "rmse"] = 0.01
    one, other = (
        evidence.scores[c].pivot(index="method", columns="dimension", values="rmse").drop("e2e_em")
        for c in ("iemocap", "vam")
    )  # the direct prediction is no representation
    assert margin("RMSE is lower", evidence) == pytest.approx((one - other).to_numpy().min())
    one, other = (
        table / np.std(evidence.labels[c][[*DIMENSIONS]], axis=0)
        for table, c in ((one, "iemocap"), (other, "vam"))
    )
    assert margin("RMSE divided", evidence) == pytest.approx((one - other).to_numpy().min())


def test_a_sentence_is_checked_in_this_run_and_beside_it_in_the_papers_tables(
    evidence: Evidence,
) -> None:
    own = [*DIMENSIONS]
    scores = {c: table.rename(columns={"rmse": "ccc"}) for c, table in evidence.scores.items()}
    moved = {c: table.assign(**(table[own] + 0.2)) for c, table in evidence.labels.items()}
    sentence = "Most of VAM lies at low valence: below the middle of the scale"
    for paper in (Evidence(labels=moved), None):
        checks = check_findings(scores, None, None, evidence, paper).set_index("check")
        assert checks.loc[sentence, "value"] == margin(sentence, evidence) == 0.5
        expected = np.mean(moved["vam"]["valence"] < 0.5) - 0.5 if paper else None
        assert checks["printed"].to_dict()[sentence] == expected != 0.5
        assert not checks.index.str.startswith("WV2 EM is significantly").any()  # not compared


def test_where_labels_lie_and_how_coarse_they_are(evidence: Evidence) -> None:
    labels = {"vam": [0.1, 0.2, 0.2, 0.5], "iemocap": [0.5, 0.5, 0.5, 0.25]}
    own = Evidence(labels={c: pd.DataFrame({"valence": values}) for c, values in labels.items()})
    assert margin("Most of VAM", own) == pytest.approx(0.25)
    assert margin("Labels of IEMOCAP", own) == pytest.approx(0.5 - 0.25)


def test_significance_is_that_of_the_corrected_test() -> None:
    def compared(a: str, b: str, difference: float, p: float) -> Evidence:
        row = {"dimension": "valence", "method_a": a, "method_b": b,
               "ccc_difference": difference, "p_adjusted": p}  # fmt: skip
        other = row | {"method_b": "hrt", "ccc_difference": 0.3, "p_adjusted": 0.03}
        return Evidence(comparisons={"iemocap": pd.DataFrame([other, row])})

    for a, b, difference, p, expected in (
        ("wv2_em", "e2e_em", 0.2, 0.01, 0.04), ("wv2_em", "e2e_em", 0.2, 0.2, -0.15),
        ("e2e_em", "wv2_em", -0.2, 0.01, 0.04), ("e2e_em", "wv2_em", 0.2, 0.01, -0.2),
        ("wv2_em", "e2e_em", -0.2, 0.01, -0.2), ("wv2_em", "e2e_em", 0.0, 0.01, 0.0),
    ):  # fmt: skip
        own = compared(a, b, difference, p)
        assert margin("WV2 EM is significantly", own) == pytest.approx(expected)
    with pytest.raises(KeyError):
        margin("WV2 EM is significantly", compared("a", "b", 0.1, 0.01))


def test_top_features_are_those_of_table_2_and_the_paper_s_tables_bear_them_out() -> None:
    table = pd.read_csv(PUBLISHED / "icassp24_table1.csv", dtype=str)
    scores = paper_scores(printed_cells(table, "t", ("ccc", "rmse")))
    features = pd.read_csv(PUBLISHED / "icassp24_table2.csv", dtype=str)
    own = Evidence(scores, featurewise=paper_features(features))
    checks = check_findings(scores, None, scores, Evidence(), own)
    assert not checks["corpus"].str.contains(",").any()  # no evidence of ours, nothing to check
    assert margin("The top features", own) == pytest.approx(0.199 - 0.166)
    assert margin("Of the top two", own) == 0 and margin("All of the top two", own) == 0
    assert margin("RMSE is lower", own) == pytest.approx(0)
    voiced = features.replace({"mfcc_sma[2]_range": "F0final_sma_range"})
    assert margin("All of the top two", Evidence(featurewise=paper_features(voiced))) == -1
    assert "RMSE is lower" in " ".join(check_findings(scores, None, scores, own, own)["check"])
