"""Names of methods: feature sets, and after `@` how they are fused and what is done to them.

`wlm` is a feature set, `cmp+wlm` a fusion as the configuration has it, `cmp+wlm@balanced` one of
another kind.
"""

from typing import NamedTuple

PATTERN = r"^[a-z0-9_]+(\+[a-z0-9_]+)*(@[a-z0-9_]+)*$"


class Method(NamedTuple):
    """What a name says.

    Attributes:
        parts: feature sets; or the one direct prediction or baseline.
        modifiers: what follows them, each after an `@`.
    """

    parts: tuple[str, ...]
    modifiers: tuple[str, ...]


def parse(name: str) -> Method:
    """Take the name of a method apart.

    Args:
        name: that matches `PATTERN`.

    Example:
        >>> parse("cmp+wlm@balanced")
        Method(parts=('cmp', 'wlm'), modifiers=('balanced',))
    """
    parts, *modifiers = name.split("@")
    return Method(tuple(parts.split("+")), tuple(modifiers))
