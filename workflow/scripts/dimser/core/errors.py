"""The error for input that cannot be used."""

from collections.abc import Iterable


class InputError(Exception):
    """One or more problems in an input, each a sentence: what, where, which value, what to do.

    Readers collect all problems before they raise, so that one run reports them all.

    Args:
        problems: one sentence, or several.

    Example:
        >>> print(InputError(["a.csv: no column `id`.", "b.csv: no column `file`."]))
        - a.csv: no column `id`.
        - b.csv: no column `file`.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(f"- {problem}" for problem in self.problems))


def raise_if(problems: Iterable[str]) -> None:
    """Raise all collected problems at once; do nothing if there are none.

    Raises:
        InputError: if there is at least one problem.
    """
    problems = list(problems)
    if problems:
        raise InputError(problems)
