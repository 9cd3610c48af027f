"""Functions by name: a registry names a function, which is imported when it is needed.

So planning reads all registries without NumPy, pandas or torch, and a job imports what it runs.
"""

from collections.abc import Callable
from importlib import import_module


def function(path: str) -> Callable:
    """Import the function of an entry.

    Args:
        path: module and name, with a colon between them.

    Example:
        >>> function("dimser.core.metrics:ccc").__name__
        'ccc'
    """
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
