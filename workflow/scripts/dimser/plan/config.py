"""What is wrong with a configuration, told all at once: keys and types, then what they mean."""

import copy
import math
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import takewhile

from jsonschema import Draft202012Validator, ValidationError
from snakemake.logging import logger

from dimser.core.methods import PATTERN
from dimser.core.words import suggestion
from dimser.plan.config_file import ConfigurationError
from dimser.plan.contradictions import NAMED, absent_files, contradictions
from dimser.plan.settings import FORMER, schema, with_default_grid

KINDS = {
    "object": "keys and values", "array": "a list", "string": "text", "number": "a number",
    "integer": "a whole number",
}  # fmt: skip
OF_KEYS = ("additionalProperties", "dependentRequired", "required")


def check(config: dict) -> None:
    """Stop where a configuration cannot be used.

    Raises:
        ConfigurationError: with everything that is wrong with it.
    """
    config = with_default_grid(config)
    sound = _without(config, _errors(config, schema()))
    if found := [*problems(config, schema()), *absent_files(sound)]:
        raise ConfigurationError("\n".join(["The configuration cannot be used:", *found]))
    for former, present in FORMER.items():
        section, _, key = former.partition(".")
        if key in config.get(section, {}):
            logger.warning(f"Configuration, {former}: it is called `{present}` now.")


def problems(config: dict, schema: dict) -> list[str]:
    """Collect everything that is wrong with a configuration.

    Args:
        config: the configuration as written, before defaults are filled in.
        schema: its JSON schema.

    Returns:
        One sentence a problem, each naming the key, its value and the remedy.
    """
    errors = _errors(config, schema)
    found = [*map(_sentence, errors), *_infinite(config)]
    if isinstance(config, dict):
        found += contradictions(_without(config, errors))
    return list(dict.fromkeys(found))


def _errors(config: dict, schema: dict) -> list[ValidationError]:
    errors = Draft202012Validator(schema).iter_errors(config)
    return sorted(errors, key=lambda error: list(map(str, error.path)))


def _without(config: dict, errors: list[ValidationError]) -> dict:
    """Return what of a configuration has the right types; only keys may be missing or unknown."""
    rest = copy.deepcopy(config)
    for error in errors:
        path = [*takewhile(lambda key: isinstance(key, str), error.absolute_path)]
        if error.validator in OF_KEYS or "propertyNames" in error.absolute_schema_path or not path:
            continue
        *parents, last = path
        section = rest
        for key in parents:
            section = section.get(key, {})
        section.pop(last, None)
        if len(path) == 2 and path[0] in NAMED:
            section[last] = {}  # it can still be named
    return rest


def _sentence(error: ValidationError) -> str:
    where = ".".join(map(str, error.absolute_path)) or "the top level"
    return f"Configuration, {where}: {_wrong(error)}"


def _wrong(error: ValidationError) -> str:
    value, rule = error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known = error.schema["properties"]
            unknown = [key for key in value if key not in known]
            return " ".join(f"unknown key {key!r}.{suggestion(key, known)}" for key in unknown)
        case "required":
            missing = [key for key in rule if key not in value]
            said = f"{' and '.join(map(repr, missing))} missing; config/README.md explains it."
            told = error.schema.get("additionalProperties") is False  # which keys are unknown
            close = [] if told else get_close_matches(missing[0], map(str, value), n=1)
            return f"{said} Is it {close[0]!r} that stands for it?" if close else said
        case "pattern" if "a-z" in rule:
            fusion = ", + between the parts of a fusion and @ before its kind"
            return (
                f"{value!r} is no valid name; use lower-case letters, digits and underscores"
                f"{fusion if rule == PATTERN else ''}."
            )
        case "pattern" if rule == "^default$":
            return f"{value!r} is not known; give values to choose from, or `default`."
        case "pattern" if value:
            return (
                f"{value!r} holds braces, which mark Snakemake's wildcards; rename it, or link to "
                "it by a name without."
            )
        case "pattern":
            return "nothing stands there; give a path."
        case "enum":
            return f"{value!r} is not known.{suggestion(value, rule)}"
        case "type" | "anyOf" if value is None:
            return f"nothing stands there; give {_kind(error.schema)}, or leave the key out."
        case "dependentRequired":
            return f"{', '.join(rule)} needs {', '.join(*rule.values())} beside it."
        case "type" | "anyOf":
            return f"{value!r} is not {_kind(error.schema)}.{_hint(value)}"
        case "minProperties" | "minItems" if not value:
            return "nothing stands there; give at least one."
    return f"{error.message}."


def _kind(schema: dict) -> str:
    """Say what a schema allows."""
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(map(repr, schema["enum"]))
    kinds = schema["type"]
    return " or ".join(KINDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _hint(value: object) -> str:
    """Explain YAML's traps: 1e-6 without a point is text, and so is what stands in quotes."""
    try:
        number = float(value) if isinstance(value, str) else math.nan
    except ValueError:
        return ""
    if not math.isfinite(number):
        return ""
    mantissa, e, exponent = repr(number).partition("e")
    if not e and value.strip().lstrip("+-").isdecimal():
        mantissa = mantissa.removesuffix(".0")
    elif "." not in mantissa:
        mantissa += ".0"
    if f"{mantissa}{e}{exponent}" == value:
        return (
            " Quotes make it text, and so does Snakemake within the braces of a --config; in a "
            f"configuration file, and without quotes, write {value}."
        )
    return f" YAML reads it as text; write {mantissa}{e}{exponent}."


def _infinite(section: object, where: tuple[str, ...] = ()) -> Iterator[str]:
    """Find .inf and .nan, which are numbers to the schema and to nobody else."""
    if isinstance(section, float) and not math.isfinite(section):
        yield f"Configuration, {'.'.join(where)}: {section} is not finite; give a finite number."
    elif isinstance(section, dict | list):
        entries = section.items() if isinstance(section, dict) else enumerate(section)
        for key, value in entries:
            yield from _infinite(value, (*where, str(key)))
