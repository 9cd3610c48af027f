"""Names that shells, HTML, LaTeX, paths or CSV have a meaning for are names here, no more."""

import copy
from pathlib import Path

import pandas as pd
import yaml
from conftest import CONFIG, make_workspace

NAMES = [
    "; rm -rf ~", "$(touch owned)", "`touch owned`", "<script>alert(1)</script>", 'a "b" \'c\'',
    "ünï çødé", "a,b;c|d", "-rf", "{corpus}", "%s\\n", "NA", "007",
]  # fmt: skip


def test_names_mean_nothing_but_themselves(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    corpus = workspace.folder / "data/mini"
    manifest = pd.read_csv(corpus / "manifest.csv", dtype=str)
    manifest["id"] = [f"{NAMES[n % len(NAMES)]} {n}" for n in range(len(manifest))]
    odd = 'a "quoted" $HOME; file.wav'
    (corpus / manifest["file"][3]).rename(corpus / odd)
    manifest.loc[3, "file"] = odd
    manifest["speaker"] = manifest["speaker"].map(
        dict(zip(sorted(manifest["speaker"].unique()), NAMES, strict=False))
    )
    manifest.to_csv(corpus / "manifest.csv", index=False)
    config = copy.deepcopy(CONFIG)
    config |= {"features": {"egemaps": config["features"]["egemaps"]}, "direct": {}}
    config |= {"regressor": "krr"}  # scikit-learn's would take longer, and has no names
    config["features"]["egemaps"] |= {"label": "<b>eGe & $MAPS_{1}</b>"}
    config["corpora"]["mini"] |= {"methods": ["egemaps", "gender"], "label": "<i>Mini</i> % {x}"}
    (workspace.folder / "config/mini.yaml").write_text(yaml.safe_dump(config))
    before = {path.name for path in workspace.folder.iterdir()}
    workspace.snakemake()
    after = {path.name for path in workspace.folder.iterdir()} - before
    assert after == {"results", "logs", ".snakemake"}
    predicted = pd.read_csv(workspace.folder / "results/mini/predictions/egemaps.csv", dtype=str)
    assert sorted(predicted["id"]) == sorted(manifest["id"])
    report = (workspace.folder / "results/report.html").read_text()
    for text in ("<script>alert(1)", "<b>eGe", "<i>Mini"):
        assert text not in report
    assert "&lt;i&gt;Mini&lt;/i&gt; % {x}" in report
    tex = (workspace.folder / "results/tables/table1.tex").read_text()
    assert r"\textless{}b\textgreater{}eGe \& \$MAPS\_\{1\}" in tex
