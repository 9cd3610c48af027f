import numpy as np
import pandas as pd
import pytest

from dimser.core import metrics
from dimser.core.errors import InputError
from dimser.evaluation.multiverse import SPEC, effects, held, lead, ranks, score, varied

REFIT = [name for name in SPEC if name not in ("grouping", "pooling")]
CHOICES = [(epsilon, scaling) for epsilon in (0.01, 0.1) for scaling in ("minmax", "rank", "none")]


def analysed(
    skill: dict[str, dict], labels: np.ndarray, generator: np.random.Generator, noise: float = 0.1
) -> pd.DataFrame:
    """A fold's table: methods predict labels the worse the less skill they have in an analysis.

    Args:
        skill: of each method, by scaling or for all.
        labels: of the utterances that are predicted.
        generator: of the errors that a method has in all analyses, and of those of each.
        noise: the latter's standard deviation.
    """
    errors = {method: generator.normal(size=len(labels)) for method in skill}
    rows = []
    for epsilon, scaling in CHOICES:
        for method, own in skill.items():
            wrong = errors[method] + noise * generator.normal(size=len(labels))
            predicted = labels + wrong * (1 - own.get(scaling, own.get("all", 0.5)))
            sums = metrics.sums(predicted, labels, np.array(0.5)).tolist()
            choice = dict.fromkeys(REFIT) | {"epsilon": epsilon, "scaling": scaling}
            spec = choice | {"method": method, "dimension": "valence"}
            rows.append(spec | dict(zip(metrics.SUMS, sums, strict=True)))
    return pd.DataFrame(rows)


def table(skill: dict[str, dict], seed: int = 0, count: int = 60) -> pd.DataFrame:
    """The scores of all analyses of one fold."""
    generator = np.random.default_rng(seed)
    fold = analysed(skill, generator.random(count), generator)
    return score([[fold]], grouping=False, pooling=["pooled"])


def shares_of_first(scores: pd.DataFrame) -> pd.Series:
    found = ranks(scores)
    return found[found["rank"] == 1].set_index("method")["share"]


def test_pooled_and_mean_ccc_are_those_of_predictions() -> None:
    generator = np.random.default_rng(1)
    groupings, sizes = [], (20, 35)
    for _ in range(2):
        labels = [generator.random(size) for size in sizes]
        predictions = [own + generator.normal(0, 0.1, len(own)) for own in labels]
        groupings.append((labels, predictions))
    folds = [
        [
            pd.DataFrame([
                dict.fromkeys(REFIT) | {"method": "a", "dimension": "valence"}
                | dict(zip(metrics.SUMS, metrics.sums(x, y, np.array(0.5)).tolist(), strict=True))
            ])
            for y, x in zip(labels, predictions, strict=True)
        ]
        for labels, predictions in groupings
    ]  # fmt: skip

    def ccc(x: np.ndarray, y: np.ndarray) -> float:
        return 2 * np.mean((x - x.mean()) * (y - y.mean())) / (
            x.var() + y.var() + (x.mean() - y.mean()) ** 2
        )  # fmt: skip

    pooled = [ccc(np.concatenate(x), np.concatenate(y)) for y, x in groupings]
    means = [np.mean([ccc(*pair) for pair in zip(x, y, strict=True)]) for y, x in groupings]
    pooling = ["pooled", "mean of folds"]
    apart = score(folds, grouping=True, pooling=pooling)
    np.testing.assert_allclose(apart["ccc"], [pooled[0], means[0], pooled[1], means[1]])
    assert apart["grouping"].tolist() == [0, 0, 1, 1] and apart.index.is_unique
    together = score(folds, grouping=False, pooling=pooling)
    averaged = [np.tanh(np.arctanh(own).mean()) for own in (pooled, means)]
    np.testing.assert_allclose(together["ccc"], averaged)
    assert together["grouping"].isna().all()


def test_a_fold_without_a_ccc_has_no_share_in_the_mean() -> None:
    generator, labels = np.random.default_rng(2), np.random.default_rng(3).random(30)
    one, other = (analysed({"a": {}}, own, generator) for own in (labels, labels))
    other[metrics.SUMS] = metrics.sums(np.full(9, 0.5), np.full(9, 0.5))
    pooling = ["mean of folds"]
    alone = score([[one]], grouping=False, pooling=pooling)
    both = score([[one, other]], grouping=False, pooling=pooling)
    assert alone["ccc"].notna().all()
    np.testing.assert_allclose(both["ccc"], alone["ccc"])
    assert score([[other]], grouping=False, pooling=pooling)["ccc"].isna().all()


def test_a_lead_is_that_over_the_best_of_all_others() -> None:
    scores = table({"b": {"all": 0.6}, "a": {"all": 0.7}, "c": {"all": 0.5}})
    wide = scores.pivot(index=["epsilon", "scaling"], columns="method", values="ccc")
    for method in "abc":
        expected = wide[method] - wide.drop(columns=method).max(axis=1)
        own = lead(scores)[scores["method"] == method]
        np.testing.assert_allclose(np.sort(own), np.sort(expected))


