"""The paper's tables and figures: table1, table2, label_distribution, featurewise_ccc."""

import re
from itertools import product
from pathlib import Path

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.report.tables import latex, markdown, number
from featurewise_ccc import featurewise_ccc
from label_distribution import _regions, label_distribution
from table1 import table1
from table2 import table2

METHODS = ["cmp", "hrt", "cmp+hrt"]
LABELS = {"cmp": "CMP", "hrt": "HRT_x", "cmp+hrt": "EF(CMP+HRT_x)"}


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    rows = product(METHODS, DIMENSIONS)
    table = pd.DataFrame(rows, columns=["method", "dimension"])
    table["ccc"] = [0.1, 0.8, 0.5, 0.3, 0.2, 0.1, 0.2, 0.7999, np.nan]
    table["rmse"] = [0.25, 0.25, 0.25, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]
    table["may_be_best"] = None
    table = table.assign(ccc_low=table["ccc"] - 0.2, ccc_high=table["ccc"] + 0.1)
    write_csv(table, tmp_path / "scores.csv")
    return tmp_path


def make_table1(folder: Path, methods: list[str] = METHODS, beyond: tuple[str, ...] = ()) -> None:
    raters = pd.DataFrame({"dimension": DIMENSIONS, "one_rater_ccc": [0.4, 0.6, np.nan]})
    write_csv(raters, folder / "annotation.csv")
    table1(
        scores=[str(folder / "scores.csv")],
        annotation=[str(folder / "annotation.csv")],
        corpora={"mini": "Mini & Co"},
        methods={"mini": methods},
        labels=LABELS,
        stand_ins=dict.fromkeys(["hrt", "cmp+hrt"], "untrained stand-in"),
        beyond_paper=beyond,
        **{kind: str(folder / f"t.{kind}") for kind in ("csv", "md", "tex")},
        two_digits=str(folder / "two.tex"),
        intervals=str(folder / "intervals.tex"),
    )


def test_table1_has_a_row_a_method_in_order(scores: Path) -> None:
    make_table1(scores)
    table = read_csv(scores / "t.csv")
    assert table["method"].tolist() == METHODS and table["row"].tolist() == [1, 2, 3]
    assert table["arousal_ccc"].tolist() == [0.8, 0.2, 0.7999]
    assert table["stand_in"].isna().tolist() == [True, False, False]


def test_table1_marks_the_best_and_the_untrained(scores: Path) -> None:
    make_table1(scores)
    md, tex = (scores / "t.md").read_text(), (scores / "t.tex").read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in md.splitlines()]
    rows = {row[0]: row[1:] for row in rows if len(row) == 7}
    assert rows["HRT_x †"][0] == "**0.300**"
    # both are printed as 0.800, so both are the best
    assert rows["CMP"][2] == rows["EF(CMP+HRT_x) †"][2] == "**0.800**"
    assert rows["EF(CMP+HRT_x) †"][4] == "n/a"
    assert rows["one more rater"] == ["0.400", "", "0.600", "", "n/a", ""]
    assert "untrained stand-in: not the published model" in md and "### Mini & Co" in md.replace(
        "\\", ""
    )
    assert r"HRT\_x \dag{} & \textbf{0.300}" in tex and r"Mini \& Co" in tex
    assert tex.count(r"\begin{tabular}") == tex.count(r"\end{tabular}") == 1
    widths = {line.count(" & ") for line in tex.splitlines() if "0.300" in line}
    assert widths == {6}


def test_table1_has_the_best_rmse_in_bold_and_variants_with_two_digits_and_with_intervals(
    scores: Path,
) -> None:
    make_table1(scores)
    tex = {name: (scores / f"{name}.tex").read_text() for name in ("t", "two", "intervals")}
    assert r"CMP & 0.100 & \textbf{0.250} & \textbf{0.800} & \textbf{0.250}" in tex["t"]
    assert r"CMP & 0.10 & \textbf{0.25} & \textbf{0.80}" in tex["two"]
    assert r"CMP & 0.10 {[}$-$0.10, 0.20] & \textbf{0.80 {[}0.60, 0.90]} &" in tex["intervals"]
    assert all(r"{max width=\columnwidth}" in text for text in tex.values())
    table = read_csv(scores / "t.csv")
    assert table["arousal_ccc_low"].tolist() == pytest.approx([0.6, 0.0, 0.5999])


def test_table1_has_what_the_paper_has_not_below_and_marked(scores: Path) -> None:
    make_table1(scores, beyond=("cmp",))
    table = read_csv(scores / "t.csv")
    assert table["method"].tolist() == ["hrt", "cmp+hrt", "cmp"]
    assert table["row"].tolist() == [1, 2, 3] and table["arousal_ccc"].tolist() == [
        0.2,
        0.7999,
        0.8,
    ]
    md, tex = (scores / "t.md").read_text(), (scores / "t.tex").read_text()
    assert "| CMP ‡ " in md and md.count("‡") == 2 and "‡ not a method of the paper" in md
    assert r"CMP \ddag{} & " in tex
    make_table1(scores)
    assert "‡" not in (scores / "t.md").read_text()


def test_table1_marks_all_that_may_be_best_where_a_test_can_tell(scores: Path) -> None:
    table = read_csv(scores / "scores.csv").assign(may_be_best=False)
    table.loc[table["method"] == "hrt", "may_be_best"] = True
    write_csv(table, scores / "scores.csv")
    make_table1(scores)
    md = (scores / "t.md").read_text()
    assert md.count("**") == 2 * 3 + 2 * 3 and "**0.300**" in md and "**0.800**" not in md
    found = read_csv(scores / "t.csv").set_index("method")["valence_may_be_best"]
    assert found.to_dict() == {"cmp": False, "hrt": True, "cmp+hrt": False}


