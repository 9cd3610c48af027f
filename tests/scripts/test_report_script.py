"""What the report says, where a browser shows it but does not tell it apart."""

import re
import shutil
from pathlib import Path

import pandas as pd
from conftest import CONFIG, PROJECT, Workspace

from dimser.files import read_csv, write_csv
from report import report


def test_a_star_marks_who_is_behind_and_a_diamond_what_was_published(
    finished: Workspace, tmp_path: Path
) -> None:
    """The miniature has too few speakers, and was never published; here both are changed."""
    shutil.copytree(finished.folder / "results", tmp_path / "results")
    own = tmp_path / "results/mini"
    comparisons = read_csv(own / "comparisons.csv")
    write_csv(
        comparisons.assign(p_holm=0.2).assign(
            p_holm=lambda t: t["p_holm"].where(
                (t["method_a"] != "gender") & (t["method_b"] != "gender"), 0.01
            )
        ),
        own / "comparisons.csv",
    )
    audit = pd.DataFrame(
        [["mini", "egemaps", "arousal", "ccc", 0.654, 0.6, 0.5, 0.7, -0.05, "within interval"]],
        columns=read_csv(tmp_path / "results/tables/audit.csv").columns,
    )
    write_csv(audit, tmp_path / "results/tables/audit.csv")
    labels = {name: name.upper() for name in CONFIG["corpora"]["mini"]["methods"]} | {"given": "G"}
    report(
        results=str(tmp_path / "results"),
        pictures=[],
        stores=[],
        template=str(PROJECT / "workflow/report/report.html.jinja"),
        benchmarks=str(tmp_path / "none"),
        corpora={"mini": "Mini"},
        feature_sets={"mini": list(CONFIG["features"])},
        labels=labels,
        stand_ins=[],
        config={**CONFIG, "top_features": 2},
        output=str(tmp_path / "report.html"),
    )
    page = (tmp_path / "report.html").read_text()
    rows = re.findall(r"<tr data-n=.*?</tr>", page, re.DOTALL)
    arousal = {re.search(r'row">(.*?)</th>', row)[1]: row for row in rows if "arousal" in row}
    assert len(arousal) == len(CONFIG["corpora"]["mini"]["methods"])
    assert [name for name, row in arousal.items() if ">*</abbr>" in row] == ["GENDER"]
    assert [name for name, row in arousal.items() if "<em " in row] == ["EGEMAPS"]
    assert '<td class="n">0.654</td>' in arousal["EGEMAPS"]
    assert "a diamond the published value" in page
    assert "Of 1 published values: 1 within interval." in page
    assert "There are no records in <code>logs/benchmark/</code>" in page
