"""What is said when something that the user gave cannot be used."""

from collections.abc import Iterable


class InputError(Exception):
    """One or more problems in an input, each a sentence: what, where, which value, what to do.

    A reader collects all problems before it raises, so that one run tells them all.

    Args:
        problems: one sentence, or several.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(f"- {problem}" for problem in self.problems))


def raise_if(problems: Iterable[str]) -> None:
    """Raise all collected problems at once; do nothing where there are none.

    Raises:
        InputError: if there is at least one problem.
    """
    problems = list(problems)
    if problems:
        raise InputError(problems)
