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
from dimser.plan.shown import Shown
from report import report


def written(
    folder: Path, figures: dict | None = None, pdfs: list | None = None, stores: list | None = None
) -> str:
    """Write the report of the results in a folder, and return it."""
    labels = {name: name.upper() for name in CONFIG["corpora"]["mini"]["methods"]} | {"given": "G"}
    run = Run(CONFIG)
    tables = Shown(Files(run, lambda path: folder / path)).reported()
    report(
        tables={key: str(folder / path) for key, path in tables.items()},
        figures=figures or {},
        pdfs=pdfs or [],
        columns=pdfs or [],
        closeups=[str(folder / "results/mini/closeup.json")],
        stores=stores or [],
        benchmarks=str(folder / "none"),
        corpora={"mini": "Mini"},
        methods={"mini": run.methods("mini")},
        feature_sets={"mini": list(CONFIG["features"])},
        best_layers={"mini": {}},
        labels=labels,
        stand_ins={},
        intervals=run.interval_text,
        config=run.config,
        configured="mini.yaml",
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
    shown = Shown(files)
    figures, pdfs = shown.figures("svg"), [*shown.figures("column").values()]
    stores = [str(path) for path in files.all_stores()]
    page = written(tmp_path, figures=figures, pdfs=pdfs, stores=stores)
    drawn = page.count('<img src="data:image/svg+xml;base64,')
    assert drawn == len(figures) - 1  # nobody rated the miniature
    assert page.count('href="data:application/pdf;base64,') == 2 * drawn  # of each width


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
    cell = ["mini", "egemaps", "arousal", "ccc", 0.654, 0.6, 0.5, 0.7, -0.05, "within interval"]
    audit = pd.DataFrame(
        [[*cell, None, "icassp24_table1", None]],
        columns=read_csv(tmp_path / "results/tables/audit.csv").columns,
    )
    write_csv(audit, tmp_path / "results/tables/audit.csv")
    table = read_csv(own / "scores.csv")
    trained = table["method"].eq("wv2_em").map({True: "fine-tuning (this part)", False: "no"})
    write_csv(table.assign(heard=trained), own / "scores.csv")
    page = written(tmp_path)
    assert "§ marks scores on data that the method" in page
    assert re.search("Fine-tuned on this data: WV2.EM", page)
    rows = re.findall(r'<tr data-method="(.*?)">(.*?)</tr>', page, re.DOTALL)
    assert len(rows) == len(CONFIG["corpora"]["mini"]["methods"])
    ruled_out = [name for name, row in rows if 'class="v out"' in row]
    assert ruled_out == ["GENDER"]
    assert all(row.count('class="v may"') == 4 for name, row in rows if name != "GENDER")
    published = {name: re.findall("<em>(.*?)</em>", row) for name, row in rows}
    assert {name: own for name, own in published.items() if own} == {"EGEMAPS": ["published 0.654"]}
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
    assert text.count('<table class="matrix"') == 3 and '"corpus": "Mini: Test2"' in text


def test_planted_findings_are_never_called_published(finished: Workspace, tmp_path: Path) -> None:
    shutil.copytree(finished.folder / "results", tmp_path / "results")
    path = tmp_path / "results/tables/audit_checks.csv"
    header = read_csv(path).columns
    rows = [
        {"corpus": "mini", "check": f"Sentence {n}", "value": 0.1, "holds": n > 0,
         "source": "planted"}
        for n in range(3)
    ]  # fmt: skip
    write_csv(pd.DataFrame(rows, columns=header), path)
    text = written(tmp_path)
    assert "2 of 3 planted findings</a> hold here" in text
    assert "Mini: Sentence 2 (found; margin 0.10" in text
    assert "Sentence 0 (not found; margin" in text
    assert "findings were planted" in text and "published findings</a>" not in text
