"""Readers under a coverage-guided fuzzer: a right answer or InputError, never anything else."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest import PROJECT
from miniature import RATE, voice

SECONDS = int(os.environ.get("SECONDS_OF_FUZZING", "20"))
PATH = os.pathsep.join(str(PROJECT / folder) for folder in ("workflow/scripts", "tests"))
TARGETS = (
    "configuration", "manifest", "csv", "segments", "npy", "audio", "iemocap", "vam", "msp_podcast",
    "msp_improv", "quechua_collao", "predictor",
)  # fmt: skip


def write_example(target: str, folder: Path) -> None:
    """Give the fuzzer something sound to begin with, where bytes at random would be refused."""
    if target == "audio":
        soundfile.write(folder / "a.wav", voice(0, 0.15), RATE)
    elif target == "npy":
        np.save(folder / "a.npy", np.zeros((2, 3), np.float32))


@pytest.mark.parametrize("target", TARGETS)
def test_whatever_is_made_up_is_answered(target: str, tmp_path: Path, tried: Counter) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    write_example(target, inputs)
    run = subprocess.run(
        [sys.executable, str(PROJECT / "tests/faults/fuzz.py"), target, str(inputs), "-seed=1",
         f"-max_total_time={SECONDS}", "-timeout=20", f"-artifact_prefix={tmp_path}/"],
        env=os.environ | {"PYTHONPATH": PATH, "TMPDIR": str(tmp_path)},
        capture_output=True, text=True, timeout=SECONDS + 120,
    )  # fmt: skip
    said = run.stdout + run.stderr
    assert run.returncode == 0, said[-4000:]
    tried["inputs fuzzed"] += int(re.search(r"Done (\d+) runs", said)[1])
