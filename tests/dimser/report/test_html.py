"""A page with everything in it."""

import base64
import json
from pathlib import Path

import jinja2
import pytest

from dimser.report import html


def test_a_template_is_filled_in_and_what_it_is_given_stays_text(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("b { }")
    image = tmp_path / "image.png"
    image.write_bytes(b"\x89PNG")
    template = tmp_path / "page.html.jinja"
    template.write_text(
        "{% include 'style.css' %} {{ label }} {{ 0.25 | number(1) }} {{ 'guard' | title }} "
        "{{ image | picture }} {{ caption('guard', '') | safe }}"
    )
    content = {"label": "<b>", "image": str(image)}
    page = html.render(content, lambda name, corpus: f"<em>{name}</em>", template)
    assert page == (
        "b { } &lt;b&gt; 0.2 Test material that training has seen "
        f"data:image/png;base64,{base64.b64encode(image.read_bytes()).decode()} <em>guard</em>"
    )
    with pytest.raises(jinja2.UndefinedError):
        html.render({}, str, template)


def test_data_cannot_end_the_element_that_they_stand_in() -> None:
    value = {"name": "</script><b>"}
    assert "<" not in html.data(value) and json.loads(html.data(value)) == value
