"""Captions of figures and tables: the texts of Snakemake's own report, with numbers added."""

import re
from html import escape
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pandas as pd

from dimser.core.lookup import function
from dimser.core.words import counted
from dimser.corpora.corpus import known
from dimser.evaluation.comparison import ALPHA
from dimser.report.registry import SHOWN
from dimser.report.sentences import listed, size
from dimser.report.tables import number

TEXTS = Path(__file__).parents[3] / "report"


def complete(
    name: str,
    corpus: str,
    *,
    params: dict,
    corpora: dict[str, str],
    tables: dict[str, dict[str, pd.DataFrame]],
    texts: Path = TEXTS,
) -> str:
    """Return the caption of a figure or table as HTML, with its numbers.

    Args:
        name: of the figure or table.
        corpus: id of the corpus that it shows, or "" if it shows all.
        params: values of placeholders, as `snakemake.params`.
        corpora: label of each corpus by its id.
        tables: of each corpus, by name.
        texts: folder of the captions.
    """
    label = corpora.get(corpus, "the corpora")
    text = to_html(fill(texts / f"{name}.rst", label, params | {"corpus_label": label}))
    if not (sentence := SHOWN[name].sentence):
        return text
    shown = tables[corpus] if corpus else {corpora[c]: tables[c] for c in corpora}
    return f"{text} {escape(function(sentence)(shown))}".strip()


def fill(path: Path, corpus: str, params: dict) -> str:
    """Fill in a caption's placeholders as Snakemake would.

    Args:
        path: reStructuredText with Jinja's placeholders.
        corpus: display name of the corpus.
        params: values of other placeholders, as `snakemake.params`.
    """
    job = SimpleNamespace(
        wildcards=SimpleNamespace(corpus=corpus), params=SimpleNamespace(**params)
    )
    template = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(path.read_text())
    return template.render(snakemake=job)


def to_html(caption: str) -> str:
    """Convert a caption to HTML: only the parts of reStructuredText that captions use.

    Example:
        >>> to_html("*p* < 0.05 in ``scores.csv``")
        '<em>p</em> &lt; 0.05 in <code>scores.csv</code>'
    """
    text = escape(caption)
    text = re.sub(r"``(.+?)``", r"<code>\1</code>", text)
    return re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*", r"<em>\1</em>", text)


def methods(tables: dict[str, pd.DataFrame]) -> str:
    """Return the number of methods in a figure, and the size of the corpus.

    Args:
        tables: of the corpus, by name; likewise below.
    """
    known_at_all = known(tables["utterances"]["speaker"]).notna().any()
    without = "" if known_at_all else " (no intervals)"
    count = counted(tables["scores"]["method"].nunique(), "method")
    return f"Here: {count}, {_size(tables)}{without}."


def differences(tables: dict[str, pd.DataFrame]) -> str:
    """Return how many differences between methods are significant."""
    p = tables["comparisons"]["p_adjusted"]
    if len(p) and p.isna().all():
        return f"Here: none of {len(p)} differences could be tested."
    found = (p <= ALPHA).sum()
    verb = "is" if found == 1 else "are"
    return f"Here: {found} of {counted(len(p), 'difference')} {verb} significant."


def analyses(tables: dict[str, pd.DataFrame]) -> str:
    """Return how many analyses there are, and of how many methods."""
    ranks = tables["multiverse_ranks"]
    if ranks.empty:
        return "Here: no CCC is defined."
    count = round((ranks["analyses"] / ranks["share"]).iloc[0])
    methods = counted(ranks["method"].nunique(), "method")
    return f"Here: {count:,} analyses of {methods}."


def stressed(tables: dict[str, pd.DataFrame]) -> str:
    """Return how many checks are passed, and how many could be made."""
    passed = tables["stress"]["passed"].dropna()
    return f"Here: {passed.eq('yes').sum():,} of {counted(len(passed), 'check')} passed."


def alignments(tables: dict[str, pd.DataFrame]) -> str:
    """Return how similar the representations are; nothing if there is only one."""
    alignment = tables["complementarity"]["alignment"].dropna()
    if alignment.empty:
        return ""
    low, high = (number(end, 2) for end in (alignment.min(), alignment.max()))
    return f"Here: the alignment {'is' if low == high else f'ranges from {low} to'} {high}."


def chance(tables: dict[str, pd.DataFrame]) -> str:
    """Return what was flipped to test single features."""
    null = tables.get("featurewise_null")
    if null is None:  # a corpus with baselines alone
        return f"Here: {_size(tables)}."
    flipped = null.drop_duplicates(["clusters", "cluster_by"])
    what = listed([counted(row.clusters, row.cluster_by) for row in flipped.itertuples()])
    return f"Here: {_size(tables)}; signs of {what} were flipped."


def sizes(corpora: dict[str, dict[str, pd.DataFrame]]) -> str:
    """Return the size of each corpus.

    Args:
        corpora: tables of each corpus by its display name.
    """
    return "; ".join(f"{label}: {_size(tables)}" for label, tables in corpora.items()) + "."


def _size(tables: dict[str, pd.DataFrame]) -> str:
    return size(tables["utterances"])
