"""What the configuration must hold beyond its types, told all at once."""

import math
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from jsonschema import Draft202012Validator, ValidationError
from snakemake.exceptions import WorkflowError

from dimser.plan.settings import schema
from dimser.regression.registry import REGRESSORS

KINDS = {
    "object": "keys and values", "array": "a list", "string": "text", "number": "a number",
    "integer": "a whole number",
}  # fmt: skip


def check(config: dict) -> None:
    """Stop where a configuration cannot be used.

    Raises:
        WorkflowError: with everything that is wrong with it.
    """
    if found := problems(config, schema()):
        raise WorkflowError("\n".join(["The configuration cannot be used:", *found]))


def problems(config: dict, schema: dict) -> list[str]:
    """Collect everything that is wrong with a configuration.

    Args:
        config: the configuration as written, before defaults are filled in.
        schema: its JSON schema.

    Returns:
        One sentence a problem, each naming the key, its value and the remedy.
    """
    errors = Draft202012Validator(schema).iter_errors(config)
    found = [_sentence(error) for error in sorted(errors, key=lambda e: list(map(str, e.path)))]
    found += _infinite(config)
    return list(dict.fromkeys(found)) or _contradictions(config)


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
            return f"{' and '.join(map(repr, missing))} missing; config/README.md explains it."
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
    features, direct = config["features"], config.get("direct", {})
    baselines = config.get("baselines", {})
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
        source = entry["features"]
        if source not in _encoders(features):
            found.append(
                f"Configuration, direct.{name}.features: {source!r} is not a feature set with "
                f"`extractor: transformers`.{_suggest(source, _encoders(features))}"
            )
    found += [problem for name in features for problem in _layer_problems(name, features)]
    found += _regressor_problems(config.get("regressor", "svr"), config.get("svr", {}))
    for name, corpus in config["corpora"].items():
        low, high = corpus["scale"]
        if not low < high:
            found.append(
                f"Configuration, corpora.{name}.scale: {low:g} is not below {high:g}; give the "
                "lowest value first."
            )
        folds = corpus.get("folds", {})
        for idle in sorted({"k", "seed"} & folds.keys()) if "test" in folds else []:
            found.append(
                f"Configuration, corpora.{name}.folds.{idle}: with `test` each of its values is a "
                "fold; leave it out, or leave `test` out."
            )
    lists = {"methods": config.get("methods", [])}
    for name, corpus in config["corpora"].items():
        lists[f"corpora.{name}.methods"] = corpus.get("methods", [])
    for where, methods in lists.items():
        for method in methods:
            found += _method_problems(where, method, features, {**direct, **baselines})
    return found


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


def _encoders(features: dict) -> list[str]:
    return [name for name, entry in features.items() if entry["extractor"] == "transformers"]


def _layer_problems(name: str, features: dict) -> Iterable[str]:
    entry = features[name]
    if entry["extractor"] != "layer":
        return
    source = features.get(entry["of"], {})
    kept = source.get("layer", "last")
    if entry["of"] not in _encoders(features):
        yield (
            f"Configuration, features.{name}.of: {entry['of']!r} is not a feature set with "
            f"`extractor: transformers`.{_suggest(entry['of'], _encoders(features))}"
        )
    elif kept != "all" and (not isinstance(kept, list) or entry["layer"] not in kept):
        yield (
            f"Configuration, features.{name}.layer: {entry['of']!r} keeps `layer: {kept}`; let it "
            f"keep {entry['layer']} and others, or all."
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
