"""Table 2 of several corpora and feature sets, and of none."""

from pathlib import Path

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from table2 import table2


def run(folder: Path, *names: str) -> tuple[pd.DataFrame, str, str]:
    """Each name is `corpus/features`; the n-th feature of a set agrees by n tenths."""
    paths = []
    for name in names:
        corpus, features = name.split("/")
        paths.append(folder / corpus / "featurewise" / features / "detail.csv")
        table = pd.DataFrame({"feature": [f"{features}_{n}" for n in range(4)]})
        ccc = {f"{d}_ccc": [0, 0.1, 0.2, 0.3] for d in DIMENSIONS}
        rest = {f"{d}_{what}": 0.01 for d in DIMENSIONS for what in ("above", "p")}
        write_csv(table.assign(**ccc, **rest), paths[-1])
    table2(
        featurewise=[str(path) for path in paths],
        corpora={"b": "Corpus B", "a": "Corpus A", "none": "Without"},
        labels={"cmp": "CMP", "ege": "eGeMAPS", "mfcc_sma": "Own", "other": "Other"},
        handcrafted=["cmp", "ege"],
        top=1,
        **{kind: str(folder / f"t.{kind}") for kind in ("csv", "md", "tex")},
    )
    md, tex = ((folder / f"t.{kind}").read_text() for kind in ("md", "tex"))
    return read_csv(folder / "t.csv"), md, tex


def test_corpora_are_blocks_in_the_order_of_the_configuration(tmp_path: Path) -> None:
    table, md, tex = run(tmp_path, "a/cmp", "b/cmp", "b/ege")
    assert table["corpus"].tolist() == ["a"] * 3 + ["b"] * 6
    assert set(table["feature"]) == {"cmp_3", "ege_3"} and set(table["ccc"]) == {0.3}
    headings = [line for line in md.splitlines() if line.startswith("#")]
    assert headings == ["### Corpus B", "### Corpus A"]
    assert (
        tex.count(r"\midrule") == 2 and r"eGeMAPS & Valence & ege\_3 & +0.300 & 1 & 0.010 \\" in tex
    )


def test_without_handcrafted_features_the_table_says_so(tmp_path: Path) -> None:
    table, md, tex = run(tmp_path)
    assert table.empty and list(table.columns)[:2] == ["corpus", "features"]
    assert md == "No corpus has a handcrafted feature set.\n" and "No corpus has" in tex


def test_a_table_counts_as_handcrafted_where_its_features_are_named_so(tmp_path: Path) -> None:
    table, *_ = run(tmp_path, "a/mfcc_sma", "a/other")
    assert set(table["features"]) == {"mfcc_sma"}
