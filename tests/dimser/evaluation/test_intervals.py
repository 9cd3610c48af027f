import audmetric
import numpy as np
import pytest
from scipy import stats

from dimser.core import metrics
from dimser.evaluation import intervals


def clustered(clusters=12, utterances=240, seed=0):
    """Labels and predictions in three dimensions, clusters of unequal sizes, in mixed order."""
    rng = np.random.default_rng(seed)
    who = np.array([f"speaker{number:02}" for number in range(clusters)])
    who = np.concatenate([who, rng.choice(who, utterances - clusters)])
    label = rng.random((utterances, 3))
    return 0.5 * label + 0.3 * rng.random((utterances, 3)), label, who


def ends_of(sums, metric=metrics.ccc, scale="atanh"):
    """The interval from one grouping of the speakers."""
    return intervals.jackknife(sums[:, None], intervals.averaged(metric, scale), scale)


def test_sums_of_clusters_add_up_to_the_corpus():
    prediction, label, who = clustered()
    sums = intervals.cluster_sums(prediction, label, who)
    assert sums.shape == (12, 3, 6)
    np.testing.assert_array_equal(sums[:, 0, 0], np.unique(who, return_counts=True)[1])
    np.testing.assert_allclose(sums.sum(axis=0), metrics.sums(prediction, label), atol=1e-12)
    unnamed = intervals.cluster_sums(prediction, label, np.where(who == "speaker03", None, who))
    np.testing.assert_allclose(unnamed.sum(axis=0), sums.sum(axis=0), atol=1e-12)


@pytest.mark.parametrize(("metric", "scale", "reference", "there", "back"), [
    (metrics.ccc, "atanh", audmetric.concordance_cc, np.arctanh, np.tanh),
    (metrics.pearson, "atanh", audmetric.pearson_cc, np.arctanh, np.tanh),
    (metrics.rmse, "log", lambda y, x: np.sqrt(audmetric.mean_squared_error(y, x)), np.log, np.exp),
])  # fmt: skip
def test_equals_a_loop_that_leaves_out_the_utterances_of_one_cluster(
    metric, scale, reference, there, back
):
    prediction, label, who = clustered()
    ends = ends_of(intervals.cluster_sums(prediction, label, who), metric, scale)
    names, sizes = np.unique(who, return_counts=True)
    for dimension in range(3):
        x, y = prediction[:, dimension], label[:, dimension]
        left = np.array([there(reference(y[who != name], x[who != name])) for name in names])
        error = np.sqrt(11 / 12 * np.sum((left - left.mean()) ** 2))
        student = stats.t(sizes.sum() ** 2 / np.sum(sizes**2) - 1)
        expected = back(there(reference(y, x)) + np.array([-1, 1]) * student.ppf(0.975) * error)
        np.testing.assert_allclose([end[dimension] for end in ends], expected, rtol=1e-9)


def test_a_difference_is_paired():
    """Where both methods err alike, their difference is far surer than either CCC."""
    prediction, label, who = clustered()
    both = np.stack([prediction, prediction + 0.01 * label], axis=1)
    sums = intervals.cluster_sums(both, label[:, None], who)
    difference = lambda own: np.diff(metrics.ccc(own), axis=-2)[..., 0, :]  # noqa: E731
    low, high = ends_of(sums, difference, "identity")
    alone = ends_of(sums[:, 0])
    assert ((high - low) < 0.1 * (alone[1] - alone[0])).all()


def test_an_interval_of_a_ccc_stays_within_its_range():
    prediction, label, who = clustered(clusters=3)
    sums = intervals.cluster_sums(label + 0.01 * prediction, label, who)
    low, high = ends_of(sums)
    assert (low > -1).all() and (high < 1).all()


def test_few_clusters_that_hold_most_utterances_make_it_wider():
    prediction, label, _ = clustered()
    equal = np.arange(240) % 6
    most = np.where(np.arange(240) < 6, np.arange(240), 0)
    widths = [
        np.diff(ends_of(sums), axis=0).mean()
        for sums in (intervals.cluster_sums(prediction, label, who) for who in (equal, most))
    ]
    assert widths[1] > 2 * widths[0]


def test_no_interval_has_less_than_one_degree_of_freedom():
    prediction, label, _ = clustered()
    who = np.where(np.arange(240) < 2, np.arange(240), 2)  # 1, 1 and 238 utterances
    low, high = ends_of(intervals.cluster_sums(prediction, label, who), scale="identity")
    for dimension in range(3):
        x, y = prediction[:, dimension], label[:, dimension]
        left = [audmetric.concordance_cc(y[who != one], x[who != one]) for one in range(3)]
        error = np.sqrt(2 / 3 * np.sum((left - np.mean(left)) ** 2))
        half = (high[dimension] - low[dimension]) / 2
        assert half == pytest.approx(stats.t(1).ppf(0.975) * error)


