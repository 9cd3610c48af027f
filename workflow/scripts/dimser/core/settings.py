"""Settings: the keys of the configuration, each with its type, default, example and description.

The JSON schema, the defaults and the tables of config/README.md are generated from these, so that a
key is written once. Each extension (a reader, an extractor, a regressor) brings its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

REQUIRED = object()  # the default of a key that must be given
TEXT = {"type": "string", "minLength": 1}
ID = {"type": "string", "pattern": "^[a-z0-9_]+$"}
PATH = {"type": "string", "pattern": "^[^{}]+$"}  # braces mark Snakemake's wildcards
POSITIVE = {"type": "number", "exclusiveMinimum": 0}
CLOSED = {"type": "object", "additionalProperties": False}


def whole(least: int) -> dict:
    """Return the schema of a whole number that is at least `least`."""
    return {"type": "integer", "minimum": least}


def one_of(*values: str) -> dict:
    """Return the schema of one out of several words."""
    return {"enum": [*values]}


def many(items: dict, **more: object) -> dict:
    """Return the schema of a list that is not empty."""
    return {"type": "array", "minItems": 1, "items": items, **more}


@dataclass(frozen=True, eq=False)
class Setting:
    """A key of the configuration.

    Attributes:
        key: its name; a dot separates it from its section (`folds.by`).
        schema: JSON Schema of its value.
        text: description for config/README.md.
        example: a valid value that is not the default.
        default: value where the key is left out; `REQUIRED` where it must not be; None where there
            is none.
        otherwise: what happens without the key, in words, where there is no default.
    """

    key: str
    schema: dict
    text: str
    example: object
    default: object = None
    otherwise: str = ""

    @property
    def name(self) -> str:
        """The last part of the key: the name of the value as an argument."""
        return self.key.rpartition(".")[2]


class Credit(NamedTuple):
    """What to cite, and the licence of what was used; either may be empty.

    Attributes:
        name: display name.
        reference: key of an entry of `workflow/report/references.bib`, or the entry itself.
        licence: in a few words.
    """

    name: str
    reference: str = ""
    licence: str = ""


def object_schema(
    settings: Iterable[Setting], sections: dict[str, dict] | None = None, **more: object
) -> dict:
    """Return the JSON schema of a section: its keys, and no others.

    Args:
        settings: of the section; where a key is in several, the first counts.
        sections: further keywords of its subsections, by dotted key; one that is not named here
            may be left out, and its defaults apply.
        more: further keywords of the section itself.
    """
    schema: dict = {**CLOSED, **more, "properties": {}}
    for setting in settings:
        section, *path = schema, *setting.key.split(".")
        for depth, name in enumerate(path[:-1], 1):
            keywords = (sections or {}).get(".".join(path[:depth]), {"default": {}})
            new = {**CLOSED, **keywords, "properties": {}}
            section = section["properties"].setdefault(name, new)
        default = {} if setting.default in (None, REQUIRED) else {"default": setting.default}
        section["properties"].setdefault(path[-1], {**setting.schema, **default})
        if setting.default is REQUIRED and path[-1] not in section.get("required", []):
            section.setdefault("required", []).append(path[-1])
    return schema


def with_defaults(values: dict, schema: dict) -> dict:
    """Return a section of the configuration with the defaults of its schema filled in.

    Args:
        values: the section as written; not changed.
        schema: of the section, from `object_schema`; `allOf` lists cases with a constant.

    Example:
        >>> schema = object_schema([Setting("folds.k", whole(2), "folds", 10, default=5)])
        >>> with_defaults({}, schema)
        {'folds': {'k': 5}}
    """
    filled = dict(values)
    for case in schema.get("allOf", []):
        wanted = case["if"]["properties"]
        if all(values.get(key) == wanted[key]["const"] for key in wanted):
            filled = with_defaults(filled, case["then"])
    named = schema.get("additionalProperties")
    properties = schema.get("properties", {})
    for key, keywords in properties.items():
        if key not in filled and "default" in keywords:
            filled[key] = keywords["default"]
    for key, value in filled.items():
        keywords = properties.get(key) or (named if isinstance(named, dict) else {})
        if isinstance(value, dict):
            filled[key] = with_defaults(value, keywords)
    return filled


def value_of(config: dict, key: str) -> object:
    """Return the value of a dotted key in a configuration with defaults.

    Example:
        >>> value_of({"folds": {"k": 5}}, "folds.k")
        5
    """
    for name in key.split("."):
        config = config[name]
    return config
