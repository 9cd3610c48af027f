"""Names of methods: feature sets, and after `@` how they are fused and what is done to them.

`wlm` is a feature set, `cmp+wlm` a fusion as the configuration has it, `cmp+wlm@balanced` one of
another kind.
"""

from collections.abc import Collection
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


KINDS = ("Representations", "Fusions", "Direct predictions", "Baselines")


def kind(method: str, direct: Collection[str], baselines: Collection[str]) -> str:
    """Return which of `KINDS` a method is.

    Args:
        method: its id.
        direct: ids of direct predictions.
        baselines: ids of baselines.

    Example:
        >>> [kind(name, ["e2e"], ["mean"]) for name in ("cmp", "cmp+wlm@balanced", "e2e", "mean")]
        ['Representations', 'Fusions', 'Direct predictions', 'Baselines']
    """
    if method in baselines:
        return KINDS[3]
    if method in direct:
        return KINDS[2]
    return KINDS[len(parse(method).parts) > 1]
