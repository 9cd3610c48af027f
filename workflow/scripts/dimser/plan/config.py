"""What the configuration must hold beyond its types, told all at once."""

import copy
import math
import os
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import takewhile
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, ValidationError
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from dimser.core.errors import InputError
from dimser.corpora import wide
from dimser.corpora.registry import LABELLED, READERS
from dimser.plan.run import STAND_INS
from dimser.plan.settings import FORMER, schema
from dimser.regression.registry import REGRESSORS

KINDS = {
    "object": "keys and values", "array": "a list", "string": "text", "number": "a number",
    "integer": "a whole number",
}  # fmt: skip
NAMED = ("corpora", "features", "direct", "baselines")
OF_KEYS = ("additionalProperties", "dependentRequired", "required")


class ConfigurationError(WorkflowError):
    """Everything that is wrong with a configuration, or the one reason why it cannot be read."""

    __traceback__ = None  # Snakemake would print it behind the sentences


class SafeLoader(yaml.SafeLoader):
    """YAML in which no key stands twice; a safe loader lets the last one win, silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        """Return a mapping's keys and values."""
        found = set()
        for key, _ in node.value:
            if key.value in found:
                mark = key.start_mark
                raise yaml.MarkedYAMLError(
                    problem=f"{key.value!r} stands there twice", problem_mark=mark
                )
            found.add(key.value)
        return super().construct_mapping(node, deep)


def assert_readable(path: str | Path) -> None:
    """Stop where a configuration file is no YAML, or says a thing twice.

    Raises:
        ConfigurationError: with file and line.
    """
    try:
        content = yaml.load(Path(path).read_text(encoding="utf-8"), SafeLoader)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: {error}; save it as UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        context = f" {error.context}:" if error.context else ""
        raise ConfigurationError(
            f"{path}, line {line}:{context} {error.problem}. Correct the YAML there, or in the "
            "line before."
        ) from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: it is no YAML: {error}.") from None
    if not isinstance(content, dict):
        raise ConfigurationError(
            f"{path}: there are no keys at its top level; give at least `corpora:` and `features:`."
        )


def check(config: dict) -> None:
    """Stop where a configuration cannot be used.

    Raises:
        ConfigurationError: with everything that is wrong with it.
    """
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
        found += _contradictions(_without(config, errors))
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
            return " ".join(f"unknown key {key!r}.{_suggest(key, known)}" for key in unknown)
        case "required":
            missing = [key for key in rule if key not in value]
            said = f"{' and '.join(map(repr, missing))} missing; config/README.md explains it."
            told = error.schema.get("additionalProperties") is False  # which keys are unknown
            close = [] if told else get_close_matches(missing[0], map(str, value), n=1)
            return f"{said} Is it {close[0]!r} that stands for it?" if close else said
        case "pattern" if "a-z" in rule:
            return (
                f"{value!r} is no valid name; use lower-case letters, digits and underscores (and "
                "+ between the parts of a fusion)."
            )
        case "pattern" if value:
            return (
                f"{value!r} holds braces, which mark Snakemake's wildcards; rename it, or link to "
                "it by a name without."
            )
        case "pattern":
            return "nothing stands there; give a path."
        case "enum":
            return f"{value!r} is not known.{_suggest(value, rule)}"
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
    return KINDS[schema["type"]]


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


def _contradictions(config: dict) -> list[str]:
    corpora, features, direct, baselines = (config.get(section, {}) for section in NAMED)
    found = [
        f"Configuration, {section}.{name}: this name is a {other}, too; rename one of them."
        for section, own, other, others in (
            ("direct", direct, "feature set", features),
            ("baselines", baselines, "feature set", features),
            ("baselines", baselines, "direct prediction", direct),
        )
        for name in own
        if name in others
    ]
    for name, entry in direct.items():
        found += _encoder_problems(f"direct.{name}.features", entry.get("features"), features)
    found += [problem for name in features for problem in _layer_problems(name, features)]
    found += _regressor_problems(config.get("regressor", "svr"), config.get("svr", {}))
    for name, corpus in corpora.items():
        low, high = corpus.get("scale", (0, 1))
        if low >= high:
            found.append(
                f"Configuration, corpora.{name}.scale: {low:g} is not below {high:g}; give the "
                "lowest value first."
            )
        found += _reader_problems(name, corpus)
        folds = corpus.get("folds", {})
        for idle in sorted({"k", "seed", "seeds"} & folds.keys()) if "test" in folds else []:
            found.append(
                f"Configuration, corpora.{name}.folds.{idle}: with `test` its values are "
                "predicted by one model; leave it out, or leave `test` out."
            )
    lists = {"methods": config.get("methods", [])}
    if isinstance(config.get("compare"), list):
        lists["compare"] = config["compare"]
    for name, corpus in corpora.items():
        lists[f"corpora.{name}.methods"] = corpus.get("methods", [])
    for where, methods in lists.items():
        for method in methods:
            found += _method_problems(where, method, features, {**direct, **baselines})
    return found