def test_table1_marks_what_was_trained_on_the_data_and_never_bold(scores: Path) -> None:
    table = read_csv(scores / "scores.csv").assign(heard="no")
    table.loc[table["method"] == "cmp", "heard"] = "fine-tuning (this part)"
    write_csv(table, scores / "scores.csv")
    make_table1(scores)
    md, tex = (scores / "t.md").read_text(), (scores / "t.tex").read_text()
    assert "| CMP § " in md and "§ its model was trained on this data" in md
    (row,) = [line for line in md.splitlines() if "CMP §" in line]
    assert "**" not in row and r"CMP \S{} & " in tex
    assert read_csv(scores / "t.csv")["heard"].tolist() == ["fine-tuning (this part)", "no", "no"]
    make_table1(scores, ["hrt"])
    assert "§" not in (scores / "t.md").read_text()


def test_table1_asks_for_every_score(scores: Path) -> None:
    with pytest.raises(InputError, match="method 'wlm' has no valence score"):
        make_table1(scores, [*METHODS, "wlm"])


def test_table2_ranks_by_signed_ccc(tmp_path: Path) -> None:
    table = pd.DataFrame({"feature": ["a", "b", "c"], "valence_ccc": [0.1, -0.9, 0.3]})
    table = table.assign(arousal_ccc=[0.5, 0.5, 0.1], dominance_ccc=[0, 0, 0.1])
    more = {f"{name}_p": [0.2, 0.01, 0.01] for name in DIMENSIONS}
    more |= {f"{name}_above": [False, True, True] for name in DIMENSIONS}
    write_csv(table.assign(**more), tmp_path / "mini/featurewise/cmp/detail.csv")
    table2(
        featurewise=[str(tmp_path / "mini/featurewise/cmp/detail.csv")],
        handcrafted=["cmp"],
        corpora={"mini": "Mini"},
        labels={"cmp": "CMP"},
        top=2,
        **{kind: str(tmp_path / f"t.{kind}") for kind in ("csv", "md", "tex")},
    )
    ranked = read_csv(tmp_path / "t.csv")
    best = ranked.groupby("dimension", sort=False)["feature"].agg("".join).to_dict()
    assert best == {"valence": "ca", "arousal": "ab", "dominance": "ca"}
    assert ranked["rank"].tolist() == [1, 2] * 3
    assert ranked["absolute_rank"].tolist()[:2] == [2, 3]  # -0.9 is farther from 0
    assert ranked["above"].tolist()[:2] == [True, False]
    assert "| +0.300 |" in re.sub(" +", " ", (tmp_path / "t.md").read_text())


def test_text_is_shown_as_it_is() -> None:
    assert latex("50 % of A_B & {C}\\") == r"50 \% of A\_B \& \{C\}\textbackslash{}"
    assert markdown("pcm_x[2] | *b*") == r"pcm_x[2] \| \*b\*"
    assert number(-0.0001) == "0.000" and number(float("nan")) == "n/a"


def test_regions_hold_the_share_that_they_name() -> None:
    generator = np.random.default_rng(0)
    x, y = np.clip(generator.normal(0.5, 0.12, size=(2, 5000)), 0, 1)
    share, outside = _regions(x, y)
    inside = share[(x * 100).astype(int).clip(0, 99), (y * 100).astype(int).clip(0, 99)]
    for level in (0.25, 0.5, 0.75, 0.95):
        assert np.mean(inside <= level) == pytest.approx(level, abs=0.04)
    assert outside.mean() == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("corpora", [1, 3])
def test_figure_2_has_a_panel_a_corpus_and_the_same_bytes_again(
    tmp_path: Path, corpora: int
) -> None:
    labels = pd.DataFrame(np.random.default_rng(0).random((50, 2)), columns=["arousal", "valence"])
    write_csv(labels, tmp_path / "u.csv")

    def draw(name: str) -> tuple[bytes, bytes]:
        png, pdf = tmp_path / f"{name}.png", tmp_path / f"{name}.pdf"
        label_distribution(
            utterances=[str(tmp_path / "u.csv")] * corpora,
            labels=["A $ b"] * corpora,
            png=str(png),
            pdf=str(pdf),
            svg=str(tmp_path / "f.svg"),
            column=str(tmp_path / "f_column.pdf"),
        )
        return png.read_bytes(), pdf.read_bytes()

    assert draw("one") == draw("two")
    height, width, _ = matplotlib.image.imread(tmp_path / "one.png").shape
    assert width / 300 == pytest.approx(3.5 if corpora == 1 else 7.16, abs=0.01)
    assert height > 300


def test_figures_3_and_4_show_every_set(tmp_path: Path) -> None:
    ccc = {"valence_ccc": [0.1, 0.2], "arousal_ccc": [0.3, 0.4], "dominance_ccc": [0.0, 0.1]}
    above = {f"{name}_above": True for name in DIMENSIONS}
    table = pd.DataFrame({"feature": ["a", "b"], **ccc, **above})
    write_csv(table, tmp_path / "f.csv")
    featurewise_ccc(
        featurewise=[str(tmp_path / "f.csv")] * 2,
        features=["cmp", "hrt"],
        labels=LABELS,
        stand_ins={"hrt": "untrained stand-in"},
        corpus_label="Mini",
        png=str(tmp_path / "f.png"),
        pdf=str(tmp_path / "f.pdf"),
        svg=str(tmp_path / "f.svg"),
        column=str(tmp_path / "f_column.pdf"),
    )
    image = matplotlib.image.imread(tmp_path / "f.png")[..., :3]
    for colour in ((0x56, 0xB4, 0xE9), (0xE6, 0x9F, 0x00)):  # the first two of the palette
        assert (np.abs(image - np.array(colour) / 255).max(axis=2) < 0.01).any()
