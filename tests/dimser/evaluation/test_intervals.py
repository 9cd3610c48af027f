import audmetric
import numpy as np
import pytest
from confidence_intervals import evaluate_with_conf_int

from dimser.core import metrics
from dimser.evaluation import intervals


def clustered(speakers=12, utterances=240, seed=0):
    """Labels and predictions in three dimensions, speakers of unequal sizes, in mixed order."""
    rng = np.random.default_rng(seed)
    who = np.array([f"speaker{number}" for number in range(speakers)])
    who = np.concatenate([who, rng.choice(who, utterances - speakers)])
    label = rng.random((utterances, 3))
    return 0.5 * label + 0.3 * rng.random((utterances, 3)), label, who


def test_sums_of_speakers_add_up_to_the_corpus():
    prediction, label, who = clustered()
    sums = intervals.speaker_sums(prediction, label, who)
    assert sums.shape == (12, 3, 6)
    np.testing.assert_array_equal(sums[:, 0, 0], np.unique(who, return_counts=True)[1])
    np.testing.assert_allclose(sums.sum(axis=0), metrics.sums(prediction, label), atol=1e-12)
    unnamed = intervals.speaker_sums(prediction, label, np.where(who == "speaker3", None, who))
    np.testing.assert_allclose(unnamed.sum(axis=0), sums.sum(axis=0), atol=1e-12)


@pytest.mark.parametrize(("metric", "reference"), [
    (metrics.ccc, audmetric.concordance_cc),
    (metrics.pearson, audmetric.pearson_cc),
    (metrics.rmse, lambda y, x: np.sqrt(audmetric.mean_squared_error(y, x))),
])  # fmt: skip
def test_equals_an_explicit_loop_over_resampled_utterances(metric, reference):
    prediction, label, who = clustered()
    sums = intervals.speaker_sums(prediction, label, who)
    fast = metric(intervals.resample(sums, 40, seed=3))
    names, generator = np.unique(who), np.random.default_rng(3)
    for values in fast:
        counts = generator.multinomial(len(names), [1 / len(names)] * len(names))
        rows = [
            row
            for name, count in zip(names, counts, strict=True)
            for row in np.tile(np.flatnonzero(who == name), count)
        ]
        for dimension in range(3):
            slow = reference(label[rows, dimension], prediction[rows, dimension])
            assert values[dimension] == pytest.approx(slow, abs=1e-12)


def test_one_seed_draws_alike_whatever_is_drawn_along_and_blocked(monkeypatch):
    prediction, label, who = clustered()
    sums = intervals.speaker_sums(prediction, label, who)
    whole = intervals.resample(sums, 1000, seed=1)
    np.testing.assert_array_equal(intervals.resample(sums, 1000, seed=1), whole)
    assert not np.array_equal(intervals.resample(sums, 1000, seed=2), whole)
    alone = intervals.resample(sums[:, 1], 1000, seed=1)
    np.testing.assert_array_equal(alone, whole[:, 1])  # paired: methods are resampled alike
    monkeypatch.setattr(intervals, "BLOCK", 7)
    np.testing.assert_array_equal(intervals.resample(sums, 1000, seed=1), whole)


def test_interval_is_the_middle_95_percent():
    sums = np.zeros((2, 2, 6))
    values = np.arange(1001.0)[:, None] * [1, 2]
    low, high = intervals.bootstrap(sums, lambda drawn: values, resamples=1001, seed=0)
    np.testing.assert_allclose(low, [25, 50])
    np.testing.assert_allclose(high, [975, 1950])


def test_two_speakers_have_an_interval_and_one_has_none():
    prediction, label, who = clustered(speakers=2)
    two = intervals.speaker_sums(prediction, label, who)
    assert np.isfinite(intervals.bootstrap(two, metrics.ccc, resamples=40, seed=0)).all()
    prediction, label, who = clustered(speakers=1)
    sums = intervals.speaker_sums(prediction, label, who)
    assert intervals.resample(sums, 10, seed=0).shape == (10, 3, 6)
    assert np.isnan(intervals.bootstrap(sums, metrics.ccc, resamples=10, seed=0)).all()


def simulated(generator, speakers, each=8):
    """Predictions whose errors a speaker shares: utterances of one speaker resemble each other."""
    who = np.repeat(np.arange(speakers), each)
    label = generator.normal(size=speakers)[who] + generator.normal(size=len(who))
    error = generator.normal(size=speakers)[who] + generator.normal(size=len(who))
    return label + 0.7 * error, label, who


def test_intervals_cover_the_truth_as_often_as_they_say_and_those_over_utterances_do_not():
    generator = np.random.default_rng(0)
    prediction, label, _ = simulated(generator, 200_000)
    truth = metrics.ccc(metrics.sums(prediction, label))
    covered = {"speakers": 0, "utterances": 0}
    for run in range(500):
        prediction, label, who = simulated(generator, 100)
        for kind, units in (("speakers", who), ("utterances", np.arange(len(who)))):
            sums = intervals.speaker_sums(prediction, label, units)
            low, high = intervals.bootstrap(sums, metrics.ccc, resamples=400, seed=run)
            covered[kind] += low <= truth <= high
    assert 0.93 <= covered["speakers"] / 500 <= 0.97, covered
    assert covered["utterances"] / 500 < 0.85, covered


def test_intervals_are_those_of_the_package_that_also_resamples_within_speakers():
    """With a hundred utterances of each speaker, what it resamples within them adds little."""
    prediction, label, who = simulated(np.random.default_rng(0), 30, each=100)
    sums = intervals.speaker_sums(prediction, label, who)
    ours = np.array(intervals.bootstrap(sums, metrics.ccc, resamples=4000, seed=1))
    np.random.seed(0)
    _, theirs = evaluate_with_conf_int(
        prediction, audmetric.concordance_cc, label, conditions=who, num_bootstraps=1000
    )
    np.testing.assert_allclose(ours, theirs, atol=0.1 * (ours[1] - ours[0]))
