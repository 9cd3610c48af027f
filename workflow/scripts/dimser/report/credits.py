"""What to cite, and the licences of what was used."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import yaml

from dimser.core.settings import Credit
from dimser.corpora.registry import READERS
from dimser.features.registry import EXTRACTORS
from dimser.regression.registry import REGRESSORS

ENTRY = re.compile(r"^@\w+\{(\w+),\n.*?^\}", re.MULTILINE | re.DOTALL)
TEXTS = Path(__file__).parents[3] / "report"
# Used with any configuration.
ALWAYS = ("vlasenko", "ccc", "jackknife", "flips", "maxt", "holm", "snakemake", "numpy", "scipy",
          "pandas", "scikit-learn", "h5py", "matplotlib", "plotly")  # fmt: skip


@cache
def known() -> dict[str, Credit]:
    """Return all credits, with full references, by the word of a configuration that needs them.

    They come from the registries and from `credits.yaml`, their entries from `references.bib`.
    """
    bibliography = (TEXTS / "references.bib").read_text("utf-8")
    entries = {entry[1]: entry[0] for entry in ENTRY.finditer(bibliography)}
    kinds = {**READERS, **EXTRACTORS, **REGRESSORS}.items()
    credits = {word: kind.credit for word, kind in kinds if kind.credit}
    for word, fields in yaml.safe_load((TEXTS / "credits.yaml").read_text("utf-8")).items():
        credits[word] = Credit(**fields)
    return {
        word: credit._replace(reference=entries[credit.reference] if credit.reference else "")
        for word, credit in credits.items()
    }


def used(config: dict, others: Iterable[str] = ()) -> list[Credit]:
    """Return the credits of everything that a run has used.

    A credit is named by a word of the configuration: a reader, an extractor, a feature set, a
    model's id, a regressor. So everything that the configuration names is credited.

    Args:
        config: the configuration, with defaults.
        others: further words: kinds of models, packages.

    Returns:
        The credits, each once.
    """
    words = {*ALWAYS, *others, *_words(config)}
    return list(dict.fromkeys(credit for word, credit in known().items() if word in words))


def _words(section: object) -> Iterator[str]:
    if isinstance(section, dict):
        for value in section.values():
            yield from _words(value)
    elif isinstance(section, list):
        for value in section:
            yield from _words(value)
    elif isinstance(section, str):
        yield section
