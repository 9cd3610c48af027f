"""The configuration as a whole: its sections, its JSON schema, and the tables that document it."""

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from dimser.core.settings import (
    CLOSED,
    ID,
    POSITIVE,
    REQUIRED,
    TEXT,
    Setting,
    many,
    object_schema,
    one_of,
    whole,
)
from dimser.corpora import registry as corpora
from dimser.evaluation import registry as evaluation
from dimser.features import registry as features
from dimser.regression import choices, protocols
from dimser.regression import registry as regression
from dimser.report import registry as report

PROJECT = Path(__file__).parents[4]
SCHEMA = "workflow/schemas/config.schema.yaml"
MANUAL = "config/README.md"
FORMER = {"bootstrap.resamples": "draws", "bootstrap.seed": "seed_of_draws"}  # still accepted


class Section(NamedTuple):
    """A table of config/README.md.

    Attributes:
        title: the heading that it stands below.
        settings: its rows.
    """

    title: str
    settings: tuple[Setting, ...]


REST = (
    Setting(
        "methods", corpora.METHODS,
        "the rows of Table 1 for corpora that name none of their own: a feature set, a "
        "fusion `a+b` (as `fusion` says, or `a+b@balanced`), a direct prediction or a baseline",
        example=["cmp", "cmp+wlm", "cmp+wlm@balanced", "e2e_em"], otherwise="all that are defined",
    ),
    Setting(
        "layer_maps", many(TEXT, minItems=0, uniqueItems=True),
        "`transformers` feature sets that keep several layers, of which every layer and pooling is "
        "regressed and scored by itself: `results/{corpus}/layers/`, and a figure. With `layer: "
        "best`, its set has such a map anyway",
        example=["wlm_all"], default=[],
    ),
    *regression.SETTINGS,
    *evaluation.SETTINGS,
    Setting(
        "on_bad_audio", one_of("error", "drop"),
        "what to do with missing, unreadable, cut off, empty, silent or too short audio: stop and "
        "name all, or `drop` (listed in the report)",
        example="drop", default="error",
    ),
    Setting(
        "on_findings", one_of("report", "error"),
        "what a corpus's reader had to decide (a label out of range, a blank rating): go on and "
        "report it, or `error`: stop",
        example="error", default="report",
    ),
    Setting(
        "min_duration", POSITIVE, "seconds; openSMILE needs about that much",
        example=0.5, default=0.1,
    ),
    *report.SETTINGS,
    Setting(
        "shards", whole(1), "parts in which a corpus is extracted, each a job of its own",
        example=32, default=1,
    ),
    regression.SEED,
)  # fmt: skip
SECTIONS = (
    Section("`corpora`", corpora.SETTINGS),
    Section("`features`", features.SETTINGS),
    *(
        Section(f"`extractor: {name}`", extractor.settings)
        for name, extractor in features.EXTRACTORS.items()
    ),
    Section("`direct`", features.DIRECT),
    Section("`baselines`", regression.BASELINE_SETTINGS),
    Section("`unlabelled`", regression.UNLABELLED),
    Section("`multiverse`", choices.SETTINGS),
    Section("`transfer`", protocols.SETTINGS),
    Section("`stress`", evaluation.STRESS),
    Section("The rest", REST),
)


@cache
def schema() -> dict:
    """Return the JSON schema of the configuration."""
    cases = [
        {
            "if": {"required": ["extractor"], "properties": {"extractor": {"const": name}}},
            "then": object_schema((*features.SETTINGS, *extractor.settings)),
        }
        for name, extractor in features.EXTRACTORS.items()
    ]
    described = object_schema(features.SETTINGS)
    del described["additionalProperties"]  # each case names its own keys
    named = {
        "corpora": _named(object_schema(corpora.SETTINGS, corpora.SECTIONS), minProperties=1),
        "features": _named({**described, "allOf": cases}, minProperties=1),
        "direct": _named(object_schema(features.DIRECT), default={}),
        "baselines": _named(object_schema(regression.BASELINE_SETTINGS), default={}),
        "unlabelled": _named(object_schema(regression.UNLABELLED), minProperties=1),
    }
    further = (*choices.SETTINGS, *protocols.SETTINGS, *evaluation.STRESS)
    sections = regression.SECTIONS | choices.SECTIONS | protocols.SECTIONS | evaluation.SECTIONS
    rest = object_schema((*REST, *further), sections)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "The configuration of a run; config/README.md explains each key.",
        **CLOSED,
        "required": ["corpora", "features"],
        "properties": {**named, **rest["properties"]},
    }


