"""A kind is one place: what CONTRIBUTING shows adds one by the files that it names, and runs."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import CONFIG, PROJECT, Workspace, make_workspace

CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text()
# How many files a kind takes beside its test.
MOST = {"reader": 2, "regressor": 2, "extractor": 4, "figure": 4}


def recipe(kind: str) -> list[tuple[str, str, str]]:
    """What CONTRIBUTING adds for a kind: each file, the line that it goes before, and the text."""
    section = re.search(rf"^## Another {kind}\n(.*?)(?=^## |\Z)", CONTRIBUTING, re.DOTALL | re.M)[1]
    blocks = re.findall(
        r"^`([^`\n]+)`(?:, before `([^\n]+)`)?:\n+```\w*\n(.*?)^```", section, re.DOTALL | re.M
    )
    assert 0 < len({file for file, _, _ in blocks}) <= MOST[kind]
    return blocks


def add(workspace: Workspace, kind: str) -> None:
    """Follow the recipe."""
    for file, before, text in recipe(kind):
        path = workspace.folder / file
        if before:
            content = path.read_text()
            assert content.count(f"\n{before}") == 1, f"{file}: {before}"
            path.write_text(content.replace(f"\n{before}", f"\n{text}{before}"))
        else:
            path.write_text((path.read_text() if path.exists() else "") + text)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The miniature corpus and its cheapest feature set."""
    workspace = make_workspace(tmp_path)
    configure(workspace)
    return workspace


def configure(workspace: Workspace, **changes: object) -> None:
    """Write a configuration of the cheapest feature set, with changes."""
    mini = CONFIG["corpora"]["mini"] | {"methods": ["given"]} | changes.pop("mini", {})
    features = {"given": CONFIG["features"]["given"], **changes.pop("features", {})}
    small = {"corpora": {"mini": mini}, "features": features, "draws": 200, "regressor": "krr"}
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(small | changes))


def results(workspace: Workspace, name: str) -> pd.DataFrame:
    return pd.read_csv(workspace.folder / "results/mini" / name)


def test_a_regressor_is_an_entry_and_a_function(workspace: Workspace) -> None:
    add(workspace, "regressor")
    configure(workspace, regressor="neighbours", neighbours=3)
    workspace.snakemake("--until", "regress")
    assert len(results(workspace, "predictions/given/2.csv"))
    workspace.snakemake("scores", "--until", "score")
    assert results(workspace, "models/given/0.csv")["neighbours"].tolist() == [3] * 3
    assert len(results(workspace, "scores.csv")) == 4
    configure(workspace, regressor="neighbours", svr={"tune": {"neighbours": [1, 5]}})
    workspace.snakemake("results/mini/predictions/given.csv")
    assert set(results(workspace, "models/given/0.csv")["neighbours"]) <= {1, 5}


def test_a_reader_is_an_entry_and_a_module(workspace: Workspace) -> None:
    add(workspace, "reader")
    manifest = pd.read_csv(workspace.folder / "data/mini/manifest.csv")
    manifest.to_csv(workspace.folder / "data/mini/ratings.tsv", sep="\t", index=False)
    configure(workspace, mini={"reader": "my_corpus"})
    workspace.snakemake("prepared")
    assert len(results(workspace, "utterances.csv")) == len(manifest)
    table = workspace.folder / "data/mini/ratings.tsv"
    table.write_text(table.read_text().replace("g0", "g1"))
    assert "prepare" in workspace.would_run("prepared")


def test_an_extractor_is_an_entry_a_module_a_script_and_a_rule(workspace: Workspace) -> None:
    add(workspace, "extractor")
    spectrum = {"label": "Spectrum", "extractor": "spectrum", "bands": 12}
    configure(
        workspace, features={"spectrum": spectrum}, mini={"methods": ["spectrum", "given+spectrum"]}
    )
    workspace.snakemake("scores", "--until", "score")
    assert set(results(workspace, "scores.csv")["method"]) == {"spectrum", "given+spectrum"}


def test_a_figure_is_an_entry_a_caption_a_script_and_a_rule(workspace: Workspace) -> None:
    add(workspace, "figure")
    workspace.snakemake()
    page = (workspace.folder / "results/report.html").read_text()
    assert "RMSE by method" in page and "The root mean square error" in page
