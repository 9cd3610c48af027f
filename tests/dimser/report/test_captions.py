"""Captions with their numbers."""

import re
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pandas as pd
import pytest
from docutils.core import publish_doctree

from dimser.core.lookup import function
from dimser.regression.registry import REGRESSORS
from dimser.report import captions
from dimser.report.registry import SHOWN


def test_placeholders_are_filled_and_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_text("Of {{ snakemake.wildcards.corpus }}: *x*, ``y*``, 2 * 3 * 4, < 0.05")
    assert captions.to_html(captions.fill(path, "<b>", {})) == (
        "Of &lt;b&gt;: <em>x</em>, <code>y*</code>, 2 * 3 * 4, &lt; 0.05"
    )
    path.write_text("{{ snakemake.params.unheard_of }}")
    with pytest.raises(jinja2.UndefinedError):
        captions.fill(path, "Mini", {})


def assert_sound(filled: str) -> None:
    """Snakemake's report gives it to docutils, which puts its complaints into the text."""
    said = StringIO()
    publish_doctree(filled, settings_overrides={"report_level": 1, "warning_stream": said})
    assert said.getvalue() == ""
    text = captions.to_html(filled)
    assert text.strip() and not re.search(r"[{}]{2}|``", text)


OVERVIEW = captions.TEXTS / "workflow.rst"


@pytest.mark.parametrize(
    "path", sorted({*captions.TEXTS.glob("*.rst")} - {OVERVIEW}), ids=lambda path: path.stem
)
def test_every_caption_is_sound_for_snakemakes_report_and_ours(path: Path) -> None:
    assert_sound(
        captions.fill(path, "Mini", {"intervals": "from 9", "top": 2, "corpus_label": "Mini"})
    )


@pytest.mark.parametrize("kernel", ["rbf", "linear"])
@pytest.mark.parametrize("regressor", REGRESSORS)
def test_snakemakes_report_says_which_regression_it_was(regressor: str, kernel: str) -> None:
    template = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(
        OVERVIEW.read_text()
    )
    config = {"regressor": regressor} | ({"svr": {"kernel": "linear"}} if kernel != "rbf" else {})
    filled = template.render(snakemake=SimpleNamespace(config=config))
    assert_sound(filled)
    said = f"``regressor: {regressor}``"
    if REGRESSORS[regressor].exact:
        said += f" with ``kernel: {kernel}``"
    assert f"by regression ({said}, features min-max" in filled
    default = template.render(snakemake=SimpleNamespace(config={}))
    assert "``regressor: svr`` with ``kernel: rbf``" in default


TABLES = {
    "utterances": pd.DataFrame({"speaker": ["a", "a", "b"]}),
    "scores": pd.DataFrame({"method": ["x", "x", "y"]}),
    "comparisons": pd.DataFrame({"p_adjusted": [0.01, 0.06, None]}),
    "complementarity": pd.DataFrame({"alignment": [0.5, 0.25]}),
    "featurewise_null": pd.DataFrame({"clusters": [20, 20], "cluster_by": "dialogue"}),
}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ccc_by_method", "2 methods, 3 utterances of 2 speakers."),
        ("comparison_matrix", "1 of 3 differences is significant."),
        ("complementarity", "the alignment ranges from 0.25 to 0.50."),
        (
            "featurewise_ccc",
            "3 utterances of 2 speakers; signs of 20 dialogues were flipped.",
        ),
    ],
)
def test_numbers_are_counted_from_the_tables(name: str, sentence: str) -> None:
    assert function(SHOWN[name].sentence)(TABLES) == f"Here: {sentence}"


def test_one_alignment_is_no_range() -> None:
    one = {"complementarity": pd.DataFrame({"alignment": [0.791, 0.794]})}
    assert captions.alignments(one) == "Here: the alignment is 0.79."


def test_a_figure_of_all_corpora_tells_the_size_of_each() -> None:
    size = "3 utterances of 2 speakers"
    assert captions.sizes({"A": TABLES, "B": TABLES}) == f"A: {size}; B: {size}."


def test_everything_shown_has_a_caption_and_every_sentence_a_function() -> None:
    for name, shown in SHOWN.items():
        assert (captions.TEXTS / f"{name}.rst").is_file()
        assert not shown.sentence or callable(function(shown.sentence))


def test_a_complete_caption_is_filled_in_and_has_its_numbers(tmp_path: Path) -> None:
    for name in ("ccc_by_method", "label_distribution"):
        (tmp_path / f"{name}.rst").write_text("*{{ snakemake.params.corpus_label }}*.")
    tables = {
        "utterances": pd.DataFrame({"speaker": ["a"]}),
        "scores": pd.DataFrame({"method": ["x"]}),
    }
    given = {
        "texts": tmp_path, "params": {}, "corpora": {"a": "<A>"}, "tables": {"a": tables},
    }  # fmt: skip
    assert captions.complete("ccc_by_method", "a", **given) == (
        "<em>&lt;A&gt;</em>. Here: 1 method, 1 utterance of 1 speaker."
    )
    assert captions.complete("label_distribution", "", **given) == (
        "<em>the corpora</em>. &lt;A&gt;: 1 utterance of 1 speaker."
    )