def with_present_names(config: dict) -> dict:
    """Return a configuration in which keys that have been renamed have their present names.

    Args:
        config: the configuration as written; not changed.

    Example:
        >>> with_present_names({"bootstrap": {"resamples": 500}, "seed": 1})
        {'seed': 1, 'draws': 500}
    """
    renamed = {key: value for key, value in config.items() if key != "bootstrap"}
    for former, present in FORMER.items():
        section, _, key = former.partition(".")
        if key in config.get(section, {}):
            renamed.setdefault(present, config[section][key])
    return renamed


def with_default_grid(config: dict) -> dict:
    """Return a configuration in which `svr.tune: default` is the grid of its regressor.

    Args:
        config: the configuration as written; not changed.

    Example:
        >>> with_default_grid({"regressor": "krr", "svr": {"tune": "default"}})["svr"]
        {'tune': {'alpha': [0.1, 0.3, 1.0, 3.0, 10.0]}}
    """
    svr, regressor = config.get("svr"), config.get("regressor", "svr")
    if not isinstance(svr, dict) or svr.get("tune") != "default":
        return config
    kind = regression.REGRESSORS.get(regressor, regression.REGRESSORS["svr"])
    return config | {"svr": svr | {"tune": kind.grid or regression.REGRESSORS["svr"].grid}}


def _named(entry: dict, **more: object) -> dict:
    """Return the schema of entries by id."""
    return {"type": "object", **more, "propertyNames": ID, "additionalProperties": entry}


def table(settings: tuple[Setting, ...]) -> str:
    """Return settings as a table of Markdown: key, default, example and sentence."""
    lines = ["| key | default | example | |", "|---|---|---|---|"]
    for one in {setting.key: setting for setting in settings}.values():
        default = "required" if one.default is REQUIRED else one.otherwise or _code(one.default)
        lines.append(f"| `{one.key}` | {default} | {_code(one.example)} | {one.text} |")
    return "\n".join(lines)


def _code(value: object) -> str:
    """Return a value as it is written in YAML."""
    if isinstance(value, list):
        return f"`[{', '.join(_code(item).strip('`') for item in value)}]`"
    if isinstance(value, float):
        mantissa, e, exponent = repr(value).partition("e")  # YAML's numbers have a point
        return f"`{float(mantissa)}{e}{int(exponent) if e else ''}`"
    if value == "":
        return "empty"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def documented(manual: str) -> str:
    """Return config/README.md with each section's table as the settings have it.

    Args:
        manual: the text; below a section's heading, the first table is replaced.
    """
    for section in SECTIONS:
        heading = rf"^#+ {re.escape(section.title)}\n(?:(?!^#|^\|).*\n)*"
        pattern = re.compile(rf"({heading})(?:^\|.*\n)+", re.MULTILINE)
        manual, count = pattern.subn(
            lambda found, own=section: f"{found[1]}{table(own.settings)}\n", manual, count=1
        )
        assert count, f"{MANUAL} has no table below {section.title}"
    return manual


def main() -> None:
    """Write the JSON schema and the tables of config/README.md anew: `make documents`."""
    import yaml

    head = "# Made from the settings of the registries by `make documents`; edit those.\n"
    yaml.SafeDumper.ignore_aliases = lambda dumper, data: True
    text = yaml.safe_dump(schema(), sort_keys=False, width=100, default_flow_style=None)
    (PROJECT / SCHEMA).write_text(head + text, encoding="utf-8")
    manual = PROJECT / MANUAL
    manual.write_text(documented(manual.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
