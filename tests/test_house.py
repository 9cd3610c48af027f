"""How the house is built: the library's floors, and rule files that stand by themselves."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PROJECT

SCRIPTS = PROJECT / "workflow/scripts"
LIBRARY = SCRIPTS / "dimser"
FLOORS = ["core", "corpora", "features", "regression", "evaluation", "report", "demo", "plan"]
RULES = [PROJECT / "workflow/Snakefile", *sorted(PROJECT.glob("workflow/rules/*.smk"))]
# What a plan reads: in each job of a cluster, too.
LIGHT = ["dimser.plan.config", "dimser.plan.files", "dimser.plan.run"]
HEAVY = {"pandas", "torch", "sklearn", "scipy", "h5py", "matplotlib", "opensmile", "transformers"}


def imports(file: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    """All import statements of a file, also those inside functions."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def test_the_packages_are_the_steps_of_the_method() -> None:
    assert {path.name for path in LIBRARY.iterdir() if path.is_dir()} - {"__pycache__"} == {*FLOORS}
    assert all(not path.read_text() for path in LIBRARY.rglob("__init__.py"))
    assert [path.name for path in LIBRARY.glob("*.py")] == ["__init__.py"]


def test_no_import_runs_upwards() -> None:
    looked_at = 0
    for file in sorted(LIBRARY.rglob("*.py")):
        floor = FLOORS.index(file.relative_to(LIBRARY).parts[0]) if file.parent != LIBRARY else 0
        for node in imports(file):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("dimser."):
                looked_at += 1
                below = node.module.split(".")[1]
                assert FLOORS.index(below) <= floor, f"{file} imports from {node.module}"
    assert looked_at > 100


def test_the_library_is_imported_in_the_form_that_digests_follow() -> None:
    for file in [*SCRIPTS.glob("*.py"), *LIBRARY.rglob("*.py")]:
        for node in imports(file):
            if isinstance(node, ast.Import):
                assert not [a for a in node.names if a.name.split(".")[0] == "dimser"], file
            else:
                assert not node.level and "*" not in [alias.name for alias in node.names], file


def test_scripts_import_no_scripts() -> None:
    names = {path.stem for path in SCRIPTS.glob("*.py")}
    for file in SCRIPTS.glob("*.py"):
        for node in imports(file):
            module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            assert module.split(".")[0] not in names, f"{file} imports {module}"


@pytest.mark.parametrize("module", LIGHT)
def test_a_plan_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, json; import {module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SCRIPTS, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {name.split(".")[0] for name in json.loads(run.stdout)}
    assert not loaded & HEAVY


def test_the_configuration_is_read_without_numpy() -> None:
    code = "import sys; import dimser.plan.settings; print('numpy' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"


def names(file: Path) -> set[str]:
    """What a rule file defines or imports."""
    text = file.read_text()
    given = set(re.findall(r"^ *(\w+) = ", text, re.MULTILINE))
    for line in re.findall(r"^(?:from \S+ )?import (.+)$", text, re.MULTILINE):
        given |= {part.split(" as ")[-1].strip() for part in line.split(",")}
    return given


@pytest.mark.parametrize("file", RULES, ids=lambda path: path.name)
def test_no_name_crosses_from_one_rule_file_to_another(file: Path) -> None:
    given = names(file)
    others = {name for path in RULES if path != file for name in names(path)}
    code = re.sub(r'"[^"\n]*"|(?m:#.*$)', "", file.read_text())
    used = set(re.findall(r"(?<![\w.])([A-Za-z_]\w*)\b(?!\s*[=:](?!=))", code))
    assert (used & others) - given == set()
    text = file.read_text()
    unused = {name for name in given if len(re.findall(rf"\b{name}\b", text)) < 2}
    assert not unused, f"{file} imports or defines {unused} and does not use it"


def test_rule_files_are_few_and_short() -> None:
    rules = RULES[1:]
    assert len(rules) <= 10
    for file in rules:
        assert not re.search(r"^def |^class ", file.read_text(), re.MULTILINE)


def test_rule_files_may_be_included_in_any_order(tmp_path: Path) -> None:
    from conftest import make_workspace

    workspace = make_workspace(tmp_path)
    entry = workspace.folder / "workflow/Snakefile"
    text = entry.read_text()
    lines = re.findall(r'^include: "rules/.*"\n', text, re.MULTILINE)
    assert len(lines) == len(RULES) - 1
    planned = workspace.would_run()
    entry.write_text(
        re.sub(r'(?:^include: "rules/.*"\n)+', "".join(reversed(lines)), text, flags=re.M)
    )
    assert workspace.would_run() == planned


def test_each_fault_of_the_mutants_can_be_made() -> None:
    """`make mutants` runs seldom; what it changes moves with the code."""
    sys.path.append(str(PROJECT / "tests/mutants"))
    from science import FAULTS, FAULTS_ALONE, TESTS

    for fault in FAULTS:
        assert (SCRIPTS / fault.module).read_text().count(fault.old) == 1, fault.sentence
    for module, tests in {**TESTS, **FAULTS_ALONE}.items():
        assert (SCRIPTS / module).is_file(), module
        assert all((PROJECT / "tests" / name).is_file() for name in tests.split()), module
