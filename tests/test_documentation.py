"""What is documented is what there is. (Of the configuration: test_settings.py.)"""

import re
from dataclasses import replace
from pathlib import Path

import pytest
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
    own, added = (PROJECT / "config" / name for name in ("config.yaml", "with/stress.yaml"))
    added = added.read_text().replace("methods: [", "methods: [wlm_best, wlm_mixed, ")
    text = f"{own.read_text()}\n{added}"
    (finished.folder / "config/demo.yaml").write_text(text)
    edges = set()
    for configuration in ("mini", "demo"):  # what one of them lacks, the other has
        workspace = replace(finished, configuration=configuration)
        dot = workspace.snakemake("--rulegraph", "--forceall").stdout
        names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', dot, re.MULTILINE))
        edges |= {(names[a], names[b]) for a, b in re.findall(r"(\d+) -> (\d+)", dot)}
    text = (PROJECT / "docs/how_it_works.md").read_text()
    drawing = re.search(r"```mermaid\n(.*?)```", text, re.DOTALL)[1]
    drawn = set(re.findall(r'^\s*(\w+)(?:\[".*?"\])? --> (\w+)', drawing, re.MULTILINE))
    assert len(drawn) > 25
    assert drawn <= edges, drawn - edges


def test_no_command_gives_its_target_to_configfile() -> None:
    """It takes all words that follow: a target has to stand before it."""
    for pattern in ("*.md", "docs/*.md", "config/*", "profiles/*/*"):
        for path in filter(Path.is_file, PROJECT.glob(pattern)):
            calls = re.findall(
                r"^#? *(snakemake .*--configfile .*)$", path.read_text(), re.MULTILINE
            )
            assert not [call for call in calls if re.search(r"--configfile \S+ +[^-#\s]", call)]


def test_links_lead_to_files_and_headings() -> None:
    pages = [p for pattern in ("*.md", "*/*.md", "data/*/*.md") for p in PROJECT.glob(pattern)]
    looked_at = 0
    for page in pages:
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            if re.match(r"\w+:", link):  # elsewhere
                continue
            name, _, heading = link.partition("#")
            target = (page.parent / name) if name else page
            assert target.exists(), f"{page}: {link}"
            if heading:
                named = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
                anchors = {re.sub(r"[^\w -]", "", n).lower().replace(" ", "-") for n in named}
                assert heading in anchors, f"{page}: {link}"
            looked_at += 1
    assert looked_at > 15


def test_the_results_are_read_as_the_readme_says(
    finished: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    monkeypatch.chdir(finished.folder)
    exec(code.replace("demo_en", "mini"))
    said = capsys.readouterr().out
    assert "egemaps+wv2_em" in said and "Name: method" in said
