"""Names of people, utterances and files, which have several spellings and are one name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable


def clean(name: str) -> str:
    r"""Write a name as it is compared: composed, without invisible characters and outer space.

    Example:
        >>> clean(" Mu\u0308ller\u200b") == "M\u00fcller"
        True
    """
    if not name.isascii():
        seen = (sign for sign in name if unicodedata.category(sign) != "Cf")
        name = unicodedata.normalize("NFC", "".join(seen))
    return name.strip()


def person(name: str) -> str:
    """Clean the name of somebody or something numbered: 1.0, as in columns with gaps, is 1.

    Example:
        >>> person("1.0"), person("1.5"), person("007")
        ('1', '1.5', '007')
    """
    return re.sub(r"^(\d+)[.,]0+$", r"\1", clean(name))


def spellings(names: Iterable[str], what: str, spell: Callable[[str], str]) -> list[str]:
    """Say which names are written in several ways that are one.

    Args:
        names: as written.
        what: they name ("speaker").
        spell: `clean` or `person`.

    Example:
        >>> spellings(["1", "1.0", "2.0"], "speaker", person)
        ["'1' and '1.0' are one speaker, '1'."]
    """
    alike = _alike(names, spell)
    return [f"{_listed(found)} are one {what}, {name!r}." for name, found in alike]


def mistakable(names: Iterable[str], what: str) -> list[str]:
    """Ask about names that may be one name or several: they differ in case, zeros or spaces.

    Args:
        names: as from `person`.
        what: they name ("speaker").

    Example:
        >>> mistakable(["Ann", "ann", "s1", "s2"], "speaker")[0].split(":")[0]
        "'Ann' and 'ann' may be one speaker or several"
    """
    return [
        f"{_listed(found)} may be one {what} or several: write one alike everywhere, and several "
        "so that they differ in more than case, leading zeros or spaces."
        for _, found in _alike(names, _outline)
    ]


def _outline(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\s+", " ", re.sub(r"(?<![\d.,])0+(?=\d)", "", folded))


def _alike(names: Iterable[str], key: Callable[[str], str]) -> list[tuple[str, list[str]]]:
    found = defaultdict(list)
    for name in dict.fromkeys(names):
        found[key(name)].append(name)
    return [(name, several) for name, several in found.items() if len(several) > 1]


def _listed(names: list[str]) -> str:
    """List names in a form in which they look different: with escapes where they must."""
    return " and ".join(map(repr if all(map(str.isascii, names)) else ascii, names))
