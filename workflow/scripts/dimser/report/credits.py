"""Whom to cite, and under which licence what was used comes."""

from collections.abc import Iterable, Iterator

# Whatever the configuration says, these are used.
ALWAYS = ("vlasenko", "ccc", "holm", "swaps", "snakemake", "numpy", "scipy", "pandas",
          "scikit-learn", "h5py", "matplotlib", "plotly")  # fmt: skip


def used(config: dict, credits: dict[str, dict], others: Iterable[str] = ()) -> list[dict]:
    """Pick what a run has used.

    A credit is named by a word of the configuration: a reader, an extractor, a feature set, a
    model's id, a regressor. So whatever the configuration names is credited.

    Args:
        config: as it is in force, defaults included.
        credits: `name,licence,bibtex` by such a word (the latter two may be left out).
        others: further words: kinds of models, packages.

    Returns:
        The credits, each once, in their own order.
    """
    words = {*ALWAYS, *others, *_words(config)}
    found = {credit["name"]: credit for word, credit in credits.items() if word in words}
    return list(found.values())


def _words(section: object) -> Iterator[str]:
    if isinstance(section, dict):
        for value in section.values():
            yield from _words(value)
    elif isinstance(section, list):
        for value in section:
            yield from _words(value)
    elif isinstance(section, str):
        yield section
