"""Versions stand in envs/*.yaml alone."""

import importlib.util
from pathlib import Path

ENVS = Path(__file__).parents[1] / "envs"
spec = importlib.util.spec_from_file_location("requirements", ENVS / "requirements.py")
requirements = importlib.util.module_from_spec(spec)
spec.loader.exec_module(requirements)


def test_requirements_files_are_up_to_date() -> None:
    for name, content in requirements.requirements().items():
        assert (ENVS / name).read_text() == content, f"run python envs/requirements.py for {name}"


def test_every_pin_is_exact_and_the_same_everywhere() -> None:
    pins = requirements.pins([path.stem for path in ENVS.glob("*.yaml")])
    names = [pin.split("==")[0].lower() for pin in pins]
    assert all("==" in pin for pin in pins)
    assert len(names) == len(set(names))
