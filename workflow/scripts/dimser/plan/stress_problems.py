"""What a configuration asks of stress tests in vain."""

import os
from collections.abc import Iterator
from pathlib import Path

from dimser.core.methods import parse
from dimser.core.words import suggestion


def problems(config: dict) -> Iterator[str]:
    """Find what a configuration asks of stress tests in vain.

    Args:
        config: with values of the right types; keys may be missing.
    """
    if "stress" not in config:
        return
    start, named = "Configuration, stress", config["stress"].get("methods", [])
    features, direct = config.get("features", {}), config.get("direct", {})
    every_one = [*features, *direct, *config.get("baselines", {})]
    used = {
        method: None
        for corpus in config.get("corpora", {}).values()
        for method in corpus.get("methods") or config.get("methods") or every_one
    }
    for method in named:
        if method not in used:
            yield f"{start}.methods: no corpus has the method {method!r}.{suggestion(method, used)}"
        elif why := untestable(method, config):
            yield f"{start}.methods: {method!r} cannot be tested: {why}. Leave it out."
    if used and not named and all(untestable(method, config) for method in used):
        yield (
            f"{start}: no method can be tested, as none rests on audio that can be altered; name a "
            "feature set that is extracted, or leave the section out."
        )


def absent_noises(config: dict) -> Iterator[str]:
    """Find folders of noise that are not where the configuration says.

    Args:
        config: as for `problems`.
    """
    for name, entry in config.get("stress", {}).get("noises", {}).items():
        path = Path(os.path.expanduser(entry.get("path", "")))
        if "path" in entry and not path.is_dir():
            yield (
                f"Configuration, stress.noises.{name}.path: there is no folder {path}. Put "
                "recordings there, or correct the path."
            )


def untestable(method: str, config: dict) -> str:
    """Say why a method cannot be tested; nothing where it can.

    It has to rest on audio.

    Args:
        method: its id.
        config: as for `problems`.
    """
    features, direct = config.get("features", {}), config.get("direct", {})
    if method in config.get("baselines", {}):
        return "it is a baseline"
    names = [direct[method].get("features")] if method in direct else parse(method).parts
    entries = {name: features.get(name, {}) for name in names}
    for name, entry in entries.items():
        if entry.get("extractor") == "table":
            return f"{name!r} is a table, and no audio"
    return ""
