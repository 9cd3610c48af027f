"""Statistics over frames and samples, against numpy's and transformers' of each utterance alone."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.nn.functional import pad
from transformers import Wav2Vec2FeatureExtractor

from dimser.features.pooling import Spans, standardized

CPU = torch.device("cpu")


@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_samples_are_standardized_as_transformers_does_each_utterance(offset: float) -> None:
    """Of three utterances, the second cut into two windows."""
    generator = np.random.default_rng(0)
    lengths = [[900], [700, 699], [16_000 * 40]]
    signals = [
        generator.normal(offset, 0.1 * number, sum(own)).astype(np.float32)
        for number, own in enumerate(lengths)  # the first is constant
    ]
    windows = [
        window
        for signal, own in zip(signals, lengths, strict=True)
        for window in np.split(signal, np.cumsum(own)[:-1])
    ]
    steps = max(map(len, windows)) + 8
    batch = torch.zeros(len(windows), steps)
    for row, window in zip(batch, windows, strict=True):
        row[: len(window)] = torch.from_numpy(window)
    found = standardized(batch, [len(window) for window in windows], [1, 2, 1])
    expected = Wav2Vec2FeatureExtractor.zero_mean_unit_var_norm(signals, None)
    own = [row[: len(window)] for row, window in zip(found.numpy(), windows, strict=True)]
    np.testing.assert_allclose(np.concatenate(own[1:3]), expected[1], atol=1e-5)
    np.testing.assert_allclose(own[0], expected[0], atol=1e-3)  # rounding over sqrt(1e-7)
    np.testing.assert_allclose(own[3], expected[2], atol=1e-5)
    assert not any(row[len(window) :].any() for row, window in zip(found, windows, strict=True))


def test_one_utterance_alone_is_standardized_like_that() -> None:
    signal = np.random.default_rng(0).normal(0.3, 0.1, 72_000).astype(np.float32)
    found = standardized(pad(torch.from_numpy(signal), (0, 300))[None], [72_000], [1])[0]
    (expected,) = Wav2Vec2FeatureExtractor.zero_mean_unit_var_norm([signal], None)
    np.testing.assert_allclose(found[:72_000], expected, atol=1e-5)
    assert not found[72_000:].any()


@pytest.mark.parametrize(
    ("name", "statistic"),
    [("mean", np.mean), ("std", np.std), ("max", np.max), ("sum", np.sum)],
)
def test_windows_of_an_utterance_are_pooled_together(name: str, statistic: Callable) -> None:
    states = np.random.default_rng(0).normal(size=(3, 9, 2)).astype(np.float32)
    spans = Spans([9, 5, 7], [1, 2], 9, CPU)
    expected = [
        statistic(frames, axis=0)
        for frames in (states[0], np.concatenate([states[1, :5], states[2, :7]]))
    ]
    found = spans.pool(torch.from_numpy(states), [name])
    np.testing.assert_allclose(found, expected, atol=1e-5)
