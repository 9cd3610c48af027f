"""Numbers and names in sentences."""

from collections.abc import Iterable
from difflib import get_close_matches


def counted(count: int, noun: str) -> str:
    """Return a number of things.

    Example:
        >>> counted(1, "speaker"), counted(1200, "utterance")
        ('1 speaker', '1,200 utterances')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def told_apart(one: float, other: float, digits: int = 6, form: str = "g") -> tuple[str, str]:
    """Return two numbers, with as many digits as it takes to see which is larger.

    Args:
        one: a number.
        other: another; if it is equal, `digits` are enough.
        digits: at least.
        form: `g` (significant digits) or `f` (decimals).

    Example:
        >>> told_apart(3600, 3600.004), told_apart(0.0496, 0.05, 3, "f")
        (('3600', '3600.004'), ('0.0496', '0.0500'))
    """
    for more in range(digits, 17):
        texts = f"{one:.{more}{form}}", f"{other:.{more}{form}}"
        if one == other or texts[0] != texts[1]:
            break
    return texts


def suggestion(name: object, known: Iterable[str]) -> str:
    """Return which of the known names may have been meant, after a space, or all of them.

    Example:
        >>> suggestion("ewee", ["mean", "ewe"]), suggestion("x", ["mean", "ewe"])
        (" Did you mean 'ewe'?", ' Known: mean, ewe.')
    """
    names = {str(one).lower(): str(one) for one in known}
    close = get_close_matches(str(name).lower(), names, n=1)
    if close:
        return f" Did you mean {names[close[0]]!r}?"
    return f" Known: {', '.join(names.values())}." if names else " There is none."
