"""Where a network trains, and with which precision."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch


def best_device() -> torch.device:
    """The first there is of CUDA, MPS and the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def autocast(device: torch.device) -> AbstractContextManager[Any]:
    """Mixed precision (bfloat16, which needs no scaling of the loss) where the device has it.

    On a processor without its instructions it would be emulated, and slow.
    """
    if device.type == "cpu":
        has_it = bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    else:
        has_it = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16) if has_it else nullcontext()
