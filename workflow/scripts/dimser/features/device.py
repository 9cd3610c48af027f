"""What depends on the device: the precision of products, kernels of attention, and transfers."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

# What weights and activations are held in.
DTYPES = {
    "float32": torch.float32,
    "tf32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
# cuDNN's attention is not among them: it is compiled for each new shape, and every batch has one.
ATTENTION = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]


@contextmanager
def arithmetic(precision: str) -> Iterator[None]:
    """Compute products as `precision` says, and put the process's switches back at the end.

    Args:
        precision: `float32` (never rounded), `tf32` (on a GPU float32's factors are rounded to 10
            bits, their products summed in float32), `bfloat16` or `float16`.
    """
    gpu, cpu = torch.backends.cuda.matmul, torch.backends.mkldnn.matmul
    rounded = "tf32" if precision == "tf32" else "ieee"
    wanted = {gpu: rounded, torch.backends.cudnn.conv: rounded}
    wanted |= {cpu: "ieee", torch.backends.mkldnn.conv: "ieee"}
    before = {switch: switch.fp32_precision for switch in wanted}
    try:
        for switch, value in wanted.items():
            switch.fp32_precision = value
        with sdpa_kernel(ATTENTION):
            yield
    finally:
        for switch, value in before.items():
            switch.fp32_precision = value


def send(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Copy a tensor to a device without waiting for what the device still has to do."""
    if device.type == "cuda":  # from memory that is not pinned a copy would wait
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor
