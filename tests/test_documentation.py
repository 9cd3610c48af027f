"""What is documented is what there is. (Of the configuration: test_settings.py.)"""

import re
import shutil
from dataclasses import replace

from conftest import PROJECT, Workspace


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
    shutil.copy(PROJECT / "config/config.yaml", finished.folder / "config/demo.yaml")
    edges = set()
    for configuration in ("mini", "demo"):  # what one of them lacks, the other has
        workspace = replace(finished, configuration=configuration)
        dot = workspace.snakemake("--rulegraph", "--forceall").stdout
        names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', dot, re.MULTILINE))
        edges |= {(names[a], names[b]) for a, b in re.findall(r"(\d+) -> (\d+)", dot)}
    drawing = re.search(r"```mermaid\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)[1]
    drawn = set(re.findall(r'^\s*(\w+)(?:\[".*?"\])? --> (\w+)', drawing, re.MULTILINE))
    assert len(drawn) > 25
    assert drawn <= edges, drawn - edges


def test_no_command_gives_its_target_to_configfile() -> None:
    """It takes all words that follow: a target has to stand before it."""
    for path in [*PROJECT.glob("*.md"), *PROJECT.glob("config/*"), *PROJECT.glob("profiles/*/*")]:
        calls = re.findall(r"^#? *(snakemake .*--configfile .*)$", path.read_text(), re.MULTILINE)
        assert not [call for call in calls if re.search(r"--configfile \S+ +[^-#\s]", call)]
