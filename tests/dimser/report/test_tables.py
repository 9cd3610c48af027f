from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dimser.core.files import read_csv
from dimser.report.tables import (
    DAGGER,
    Block,
    latex,
    markdown,
    note,
    number,
    to_latex,
    to_markdown,
    write,
)

NOTE = note(["untrained stand-in"])

# Letters and every sign that has a meaning in Markdown or LaTeX; no line begins with what lists do.
TEXT = st.text(alphabet="ab1 _*`|<>&~$#!^{}%\\[]()" + DAGGER, max_size=15).map(
    lambda text: f"x{text}x"
)


def block(*rows: tuple[str, str], bold: int | None = None, title: str = "T") -> Block:
    """A block with two columns under a common name; `bold` is the row that stands out."""
    columns = [("", "Method"), ("Valence", "CCC")]
    cells = pd.DataFrame([*rows], columns=pd.MultiIndex.from_tuples(columns))
    marks = pd.DataFrame(False, cells.index, cells.columns)
    if bold is not None:
        marks.iloc[bold, 1] = True
    return Block(title, cells, marks)


def shown(text: str) -> list[str]:
    """Give what a Markdown renderer shows of each cell, markup as `<strong>` and the like."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [
        "".join(part.content if part.type == "text" else f"<{part.tag}>" for part in token.children)
        for token in tokens
        if token.type == "inline"
    ]


@given(TEXT, TEXT)
def test_markdown_shows_text_as_it_is(first: str, second: str) -> None:
    title, *cells = shown(to_markdown([block((first, second), title=first)], "lr"))
    first, second = " ".join(first.split()), " ".join(second.split())
    assert (title, cells[2:]) == (first, [first, second])


def test_markdown_leaves_names_of_features_readable() -> None:
    assert markdown("pcm_fftMag_sma_peakMean") == "pcm_fftMag_sma_peakMean"
    # behind a sign, an underscore could open an emphasis
    assert markdown("pcm_fftMag_sma[3]_mean") == r"pcm_fftMag_sma[3]\_mean"


@given(TEXT)
def test_latex_has_one_reading_of_each_sign(text: str) -> None:
    written = latex(text)
    for command, sign in {
        r"\textbackslash{}": "\0", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
        r"\textless{}": "<", r"\textgreater{}": ">", r"\textbar{}": "|", r"\dag{}": DAGGER,
        "{[}": "[", "{*}": "*",
    }.items():  # fmt: skip
        written = written.replace(command, sign)
    for sign in "&%$#_{}":
        written = written.replace(f"\\{sign}", sign)
    assert "\\" not in written
    assert written.replace("\0", "\\") == " ".join(text.split())


def test_a_block_a_corpus_with_the_best_in_bold() -> None:
    blocks = [block(("a_b", "0.1"), ("c", "0.2"), bold=1), block(("d", "0.3"), title="U & V")]
    assert shown(to_markdown(blocks, "lr", NOTE)) == [
        "T", "Method", "Valence CCC", "a_b", "0.1", "c", "<strong>0.2<strong>",
        "U & V", "Method", "Valence CCC", "d", "0.3", NOTE,
    ]  # fmt: skip
    assert to_latex(blocks, "lr", NOTE).splitlines() == [
        r"% needs \usepackage{booktabs,adjustbox}; no wider than a column",
        r"\begin{adjustbox}{max width=\columnwidth}",
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"\multicolumn{1}{c}{} & \multicolumn{1}{c}{Valence} \\",
        r"\cmidrule(lr){2-2}",
        r"Method & CCC \\",
        r"\midrule",
        r"\multicolumn{2}{l}{\textit{T}} \\",
        r"a\_b & 0.1 \\",
        r"c & \textbf{0.2} \\",
        r"\midrule",
        r"\multicolumn{2}{l}{\textit{U \& V}} \\",
        r"d & 0.3 \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{adjustbox}",
        rf"\par\smallskip{{\footnotesize {latex(NOTE)}}}",
    ]


def test_digits_for_people_are_not_digits_for_programs(tmp_path: Path) -> None:
    table = pd.DataFrame({"method": ["cmp"], "ccc": [1 / 3]})
    paths = {kind: tmp_path / f"t.{kind}" for kind in ("csv", "md", "tex")}
    write(table, [block(("cmp", number(1 / 3)))], "lr", "", **paths)
    assert read_csv(paths["csv"])["ccc"][0] == 1 / 3
    assert "0.333 " in paths["md"].read_text() and "& 0.333 " in paths["tex"].read_text()


@pytest.mark.parametrize(
    ("value", "text"), [(0.12345, "0.123"), (-0.0004, "0.000"), (-1, "-1.000"), (None, "n/a")]
)
def test_numbers(value: float | None, text: str) -> None:
    assert number(value) == text


def test_without_a_block_only_the_note_stands_there() -> None:
    assert to_markdown([], "lr", "Nothing.") == "Nothing.\n"
    assert to_latex([], "lr", "Nothing.").count("tabular") == 2
