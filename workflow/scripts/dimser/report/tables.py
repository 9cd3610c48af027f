"""Tables for readers: one block per corpus, as Markdown and as LaTeX (booktabs)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pandas as pd

from dimser.core.files import write_csv, write_text
from dimser.core.words import told_apart
from dimser.evaluation.comparison import ALPHA

DAGGER = "†"

DOUBLE_DAGGER = "‡"
BEYOND = f"{DOUBLE_DAGGER} not a method of the paper"
SECTION = "§"
HEARD = f"{SECTION} its model was trained on this data: no result, and never bold"

_LATEX = str.maketrans(
    {character: rf"\{character}" for character in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", DAGGER: r"\dag{}"}
    | {DOUBLE_DAGGER: r"\ddag{}", SECTION: r"\S{}"}
    # after the end of a row, LaTeX would read these as an option of the line break
    | {"[": "{[}", "*": "{*}"}
)
_MINUS = re.compile(r"(?<![\w.\])])-(?=\d)")
# Underscores and brackets are special only in some places; elsewhere, feature names stay readable.
_MARKDOWN = re.compile(r"[\\`*|<>&~$#!]|(?<![^\W_])_|_(?![^\W_])|\[\^|](?=[(\[:])")


def note(kinds: Iterable[str]) -> str:
    """Explain the dagger of methods that rest on a model in place of a published one.

    Args:
        kinds: what such a model is called, once for each method; may be empty.

    Example:
        >>> note(["untrained stand-in", "untrained stand-in"])
        '† untrained stand-in: not the published model'
    """
    called = dict.fromkeys(kinds)
    return f"{DAGGER} {' or '.join(called)}: not the published model" if called else ""


@dataclass(frozen=True)
class Block:
    """The rows of one corpus.

    Attributes:
        title: display name of the corpus.
        cells: text; a column's name is a pair: the name of its group, or "", and its own name.
        bold: which cells are bold, in the same shape; none if left out.
    """

    title: str
    cells: pd.DataFrame
    bold: pd.DataFrame | None = None

    def rendered(self, escape: callable, bold: str) -> pd.DataFrame:
        """Return the escaped cells, the bold ones set in `bold` (a pattern with one `{}`)."""
        plain = self.cells.map(escape)
        return plain if self.bold is None else plain.mask(self.bold, plain.map(bold.format))


def latex(text: str) -> str:
    r"""Escape text for LaTeX.

    Example:
        >>> print(latex("F0_sma 95 %"), latex("-0.05"))
        F0\_sma 95 \% $-$0.05
    """
    plain = " ".join(text.split()).translate(_LATEX)
    return _MINUS.sub("$-$", plain)  # a hyphen is shorter


def markdown(text: str) -> str:
    r"""Escape text for Markdown, also within a table; underscores in words stay.

    Example:
        >>> print(markdown("F0_sma *p* | _a"))
        F0_sma \*p\* \| \_a
    """
    return _MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()))


def number(value: float, digits: int = 3) -> str:
    """Format a number with `digits` decimals, never as "-0.000"; "n/a" if it is undefined.

    Example:
        >>> number(-0.0004), number(2 / 3, 2), number(float("nan"))
        ('0.000', '0.67', 'n/a')
    """
    return "n/a" if pd.isna(value) else f"{value:z.{digits}f}"


def p_value(p: float) -> str:
    """Format a p value with three decimals, or as many as tell on which side of `ALPHA` it is.

    Example:
        >>> p_value(0.0002), p_value(0.2), p_value(0.0496), p_value(0.05)
        ('< 0.001', '0.200', '0.0496', '0.050')
    """
    if pd.isna(p):
        return "n/a"
    return "< 0.001" if p < 0.001 else told_apart(p, ALPHA, 3, "f")[0]


def to_markdown(blocks: list[Block], align: str, note: str = "") -> str:
    """Format blocks as Markdown: a heading and a pipe table each.

    Args:
        blocks: the blocks to show.
        align: `l` or `r` for each column.
        note: set below.
    """
    sides = ["right" if side == "r" else "left" for side in align]
    parts = []
    for block in blocks:
        cells = block.rendered(markdown, "**{}**")
        cells.columns = [" ".join(filter(None, name)) for name in cells.columns]
        table = cells.to_markdown(index=False, disable_numparse=True, colalign=sides)
        parts += [f"### {markdown(block.title)}", table]
    return "\n\n".join(filter(None, [*parts, markdown(note)])) + "\n"


def to_latex(blocks: list[Block], align: str, note: str = "") -> str:
    r"""Format blocks as one tabular with booktabs rules, for use with `\input`.

    Args:
        blocks: the blocks to show; all with the same columns.
        align: `l` or `r` for each column.
        note: set below.
    """
    lines = [
        "% needs \\usepackage{booktabs,adjustbox}; no wider than a column",
        r"\begin{adjustbox}{max width=\columnwidth}",
        rf"\begin{{tabular}}{{{align}}}",
        r"\toprule",
    ]
    lines += _header(list(blocks[0].cells.columns)) if blocks else []
    for block in blocks:
        title = rf"\textit{{{latex(block.title)}}}"
        lines += [r"\midrule", rf"\multicolumn{{{len(align)}}}{{l}}{{{title}}} \\"]
        cells = block.rendered(latex, r"\textbf{{{}}}")
        lines += [" & ".join(row) + r" \\" for row in cells.itertuples(index=False, name=None)]
    lines += [r"\bottomrule", r"\end{tabular}", r"\end{adjustbox}"]
    lines += [rf"\par\smallskip{{\footnotesize {latex(note)}}}"] if note else []
    return "\n".join(lines) + "\n"


def _header(columns: list[tuple[str, str]]) -> list[str]:
    """Return the names of groups over their columns, each with a rule, and the columns' names."""
    names = " & ".join(latex(name) for _, name in columns) + r" \\"
    over, rules, first = [], [], 1
    for group, members in groupby(group for group, _ in columns):
        last = first + len(list(members)) - 1
        over.append(rf"\multicolumn{{{last - first + 1}}}{{c}}{{{latex(group)}}}")
        rules += [rf"\cmidrule(lr){{{first}-{last}}}"] if group else []
        first = last + 1
    return [" & ".join(over) + r" \\", " ".join(rules), names] if rules else [names]


def write(
    table: pd.DataFrame,
    blocks: list[Block],
    align: str,
    note: str,
    *,
    csv: str | Path,
    md: str | Path,
    tex: str | Path,
) -> None:
    """Write a table for programs (csv, in full precision) and for readers (md, tex).

    Args:
        table: content of `csv`.
        blocks: content of `md` and `tex`.
        align: `l` or `r` for each column of the blocks.
        note: set below the blocks; may be empty.
        csv: output.
        md: output.
        tex: output.
    """
    write_csv(table, csv)
    write_text(to_markdown(blocks, align, note), md)
    write_text(to_latex(blocks, align, note), tex)
