"""What is documented is what there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from conftest import Workspace
from jsonschema import Draft202012Validator

PROJECT = Path(__file__).parents[1]
SCHEMAS = [
    yaml.safe_load(path.read_text()) for path in (PROJECT / "workflow/schemas").glob("*.yaml")
]
REQUIRED = "required"


def resolved(part: dict, schema: dict) -> dict:
    """Follow a reference."""
    while "$ref" in part:
        found = schema
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def keys(part: dict, schema: dict, section: str, prefix: str = "") -> Iterator[tuple]:
    """Walk a schema: section, dotted key, its own schema, and whether it must be given."""
    for name, below in part.get("properties", {}).items():
        inner = resolved(below, schema)
        named = inner.get("additionalProperties")
        if isinstance(named, dict):  # a mapping by ids, such as `corpora`: a section of its own
            yield from keys(resolved(named, schema), schema, name)
        elif "properties" in inner:
            yield from keys(inner, schema, section, f"{prefix}{name}.")
        else:
            yield section, prefix + name, inner, name in part.get("required", [])
    cases = part.get("allOf", [])
    for case in cases[:1]:  # all kinds of features have a label
        yield section, "label", case["then"]["properties"]["label"], True
    for case in cases:
        kind = case["if"]["properties"]["extractor"]["const"]
        then = {**case["then"], "properties": dict(case["then"]["properties"])}
        for common in ("label", "extractor"):
            then["properties"].pop(common)
        yield from keys(then, schema, f"extractor: {kind}")


def documented() -> dict[tuple[str, str], list[str]]:
    """The rows of the tables in config/README.md: by section and key, default, example, text."""
    rows, section = {}, ""
    for line in (PROJECT / "config/README.md").read_text().splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ").strip("`")
        elif line.startswith("| `"):
            key, *cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            assert (section, key) not in rows, f"{key} stands twice in {section}"
            rows[section, key.strip("`")] = cells
    return rows


def value(cell: str) -> object:
    """What a cell says in YAML; cells that are no code are words."""
    code = re.fullmatch(r"`(.*)`", cell)
    return yaml.safe_load(code[1]) if code else None


ROWS = documented()
KEYS = [(schema, *found) for schema in SCHEMAS for found in keys(schema, schema, "The rest")]


def test_every_key_of_the_schema_is_documented_and_no_other() -> None:
    named = {(section, key) for _, section, key, _, _ in KEYS}
    assert len(named) == len(KEYS) > 50
    assert named == set(ROWS)
    assert all(len(cells) == 3 and all(cells) for cells in ROWS.values())


def test_documented_defaults_are_those_in_force() -> None:
    for _, section, key, inner, required in KEYS:
        cell = ROWS[section, key][0]
        assert (cell == REQUIRED) == required, f"{section}, {key}: {cell}"
        if inner.get("default", "") != "":
            assert value(cell) == inner["default"], f"{section}, {key}: {cell}"
        else:
            assert not cell.startswith("`"), f"{section}, {key}: {cell}"


def test_examples_are_valid_and_differ_from_the_default() -> None:
    for schema, section, key, inner, _ in KEYS:
        default, example, _ = ROWS[section, key]
        assert example.startswith("`") and example != default, f"{section}, {key}"
        validator = Draft202012Validator(schema).evolve(schema=inner)
        errors = [error.message for error in validator.iter_errors(value(example))]
        assert errors == [], f"{section}, {key}: {errors}"


def test_documented_columns_are_those_of_the_tables(finished: Workspace) -> None:
    text = (PROJECT / "results/README.md").read_text()
    rows = re.findall(r"^\| `([^`]+\.csv)` \| `([\w,]+)`(.*) \|$", text, re.MULTILINE)
    assert len(rows) >= 20
    for pattern, columns, more in rows:
        tables = list((finished.folder / "results").glob(re.sub(r"\{\w+\}", "*", pattern)))
        assert tables, pattern
        for header in {path.open().readline().strip() for path in tables}:
            # after a comma, words name further columns
            assert header.startswith(columns) if more.startswith(",") else header == columns


def test_the_drawing_of_the_workflow_is_true(finished: Workspace) -> None:
    dot = finished.snakemake("--rulegraph", "--forceall").stdout
    names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', dot, re.MULTILINE))
    edges = {(names[a], names[b]) for a, b in re.findall(r"(\d+) -> (\d+)", dot)}
    drawing = re.search(r"```mermaid\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)[1]
    drawn = set(re.findall(r'^\s*(\w+)(?:\[".*?"\])? --> (\w+)', drawing, re.MULTILINE))
    assert len(drawn) > 25
    assert drawn <= edges, drawn - edges


def test_no_command_gives_its_target_to_configfile() -> None:
    """It takes all words that follow: a target has to stand before it."""
    for path in [*PROJECT.glob("*.md"), *PROJECT.glob("config/*"), *PROJECT.glob("profiles/*/*")]:
        calls = re.findall(r"^#? *(snakemake .*--configfile .*)$", path.read_text(), re.MULTILINE)
        assert not [call for call in calls if re.search(r"--configfile \S+ +[^-#\s]", call)]