def test_methods_stand_by_their_mean_rank_and_ranks_and_values_in_their_order() -> None:
    scores = table({"b": {"all": 0.6, "rank": 0.9}, "a": {"all": 0.7}}, count=400)
    rows = ranks(scores)[["method", "rank", "analyses"]].values.tolist()
    assert rows == [["a", 1, 4], ["a", 2, 2], ["b", 1, 2], ["b", 2, 4]]
    found = effects(scores)
    assert found["method"].tolist() == ["a"] * 5 + ["b"] * 5
    values = found.loc[found["choice"] == "scaling", "value"].tolist()
    assert values == ["minmax", "rank", "none"] * 2
    equal = pd.concat([scores[scores["method"] == "b"], scores[scores["method"] == "b"].assign(
        method="a")], ignore_index=True).assign(rank=1.5)  # fmt: skip
    assert ranks(equal)["method"].tolist() == ["b", "a"]


def test_what_a_choice_does_where_it_is_none_is_told_as_well() -> None:
    scores = table({"a": {"all": 0.5}})
    scores["gamma"] = scores["scaling"].map({"minmax": "scale", "rank": "auto", "none": None})
    scores["ccc"] = scores["scaling"].map({"minmax": 0.1, "rank": 0.2, "none": 0.6})
    found = effects(scores).query("choice == 'gamma'")
    assert found["value"].isna().tolist() == [False, False, True]
    assert found["ccc"].tolist() == pytest.approx([0.1, 0.2, 0.6])
    assert found["ccc_share"].tolist() == pytest.approx([1, 1, 1])


def test_folds_that_were_analysed_otherwise_are_told() -> None:
    generator = np.random.default_rng(0)
    one = analysed({"a": {}}, generator.random(9), generator)
    with pytest.raises(InputError, match="not analysed alike"):
        score([[one, one.iloc[1:]]], grouping=False, pooling=["pooled"])


def test_the_same_method_twice_never_leads() -> None:
    one = table({"a": {"all": 0.7}})
    scores = score(
        [[pd.concat([
            one_fold := analysed({"a": {"all": 0.7}}, np.linspace(0, 1, 30),
                                 np.random.default_rng(3)),
            one_fold.assign(method="b"),
        ], ignore_index=True)]],
        grouping=False, pooling=["pooled"],
    )  # fmt: skip
    assert (scores["rank"] == 1.5).all() and (one["rank"] == 1).all()
    assert shares_of_first(scores).empty


def test_of_two_equal_methods_each_leads_in_half_of_the_analyses_on_average() -> None:
    """Over corpora; in one corpus, often in all or in none: a multiverse does not tell chance."""
    skill = {"a": {"all": 0.6}, "b": {"all": 0.6}}
    first = [shares_of_first(table(skill, seed)).get("a", 0.0) for seed in range(60)]
    assert abs(np.mean(first) - 0.5) < 3 * np.std(first) / np.sqrt(len(first))
    assert np.mean(np.isin(first, [0.0, 1.0])) > 0.5


def test_a_method_that_is_better_only_under_one_choice_is_told_with_that_choice() -> None:
    scores = table({"a": {"all": 0.7}, "b": {"all": 0.6, "rank": 0.9}}, count=400)
    found = effects(scores).set_index(["method", "choice", "value"])
    assert found["first"].loc["b", "scaling"].to_dict() == {"minmax": 0, "rank": 2, "none": 0}
    assert (
        found["lead"].loc["b", "scaling", "rank"] > 0.05 > found["lead"].loc["a", "scaling"].min()
    )
    for method in ("a", "b"):
        assert found["lead_share"].loc[method, "scaling"].iloc[0] > 0.95
        assert found["lead_share"].loc[method, "epsilon"].iloc[0] < 0.05
    a, b = (found["ccc_share"].loc[method, "scaling"].iloc[0] for method in ("a", "b"))
    assert a < 0.8 < 0.95 < b
    assert shares_of_first(scores).to_dict() == {"a": 4 / 6, "b": 2 / 6}


def test_shares_of_choices_are_sums_of_squares_of_an_analysis_of_variance() -> None:
    """Two choices that add up, without noise: their shares are known, and their sum is 1."""
    scores = table({"a": {"all": 0.5}})
    effect = {0.01: 0.0, 0.1: 0.2, "minmax": 0.0, "rank": 0.1, "none": 0.3}
    ccc = scores["epsilon"].map(effect) + scores["scaling"].map(effect)
    found = effects(scores.assign(ccc=ccc)).drop_duplicates("choice").set_index("choice")
    variances = {"epsilon": np.var([0.0, 0.2]), "scaling": np.var([0.0, 0.1, 0.3])}
    total = sum(variances.values())
    for choice, variance in variances.items():
        assert found.loc[choice, "ccc_share"] == pytest.approx(variance / total)
    assert found["lead"].isna().all()  # over no other method


def test_a_gamma_that_a_linear_kernel_lacks_is_no_choice() -> None:
    scores = table({"a": {"all": 0.5}})
    kernels = {0.01: ("rbf", "scale"), 0.1: ("linear", None)}
    kernel, gamma = zip(*scores["epsilon"].map(kernels), strict=True)
    assert varied(scores.assign(kernel=kernel, gamma=gamma)) == ["epsilon", "kernel", "scaling"]


def test_statements_hold_in_so_many_analyses() -> None:
    scores = table({"a": {"all": 0.7}, "b": {"all": 0.6, "rank": 0.9}}, count=400)
    assert held(scores, lambda ccc: 0.0) == (6, 6)
    assert held(scores, lambda ccc: ccc.loc["b", "valence"] - ccc.loc["a", "valence"]) == (2, 6)
    with pytest.raises(KeyError):
        held(scores, lambda ccc: ccc.loc["e2e_em", "valence"])
