"""Captions of figures and tables: the texts that Snakemake's own report uses, with numbers."""

import re
from html import escape
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pandas as pd

from dimser.report.sentences import ALPHA
from dimser.report.tables import number

# Headings of figures and tables whose names say too little.
TITLES = {
    "table2": "Top handcrafted features",
    "featurewise_across": "Features across corpora",
    "audit": "Audit, cell by cell",
    "audit_checks": "Audit, sentence by sentence",
    "annotation": "Agreement of raters",
    "guard": "Test material that training has seen",
    "comparisons": "Comparisons of methods",
    "comparison_matrix": "Comparisons of methods",
    "breakdown": "Scores by part of the corpus",
    "featurewise_null": "Threshold of chance",
    "featurewise_groups": "Features by kind",
    "featurewise_ccc": "CCC of single features",
    "dropped": "Left out",
    "findings": "Decided by the reader",
}


def complete(
    name: str,
    corpus: str,
    *,
    texts: Path,
    params: dict,
    corpora: dict[str, str],
    tables: dict[str, dict[str, pd.DataFrame]],
) -> str:
    """Give the caption of a figure or table as HTML, with its numbers.

    Args:
        name: of the figure or table.
        corpus: id of the corpus that it shows, or "" where it shows all.
        texts: folder of the captions.
        params: what stands in placeholders, as `snakemake.params`.
        corpora: label of each corpus by its id.
        tables: of each corpus, by name.
    """
    label = corpora.get(corpus, "the corpora")
    text = to_html(fill(texts / f"{name}.rst", label, params | {"corpus_label": label}))
    if corpus:
        return f"{text} {numbers(name, tables[corpus])}"
    return f"{text} {escape(sizes(name, {corpora[c]: tables[c] for c in corpora}))}"


def fill(path: Path, corpus: str, params: dict) -> str:
    """Fill in a caption's placeholders as Snakemake would.

    Args:
        path: reStructuredText with Jinja's placeholders.
        corpus: what people call the corpus.
        params: what else may stand in placeholders, as `snakemake.params`.
    """
    job = SimpleNamespace(
        wildcards=SimpleNamespace(corpus=corpus), params=SimpleNamespace(**params)
    )
    template = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(path.read_text())
    return template.render(snakemake=job)


def to_html(caption: str) -> str:
    """Give a caption as HTML: the little of reStructuredText that captions use."""
    text = escape(caption)
    text = re.sub(r"``(.+?)``", r"<code>\1</code>", text)
    return re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*", r"<em>\1</em>", text)


def title(name: str) -> str:
    """Give a figure's or a table's name as a heading."""
    if name in TITLES:
        return TITLES[name]
    words = name.removesuffix("_figure").replace("_", " ").replace("ccc", "CCC")
    return words[0].upper() + words[1:]


def numbers(name: str, tables: dict[str, pd.DataFrame]) -> str:
    """Say in a sentence how much a figure or table rests on; nothing where there is no sentence.

    Args:
        name: of the figure or table.
        tables: of the corpus, by name.
    """
    match name:
        case "ccc_by_method" | "ccc_decomposition":
            return f"Here: {tables['scores']['method'].nunique()} methods, {_size(tables)}."
        case "comparison_matrix" | "comparisons":
            p = tables["comparisons"]["p_holm"]
            return f"Here: {(p < ALPHA).sum()} of {len(p)} differences are not chance."
        case "complementarity_figure" | "complementarity":
            alignment = tables["complementarity"]["alignment"].dropna()
            if alignment.empty:
                return ""
            low, high = number(alignment.min(), 2), number(alignment.max(), 2)
            return f"Here: the alignment goes from {low} to {high}."
        case "featurewise_ccc" | "featurewise_null":
            null = tables["featurewise_null"]
            low, high = number(null["threshold"].min(), 2), number(null["threshold"].max(), 2)
            return f"Here: {_size(tables)}; chance reaches from {low} to {high}."
    return ""


def sizes(name: str, corpora: dict[str, dict[str, pd.DataFrame]]) -> str:
    """Say the same of a figure of all corpora.

    Args:
        name: of the figure or table.
        corpora: tables of each corpus by what people call it.
    """
    if name not in ("label_distribution", "rater_agreement"):
        return ""
    return "; ".join(f"{label}: {_size(tables)}" for label, tables in corpora.items()) + "."


def _size(tables: dict[str, pd.DataFrame]) -> str:
    speakers = tables["utterances"]["speaker"]
    return f"{len(speakers):,} utterances of {speakers.nunique()} speakers"
