"""Versions stand in envs/*.yaml alone."""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from dimser.features.registry import EXTRACTORS

ENVS = Path(__file__).parents[1] / "envs"
SCRIPTS = ENVS.parent / "workflow/scripts"
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


PACKAGES = {"sklearn": "scikit-learn", "yaml": "PyYAML", "jinja2": "Jinja2",
            "espeakng_loader": "espeakng-loader"}  # fmt: skip
OPTIONAL = {"audb"}  # said so where it is imported


def imported(script: Path, seen: set[Path]) -> set[str]:
    """Give the packages that a script imports, itself or through the library."""
    seen.add(script)
    found = set()
    for node in ast.walk(ast.parse(script.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            if top == "dimser":
                module = SCRIPTS.joinpath(*name.split("."))
                for path in (module.with_suffix(".py"), module / "__init__.py"):
                    if path.is_file() and path not in seen:
                        found |= imported(path, seen)
            elif top not in sys.stdlib_module_names and not (SCRIPTS / f"{top}.py").exists():
                found.add(PACKAGES.get(top, top))
    return found


RULES = [
    rule
    for file in sorted((ENVS.parent / "workflow/rules").glob("*.smk"))
    for rule in re.split(r"^(?:rule|checkpoint) ", file.read_text(), flags=re.MULTILINE)[1:]
    if "script:" in rule
]
ONE = [rule for rule in RULES if re.search(r"envs/\w+\.yaml", rule)]


@pytest.mark.parametrize("rule", ONE, ids=lambda rule: rule.split(":")[0])
def test_a_rules_environment_holds_what_its_script_imports(rule: str) -> None:
    environment = re.search(r"envs/(\w+)\.yaml", rule)[1]
    script = SCRIPTS / re.search(r"scripts/(\w+\.py)", rule)[1]
    pinned = {pin.split("==")[0] for pin in requirements.pins([environment])}
    seen: set[Path] = set()
    needed = imported(script, seen)
    if script.stem == "prepare":  # readers are imported by name
        for reader in (SCRIPTS / "dimser/corpora/readers").glob("*.py"):
            needed |= imported(reader, seen)
    assert needed - OPTIONAL <= pinned, f"{script.name} needs {sorted(needed - pinned)}"


@pytest.mark.parametrize("name", [name for name, own in EXTRACTORS.items() if own.function])
def test_an_extractors_environment_extracts_altered_audio_too(name: str) -> None:
    (script,) = {re.search(r"scripts/(\w+\.py)", rule)[1] for rule in RULES if rule not in ONE}
    module = EXTRACTORS[name].function.partition(":")[0].replace(".", "/")
    seen: set[Path] = set()
    needed = imported(SCRIPTS / script, seen) | imported(SCRIPTS / f"{module}.py", seen)
    pins = requirements.pins([EXTRACTORS[name].environment])
    assert needed <= {pin.split("==")[0] for pin in pins}


def test_the_container_installs_the_tested_pins_and_no_others() -> None:
    lines = (ENVS / "Containerfile").read_text().splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    (base,) = [rest for step, rest in steps if step == "FROM"]
    python = tuple(map(int, re.fullmatch(r"python:(\d+)\.(\d+)-slim", base).groups()))
    lowest = re.search(
        r'requires-python = ">=3\.(\d+)"', (ENVS.parent / "pyproject.toml").read_text()
    )
    assert (3, int(lowest[1])) <= python <= sys.version_info[:2]
    copied = {Path(name) for step, rest in steps if step == "COPY" for name in rest.split()[:-1]}
    assert copied == {Path("envs/requirements.txt")}
    installed = [rest for step, rest in steps if step == "RUN"]
    assert len(installed) == 1 and installed[0].endswith(
        "--requirement /opt/dimser/requirements.txt"
    )
    assert "==" not in "\n".join(lines)  # versions stand in envs/*.yaml alone
