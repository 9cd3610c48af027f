"""What the configuration must hold beyond its types, told all at once."""

from collections.abc import Iterable
from difflib import get_close_matches

from jsonschema import Draft202012Validator, ValidationError


def problems(config: dict, schema: dict) -> list[str]:
    """Collect everything that is wrong with a configuration.

    Args:
        config: the configuration as written, before defaults are filled in.
        schema: its JSON schema.

    Returns:
        One sentence a problem, each naming the key, its value and the remedy.
    """
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=lambda e: list(e.path))
    found = [_sentence(error) for error in errors]
    return list(dict.fromkeys(found)) or _contradictions(config)


def _sentence(error: ValidationError) -> str:
    where = ".".join(map(str, error.absolute_path)) or "the top level"
    if error.validator == "additionalProperties" and error.validator_value is False:
        known = error.schema["properties"]
        return " ".join(
            f"Configuration, {where}: unknown key {key!r}.{_suggest(key, known)}"
            for key in error.instance
            if key not in known
        )
    if error.validator == "pattern":
        return (
            f"Configuration, {where}: {error.instance!r} is no valid name; use lower-case letters, "
            "digits and underscores (and + between the parts of a fusion)."
        )
    return f"Configuration, {where}: {error.message}."


def _contradictions(config: dict) -> list[str]:
    features, direct = config["features"], config.get("direct", {})
    found = [
        f"Configuration, direct.{name}: this name is a feature set, too; rename one of them."
        for name in direct
        if name in features
    ]
    for name, entry in direct.items():
        source = entry["features"]
        if features.get(source, {}).get("extractor") != "transformers":
            found.append(
                f"Configuration, direct.{name}.features: {source!r} is not a feature set with "
                f"`extractor: transformers`.{_suggest(source, features)}"
            )
    for name, corpus in config["corpora"].items():
        low, high = corpus["scale"]
        if not low < high:
            found.append(
                f"Configuration, corpora.{name}.scale: {low:g} is not below {high:g}; give the "
                "lowest value first."
            )
    lists = {"methods": config.get("methods", [])}
    for name, corpus in config["corpora"].items():
        lists[f"corpora.{name}.methods"] = corpus.get("methods", [])
    for where, methods in lists.items():
        for method in methods:
            found += _method_problems(where, method, features, direct)
    return found


def _method_problems(where: str, method: str, features: dict, direct: dict) -> Iterable[str]:
    if method in direct:
        return
    parts = method.split("+")
    for part in parts:
        if part in direct:
            yield (
                f"Configuration, {where}: {method!r} fuses the direct prediction {part!r}; "
                "only feature sets can be fused."
            )
        elif part not in features:
            yield (
                f"Configuration, {where}: {method!r} names the unknown feature set {part!r}."
                + _suggest(part, [*features, *direct])
            )
    if len(set(parts)) < len(parts):
        yield f"Configuration, {where}: {method!r} fuses a feature set with itself; name it once."


def _suggest(name: str, known: Iterable[str]) -> str:
    known = list(known)
    close = get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(known)}."