def _reader_problems(name: str, corpus: dict) -> Iterable[str]:
    """Find settings of a corpus that its reader does not use, or cannot."""
    if "reader" in corpus:
        taken = {setting.key for setting in READERS[corpus["reader"]].settings} | {LABELLED.key}
        others = {setting.key for reader in READERS.values() for setting in reader.settings}
        for key in sorted(others & corpus.keys() - taken):
            yield (
                f"Configuration, corpora.{name}.{key}: `reader: {corpus['reader']}` does not use "
                "it; leave it out."
            )
    if "ratings" in corpus:
        try:
            wide.find(corpus["ratings"], [])
        except InputError as error:
            yield from (f"Configuration, corpora.{name}.ratings: {p}" for p in error.problems)


def absent_files(config: dict) -> Iterator[str]:
    """Find feature tables and models that are not where the configuration says.

    Args:
        config: with values of the right types; keys may be missing.
    """
    for name, entry in config.get("features", {}).items():
        path, model = os.path.expanduser(entry.get("path", "")), entry.get("model", "")
        every_one = [*config["features"], *config.get("direct", {}), *config.get("baselines", {})]
        for corpus, own in config.get("corpora", {}).items() if path else []:
            methods = own.get("methods") or config.get("methods") or every_one
            place = Path(path.format(corpus=corpus))
            if name in "+".join(methods).split("+") and not place.exists():
                yield (
                    f"Configuration, features.{name}.path: there is no file {place}. Put the table "
                    "there, or correct the path."
                )
        folder = model.startswith(STAND_INS) or Path(os.path.expanduser(model)).is_dir()
        if model and not folder and not re.fullmatch(r"[\w-][\w.-]*(/[\w.-]+)?", model):
            yield (
                f"Configuration, features.{name}.model: there is no folder {model}, and a model of "
                "the hub is called owner/name. Correct it."
            )


def _regressor_problems(regressor: str, svr: dict) -> Iterable[str]:
    """Find what is asked of a regressor that it would not do."""
    takes, tune = {own.name for own in REGRESSORS[regressor].needs}, svr.get("tune", {})
    if "kernel" not in takes:
        for key in sorted({"kernel", "tune"} & svr.keys()):
            yield (
                f"Configuration, svr.{key}: `regressor: {regressor}` has none; leave it out, or "
                "set `regressor` to svr or krr."
            )
        return
    takes -= {"gamma"} if svr.get("kernel") == "linear" else set()
    if tune and not tune.keys() - {"folds"}:
        yield "Configuration, svr.tune: it names nothing to choose from; give values, of C for one."
    for key in sorted(tune.keys() - takes - {"folds"}):
        yield (
            f"Configuration, svr.tune.{key}: `regressor: {regressor}` with kernel "
            f"{svr.get('kernel', 'rbf')} does not depend on it; leave it out."
        )


def _encoder_problems(where: str, source: str | None, features: dict) -> Iterable[str]:
    """Find whether a feature set is named that is none of a transformers model."""
    encoders = [n for n, entry in features.items() if entry.get("extractor") == "transformers"]
    if source is None or features.get(source, {"extractor": ""}).get("extractor") is None:
        return  # what is missing is told already
    if source not in encoders:
        yield (
            f"Configuration, {where}: {source!r} is not a feature set with `extractor: "
            f"transformers`.{_suggest(source, encoders)}"
        )


def _layer_problems(name: str, features: dict) -> Iterable[str]:
    """Find whether a layer is asked of a set that does not keep it."""
    entry = features[name]
    if entry.get("extractor") != "layer":
        return
    yield from (wrong := [*_encoder_problems(f"features.{name}.of", entry.get("of"), features)])
    source, layer = features.get(entry.get("of")), entry.get("layer")
    if wrong or source is None or layer is None:
        return
    kept = source.get("layer", "last")
    if kept != "all" and (not isinstance(kept, list) or layer not in kept):
        yield (
            f"Configuration, features.{name}.layer: {entry['of']!r} keeps `layer: {kept}`; let it "
            f"keep {layer} and others, or all."
        )


def _method_problems(where: str, method: str, features: dict, others: dict) -> Iterable[str]:
    if method in others:
        return
    parts = method.split("+")
    for part in parts:
        if part in others:
            yield (
                f"Configuration, {where}: {method!r} fuses {part!r}, which is no feature set; "
                "only feature sets can be fused."
            )
        elif part not in features:
            yield (
                f"Configuration, {where}: {method!r} names the unknown feature set {part!r}."
                + _suggest(part, [*features, *others])
            )
    if len(set(parts)) < len(parts):
        yield f"Configuration, {where}: {method!r} fuses a feature set with itself; name it once."


def _suggest(name: object, known: Iterable[str]) -> str:
    names = {str(one).lower(): str(one) for one in known}
    close = get_close_matches(str(name).lower(), names, n=1)
    if close:
        return f" Did you mean {names[close[0]]!r}?"
    return f" Known: {', '.join(names.values())}." if names else " There is none."
