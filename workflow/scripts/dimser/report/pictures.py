"""Figures as the page holds them, with files and data to download."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from dimser.report import html
from dimser.report.registry import FIGURES

MOST_OF_PDFS = 2_500_000  # letters of all PDFs in the page; others lie beside it
LARGEST = 500_000  # letters of a packed table in the page


def embedded(
    figures: dict[tuple[str, str], str],
    pdfs: Iterable[str],
    columns: Iterable[str],
    read: dict[str, dict[str, pd.DataFrame]],
    corpora: dict[str, str],
) -> list[dict]:
    """Return the figures as the page shows them, without those that have nothing to show.

    Args:
        figures: SVG of each, by name and corpus (or "").
        pdfs: in the same order.
        columns: PDF of each for one column of a page.
        read: tables by corpus and name.
        corpora: display names of the corpora.

    Returns:
        Of each its `name`, `corpus`, `label` of the corpus, `stem` of its files; `svg`, `pdf` and
        `narrow` as data URLs (PDFs are "" where a page has no room for them); and `data`, the name
        of what it draws in `data_of`, or "".
    """
    rated = any(len(read[corpus]["annotation"]) for corpus in corpora)
    shown = [
        {
            "name": name,
            "corpus": corpus,
            "label": corpora.get(corpus, ""),
            "stem": Path(svg).stem,
            "svg": html.embedded(svg, "image/svg+xml"),
            "pdf": html.embedded(pdf, "application/pdf"),
            "narrow": html.embedded(narrow, "application/pdf"),
            "data": f"{corpus or 'all'}/{FIGURES[name].data}.csv" if FIGURES[name].data else "",
        }
        for ((name, corpus), svg), pdf, narrow in zip(figures.items(), pdfs, columns, strict=True)
        if rated or name != "rater_agreement"
    ]
    room = MOST_OF_PDFS
    for kind in ("pdf", "narrow"):
        for one in sorted(shown, key=lambda one: len(one[kind])):
            room -= len(one[kind])
            one[kind] = one[kind] if room >= 0 else ""
    return shown


def data_of(drawn: list[dict], read: dict[str, dict[str, pd.DataFrame]]) -> dict[str, str]:
    """Return what figures draw, packed, by the name under which it is offered.

    Args:
        drawn: from `embedded`; those whose data are too large for a page lose their `data`.
        read: tables by corpus and name.
    """
    found = {}
    for shown in drawn:
        if not (name := shown["data"]) or name in found:
            continue
        place, table = name.removesuffix(".csv").split("/")
        if place == "all":
            own = {corpus: read[corpus][table] for corpus in read if table in read[corpus]}
            rows = pd.concat(own, names=["corpus"]).reset_index("corpus")
        else:
            rows = read[place][table]
        packed = html.packed(rows.drop(columns=["file"], errors="ignore"))
        if len(packed) <= LARGEST:
            found[name] = packed
    for shown in drawn:
        shown["data"] = shown["data"] if shown["data"] in found else ""
    return found
