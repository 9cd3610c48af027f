"""Products of blocks held against the library's convolutions."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from dimser.features.convolution import BlockConvolution, WideConvolution


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize(("kernel", "stride"), [(10, 5), (3, 2), (2, 2), (5, 2), (3, 3), (1, 2)])
@pytest.mark.parametrize("channels", [1, 6])
@pytest.mark.parametrize("bias", [True, False])
@torch.inference_mode()
def test_a_strided_convolution(kernel: int, stride: int, channels: int, bias: bool) -> None:
    conv = nn.Conv1d(channels, 12, kernel, stride, bias=bias)
    norm = nn.LayerNorm(12)
    layer = BlockConvolution(SimpleNamespace(conv=conv, layer_norm=norm, activation=nn.GELU()))
    inputs = torch.randn(3, stride * 14, channels)
    expected = nn.functional.gelu(norm(conv(inputs.mT).mT))
    frames = layer.frames(stride * 14)
    assert frames == expected.shape[1]
    found = layer(inputs, [frames] * 3)
    assert found.shape == (3, 14, 12)
    torch.testing.assert_close(found[:, :frames], expected, atol=1e-6, rtol=0)


@torch.inference_mode()
def test_a_norm_over_time_sees_each_utterance_alone() -> None:
    conv, norm = nn.Conv1d(1, 12, 10, 5), nn.GroupNorm(12, 12)
    layer = BlockConvolution(SimpleNamespace(conv=conv, layer_norm=norm, activation=nn.GELU()))
    inputs = torch.randn(2, 60, 1)
    inputs[1, 40:] = 0
    found = layer(inputs, [11, 7])
    for row, samples, frames in ((0, 60, 11), (1, 40, 7)):
        expected = nn.functional.gelu(norm(conv(inputs[None, row, :samples].mT)))[0].mT
        torch.testing.assert_close(found[row, :frames], expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("kernel", [1, 5, 16, 19, 128])
@pytest.mark.parametrize("frames", [1, 7, 8, 40])
@torch.inference_mode()
def test_a_grouped_convolution_over_many_frames(kernel: int, frames: int) -> None:
    conv = nn.Conv1d(12, 12, kernel, padding=kernel // 2, groups=3)
    states = torch.randn(4, frames, 12)
    expected = conv(states.mT)[..., :frames].mT
    torch.testing.assert_close(WideConvolution(conv)(states), expected, atol=1e-6, rtol=0)
