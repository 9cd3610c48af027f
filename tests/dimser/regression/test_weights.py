"""Weights of parts: what carries the labels is found, and noise is not better than chance."""

import numpy as np
import pytest

from dimser.core import metrics
from dimser.core.errors import InputError
from dimser.regression import weights
from dimser.regression.exact import krr, svr

SVR = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}
KRR = {"alpha": 1.0}


def normalised(features: np.ndarray) -> np.ndarray:
    """Squared distances divided by dimensions times variance, float32."""
    differences = features[:, None] - features[None]
    return np.float32((differences**2).sum(-1) / (features.shape[1] * features.var()))


def parts_of(labels: np.ndarray, strengths: list[float], seed: int, width: int = 6) -> list:
    """One part per strength: the labels in some of its columns, times that, beside noise."""
    generator = np.random.default_rng(seed)
    return [
        normalised(
            generator.normal(size=(len(labels), width))
            + strength * labels @ generator.normal(size=(labels.shape[1], width))
        )
        for strength in strengths
    ]


@pytest.fixture
def speech() -> tuple[np.ndarray, np.ndarray]:
    """Labels of two dimensions, and speakers."""
    return np.random.default_rng(0).random((120, 2)), np.arange(120) % 8


@pytest.mark.parametrize(("predict", "settings"), [(svr, SVR), (krr, KRR)])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_part_that_carries_the_labels_is_found(
    speech: tuple, place: int, predict: object, settings: dict
) -> None:
    labels, speakers = speech
    parts = parts_of(labels, [8.0 * (number == place) for number in range(4)], seed=1)
    for choice in weights.choose(parts, labels, speakers, predict, settings=settings):
        assert choice.weights[place] >= 0.75


def test_each_dimension_has_its_own_weights(speech: tuple) -> None:
    labels, speakers = speech
    first, second = (parts_of(labels[:, [column]], [8.0], seed=column)[0] for column in (0, 1))
    one, two = weights.choose([first, second], labels, speakers, svr, settings=SVR)
    assert one.weights[0] > 0.8 and two.weights[1] > 0.8


def test_weights_are_shares(speech: tuple) -> None:
    labels, speakers = speech
    for seed in range(5):
        parts = parts_of(labels, [1.0, 0.5, 2.0], seed)
        for choice in weights.choose(parts, labels, speakers, krr, settings=KRR):
            assert choice.weights.sum() == pytest.approx(1)
            assert (choice.weights >= 0).all()


def test_parts_that_are_the_same_stay_equal(speech: tuple) -> None:
    labels, speakers = speech
    parts = parts_of(labels, [2.0], seed=0) * 3
    for choice in weights.choose(parts, labels, speakers, krr, settings=KRR):
        assert choice.weights.tolist() == pytest.approx([1 / 3] * 3)


def test_the_criterion_is_the_ccc_of_whole_speakers(speech: tuple) -> None:
    labels, speakers = speech
    parts = parts_of(labels, [8.0, 0.0], seed=2)
    choice = weights.choose(parts, labels, speakers, krr, settings=KRR)[0]
    kernel = np.exp(-sum(w * part for w, part in zip(choice.weights, parts, strict=True)))
    out = np.empty(len(labels))
    # Eight speakers of equal size go to three folds in turn.
    for fold in range(3):
        test = speakers % 3 == fold
        model = np.linalg.solve(
            kernel[np.ix_(~test, ~test)] + np.eye((~test).sum()),
            labels[~test, 0] - labels[~test, 0].mean(),
        )
        out[test] = labels[~test, 0].mean() + kernel[np.ix_(test, ~test)] @ model
    assert choice.ccc == pytest.approx(metrics.ccc(metrics.sums(out, labels[:, 0])), abs=1e-6)


def test_a_voice_is_not_taken_for_an_emotion() -> None:
    """A part that knows the speaker, whose labels lie close together, wins nothing by it."""
    generator = np.random.default_rng(3)
    speakers = np.arange(160) % 8
    labels = (generator.random(8)[speakers] + 0.3 * generator.random(160))[:, None] / 1.3
    voice = normalised(np.eye(8)[speakers] + 0.05 * generator.normal(size=(160, 8)))
    carries = normalised(labels + 0.3 * generator.normal(size=(160, 4)))
    choice = weights.choose([voice, carries], labels, speakers, krr, settings=KRR)[0]
    assert choice.weights[1] > 0.8


def test_noise_is_not_better_than_chance() -> None:
    """On average over 40 corpora of noise; benchmarks/fusion.py does it 500 times."""
    found = []
    for seed in range(40):
        labels, speakers = np.random.default_rng(seed).random((90, 1)), np.arange(90) % 9
        parts, train = parts_of(labels, [0.0] * 4, seed + 1000, width=3), speakers < 6
        inner = [part[np.ix_(train, train)] for part in parts]
        chosen = weights.choose(inner, labels[train], speakers[train], krr, settings=KRR)
        kernel = np.exp(-sum(w * part for w, part in zip(chosen[0].weights, parts, strict=True)))
        fitted, unseen = kernel[np.ix_(train, train)], kernel[np.ix_(~train, train)]
        predicted = krr(fitted, unseen, labels[train], **KRR)
        found.append(metrics.ccc(metrics.sums(predicted, labels[~train]))[0])
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(len(found))


def test_ten_picks_are_enough(speech: tuple, monkeypatch) -> None:
    """What would get better with ever more of the second part, and has no CCC with it alone."""
    labels, speakers = speech

    def reached(kernel: np.ndarray, *args: object) -> np.ndarray:
        share = -np.log(kernel[0, 1])  # of the first part
        return np.array([1 - share if share > 0 else np.nan])

    monkeypatch.setattr(weights, "inner_ccc", reached)
    parts = [np.ones((120, 120)), np.zeros((120, 120))]
    choice = weights.choose(parts, labels[:, :1], speakers, krr, settings=KRR)[0]
    assert choice.weights.tolist() == pytest.approx([0.1, 0.9])
    assert choice.ccc == pytest.approx(0.9)


def test_where_no_ccc_is_defined_weights_are_equal(speech: tuple) -> None:
    labels, speakers = speech
    parts = parts_of(labels, [1.0, 0.0], seed=0)
    choice = weights.choose(parts, labels * 0 + 0.5, speakers, krr, settings=KRR)[0]
    assert choice.weights.tolist() == [0.5, 0.5] and np.isnan(choice.ccc)


def test_the_sample_is_the_same_each_time_and_in_order() -> None:
    drawn = weights.sample(5000)
    assert (drawn == weights.sample(5000)).all() and (np.diff(drawn) > 0).all()
    assert len(drawn) == 1200 and weights.sample(7).tolist() == list(range(7))


def test_one_speaker_is_told(speech: tuple) -> None:
    labels, _ = speech
    with pytest.raises(InputError, match=r"all training utterances are of 'x'"):
        weights.choose([np.eye(120)], labels, np.full(120, "x"), krr, settings=KRR)
