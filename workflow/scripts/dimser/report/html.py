"""The report as one HTML file: a template, with figures and data embedded."""

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import jinja2
import pandas as pd

from dimser.core.words import counted
from dimser.report.registry import SHOWN
from dimser.report.tables import number, p_value

TEMPLATE = Path(__file__).parents[3] / "report/report.html.jinja"


def render(content: dict, caption: Callable[..., str], template: Path = TEMPLATE) -> str:
    """Render a template.

    Args:
        content: its variables.
        caption: called with the name of a figure or table, and with a corpus's id or "".
        template: Jinja2 template, in one folder with the files that it includes.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    titles = {name: shown.title for name, shown in SHOWN.items()}
    environment.filters |= {
        "number": number, "p": p_value, "counted": counted, "title": titles.get,
        "lower_first": lambda text: text[:1].lower() + text[1:]
    }  # fmt: skip
    return environment.get_template(template.name).render(content, caption=caption)


def embedded(path: str, kind: str) -> str:
    """Return a file as a data URL.

    Args:
        path: of the file.
        kind: its media type.
    """
    return f"data:{kind};base64," + base64.b64encode(Path(path).read_bytes()).decode()


def packed(table: pd.DataFrame) -> str:
    r"""Return a table as CSV, compressed by gzip, in base 64; the same for the same table.

    Example:
        >>> text = gzip.decompress(base64.b64decode(packed(pd.DataFrame({"a": [1, 2]}))))
        >>> text
        b'a\n1\n2\n'
    """
    text = table.to_csv(index=False, lineterminator="\n")
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def data(value: object) -> str:
    r"""Return a value as JSON that is safe inside a script element.

    Example:
        >>> print(data({"label": "</script>"}))
        {"label": "\u003c/script>"}
    """
    return json.dumps(value).replace("<", "\\u003c")  # only "<" could end the element
