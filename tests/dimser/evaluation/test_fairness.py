"""Whether predictions serve groups alike, against references and at its level."""

from types import SimpleNamespace

import audmetric
import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression
from sklearn.metrics import precision_score

from dimser.evaluation import fairness
from dimser.evaluation.parts import thirds
from dimser.evaluation.stress import of_groups


def drawn(seed: int = 2, count: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    label = rng.uniform(size=count)
    return np.clip(label + rng.normal(0, 0.2, count), -0.1, 1.1), label, rng.integers(0, 3, count)


def test_measures_are_those_of_others() -> None:
    prediction, label, groups = drawn()
    mask = fairness.members(groups, [0, 1, 2])
    sums = mask.T @ fairness.contributions(prediction, label)
    found = fairness.measured(sums)
    quarters = [np.clip((x * 4).astype(int), 0, 3) for x in (prediction.clip(0, 1), label)]
    for row, who in enumerate([groups >= 0, groups == 0, groups == 1, groups == 2]):
        ccc = audmetric.concordance_cc(label[who], prediction[who])
        error = (prediction[who] - label[who]).mean()
        precision = precision_score(
            quarters[1][who], quarters[0][who], labels=range(4), average=None
        )
        assert found[row] == pytest.approx([ccc, error, *precision])
    assert fairness.differences(sums) == pytest.approx(found[1:] - found[0])


def test_a_measure_rests_on_all_utterances_or_on_those_predicted_in_a_quarter() -> None:
    prediction = np.array([[0.1, 0.2, 0.3, 0.9, 0.8, 1.0], [0.6, 0.7, 0.7, 0.1, 0.1, 0.1]])
    sums = [[fairness.contributions(one, one).sum(axis=0)] * 3 for one in prediction]
    expected = [[6, 6, 2, 1, 0, 3], [6, 6, 3, 0, 3, 0]]
    found = fairness.counts(np.array(sums))
    assert found.tolist() == [[row] * 3 for row in expected]


@pytest.mark.parametrize("count", [29, 30])
def test_a_precision_needs_thirty_predictions_in_its_quarter(count: int) -> None:
    low = np.r_[np.arange(70) < count, np.arange(70) < 40]
    own = pd.DataFrame({"valence": np.where(low, 0.2, 0.4)})
    label = own + np.tile([[-0.05], [0.05]], (70, 1))
    who = pd.Series(np.arange(140) % 35)
    groups = {"sex": (pd.Series(np.repeat(["f", "m"], 70)), "")}
    found = pd.DataFrame(of_groups(own, label, groups, who, who, seed=1))
    found = found.set_index(["condition", "measure"])
    reason = found.loc[("f", "precision, 0 to 0.25, against all"), "reason"]
    assert (reason == "fewer than 30 predictions there") == (count == 29)


def test_who_has_no_group_does_not_count() -> None:
    groups = np.array(["a", None, "b", np.nan], dtype=object)
    assert fairness.members(groups, ["a", "b"]).tolist() == [
        [1, 1, 0], [0, 0, 0], [1, 0, 1], [0, 0, 0]
    ]  # fmt: skip


def test_likeness_within_speakers_is_the_intraclass_correlation() -> None:
    rng = np.random.default_rng(4)
    speakers = np.repeat(np.arange(12), 8)
    errors = rng.normal(size=12)[speakers] + rng.normal(size=96)
    table = pd.DataFrame({"t": speakers, "r": np.tile(np.arange(8), 12), "e": errors})
    expected = pingouin.intraclass_corr(table, "t", "r", "e").set_index("Type")["ICC"].iloc[0]
    assert fairness.alikeness(errors, speakers) == pytest.approx(expected, abs=1e-6)
    assert fairness.alikeness(rng.normal(size=96) - errors, np.arange(96)) == 0


def test_no_likeness_is_told_of_one_speaker_a_group_or_of_one_utterance_a_speaker() -> None:
    errors = np.random.default_rng(5).normal(size=12)
    speakers = np.repeat(np.arange(3), 4)
    within = errors - np.array([errors[speakers == own].mean() for own in range(3)])[speakers]
    with np.errstate(all="raise"):
        assert fairness.alikeness(within, speakers, 3) == 0
        assert fairness.alikeness(errors, np.arange(12)) == 0
        assert fairness.alikeness(np.zeros(12), speakers) == 0


def test_speakers_whose_errors_cancel_are_not_less_than_independent() -> None:
    assert fairness.alikeness(np.tile([1.0, -1.0], 6), np.repeat(np.arange(3), 4)) == 0


def test_a_fair_model_adds_an_error_of_the_speaker_and_one_of_the_utterance() -> None:
    """With the variance of errors from their groups' means, split by a nested analysis of it."""
    rng = np.random.default_rng(7)
    speakers, label = np.repeat(np.arange(12), 8), rng.uniform(0.4, 0.5, 96)
    groups = speakers % 2
    own = 0.3 + label + rng.normal(size=12)[speakers] + rng.normal(size=96) + groups
    model = LinearRegression().fit(label[:, None], own)
    errors = own - model.predict(label[:, None])
    errors -= np.array([errors[groups == sex].mean() for sex in (0, 1)])[groups]
    means = errors.reshape(12, 8).mean(axis=1)
    between = 8 * np.square(means).sum() / (12 - 2)
    within = np.square(errors - means[speakers]).sum() / (96 - 12)
    alike = (between - within) / (between + 7 * within)
    assert 0.1 < alike < 0.9
    draw = fairness.fair_model(own, label, groups, speakers)

    def drawn(of_speakers: float, of_utterances: float) -> np.ndarray:
        numbers = {12: of_speakers, 96: of_utterances}
        return draw(SimpleNamespace(normal=lambda size: np.full(size, numbers[size])))

    follows = model.predict(label[:, None])
    np.testing.assert_allclose(drawn(0, 0), follows)
    np.testing.assert_allclose(drawn(1, 0) - follows, errors.std() * np.sqrt(alike))
    np.testing.assert_allclose(drawn(0, 1) - follows, errors.std() * np.sqrt(1 - alike))


def test_without_speakers_errors_of_a_fair_model_are_independent() -> None:
    rng = np.random.default_rng(9)
    label = rng.uniform(size=2000)
    own = 0.5 * label + 0.2 * rng.normal(size=2000)
    draw = fairness.fair_model(own, label, np.zeros(2000, int), None)
    errors = draw(rng) - 0.5 * label
    assert errors.std() == pytest.approx(0.2, rel=0.1)
    assert abs(np.corrcoef(errors[1:], errors[:-1])[0, 1]) < 0.1


def test_a_group_of_one_has_no_error_of_its_own_and_an_empty_one_does_no_harm() -> None:
    own, label = np.array([0.2, 0.9, 0.4]), np.array([0.1, 0.5, 0.9])
    with np.errstate(all="raise"):
        draw = fairness.fair_model(own, label, np.array([0, 1, 3]), None)
    np.testing.assert_allclose(draw(np.random.default_rng(0)), np.polyval(
        np.polyfit(label, own, 1), label))  # fmt: skip


def test_where_labels_do_not_vary_a_fair_model_varies_around_its_mean() -> None:
    own = np.random.default_rng(1).normal(0.4, 0.1, size=50)
    draw = fairness.fair_model(own, np.full(50, 0.5), np.zeros(50, int), None)
    none = SimpleNamespace(normal=lambda size: np.zeros(size))
    np.testing.assert_allclose(draw(none), own.mean())


def test_a_fair_model_is_as_good_as_the_method() -> None:
    rng = np.random.default_rng(6)
    speakers = np.repeat(np.arange(50), 20)
    label = rng.uniform(size=1000)
    own = 0.3 + 0.5 * label + 0.1 * rng.normal(size=50)[speakers] + 0.1 * rng.normal(size=1000)
    draw = fairness.fair_model(own, label, np.zeros(1000, int), speakers)
    others = np.array([draw(np.random.default_rng(seed)) for seed in range(50)])
    assert others.mean() == pytest.approx(own.mean(), abs=0.01)
    slopes = [np.polyfit(label, other, 1)[0] for other in others]
    assert np.mean(slopes) == pytest.approx(np.polyfit(label, own, 1)[0], abs=0.01)
    cccs = [audmetric.concordance_cc(label, other) for other in others]
    assert np.mean(cccs) == pytest.approx(audmetric.concordance_cc(label, own), abs=0.03)
    alike = [fairness.alikeness(other - 0.5 * label, speakers) for other in others]
    assert np.mean(alike) == pytest.approx(0.5, abs=0.08)


def test_what_groups_differ_by_does_not_make_speakers_alike() -> None:
    rng = np.random.default_rng(8)
    speakers = np.repeat(np.arange(20), 25)
    sex, label = speakers % 2, rng.uniform(size=500)
    own = label + rng.normal(0, 0.1, 500) + 0.2 * sex
    for groups, expected in ((sex, 0.0), (0 * sex, 0.5)):
        draw = fairness.fair_model(own, label, groups, speakers)
        errors = [draw(np.random.default_rng(seed)) - label for seed in range(30)]
        alike = np.mean([fairness.alikeness(own, speakers) for own in errors])
        assert alike == pytest.approx(expected, abs=0.1)
        shift = fairness.by_chance(draw, label, fairness.members(sex, [0, 1]), 1)[..., 1]
        assert (shift >= 0).all()
        assert (np.quantile(shift, 0.95) < 0.02) == (groups is sex)


@pytest.mark.parametrize(("count", "at"), [(10, 0.99), (6, 0.95)])
def test_few_speakers_leave_open_how_much_they_differ(
    count: int, at: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fairness, "SIMULATIONS", 6000)
    rng = np.random.default_rng(9)
    speakers = np.repeat(np.arange(count), 300 // count)
    thirds_of, label = speakers * 3 // count, rng.uniform(size=300)
    own = label + 0.3 * rng.normal(size=count)[speakers] + 0.01 * rng.normal(size=300)
    mask = fairness.members(thirds_of, [0, 1, 2])
    known, open_ = (
        np.quantile(fairness.by_chance(draw, label, mask, 1)[..., 0, 1], [0.5, at])
        for draw in (
            fairness.fair_model(own, label, thirds_of, speakers, uncertain=uncertain)
            for uncertain in (False, True)
        )
    )
    levels = 0.5 + np.array([0.5, at]) / 2
    expected = stats.t.ppf(levels, count - 3) / stats.norm.ppf(levels)
    assert open_ / known == pytest.approx(expected, rel=0.12)


def test_groups_of_a_speaker_each_tell_nothing_of_how_speakers_differ() -> None:
    rng = np.random.default_rng(0)
    speakers, label = np.repeat(np.arange(3), 40), rng.uniform(size=120)
    draw = fairness.fair_model(label, label, speakers, speakers, uncertain=True)
    np.testing.assert_allclose(draw(rng), label)


def verdicts(seed: int, *, shift: float = 0.0, apart: float = 0.08) -> pd.DataFrame:
    """Judge one corpus of 20 speakers, ten of a sex, who differ by themselves."""
    rng = np.random.default_rng(seed)
    speakers = np.repeat(np.arange(20), 25)
    label, sex = rng.uniform(size=500), np.array(["f", "m"])[speakers % 2]
    own = 0.2 + 0.6 * label + rng.normal(0, apart, 20)[speakers] + rng.normal(0, 0.15, 500)
    own += shift * (sex == "f")
    columns = [pd.DataFrame({"valence": values}) for values in (own, label)]
    who = pd.Series(speakers)
    found = of_groups(*columns, {"sex": (pd.Series(sex), "")}, who, who, seed=1)
    return pd.DataFrame(found)


def test_fair_methods_seldom_fail_though_speakers_differ() -> None:
    """A small version of benchmarks/stress.py."""
    failed = [(verdicts(seed)["passed"].eq(False)).any() for seed in range(60)]
    assert np.mean(failed) <= 0.15


def test_a_shift_between_sexes_is_found() -> None:
    found = [verdicts(seed, shift=0.2).set_index("measure")["passed"] for seed in range(10)]
    assert np.mean([own["mean error, against all"].eq(False).all() for own in found]) >= 0.9


def test_results_depend_on_the_seed_alone() -> None:
    pd.testing.assert_frame_equal(verdicts(1), verdicts(1))


def test_few_ages_make_parts_of_other_sizes_and_one_age_none() -> None:
    rng, ages = np.random.default_rng(3), np.repeat([20.0, 20.0, 50.0, np.nan], 50)
    label = rng.uniform(size=200)
    columns = [pd.DataFrame({"valence": own}) for own in (label + rng.normal(0, 0.1, 200), label)]
    parts = thirds(pd.Series(ages)).astype(object), "fewer than two ages are known"
    found = pd.DataFrame(of_groups(*columns, {"age": parts}, None, None, seed=1))
    own = found[found["measure"] == "CCC, against all"].set_index("condition")
    assert own["n"].to_dict() == {"middle third": 100, "highest third": 50}
    assert own["threshold"].isna().all() and own["threshold_simulated"].notna().all()
    alike = thirds(pd.Series(np.full(200, 31.0))).astype(object), parts[1]
    (row,) = of_groups(*columns, {"age": alike}, None, None, seed=1)
    assert row == {"dimension": "valence", "check": "age", "n": 0, "reason": parts[1]}
