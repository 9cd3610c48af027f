"""What the report says, where a browser shows it but does not tell it apart."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import CONFIG, Workspace

from dimser.core.files import read_csv, write_csv
from dimser.plan.files import Files
from dimser.plan.run import Run
from report import report


def written(folder: Path, figures: dict | None = None, stores: list[str] | None = None) -> str:
    """Write the report of the results in a folder, and return it."""
    labels = {name: name.upper() for name in CONFIG["corpora"]["mini"]["methods"]} | {"given": "G"}
    run = Run(CONFIG)
    tables = Files(run, lambda path: folder / path).reported()
    report(
        tables={key: str(folder / path) for key, path in tables.items()},
        figures=figures or {},
        stores=stores or [],
        benchmarks=str(folder / "none"),
        corpora={"mini": "Mini"},
        methods={"mini": run.methods("mini")},
        feature_sets={"mini": list(CONFIG["features"])},
        best_layers={"mini": {}},
        labels=labels,
        stand_ins=[],
        intervals=run.interval_text,
        config=run.config,
        output=str(folder / "report.html"),
    )
    return (folder / "report.html").read_text()


def test_the_report_reads_nothing_but_what_its_rule_declares(
    finished: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the inputs that Snakemake knows of is enough, to the byte."""
    planned = finished.snakemake("--forcerun", "report", "--dry-run", "results/report.html")
    (inputs,) = re.findall(r"^rule report:\n +input: (.*)$", planned.stdout, re.MULTILINE)
    for name in inputs.split(", "):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(finished.folder / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    files = Files(Run(CONFIG), str)
    figures = {key: str(path) for key, path in files.figures().items()}
    page = written(tmp_path, figures=figures, stores=[str(path) for path in files.all_stores()])
    assert page.count('<img src="data:image/png;base64,') == len(figures)


def test_a_star_marks_who_is_behind_and_a_diamond_what_was_published(
    finished: Workspace, tmp_path: Path
) -> None:
    """The miniature has too few speakers, and was never published; here both are changed."""
    shutil.copytree(finished.folder / "results", tmp_path / "results")
    own = tmp_path / "results/mini"
    scores = read_csv(own / "scores.csv")
    write_csv(
        scores.assign(may_be_best=scores["method"] != "gender", best_p=0.01), own / "scores.csv"
    )
    audit = pd.DataFrame(
        [["mini", "egemaps", "arousal", "ccc", 0.654, 0.6, 0.5, 0.7, -0.05, "within interval"]],
        columns=read_csv(tmp_path / "results/tables/audit.csv").columns,
    )
    write_csv(audit, tmp_path / "results/tables/audit.csv")
    page = written(tmp_path)
    rows = re.findall(r"<tr data-n=.*?</tr>", page, re.DOTALL)
    arousal = {re.search(r'row">(.*?)</th>', row)[1]: row for row in rows if "arousal" in row}
    assert len(arousal) == len(CONFIG["corpora"]["mini"]["methods"])
    assert [name for name, row in arousal.items() if ">*</abbr>" in row] == ["GENDER"]
    assert [name for name, row in arousal.items() if "<em " in row] == ["EGEMAPS"]
    assert '<td class="n">0.654</td>' in arousal["EGEMAPS"]
    assert "the diamond the published value" in page
    assert "Of 1 published value: 1 within interval." in page
    assert "There are no records in <code>logs/benchmark/</code>" in page


def test_a_dimension_without_a_defined_ccc_has_a_card_that_says_so(
    finished: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(finished.folder / "results", tmp_path / "results")
    path = tmp_path / "results/mini/scores.csv"
    scores = read_csv(path)
    defined = ["ccc", "ccc_low", "ccc_high"]
    scores.loc[scores["dimension"] == "valence", defined] = float("nan")
    write_csv(scores, path)
    valence, arousal, *_ = written(tmp_path).split('<div class="win">')[1:]
    assert "No defined CCC" in valence and 'class="ccc"' not in valence
    assert 'class="ccc"' in arousal


def test_each_published_test_part_has_cards_and_rows_of_its_own(
    finished: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(finished.folder / "results", tmp_path / "results")
    for name in ("scores", "comparisons"):
        path = tmp_path / f"results/mini/{name}.csv"
        whole = read_csv(path)
        write_csv(pd.concat([whole, *(whole.assign(part=p) for p in ("Test1", "Test2"))]), path)
    text = written(tmp_path)
    assert text.count('<div class="wins">') == 3
    assert "<h4>Test1 alone</h4>" in text and "<h4>Test2 alone</h4>" in text
    assert "<option>Mini: Test1</option>" in text and '"corpus": "Mini: Test2"' in text
