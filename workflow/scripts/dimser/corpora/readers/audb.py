"""An audformat database from an audb repository, by name and version.

The package `audb` is not a dependency of this project; install it with `pip install audb`. It takes
its repositories from its own configuration (`~/.audb.yaml`), and caches what it loads.
"""

from collections.abc import Sequence
from importlib import import_module

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import Corpus
from dimser.corpora.files import find
from dimser.corpora.readers.audformat import read as read_database


def read(
    root: str,
    *,
    version: str = "",
    dimensions: Sequence[str] = DIMENSIONS,
    language: str = "",
) -> Corpus:
    """Load a database once, and read it.

    Args:
        root: its name in the repository.
        version: without it, the latest one, and results may change from day to day.
        dimensions: what the corpus is labelled in; columns of others are not read.
        language: of all utterances; without it, that of the database, if it names one.

    Returns:
        The corpus, as `dimser.corpora.readers.audformat` reads it.

    Raises:
        InputError: if `audb` is not installed, or has no such database.
    """
    try:
        audb = import_module("audb")
    except ImportError as error:
        raise InputError(
            f"{root}: `reader: audb` needs the package audb; `pip install audb` beside snakemake."
        ) from error
    try:
        database = audb.load(root, version=version or None, verbose=False)
    except Exception as error:  # the package raises many kinds
        raise InputError(
            f"{root} {version}: audb cannot load this database ({error}). Check its name and "
            "version, and the repositories in ~/.audb.yaml."
        ) from error
    files = find(database.root, "db.*")
    return read_database(database.root, files=files, dimensions=dimensions, language=language)
