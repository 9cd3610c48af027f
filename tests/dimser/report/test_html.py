"""A page with everything in it."""

import base64
import gzip
import json
from pathlib import Path

import jinja2
import pandas as pd
import pytest

from dimser.report import html


def test_a_template_is_filled_in_and_what_it_is_given_stays_text(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("b { }")
    template = tmp_path / "page.html.jinja"
    template.write_text(
        "{% include 'style.css' %} {{ label }} {{ 0.25 | number(1) }} {{ 'guard' | title }} "
        "{{ 'The next' | lower_first }} {{ caption('guard', '') | safe }}"
    )
    content = {"label": "<b>"}
    page = html.render(content, lambda name, corpus: f"<em>{name}</em>", template)
    assert page == (
        "b { } &lt;b&gt; 0.2 Test material that training has seen the next <em>guard</em>"
    )
    with pytest.raises(jinja2.UndefinedError):
        html.render({}, str, template)


def test_data_cannot_end_the_element_that_they_stand_in() -> None:
    value = {"name": "</script><b>"}
    assert "<" not in html.data(value) and json.loads(html.data(value)) == value


def test_files_and_tables_are_embedded(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_bytes(b"<svg/>")
    assert html.embedded(str(tmp_path / "a.svg"), "image/svg+xml") == (
        f"data:image/svg+xml;base64,{base64.b64encode(b'<svg/>').decode()}"
    )
    table = pd.DataFrame({"ccc": [0.1 + 0.2, None]})
    text = gzip.decompress(base64.b64decode(html.packed(table))).decode()
    assert text == 'ccc\n0.30000000000000004\n""\n'  # every digit