def test_there_is_none_with_two_clusters_nor_where_a_metric_is_undefined_or_never_moves():
    prediction, label, who = clustered(clusters=2)
    two = intervals.cluster_sums(prediction, label, who)
    assert np.isnan(ends_of(two)).all()
    prediction, label, who = clustered(clusters=3)
    constant = intervals.cluster_sums(np.full_like(prediction, 0.5), label, who)
    assert np.isnan(ends_of(constant, metrics.pearson)).all()
    alike = np.repeat(intervals.cluster_sums(prediction, label, who)[:1], 4, axis=0)
    assert np.isnan(ends_of(alike)).all()
    perfect = intervals.cluster_sums(label, label, who)
    assert np.isnan(ends_of(perfect)).all()


def grouped(groupings=3):
    """Sums by clusters of what several groupings of the speakers predict."""
    prediction, label, who = clustered()
    rng = np.random.default_rng(1)
    each = [prediction + rng.normal(0, 0.1, prediction.shape) for _ in range(groupings)]
    return intervals.cluster_sums(np.stack(each, axis=1), label[:, None], who)


@pytest.mark.parametrize("groupings", [2, 3])
def test_over_groupings_a_metric_is_averaged_where_it_is_closer_to_normal(groupings):
    total = grouped(groupings).sum(axis=0)
    mean = intervals.averaged(metrics.ccc, "atanh")(total[None])[0]
    np.testing.assert_allclose(np.arctanh(mean), np.arctanh(metrics.ccc(total)).mean(axis=0))
    np.testing.assert_allclose(
        intervals.between(total, intervals.averaged(metrics.ccc)),
        metrics.ccc(total).std(axis=0, ddof=1),
    )
    one = total[:1]
    assert np.isnan(intervals.between(one, intervals.averaged(metrics.ccc))).all()
    exact = intervals.averaged(metrics.ccc, "atanh")(one[None])[0]
    np.testing.assert_array_equal(exact, metrics.ccc(one[0]))


@pytest.mark.parametrize("groupings", [2, 3])
def test_how_far_groupings_differ_makes_the_interval_wider(groupings):
    """The variance of their mean is added to the jackknife's, on the scale of the interval."""
    sums = grouped(groupings)
    statistic = intervals.averaged(metrics.ccc, "atanh")
    z = np.arctanh(intervals.jackknife(sums, statistic, "atanh"))
    total = sums.sum(axis=0)
    left = np.arctanh(metrics.ccc(total - sums)).mean(axis=1)
    variance = 11 / 12 * np.square(left - left.mean(axis=0)).sum(axis=0)
    variance += np.arctanh(metrics.ccc(total)).var(axis=0, ddof=1) / groupings
    student = stats.t(intervals.effective(sums[:, 0, 0, 0]) - 1).ppf(0.975)
    np.testing.assert_allclose((z[1] - z[0]) / 2, student * np.sqrt(variance))


def test_groupings_that_predict_the_same_are_as_good_as_one():
    one = grouped(1)
    ends = intervals.jackknife(
        np.repeat(one, 4, axis=1), intervals.averaged(metrics.ccc, "atanh"), "atanh"
    )
    np.testing.assert_allclose(ends, ends_of(one[:, 0]))


def simulated(generator, clusters, each=8):
    """Predictions whose errors a cluster shares: its utterances resemble each other."""
    who = np.repeat(np.arange(clusters), each)
    label = generator.normal(size=clusters)[who] + generator.normal(size=len(who))
    error = generator.normal(size=clusters)[who] + generator.normal(size=len(who))
    return label + 0.7 * error, label, who


@pytest.mark.parametrize("clusters", [5, 10, 40])
def test_intervals_cover_the_truth_as_often_as_they_say_and_those_over_utterances_do_not(clusters):
    """The whole simulation is `benchmarks/inference.py`."""
    generator = np.random.default_rng(0)
    prediction, label, _ = simulated(generator, 200_000)
    truth = metrics.ccc(metrics.sums(prediction, label))
    covered = {"clusters": 0, "utterances": 0}
    for _ in range(500):
        prediction, label, who = simulated(generator, clusters)
        for kind, units in (("clusters", who), ("utterances", np.arange(len(who)))):
            sums = intervals.cluster_sums(prediction, label, units)
            low, high = ends_of(sums)
            covered[kind] += low <= truth <= high
    assert 0.92 <= covered["clusters"] / 500 <= 0.98, covered
    assert covered["utterances"] / 500 < 0.85, covered
